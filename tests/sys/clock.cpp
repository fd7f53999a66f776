// SPDX-License-Identifier: MIT
#include <ferrule/sys/clock.hpp>

#include <chrono>
#include <cstdint>
#include <doctest/doctest.h>

using namespace ferrule;

TEST_CASE("the clock is the steady one, in nanoseconds") {
    using Clock = std::chrono::steady_clock; // CLOCK_MONOTONIC in both standard libraries
    const auto now = [] {
        return std::chrono::nanoseconds{Clock::now().time_since_epoch()}.count();
    };
    for (int turn = 0; turn < 1000; ++turn) {
        const std::int64_t before = now();
        const std::int64_t here = sys::now();
        CHECK(before <= here);
        CHECK(here <= now());
    }
}
