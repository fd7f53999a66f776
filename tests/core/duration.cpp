// SPDX-License-Identifier: MIT
#include <ferrule/core/duration.hpp>

#include <chrono>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <ratio>

using namespace ferrule;
using namespace std::chrono_literals;

static_assert(Duration<Seconds> && !Duration<int>);
static_assert(Seconds::rounded_up(Milliseconds{1001}).count() == 2 &&
              Milliseconds{2000} == Seconds{2});
static_assert(Seconds::rounded_up(Nanoseconds{1}).count() == 1);

namespace {

using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;
using Thirds = std::chrono::duration<int, std::ratio<1, 3>>;
using Centuries = std::chrono::duration<int, std::ratio<3'155'760'000>>;
using RealSeconds = std::chrono::duration<double>;
using UnsignedSeconds = std::chrono::duration<std::uint64_t>;

constexpr std::int64_t longest = longest_span;
constexpr auto nanoseconds_of = [](auto time) { return count_in<1, 1'000'000'000>(time); };

static_assert(nanoseconds_of(1ns) == 1 && nanoseconds_of(500ms) == 500'000'000);
static_assert(nanoseconds_of(2h) == 7'200'000'000'000);

// Up to the next nanosecond, never down.
static_assert(nanoseconds_of(Picoseconds{1}) == 1 && nanoseconds_of(Picoseconds{1000}) == 1);
static_assert(nanoseconds_of(Picoseconds{1001}) == 2);
static_assert(nanoseconds_of(Thirds{1}) == 333'333'334 &&
              nanoseconds_of(Thirds{3}) == 1'000'000'000);
static_assert(nanoseconds_of(RealSeconds{0.25}) == 250'000'000);
static_assert(nanoseconds_of(RealSeconds{1e-12}) == 1);
static_assert(nanoseconds_of(std::chrono::duration<double, std::nano>{1.5}) == 2);
static_assert(nanoseconds_of(std::chrono::duration<float>{0.5F}) == 500'000'000);

// Nothing is nothing; what is less, or no number, is -1.
static_assert(nanoseconds_of(0s) == 0 && nanoseconds_of(-1s) == -1);
static_assert(nanoseconds_of(std::chrono::seconds::min()) == -1);
static_assert(nanoseconds_of(RealSeconds{-0.5}) == -1);
static_assert(nanoseconds_of(RealSeconds{std::numeric_limits<double>::quiet_NaN()}) == -1);

// What no clock will see the end of.
static_assert(nanoseconds_of(std::chrono::hours::max()) == longest);
static_assert(nanoseconds_of(std::chrono::nanoseconds::max()) == longest);
static_assert(nanoseconds_of(std::chrono::seconds::max()) == longest);
static_assert(nanoseconds_of(UnsignedSeconds::max()) == longest);
static_assert(nanoseconds_of(Centuries{100}) == longest);
static_assert(nanoseconds_of(Centuries{1}) == 3'155'760'000'000'000'000);
static_assert(nanoseconds_of(RealSeconds{std::numeric_limits<double>::infinity()}) == longest);
static_assert(nanoseconds_of(RealSeconds{1e300}) == longest);

constexpr auto seconds_of = [](auto time) { return count_in<1, 1>(time); };
static_assert(seconds_of(1s) == 1 && seconds_of(1ns) == 1 && seconds_of(1001ms) == 2);
static_assert(seconds_of(2h) == 7200 && seconds_of(Thirds{4}) == 2);
static_assert(count_in<60, 1>(61s) == 2 && count_in<60, 1>(1h) == 60);
static_assert(count_in<2, 3>(Thirds{4}) == 2);

} // namespace

TEST_CASE("a span converts to any duration that can hold it exactly") {
    const std::chrono::milliseconds same = Seconds{3};
    CHECK(same == 3s);
    const std::chrono::nanoseconds finer = Microseconds{7};
    CHECK(finer == 7us);
    CHECK_FALSE(std::is_convertible_v<Milliseconds, std::chrono::seconds>);
    CHECK(std::is_convertible_v<Span<60>, std::chrono::minutes>);
}

TEST_CASE("spans are compared with the durations of the standard library") {
    CHECK(Seconds{2} == 2000ms);
    CHECK(1min == Seconds{60});
    CHECK_FALSE(Milliseconds{1} == 1s);
    CHECK(Milliseconds{5} < Milliseconds{6});
    CHECK(Seconds::rounded_up(1ms) == 1s);
    CHECK(Seconds::rounded_up(0ms) == 0s);
}
