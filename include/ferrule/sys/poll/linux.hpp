// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// ppoll(2), which counts in nanoseconds.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <time.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../number.hpp"

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    // Who waits calls again: longer than a time_t of 32 bits holds is waited for in parts.
    constexpr std::int64_t longest = sizeof(time_t) < sizeof(std::int64_t) ? INT32_MAX : INT64_MAX;
    const std::int64_t seconds = nanoseconds / 1'000'000'000;
    const timespec limit{number_as<time_t>(seconds < longest ? seconds : longest),
                         number_as<long>(nanoseconds % 1'000'000'000)};
    const int ready = ::ppoll(descriptors, size, nanoseconds < 0 ? nullptr : &limit, nullptr);
    if (ready < 0) {
        if (errno == EINTR) {
            return std::size_t{0};
        }
        return Error::from_errno(Operation::wait);
    }
    return static_cast<std::size_t>(ready);
}

} // namespace ferrule::sys
