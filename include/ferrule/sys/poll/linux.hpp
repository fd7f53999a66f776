// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// ppoll(2), which counts in nanoseconds, and epoll(7), which tells what is new.

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>

#include "../../core/result.hpp"
#include "../call.hpp"
#include "../descriptor.hpp"
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

inline Result<void> watch_change(int descriptor, short events, int stop, std::int64_t nanoseconds,
                                 std::int64_t pause) {
    const std::int64_t paused = nanoseconds < 0 || pause < nanoseconds ? pause : nanoseconds;
    const Descriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{};
    event.events = EPOLLET | (events == POLLIN ? EPOLLIN : EPOLLOUT);
    if (!epoll.is_open() || ::epoll_ctl(epoll.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        return watch(-1, 0, stop, paused);
    }
    ::epoll_wait(epoll.number(), &event, 1, 0); // what is not new
    pollfd now{descriptor, events, 0};
    static_cast<void>(sys::poll(&now, 1, 0));
    const bool is_ready = (now.revents & events) != 0;
    return watch(epoll.number(), POLLIN, stop, is_ready ? paused : nanoseconds);
}

} // namespace ferrule::sys
