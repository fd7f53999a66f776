// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// epoll(7): many descriptors watched through one.

#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>

#include "../error.hpp"
#include "../result.hpp"
#include "call.hpp"
#include "descriptor.hpp"

namespace ferrule::sys {

/// epoll_create1(2), close-on-exec.
inline Result<Descriptor> open_epoll(Operation operation) {
    const int number = ::epoll_create1(EPOLL_CLOEXEC);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Descriptor{number};
}

/// epoll_ctl(2): `change` is EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL.
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

/// epoll_wait(2): how many events were written; 0 when the time is up, which begins anew after a
/// signal. `milliseconds` below 0 means without limit.
inline Result<std::size_t> wait_epoll(int epoll, epoll_event* events, int size, int milliseconds) {
    return count(Operation::wait, [=] { return ::epoll_wait(epoll, events, size, milliseconds); });
}

} // namespace ferrule::sys
