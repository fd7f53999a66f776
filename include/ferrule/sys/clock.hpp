// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The monotonic clock, in nanoseconds.

#include <climits>
#include <cstdint>
#include <time.h>

#include "../core/language.hpp"

namespace ferrule::sys {

/// clock_gettime(2) of CLOCK_MONOTONIC, in nanoseconds; no system call where the kernel offers a
/// vDSO (vdso(7)).
inline std::int64_t now() {
    timespec time; // this clock is always there
    static_cast<void>(::clock_gettime(CLOCK_MONOTONIC, &time));
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// A time as poll(2) and epoll_wait(2) take it: rounded up to milliseconds, at most INT_MAX; -1 for
/// a time below 0, which means without limit.
constexpr int in_milliseconds(std::int64_t nanoseconds) {
    const std::int64_t up = nanoseconds / 1'000'000 + (nanoseconds % 1'000'000 > 0 ? 1 : 0);
    return nanoseconds < 0 ? -1 : static_cast<int>(up < INT_MAX ? up : INT_MAX);
}

} // namespace ferrule::sys
