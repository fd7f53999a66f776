// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The calls that make, name and end a socket, one function each. Descriptors are close-on-exec
/// from birth, as far as the system can: accept, open and pair of `posix` set it one call later.

#include <sys/ioctl.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "descriptor.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// Whether calls on the descriptor wait in the kernel (O_NONBLOCK not set) or answer EAGAIN.
enum class Blocking : bool { no, yes };

/// socket(2).
inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking);

/// Of a pair of sockets, or of a pipe.
struct BothEnds {
    Descriptor first;
    Descriptor second;
};

/// socketpair(2), both blocking.
inline Result<BothEnds> pair(int domain, int type, int protocol);

/// accept(2), once: `interrupted` is the caller's to try again. The new descriptor is blocking.
inline Result<Descriptor> accept(int descriptor, sockaddr* address, socklen_t* size);

/// How a connect(2) that has begun, to this address, stands: done, `operation_in_progress` or
/// `connection_already_in_progress` while it is on the way, or the error with which it ended. A
/// Unix socket whose connect was `would_block` has not begun: it tries again.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size);

/// bind(2).
inline Result<void> bind(int descriptor, const sockaddr* address, socklen_t size) {
    return check(Operation::bind, ::bind, descriptor, address, size);
}

/// listen(2).
inline Result<void> listen(int descriptor, int backlog) {
    return check(Operation::listen, ::listen, descriptor, backlog);
}

/// connect(2), once. After `interrupted` or `operation_in_progress` the kernel goes on by itself:
/// poll for writing, then ask connect_outcome().
inline Result<void> connect(int descriptor, const sockaddr* address, socklen_t size) {
    if (::connect(descriptor, address, size) != 0) {
        return Error::from_errno(Operation::connect);
    }
    return {};
}

/// shutdown(2).
inline Result<void> shutdown(int descriptor, int how) {
    return check(Operation::shutdown, ::shutdown, descriptor, how);
}

/// getsockname(2).
inline Result<void> local_name(int descriptor, sockaddr* address, socklen_t* size) {
    return check(Operation::local_endpoint, ::getsockname, descriptor, address, size);
}

/// getpeername(2).
inline Result<void> peer_name(int descriptor, sockaddr* address, socklen_t* size) {
    return check(Operation::peer_endpoint, ::getpeername, descriptor, address, size);
}

/// ioctl(2) FIOCLEX or FIONCLEX: whether the descriptor is closed on exec, in one call.
inline Result<void> set_close_on_exec(int descriptor, bool closed) {
    return check(Operation::set_option,
                 [=] { return ::ioctl(descriptor, closed ? FIOCLEX : FIONCLEX); });
}

/// ioctl(2) FIONBIO: sets or clears O_NONBLOCK and leaves the other flags alone, in one call.
inline Result<void> set_blocking(int descriptor, Blocking blocking) {
    int non_blocking = blocking == Blocking::no ? 1 : 0;
    return check(Operation::set_option,
                 [&] { return ::ioctl(descriptor, FIONBIO, &non_blocking); });
}

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("socket/linux.hpp", "socket/posix.hpp") // IWYU pragma: export
