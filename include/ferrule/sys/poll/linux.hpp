// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// ppoll(2), which counts in nanoseconds.

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <time.h>

#include "../../core/result.hpp"
#include "../call.hpp"
#include "../number.hpp"

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    // Who waits calls again: longer than a time_t of 32 bits holds is waited for in parts.
    constexpr std::int64_t longest = sizeof(time_t) < sizeof(std::int64_t) ? INT32_MAX : INT64_MAX;
    const std::int64_t seconds = nanoseconds / 1'000'000'000;
    const timespec limit{number_as<time_t>(seconds < longest ? seconds : longest),
                         number_as<long>(nanoseconds % 1'000'000'000)};
    return ready_count(::ppoll(descriptors, size, nanoseconds < 0 ? nullptr : &limit, nullptr));
}

} // namespace ferrule::sys
