// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A point in time until which to wait: `within(500ms)`, `until(time_point)`. Durations are taken
/// by shape, so that <chrono> is included by those who use it, not here.

#include <concepts>
#include <cstdint>
#include <utility>

#include "system/clock.hpp"

namespace ferrule {

/// A std::chrono::duration, or anything of its shape. A bare number has no unit.
template <class Time>
concept Duration = requires(const Time& time) {
    { time.count() };
    Time::period::num;
    Time::period::den;
};

/// A std::chrono::time_point, or anything of its shape.
template <class Time>
concept TimePoint = requires(const Time& time) {
    { time > Time::clock::now() } -> std::convertible_to<bool>;
    { time - Time::clock::now() } -> Duration;
};

/// An absolute point of the monotonic clock. A deadline that spans several calls spans them all
/// together.
class Deadline {
public:
    /// In nanoseconds of CLOCK_MONOTONIC.
    constexpr explicit Deadline(std::int64_t nanoseconds) : at_{nanoseconds} {}

    [[nodiscard]] static constexpr Deadline never() { return Deadline{INT64_MAX}; }

    [[nodiscard]] constexpr bool is_never() const { return at_ == INT64_MAX; }
    [[nodiscard]] constexpr std::int64_t nanoseconds() const { return at_; }

    /// Nanoseconds that are left, at least 0; -1 for never, as system::poll takes it.
    [[nodiscard]] std::int64_t remaining() const {
        if (is_never()) {
            return -1;
        }
        const std::int64_t now = system::now();
        return at_ > now ? at_ - now : 0;
    }

    [[nodiscard]] bool has_passed() const { return !is_never() && at_ <= system::now(); }

    friend constexpr bool operator==(Deadline, Deadline) = default;
    friend constexpr auto operator<=>(Deadline, Deadline) = default;

private:
    std::int64_t at_;
};

namespace detail {

// What stands for a duration that no clock will see the end of.
inline constexpr std::int64_t longest_wait = INT64_MAX / 2;

constexpr std::int64_t greatest_common_divisor(std::int64_t one, std::int64_t other) {
    return other == 0 ? one : greatest_common_divisor(other, one % other);
}

// In nanoseconds, rounded up; what does not fit is the longest wait, what is negative is now.
template <Duration Time> constexpr std::int64_t to_nanoseconds(const Time& time) {
    const auto count = time.count();
    if (!(count > 0)) {
        return 0;
    }
    if constexpr (std::integral<decltype(time.count())>) {
        // count * up / down, of which up may be a billion times num
        constexpr std::int64_t common = greatest_common_divisor(1'000'000'000, Time::period::den);
        constexpr std::int64_t up = Time::period::num * (1'000'000'000 / common);
        constexpr std::int64_t down = Time::period::den / common;
        std::int64_t whole = 0;
        std::int64_t part = 0;
        std::int64_t sum = 0;
        if (!std::in_range<std::int64_t>(count) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) / down, up, &whole) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) % down, up, &part) ||
            __builtin_add_overflow(whole, part / down + (part % down != 0), &sum) ||
            sum > longest_wait) {
            return longest_wait;
        }
        return sum;
    } else {
        const long double nanoseconds =
            static_cast<long double>(count) * Time::period::num * 1e9L / Time::period::den;
        if (!(nanoseconds < static_cast<long double>(longest_wait))) {
            return longest_wait;
        }
        const auto whole = static_cast<std::int64_t>(nanoseconds);
        return whole + (static_cast<long double>(whole) < nanoseconds);
    }
}

} // namespace detail

/// So long from now, rounded up to the nanosecond. Nothing or less has passed already.
template <Duration Time> [[nodiscard]] Deadline within(const Time& time) {
    const std::int64_t span = detail::to_nanoseconds(time);
    return span == detail::longest_wait ? Deadline::never() : Deadline{system::now() + span};
}

/// At this point of any clock. Its distance is taken now: a clock that is set later does not move
/// the deadline.
template <TimePoint Time> [[nodiscard]] Deadline until(const Time& time) {
    const auto now = Time::clock::now();
    return within(time > now ? time - now : now - now); // the distance to min() would overflow
}

} // namespace ferrule
