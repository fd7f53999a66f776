// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A batch with a call for each message: POSIX has no call for many.

#include <cstddef>
#include <sys/socket.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../numbers.hpp"
#include "../transfer.hpp"

namespace ferrule::sys {

struct BatchMessage {
    msghdr msg_hdr;
    unsigned msg_len;
};

inline constexpr std::size_t most_of_a_batch = 1024;

inline Result<std::size_t> send_messages(int descriptor, BatchMessage* messages, std::size_t size,
                                         int flags) {
    for (std::size_t done = 0; done < size; ++done) {
        const auto sent = send_message(descriptor, messages[done].msg_hdr, flags);
        if (!sent) {
            return done == 0 ? sent : Result<std::size_t>{done};
        }
        messages[done].msg_len = static_cast<unsigned>(*sent);
    }
    return size;
}

inline Result<std::size_t> receive_messages(int descriptor, BatchMessage* messages,
                                            std::size_t size, int flags) {
    for (std::size_t done = 0; done < size; ++done) {
        const auto received = receive_message(descriptor, messages[done].msg_hdr,
                                              done == 0 ? flags : flags | msg_dontwait);
        if (!received) {
            return done == 0 ? received : Result<std::size_t>{done};
        }
        messages[done].msg_len = static_cast<unsigned>(*received);
    }
    return size;
}

} // namespace ferrule::sys
