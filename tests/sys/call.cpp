// SPDX-License-Identifier: MIT
#include <ferrule/sys/call.hpp>

#include <cerrno>
#include <doctest/doctest.h>

#include "../support/failure.hpp"

using namespace ferrule;

namespace {

// A call that signals interrupt twice.
struct Interrupted {
    int& calls;
    int errno_at_last;
    int operator()() const {
        errno = ++calls < 3 ? EINTR : errno_at_last;
        return errno == 0 ? 42 : -1;
    }
};

} // namespace

TEST_CASE("a call that a signal interrupts is made again") {
    int calls = 0;
    CHECK(sys::uninterrupted(Interrupted{calls, 0}) == 42);
    CHECK(calls == 3);

    calls = 0;
    CHECK(sys::check(Operation::listen, Interrupted{calls, 0}).has_value());
    CHECK(calls == 3);

    calls = 0;
    CHECK(*sys::count(Operation::send, Interrupted{calls, 0}) == 42);
    CHECK(calls == 3);
}

TEST_CASE("any other failure is told once, with its operation") {
    int calls = 0;
    CHECK(sys::check(Operation::listen, Interrupted{calls, EADDRINUSE}).error() ==
          Error{Errc::address_in_use, Operation::listen});
    CHECK(calls == 3);

    calls = 0;
    CHECK(sys::count(Operation::send, Interrupted{calls, EPIPE}).error() ==
          Error{Errc::broken_pipe, Operation::send});
    CHECK(calls == 3);
}
