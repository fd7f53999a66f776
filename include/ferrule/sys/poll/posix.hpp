// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// poll(2), which counts in milliseconds.

#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <poll.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../number.hpp"

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    const std::int64_t up = nanoseconds / 1'000'000 + (nanoseconds % 1'000'000 > 0 ? 1 : 0);
    const int milliseconds = nanoseconds < 0 ? -1 : static_cast<int>(up < INT_MAX ? up : INT_MAX);
    const int ready = ::poll(descriptors, number_as<nfds_t>(size), milliseconds);
    if (ready < 0) {
        if (errno == EINTR) {
            return std::size_t{0};
        }
        return Error::from_errno(Operation::wait);
    }
    return static_cast<std::size_t>(ready);
}

} // namespace ferrule::sys
