// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// epoll(7): many descriptors watched through one.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "clock.hpp"
#include "descriptor.hpp"

namespace ferrule::sys {

// Events, and what epoll_ctl(2) does.
inline constexpr std::uint32_t epollin = EPOLLIN;
inline constexpr std::uint32_t epollout = EPOLLOUT;
inline constexpr std::uint32_t epollrdhup = EPOLLRDHUP;
inline constexpr std::uint32_t epollhup = EPOLLHUP;
inline constexpr std::uint32_t epollerr = EPOLLERR;
inline constexpr std::uint32_t epollet = std::uint32_t{EPOLLET};
inline constexpr std::uint32_t epolloneshot = EPOLLONESHOT;
inline constexpr std::uint32_t epollexclusive = EPOLLEXCLUSIVE;
inline constexpr int epoll_ctl_add = EPOLL_CTL_ADD;
inline constexpr int epoll_ctl_mod = EPOLL_CTL_MOD;
inline constexpr int epoll_ctl_del = EPOLL_CTL_DEL;

/// struct epoll_event.
using EpollEvent = ::epoll_event;

/// epoll_create1(2), close-on-exec.
inline Result<Descriptor> open_epoll(Operation operation) {
    const int number = ::epoll_create1(EPOLL_CLOEXEC);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Descriptor{number};
}

/// epoll_ctl(2): `change` is epoll_ctl_add, epoll_ctl_mod or epoll_ctl_del.
inline Result<void> change_epoll(int epoll, int change, int descriptor, std::uint32_t events,
                                 std::uint64_t key, Operation operation) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    if (::epoll_ctl(epoll, change, descriptor, &event) != 0) {
        return Error::from_errno(operation);
    }
    return {};
}

/// epoll_wait(2): how many events were written; 0 when the time is up or a signal came, so look at
/// the clock and call again (not after 0 nanoseconds: then none is ready). `nanoseconds` below 0
/// means without limit; they are rounded up to milliseconds.
inline Result<std::size_t> wait_epoll(int epoll, epoll_event* events, int size,
                                      std::int64_t nanoseconds) {
    const int milliseconds = in_milliseconds(nanoseconds);
    int ready = ::epoll_wait(epoll, events, size, milliseconds);
    while (ready < 0 && errno == EINTR && milliseconds == 0) { // only asked, so that 0 is no answer
        ready = ::epoll_wait(epoll, events, size, milliseconds);
    }
    return ready_count(ready);
}

} // namespace ferrule::sys
