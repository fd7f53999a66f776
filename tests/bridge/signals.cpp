// SPDX-License-Identifier: MIT
#include <ferrule/bridge/signals.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <memory>
#include <signal.h>
#include <string>
#include <sys/time.h>
#include <thread>
#include <type_traits>

#include <ferrule/socket/connection.hpp>

#include "../support/failure.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

static_assert(!std::is_copy_constructible_v<StopOnSignals<1>> &&
              !std::is_move_constructible_v<StopOnSignals<1>>);
static_assert(!std::is_constructible_v<StopOnSignals<2>, Stop&, int>);

int seen_by_us = 0;
void count_signal(int) { ++seen_by_us; }

using Handler = void (*)(int);

Handler handler_of(int number) {
    struct sigaction action{};
    ::sigaction(number, nullptr, &action);
    return action.sa_handler;
}

// Our own handler, as a program may have one before it meets ferrule.
struct OurHandler {
    int number;
    struct sigaction before{};
    explicit OurHandler(int of) : number{of} {
        struct sigaction action{};
        action.sa_handler = count_signal;
        ::sigaction(number, &action, &before);
        seen_by_us = 0;
    }
    ~OurHandler() { ::sigaction(number, &before, nullptr); }
};

} // namespace

TEST_CASE("each of the signals requests the stop") {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGUSR1, SIGUSR2};
    CHECK(on_signals.installed().has_value());
    for (const int number : {SIGUSR1, SIGUSR2}) {
        CHECK_FALSE(stop.requested());
        ::raise(number);
        CHECK(stop.requested());
        stop.reset();
    }
}

TEST_CASE("the handlers of before are back at the end") {
    const OurHandler ours{SIGUSR1};
    Stop stop;
    {
        const StopOnSignals on_signals{stop, SIGUSR1};
        ::raise(SIGUSR1);
        CHECK(seen_by_us == 0);
    }
    stop.reset();
    ::raise(SIGUSR1);
    CHECK(seen_by_us == 1);
    CHECK_FALSE(stop.requested());
}

TEST_CASE("a second one inside the first has the signal for as long as it lives") {
    Stop outer;
    Stop inner;
    const StopOnSignals on_outer{outer, SIGUSR1};
    {
        const StopOnSignals on_inner{inner, SIGUSR1};
        ::raise(SIGUSR1);
        CHECK(inner.requested());
        CHECK_FALSE(outer.requested());
    }
    ::raise(SIGUSR1);
    CHECK(outer.requested());
}

TEST_CASE("two of one signal may end in either order") {
    const OurHandler ours{SIGUSR1};
    Stop first_stop;
    Stop third_stop;
    auto first = std::make_unique<StopOnSignals<1>>(first_stop, at_run_time(SIGUSR1));
    auto second_stop = std::make_unique<Stop>();
    auto second = std::make_unique<StopOnSignals<1>>(*second_stop, at_run_time(SIGUSR1));
    auto third = std::make_unique<StopOnSignals<1>>(third_stop, at_run_time(SIGUSR1));

    second.reset(); // in the middle: the newest keeps the signal
    second_stop.reset();
    ::raise(SIGUSR1);
    CHECK(third_stop.requested());
    third.reset(); // the newest: the signal goes back to the one that is left
    ::raise(SIGUSR1);
    CHECK(first_stop.requested());
    first.reset();
    CHECK((handler_of(SIGUSR1) == count_signal));
    ::raise(SIGUSR1);
    CHECK(seen_by_us == 1);
}

TEST_CASE("the destructor returns when no handler runs any more in another thread") {
    Stop stop;
    auto on_signals = std::make_unique<StopOnSignals<1>>(stop, at_run_time(SIGUSR1));
    // As a handler does that has been interrupted in another thread.
    __atomic_add_fetch(&detail::handlers_running[SIGUSR1], 1, __ATOMIC_SEQ_CST);
    Stop destroyed;
    std::thread destroyer{[&] {
        on_signals.reset();
        destroyed.request();
    }};
    CHECK(failure_of(destroyed.wait(within(100ms))) == Errc::deadline_exceeded);
    __atomic_sub_fetch(&detail::handlers_running[SIGUSR1], 1, __ATOMIC_RELEASE);
    CHECK(destroyed.wait(within(10s)).has_value());
    destroyer.join();
}

TEST_CASE("a child does not wait for the handlers of its parent's threads") {
    Stop stop;
    auto on_signals = std::make_unique<StopOnSignals<1>>(stop, at_run_time(SIGUSR1));
    __atomic_add_fetch(&detail::handlers_running[SIGUSR1], 1, __ATOMIC_SEQ_CST);
    CHECK(in_child([&] {
              on_signals.reset();
              return std::string{"went on"};
          }) == "went on");
    __atomic_sub_fetch(&detail::handlers_running[SIGUSR1], 1, __ATOMIC_RELEASE);
}

TEST_CASE("the same signal named twice is one signal") {
    const OurHandler ours{SIGUSR1};
    Stop stop;
    {
        const StopOnSignals on_signals{stop, SIGUSR1, SIGUSR1};
        ::raise(SIGUSR1);
        CHECK(stop.requested());
    }
    CHECK((handler_of(SIGUSR1) == count_signal));
    ::raise(SIGUSR1);
    CHECK(seen_by_us == 1);
}

TEST_CASE("a signal that does not exist or can't be caught is an error, and undone at the end") {
    const OurHandler ours{SIGUSR1};
    Stop stop;
    for (const int number : {0, -1, NSIG, SIGKILL, SIGSTOP}) {
        CAPTURE(number);
        {
            const StopOnSignals on_signals{stop, SIGUSR1, at_run_time(number), SIGUSR2};
            CHECK(on_signals.installed().error() == Error{Errc::invalid_argument, Operation::stop});
            CHECK((handler_of(SIGUSR2) == SIG_DFL)); // nothing after the wrong one
        }
        CHECK((handler_of(SIGUSR1) == count_signal));
    }
}

TEST_CASE("a call that waits with the stop ends on the signal") {
    const auto [one, other] = Connection<Unix>::pair().value();
    Stop stop;
    const StopOnSignals on_signals{stop, SIGALRM};
    const itimerval soon{{0, 0}, {0, 5000}};
    ::setitimer(ITIMER_REAL, &soon, nullptr);
    char buffer[8];
    CHECK(failure_of(one.receive_some(buffer, within(1min, stop))) == Errc::stopped);
}

TEST_CASE("calls that know nothing of the stop are not interrupted") {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGUSR1};
    struct sigaction action{};
    ::sigaction(SIGUSR1, nullptr, &action);
    CHECK((action.sa_flags & SA_RESTART) != 0);
}
