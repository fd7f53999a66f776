// SPDX-License-Identifier: MIT
#include <ferrule/deadline.hpp>

#include <chrono>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <ratio>

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Candidate> constexpr bool is_duration = Duration<Candidate>;
template <class Candidate> constexpr bool is_time_point = TimePoint<Candidate>;

static_assert(is_duration<std::chrono::seconds> && is_duration<std::chrono::duration<double>>);
static_assert(is_time_point<std::chrono::steady_clock::time_point> &&
              is_time_point<std::chrono::system_clock::time_point>);
static_assert(!is_duration<int> && !is_duration<double>); // seconds? milliseconds?
static_assert(!is_duration<std::chrono::steady_clock::time_point> &&
              !is_time_point<std::chrono::seconds>);

using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;
using Thirds = std::chrono::duration<int, std::ratio<1, 3>>;
using Centuries = std::chrono::duration<int, std::ratio<3'155'760'000>>;
using Seconds = std::chrono::duration<double>;
using UnsignedSeconds = std::chrono::duration<std::uint64_t>;

constexpr std::int64_t longest = detail::longest_wait;
constexpr auto nanoseconds_of = [](auto time) { return detail::to_nanoseconds(time); };

static_assert(nanoseconds_of(1ns) == 1 && nanoseconds_of(500ms) == 500'000'000);
static_assert(nanoseconds_of(2h) == 7'200'000'000'000);

// Up to the next nanosecond, never down.
static_assert(nanoseconds_of(Picoseconds{1}) == 1 && nanoseconds_of(Picoseconds{1000}) == 1);
static_assert(nanoseconds_of(Picoseconds{1001}) == 2);
static_assert(nanoseconds_of(Thirds{1}) == 333'333'334 &&
              nanoseconds_of(Thirds{3}) == 1'000'000'000);
static_assert(nanoseconds_of(Seconds{0.25}) == 250'000'000);
static_assert(nanoseconds_of(Seconds{1e-12}) == 1);
static_assert(nanoseconds_of(std::chrono::duration<double, std::nano>{1.5}) == 2);
static_assert(nanoseconds_of(std::chrono::duration<float>{0.5F}) == 500'000'000);

// Nothing or less is now.
static_assert(nanoseconds_of(0s) == 0 && nanoseconds_of(-1s) == 0);
static_assert(nanoseconds_of(std::chrono::seconds::min()) == 0);
static_assert(nanoseconds_of(Seconds{-0.5}) == 0);
static_assert(nanoseconds_of(Seconds{std::numeric_limits<double>::quiet_NaN()}) == 0);

// What no clock will see the end of.
static_assert(nanoseconds_of(std::chrono::hours::max()) == longest);
static_assert(nanoseconds_of(std::chrono::nanoseconds::max()) == longest);
static_assert(nanoseconds_of(std::chrono::seconds::max()) == longest);
static_assert(nanoseconds_of(UnsignedSeconds::max()) == longest);
static_assert(nanoseconds_of(Centuries{100}) == longest);
static_assert(nanoseconds_of(Centuries{1}) == 3'155'760'000'000'000'000);
static_assert(nanoseconds_of(Seconds{std::numeric_limits<double>::infinity()}) == longest);
static_assert(nanoseconds_of(Seconds{1e300}) == longest);

static_assert(Deadline::never().is_never() && !Deadline{0}.is_never());
static_assert(Deadline{1} < Deadline{2} && Deadline{2} < Deadline::never());
static_assert(Deadline{1} == Deadline{1} && Deadline{7}.nanoseconds() == 7);

// A duration and a clock that are not of the standard library.
struct Ticks {
    struct period {
        static constexpr std::int64_t num = 1;
        static constexpr std::int64_t den = 50;
    };
    long ticks;
    constexpr long count() const { return ticks; }
};
struct Moment;
struct HouseClock {
    static Moment now();
};
struct Moment {
    using clock = HouseClock;
    long ticks;
    friend Ticks operator-(Moment one, Moment other) { return {one.ticks - other.ticks}; }
    friend auto operator<=>(Moment, Moment) = default;
};
Moment HouseClock::now() { return {1000}; }

static_assert(is_duration<Ticks> && is_time_point<Moment> &&
              nanoseconds_of(Ticks{3}) == 60'000'000);

// Whether the deadline lies `nanoseconds` after now, where now is between before and after.
struct Now {
    std::int64_t before = system::now();
    bool plus(std::int64_t nanoseconds, Deadline deadline) const {
        return before + nanoseconds <= deadline.nanoseconds() &&
               deadline.nanoseconds() <= system::now() + nanoseconds;
    }
};

} // namespace

TEST_CASE("a deadline lies as far from now as it was told") {
    CHECK(Now{}.plus(500'000'000, within(500ms)));
    CHECK(Now{}.plus(0, within(0s)));
    CHECK(Now{}.plus(0, within(-1h)));
    CHECK(Now{}.plus(60'000'000, within(Ticks{3})));
    CHECK(Now{}.plus(60'000'000, until(Moment{1003})));
    CHECK(Now{}.plus(0, until(Moment{997})));
}

TEST_CASE("what no clock will see the end of is never") {
    CHECK(within(std::chrono::hours::max()).is_never());
    CHECK(within(Seconds{std::numeric_limits<double>::infinity()}).is_never());
    CHECK(until(std::chrono::steady_clock::time_point::max()).is_never());
    CHECK_FALSE(within(Centuries{1}).is_never());
}

TEST_CASE("a deadline on the wall clock is taken over to the monotonic one") {
    const auto in_an_hour = until(std::chrono::system_clock::now() + 1h);
    CHECK(in_an_hour > within(59min));
    CHECK(in_an_hour < within(61min));
    CHECK(until(std::chrono::system_clock::now() - 1h).has_passed());
    CHECK(until(std::chrono::system_clock::time_point{}).has_passed());
    CHECK(until(std::chrono::system_clock::time_point::min()).has_passed());
    CHECK(until(std::chrono::steady_clock::time_point::min()).has_passed());
}

TEST_CASE("what remains of a deadline is never below nothing") {
    CHECK(within(-1s).remaining() == 0);
    CHECK(within(-1s).has_passed());
    CHECK(Deadline{0}.remaining() == 0);
    const auto left = within(1h).remaining();
    CHECK(left > 3'590'000'000'000);
    CHECK(left <= 3'600'000'000'000);
    CHECK_FALSE(within(1h).has_passed());
    CHECK(Deadline::never().remaining() == -1); // as poll takes it
    CHECK_FALSE(Deadline::never().has_passed());
}
