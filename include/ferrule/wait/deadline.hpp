// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A point in time until which to wait: `within(500ms)`, `until(time_point)`.

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "../core/duration.hpp"
#include "../sys/clock.hpp"

namespace ferrule {

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

    /// Nanoseconds that are left, at least 0; -1 for never, as sys::poll takes it.
    [[nodiscard]] std::int64_t remaining() const {
        if (is_never()) {
            return -1;
        }
        const std::int64_t now = sys::now();
        return at_ > now ? at_ - now : 0;
    }

    [[nodiscard]] bool has_passed() const { return !is_never() && at_ <= sys::now(); }

    friend constexpr bool operator==(Deadline, Deadline) = default;
    friend constexpr auto operator<=>(Deadline, Deadline) = default;

private:
    std::int64_t at_;
};

namespace detail {

// The return type of a deleted function: its name is the message.
struct a_bare_number_has_no_unit_so_write_500ms {};

template <Duration Time> constexpr long double in_seconds(const Time& time) {
    return static_cast<long double>(time.count()) * Time::period::num / Time::period::den;
}

} // namespace detail

/// So long from now, rounded up to the nanosecond. Zero or a negative time: the deadline has
/// passed.
template <Duration Time> [[nodiscard]] Deadline within(const Time& time) {
    const std::int64_t span = count_in<1, 1'000'000'000>(time);
    return span == longest_span ? Deadline::never() : Deadline{sys::now() + (span < 0 ? 0 : span)};
}

template <class Number>
    requires std::is_arithmetic_v<Number>
detail::a_bare_number_has_no_unit_so_write_500ms within(Number) = delete;

/// At this point of any clock. The distance from now is measured once: setting the clock later does
/// not move the deadline.
template <TimePoint Time> [[nodiscard]] Deadline until(const Time& time) {
    const auto now = Time::clock::now();
    if constexpr (requires { time.time_since_epoch(); }) {
        // std::chrono compares and subtracts in the finer of the two units, in which the last
        // point of a coarse clock does not fit: look at the distance first.
        const long double seconds = detail::in_seconds(time.time_since_epoch()) -
                                    detail::in_seconds(now.time_since_epoch());
        if (seconds > static_cast<long double>(longest_span) / 1'000'000'000) {
            return Deadline::never();
        }
        if (!(seconds > 0)) {
            return within(now - now);
        }
    }
    return within(time > now ? time - now : now - now); // the distance to min() would overflow
}

} // namespace ferrule
