// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// poll(2), which counts in milliseconds.

#include <cstddef>
#include <cstdint>
#include <poll.h>

#include "../../core/result.hpp"
#include "../call.hpp"
#include "../clock.hpp"
#include "../number.hpp"

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    return ready_count(::poll(descriptors, number_as<nfds_t>(size), in_milliseconds(nanoseconds)));
}

inline Result<void> watch_change(int, short, int stop, std::int64_t, std::int64_t pause) {
    return watch(-1, 0, stop, pause);
}

} // namespace ferrule::sys
