// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// sendmmsg(2), recvmmsg(2).

#include <cstddef>
#include <sys/socket.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../call.hpp"
#include "../numbers.hpp"
#include "../platform.hpp"

namespace ferrule::sys {

/// A message header (`msg_hdr`) and the size of what was sent or received (`msg_len`).
using BatchMessage = ::mmsghdr;

/// The most messages that one call takes (UIO_MAXIOV).
inline constexpr std::size_t most_of_a_batch = 1024;

/// Sends them in order, at least one; returns how many. The error of a later one is that of the
/// next call.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_messages(int descriptor, BatchMessage* messages, std::size_t size, int flags) {
    return count(Operation::send, ::sendmmsg, descriptor, messages, static_cast<unsigned>(size),
                 flags | msg_nosignal);
}

/// Receives what is there, at least one message: it waits for the first, unless the flags say not
/// to; returns how many. The error of a later one is that of the next call.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_messages(int descriptor, BatchMessage* messages, std::size_t size, int flags) {
    return count(Operation::receive, ::recvmmsg, descriptor, messages, static_cast<unsigned>(size),
                 flags | msg_waitforone | msg_cmsg_cloexec, nullptr);
}

} // namespace ferrule::sys
