// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sockets that have their flags from birth (SOCK_CLOEXEC, SOCK_NONBLOCK, accept4(2)).

#include <sys/socket.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../descriptor.hpp"
#include "../platform.hpp"

namespace ferrule::sys {

inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking) {
    const int flags = SOCK_CLOEXEC | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
    const int number = ::socket(domain, type | flags, protocol);
    if (number < 0) {
        return Error::from_errno(Operation::open);
    }
    return Descriptor{number};
}

inline Result<BothEnds> pair(int domain, int type, int protocol) {
    int numbers[2];
    if (::socketpair(domain, type | SOCK_CLOEXEC, protocol, numbers) != 0) {
        return Error::from_errno(Operation::pair);
    }
    return BothEnds{Descriptor{numbers[0]}, Descriptor{numbers[1]}};
}

[[FERRULE_ALWAYS_INLINE]] inline Result<Descriptor> accept(int descriptor, sockaddr* address,
                                                           socklen_t* size) {
    const int number = ::accept4(descriptor, address, size, SOCK_CLOEXEC);
    if (number < 0) [[unlikely]] {
        return Error::from_errno(Operation::accept);
    }
    return Descriptor{number};
}

// connect(2) again says it: EISCONN is that it is done.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size) {
    auto outcome = sys::connect(descriptor, address, size);
    if (!outcome && outcome.error().code() == Errc::already_connected) {
        return {};
    }
    return outcome;
}

} // namespace ferrule::sys
