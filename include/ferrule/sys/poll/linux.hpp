// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// ppoll(2), which counts in nanoseconds, and epoll(7), which tells what is new.

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

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

// What fails here fails again and again, and ends in a pause. Edges are told by epoll alone.
inline Result<void> watch_change(int descriptor, short events, int stop, std::int64_t nanoseconds,
                                 std::int64_t pause) {
    static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLET | static_cast<std::uint32_t>(events);
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    ::epoll_wait(epoll, &event, 1, 0); // what is not new; if there is nothing, `event` stays
    const bool waits = (event.events & static_cast<std::uint32_t>(events)) == 0;
    const auto changed = watch(waits ? epoll : -1, POLLIN, stop, waits ? nanoseconds : pause);
    if (epoll >= 0) {
        ::close(epoll);
    }
    return changed;
}

} // namespace ferrule::sys
