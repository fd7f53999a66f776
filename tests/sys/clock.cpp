// SPDX-License-Identifier: MIT
#include <ferrule/sys/clock.hpp>

#include <chrono>
#include <climits>
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

TEST_CASE("milliseconds are rounded up, and without limit stays so") {
    CHECK(sys::in_milliseconds(-1) == -1);
    CHECK(sys::in_milliseconds(0) == 0);
    CHECK(sys::in_milliseconds(1) == 1);
    CHECK(sys::in_milliseconds(1'000'000) == 1);
    CHECK(sys::in_milliseconds(1'000'001) == 2);
    CHECK(sys::in_milliseconds(INT64_MAX) == INT_MAX);
}
