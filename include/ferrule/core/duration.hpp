// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Spans of time. They are taken by shape, std::chrono's included, so that <chrono> is included by
/// those who use it, not here; and they are given back in a small type of our own that converts.

#include <concepts>
#include <cstdint>
#include <utility>

#include "language.hpp"

namespace ferrule {

/// Whether a type has the shape of a std::chrono::duration. A bare number has not: no unit. A
/// variable, so that a refusal is one line.
template <class Time>
inline constexpr bool has_a_count_and_a_unit = requires(const Time& time) {
    { time.count() };
    Time::period::num;
    Time::period::den;
};

/// A std::chrono::duration, or anything of its shape.
template <class Time>
concept Duration = has_a_count_and_a_unit<Time>;

/// What stands for a duration that does not fit: no clock will see the end of it.
inline constexpr std::int64_t longest_span = INT64_MAX / 2;

namespace detail {

constexpr std::int64_t greatest_common_divisor(std::int64_t one, std::int64_t other) {
    return other == 0 ? one : greatest_common_divisor(other, one % other);
}

} // namespace detail

/// How many units of `numerator/denominator` seconds a duration is, rounded up: a positive duration
/// never becomes zero. If it does not fit: `longest_span`. If it is negative or not a number: -1.
template <std::int64_t numerator, std::int64_t denominator, Duration Time>
[[nodiscard]] constexpr std::int64_t count_in(const Time& time) {
    const auto count = time.count();
    if (!(count >= 0)) {
        return -1;
    }
    if constexpr (std::integral<decltype(time.count())>) {
        // count * up / down, of which up may be a billion times num
        constexpr std::int64_t common_up =
            detail::greatest_common_divisor(Time::period::num, numerator);
        constexpr std::int64_t common_down =
            detail::greatest_common_divisor(denominator, Time::period::den);
        constexpr std::int64_t up = Time::period::num / common_up * (denominator / common_down);
        constexpr std::int64_t down = Time::period::den / common_down * (numerator / common_up);
        std::int64_t whole = 0;
        std::int64_t part = 0;
        std::int64_t sum = 0;
        if (!std::in_range<std::int64_t>(count) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) / down, up, &whole) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) % down, up, &part) ||
            __builtin_add_overflow(whole, part / down + (part % down != 0), &sum) ||
            sum > longest_span) {
            return longest_span;
        }
        return sum;
    } else {
        constexpr auto longest = static_cast<long double>(longest_span);
        const auto real = static_cast<long double>(count);
        // Multiplied out, more than this might not fit into a long double that is a double.
        if (!(real < longest * Time::period::den * numerator)) {
            return longest_span;
        }
        const long double units =
            real * Time::period::num * denominator / Time::period::den / numerator;
        if (!(units < longest)) {
            return longest_span;
        }
        const auto whole = static_cast<std::int64_t>(units);
        return whole + (static_cast<long double>(whole) < units);
    }
}

/// So many units of `numerator/denominator` seconds: what the kernel says of a time. Converts to
/// any duration that can hold it exactly.
template <std::int64_t numerator, std::int64_t denominator = 1> class Span {
public:
    using rep = std::int64_t;
    /// As std::chrono::duration has it.
    struct period {
        static constexpr std::int64_t num = numerator;
        static constexpr std::int64_t den = denominator;
    };

    constexpr Span() = default;
    constexpr explicit Span(std::int64_t count) : count_{count} {}

    /// Of any other duration: rounded up.
    template <Duration Time>
        requires(!std::same_as<Time, Span>)
    [[nodiscard]] static constexpr Span rounded_up(const Time& time) {
        return Span{count_in<numerator, denominator>(time)};
    }

    [[nodiscard]] constexpr std::int64_t count() const { return count_; }

    template <Duration Time>
        requires(!std::same_as<Time, Span> && std::constructible_from<Time, typename Time::rep> &&
                 numerator * Time::period::den % (denominator * Time::period::num) == 0)
    constexpr operator Time() const {
        constexpr auto factor = numerator * Time::period::den / (denominator * Time::period::num);
        return Time{static_cast<typename Time::rep>(count_ * factor)};
    }

    friend constexpr bool operator==(Span, Span) = default;
    friend constexpr auto operator<=>(Span, Span) = default;

    /// The same time in another unit.
    template <Duration Time>
        requires(!std::same_as<Time, Span>)
    friend constexpr bool operator==(Span one, const Time& other) {
        return static_cast<long double>(one.count_) * numerator * Time::period::den ==
               static_cast<long double>(other.count()) * Time::period::num * denominator;
    }

private:
    std::int64_t count_ = 0;
};

using Seconds = Span<1>;                    ///< As std::chrono::seconds.
using Milliseconds = Span<1, 1000>;         ///< 1/1,000 s.
using Microseconds = Span<1, 1'000'000>;    ///< 1/1,000,000 s.
using Nanoseconds = Span<1, 1'000'000'000>; ///< 1/1,000,000,000 s.

} // namespace ferrule
