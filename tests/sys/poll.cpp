// SPDX-License-Identifier: MIT
#include <ferrule/sys/poll.hpp>

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

#include <ferrule/sys/clock.hpp>
#include <ferrule/sys/event.hpp>

#include "../support/failure.hpp"

using namespace ferrule;

TEST_CASE("poll says how many are ready") {
    const auto idle = sys::open_event().value();
    const auto raised = sys::open_event().value();
    sys::raise_event(raised.raiser());
    pollfd watched[]{{idle.number(), POLLIN, 0}, {raised.number(), POLLIN, 0}, {-1, POLLIN, 0}};
    CHECK(*sys::poll(watched, 3, -1) == 1);
    CHECK(watched[0].revents == 0);
    CHECK(watched[1].revents == POLLIN);
    CHECK(watched[2].revents == 0);
    CHECK(*sys::poll(watched, 1, 0) == 0);
}

TEST_CASE("poll waits as long as it was told, to the nanosecond and beyond a second") {
    for (const long long nanoseconds : {1LL, 400'000LL, 1'000'000'001LL}) {
        const auto start = sys::now();
        CHECK(*sys::poll(nullptr, 0, nanoseconds) == 0);
        CHECK(sys::now() - start >= nanoseconds);
    }
}

TEST_CASE("a signal ends poll as if the time were up") {
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, &before);
    const itimerval soon{{0, 1000}, {0, 1000}};
    ::setitimer(ITIMER_REAL, &soon, nullptr);
    CHECK(*sys::poll(nullptr, 0, 60'000'000'000) == 0);
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
}

TEST_CASE("what poll can't do is an error of waiting") {
    pollfd* volatile nowhere = nullptr; // volatile, so that the compiler does not object
    CHECK(sys::poll(nowhere, 1, 0).error().operation() == Operation::wait);
}
