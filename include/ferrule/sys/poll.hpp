// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Waiting for descriptors, a stop, or time.

#include <cstddef>
#include <cstdint>
#include <poll.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// poll(2): how many of the descriptors are ready; 0 when the time is up or a signal came, so look
/// at the clock and call again. `nanoseconds` below 0 means without limit. Never returns before the
/// time is up without a reason; a system that counts in milliseconds rounds up.
inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds);

/// Waits until `descriptor` is ready for `events` (pollin, pollout), has an error, or its peer has
/// ended. `stopped` if the event `stop` is raised, whatever else; `would_block` if neither: the
/// time is up, or a signal came. A number below 0 is not watched: without both it waits for the
/// time only. Time as of poll().
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> watch(int descriptor, short events,
                                                               int stop, std::int64_t nanoseconds) {
    // Only what there is to watch: an entry counts against RLIMIT_NOFILE even when it is ignored
    // (poll(2), EINVAL).
    pollfd watched[2]{};
    std::size_t size = 0;
    if (stop >= 0) {
        watched[size++] = {stop, POLLIN, 0};
    }
    const std::size_t stops = size;
    if (descriptor >= 0) {
        watched[size++] = {descriptor, events, 0};
    }
    if (const auto polled = sys::poll(watched, size, nanoseconds); !polled) {
        return polled.error();
    }
    if (stops != 0 && watched[0].revents != 0) {
        return Error{Errc::stopped, Operation::wait};
    }
    if (size != stops && watched[stops].revents != 0) {
        return {};
    }
    return Error{Errc::would_block, Operation::wait};
}

/// Waits for something new at a descriptor that polls ready while its calls return EAGAIN: one
/// whose error queue is not empty (ip(7), IP_RECVERR). A descriptor that is ready for `events` all
/// the same, and a system that can't tell, are waited for `pause` nanoseconds, which is no longer.
/// Otherwise as watch().
inline Result<void> watch_change(int descriptor, short events, int stop, std::int64_t nanoseconds,
                                 std::int64_t pause);

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("poll/linux.hpp", "poll/posix.hpp") // IWYU pragma: export
