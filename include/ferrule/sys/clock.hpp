// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The monotonic clock, in nanoseconds.

#include <cstdint>
#include <time.h>

#include "../core/language.hpp"

namespace ferrule::sys {

/// clock_gettime(2) of CLOCK_MONOTONIC, in nanoseconds; no system call where the kernel offers a
/// vDSO (vdso(7)).
inline std::int64_t now() {
    timespec time{};
    static_cast<void>(::clock_gettime(CLOCK_MONOTONIC, &time)); // this clock is always there
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

} // namespace ferrule::sys
