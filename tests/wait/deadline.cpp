// SPDX-License-Identifier: MIT
#include <ferrule/wait/deadline.hpp>

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
              count_in<1, 1'000'000'000>(Ticks{3}) == 60'000'000);

// Whether the deadline lies `nanoseconds` after now, where now is between before and after.
struct Now {
    std::int64_t before = sys::now();
    bool plus(std::int64_t nanoseconds, Deadline deadline) const {
        return before + nanoseconds <= deadline.nanoseconds() &&
               deadline.nanoseconds() <= sys::now() + nanoseconds;
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
    CHECK(
        within(std::chrono::duration<double>{std::numeric_limits<double>::infinity()}).is_never());
    CHECK(until(std::chrono::steady_clock::time_point::max()).is_never());
    // Points of a coarse clock that do not fit in its nanoseconds.
    CHECK(until(std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>::max())
              .is_never());
    CHECK(until(std::chrono::time_point<std::chrono::system_clock, std::chrono::hours>::max())
              .is_never());
    CHECK(until(std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds>::max())
              .is_never());
    CHECK_FALSE(within(std::chrono::duration<int, std::ratio<3'155'760'000>>{1}).is_never());
}

TEST_CASE("a deadline on the wall clock is taken over to the monotonic one") {
    const auto in_an_hour = until(std::chrono::system_clock::now() + 1h);
    CHECK(in_an_hour > within(59min));
    CHECK(in_an_hour < within(61min));
    CHECK(until(std::chrono::system_clock::now() - 1h).has_passed());
    CHECK(until(std::chrono::system_clock::time_point{}).has_passed());
    CHECK(until(std::chrono::system_clock::time_point::min()).has_passed());
    CHECK(until(std::chrono::steady_clock::time_point::min()).has_passed());
    CHECK(until(std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>::min())
              .has_passed());
    CHECK(until(std::chrono::time_point<std::chrono::steady_clock, std::chrono::hours>::min())
              .has_passed());
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
