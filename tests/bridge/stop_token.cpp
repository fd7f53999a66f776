// SPDX-License-Identifier: MIT
#include <ferrule/bridge/stop_token.hpp>

#include <chrono>
#include <doctest/doctest.h>

#include <ferrule/socket/connection.hpp>

#include "../support/failure.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

#if defined(__cpp_lib_jthread)

#include <thread>

TEST_CASE("a token's source requests the stop, also one that was asked before") {
    std::stop_source source;
    Stop stop;
    {
        const StopOnToken on_token{stop, source.get_token()};
        CHECK_FALSE(stop.requested());
        source.request_stop();
        CHECK(stop.requested());
    }
    Stop late;
    const StopOnToken on_token{late, source.get_token()};
    CHECK(late.requested());
}

TEST_CASE("when the bridge is gone the stop is left alone") {
    std::stop_source source;
    Stop stop;
    {
        const StopOnToken on_token{stop, source.get_token()};
    }
    source.request_stop();
    CHECK_FALSE(stop.requested());
}

TEST_CASE("a jthread that ends stops the call that it waits in") {
    const auto [one, other] = Connection<Unix>::pair().value();
    Errc ended = Errc::none;
    {
        const std::jthread thread{[&, &connection = one](const std::stop_token& token) {
            Stop stop;
            const StopOnToken on_token{stop, token};
            char byte[1];
            ended = failure_of(connection.receive_some(byte, within(1min, stop)));
        }};
    }
    CHECK(ended == Errc::stopped);
}

#else

TEST_CASE("without std::stop_token the header is empty and compiles") {
    Stop stop;
    CHECK(failure_of(stop.wait(within(1ms))) == Errc::deadline_exceeded);
}

#endif
