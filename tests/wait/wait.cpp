// SPDX-License-Identifier: MIT
#include <ferrule/wait/wait.hpp>

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <thread>
#include <type_traits>

#include <ferrule/sys/event.hpp>

#include "../support/failure.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Given> constexpr bool is_wait = Waits<Given>;

static_assert(is_wait<Wait> && is_wait<Deadline> && is_wait<NoWait> && is_wait<const NoWait&>);
static_assert(is_wait<Stop&> && is_wait<const Stop&>);
static_assert(!is_wait<Stop> && !is_wait<const Stop>); // gone before anybody could request it
static_assert(!is_wait<int> && !is_wait<double> && !is_wait<std::chrono::seconds> &&
              !is_wait<std::nullptr_t> && !is_wait<bool>);

template <class... Given>
constexpr bool makes_within = requires(Given... given) { within(static_cast<Given>(given)...); };
static_assert(makes_within<std::chrono::seconds> && makes_within<std::chrono::seconds, Stop&>);
static_assert(!makes_within<int> && !makes_within<int, Stop&>);

static_assert(sizeof(Wait) <= 16 && std::is_trivially_copyable_v<Wait>);
static_assert(Wait{}.is_for_ever() && !Wait{}.is_no_wait());
static_assert(Wait{Deadline::never()}.is_for_ever());
static_assert(Wait{no_wait}.is_no_wait() && !Wait{no_wait}.is_for_ever());
static_assert(!Wait{Deadline{0}}.is_for_ever() && !Wait{Deadline{0}}.is_no_wait());

// Ready, or not, for reading.
sys::Event ready_or_not(bool ready) {
    auto event = sys::open_event().value();
    if (ready) {
        sys::raise_event(event.raiser());
    }
    return event;
}

// An operation that can be done when its turn comes.
struct Attempt {
    int turns_left;
    int& made;
    Result<std::size_t> operator()() const {
        ++made;
        if (made <= turns_left) {
            return Error{Errc::would_block, Operation::receive};
        }
        return std::size_t{7};
    }
};

std::chrono::nanoseconds time_of(auto call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::steady_clock::now() - start;
}

Errc wait_to_read(const sys::Event& event, Wait wait) {
    const auto waited = wait_for(event.number(), POLLIN, wait, Operation::receive);
    CHECK((waited.has_value() || waited.error().operation() == Operation::receive));
    return failure_of(waited);
}

Errc try_to_read(const sys::Event& event, Wait wait, Attempt attempt) {
    return failure_of(wait_and_try(event.number(), POLLIN, wait, Operation::receive, attempt));
}

} // namespace

TEST_CASE("a wait knows its parts") {
    const Stop stop;
    CHECK(Wait{stop}.stop() == &stop);
    CHECK(Wait{stop}.deadline().is_never());
    CHECK_FALSE(Wait{stop}.is_for_ever());
    const Wait both = within(1h, stop);
    CHECK(both.stop() == &stop);
    CHECK(both.deadline() < within(2h));
    CHECK(until(std::chrono::steady_clock::now() + 1h, stop).stop() == &stop);
    CHECK(Wait{within(1h)}.stop() == nullptr);
}

TEST_CASE("what is ready is not waited for") {
    const Stop stop;
    const auto ready = ready_or_not(true);
    for (const Wait wait : {Wait{}, Wait{within(1min)}, Wait{stop}, within(1min, stop)}) {
        CHECK(wait_to_read(ready, wait) == Errc::none);
    }
}

TEST_CASE("waiting ends on the deadline, never before") {
    const auto never_ready = ready_or_not(false);
    const Stop stop;
    for (const auto span : {-1'000'000us, 0us, 1us, 400us, 20'000us}) {
        CHECK(time_of([&] {
                  CHECK(wait_to_read(never_ready, within(span)) == Errc::deadline_exceeded);
              }) >= span);
        CHECK(time_of([&] {
                  CHECK(wait_to_read(never_ready, within(span, stop)) == Errc::deadline_exceeded);
              }) >= span);
    }
}

TEST_CASE("waiting ends when another thread makes it ready or requests the stop") {
    for (int turn = 0; turn < 50; ++turn) {
        const auto event = ready_or_not(false);
        Stop stop;
        std::thread raises{[&] { sys::raise_event(event.raiser()); }};
        CHECK(wait_to_read(event, within(1min, stop)) == Errc::none);
        raises.join();
        sys::clear_event(event.number());
        std::thread requests{[&] { stop.request(); }};
        CHECK(wait_to_read(event, within(1min, stop)) == Errc::stopped);
        requests.join();
    }
}

TEST_CASE("a stop comes before everything, the deadline too") {
    Stop stop;
    stop.request();
    const auto ready = ready_or_not(true);
    int made = 0;
    for (const Wait wait : {Wait{stop}, within(1min, stop), within(-1s, stop),
                            Wait{Wait{no_wait}.deadline(), stop}}) {
        CHECK(wait_to_read(ready, wait) == Errc::stopped);
        CHECK(try_to_read(ready, wait, Attempt{0, made}) == Errc::stopped);
        CHECK(failure_of(wait.check(Operation::send)) == Errc::stopped);
        CHECK(failure_of(wait.check_stop(Operation::send)) == Errc::stopped);
    }
    CHECK(made == 0);
}

TEST_CASE("what is there is taken even after the deadline") {
    const auto ready = ready_or_not(true);
    int made = 0;
    CHECK(try_to_read(ready, within(-1s), Attempt{0, made}) == Errc::none);
    CHECK(try_to_read(ready, no_wait, Attempt{0, made}) == Errc::none);
    CHECK(made == 2);
}

TEST_CASE("what is not there is told at once without a wait, and tried once") {
    const auto never_ready = ready_or_not(false);
    int made = 0;
    CHECK(try_to_read(never_ready, no_wait, Attempt{1, made}) == Errc::would_block);
    CHECK(made == 1);
    CHECK(wait_to_read(ready_or_not(true), no_wait) == Errc::would_block);
    CHECK(try_to_read(never_ready, within(-1s), Attempt{2, made}) == Errc::deadline_exceeded);
    CHECK(made == 2);
}

TEST_CASE("an operation is tried until it is done") {
    const auto ready = ready_or_not(true);
    int made = 0;
    CHECK(*wait_and_try(ready.number(), POLLIN, within(1min), Operation::receive,
                        Attempt{3, made}) == 7);
    CHECK(made == 4);
}

TEST_CASE("an error of the operation is handed on, not waited for") {
    const auto fails = [] { return Result<void>{Error{Errc::broken_pipe, Operation::send, 3}}; };
    const auto never_ready = ready_or_not(false);
    CHECK(wait_and_try(never_ready.number(), POLLIN, {}, Operation::send, fails).error() ==
          Error{Errc::broken_pipe, Operation::send, 3});
    CHECK(pause_and_try({}, Operation::send, fails).error() ==
          Error{Errc::broken_pipe, Operation::send, 3});
}

TEST_CASE("between two tries at what can't be polled there are pauses that grow") {
    GrowingPause pause;
    for (int row = 0; row < 2; ++row) {
        for (const auto length : {1ms, 2ms, 4ms, 8ms, 10ms, 10ms}) {
            const auto at_least = within(length);
            const auto end = pause.next();
            CHECK(end >= at_least);
            CHECK(end <= within(length));
        }
        pause.reset();
    }

    Stop stop;
    int made = 0;
    CHECK(time_of([&] { CHECK(*pause_and_try(stop, Operation::send, Attempt{3, made}) == 7); }) >=
          7ms);
    CHECK(made == 4);
    CHECK(failure_of(pause_and_try(no_wait, Operation::send, Attempt{9, made})) ==
          Errc::would_block);
    CHECK(made == 5);
    CHECK(time_of([&] {
              CHECK(failure_of(pause_and_try(within(12ms), Operation::send, Attempt{1000, made})) ==
                    Errc::deadline_exceeded);
          }) >= 12ms);
    std::thread other{[&] { stop.request(); }};
    CHECK(failure_of(pause_and_try(stop, Operation::send, Attempt{100'000, made})) ==
          Errc::stopped);
    other.join();
}

TEST_CASE("what polls ready and still would block does not spin") {
    const auto ready = ready_or_not(true);
    int made = 0;
    const auto outcome = wait_and_try(ready.number(), POLLIN, within(100ms), Operation::receive,
                                      [&]() -> Result<void> {
                                          ++made;
                                          return Error{Errc::would_block, Operation::receive};
                                      });
    CHECK(outcome.error() == Error{Errc::deadline_exceeded, Operation::receive});
    CHECK(made > 3);
    CHECK(made < 20); // 3 at once, then pauses of 1, 2, 4, 8, 10, 10, ... ms
}

TEST_CASE("a pause is no failure, and no signal shortens it") {
    struct sigaction nothing{};
    struct sigaction before{};
    nothing.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &nothing, &before);
    const itimerval often{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
    CHECK(time_of([] { CHECK(wait_for(-1, 0, {}, Operation::wait, within(20ms)).has_value()); }) >=
          20ms);
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
    CHECK(failure_of(wait_for(-1, 0, within(1ms), Operation::wait, within(1h))) ==
          Errc::deadline_exceeded);
    CHECK(failure_of(wait_for(-1, 0, no_wait, Operation::wait, within(1h))) == Errc::would_block);
}

TEST_CASE("an operation that has done something asks whether it may go on") {
    CHECK(Wait{}.check(Operation::send).has_value());
    CHECK(Wait{within(1min)}.check(Operation::send).has_value());
    CHECK(Wait{no_wait}.check(Operation::send).has_value()); // it will try once more
    CHECK(Wait{within(-1s)}.check(Operation::send).error() ==
          Error{Errc::deadline_exceeded, Operation::send});
}

TEST_CASE("with room for one descriptor only, a wait without a stop still works") {
    CHECK(in_child([]() -> std::string {
              const auto event = ready_or_not(false);
              const rlimit one{1, 1};
              if (::setrlimit(RLIMIT_NOFILE, &one) != 0) {
                  return "no limit";
              }
              return std::string{describe(failure_of(wait_for(event.number(), POLLIN, within(1ms),
                                                              Operation::receive)))
                                     .name};
          }) == "deadline_exceeded");
}
