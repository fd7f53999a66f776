// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The calls that move bytes, one function each. Every send carries MSG_NOSIGNAL: a peer that is
/// gone is an error (EPIPE), never a signal.

#include <cstddef>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "numbers.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// send(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                          std::size_t size, int flags) {
    return count(Operation::send, ::send, descriptor, data, size, flags | msg_nosignal);
}

/// sendto(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send_to(int descriptor, const void* data,
                                                             std::size_t size, int flags,
                                                             const sockaddr* address,
                                                             socklen_t address_size) {
    return count(Operation::send, ::sendto, descriptor, data, size, flags | msg_nosignal, address,
                 address_size);
}

/// sendmsg(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_message(int descriptor, const msghdr& message, int flags) {
    return count(Operation::send, ::sendmsg, descriptor, &message, flags | msg_nosignal);
}

/// recv(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive(int descriptor, void* data,
                                                             std::size_t size, int flags) {
    return count(Operation::receive, ::recv, descriptor, data, size, flags);
}

/// recvfrom(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_from(int descriptor, void* data,
                                                                  std::size_t size, int flags,
                                                                  sockaddr* address,
                                                                  socklen_t* address_size) {
    return count(Operation::receive, ::recvfrom, descriptor, data, size, flags, address,
                 address_size);
}

/// recvmsg(2). Descriptors that come along are close-on-exec.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_message(int descriptor,
                                                                     msghdr& message, int flags) {
    return count(Operation::receive, ::recvmsg, descriptor, &message, flags | msg_cmsg_cloexec);
}

} // namespace ferrule::sys
