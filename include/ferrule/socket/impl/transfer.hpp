// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What streams and messages share when they send and receive.

#include <cstddef>
#include <span>

#include "../../core/bytes.hpp"
#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../sys/call.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/platform.hpp"
#include "../../sys/transfer.hpp"
#include "../../wait/wait.hpp"

namespace ferrule {

/// The pieces of a gathered send fit one system call (IOV_MAX).
template <std::size_t pieces>
concept FitsOneCall = (pieces <= 1024);

namespace detail {

// Flags of a call that the kernel may wait in, or that it must not.
constexpr int flags_for(Wait wait) { return wait.is_for_ever() ? 0 : sys::msg_dontwait; }

// recv(2) within the wait.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                        sys::Calls<sys::receive>{}, descriptor, data, size,
                        flags | flags_for(wait));
}

// send(2) within the wait.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                          std::size_t size, Wait wait) {
    return wait_and_try(descriptor, sys::pollout, wait, Operation::send, sys::Calls<sys::send>{},
                        descriptor, data, size, flags_for(wait));
}

// sendmsg(2) of a message that is not copied on the way.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send_at(int descriptor, const msghdr* message,
                                                             int flags) {
    return sys::send_message(descriptor, *message, flags);
}

// sendmsg(2) within the wait; without `events` it pauses between tries.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_gathered(int descriptor, short events, const msghdr& message, Wait wait) {
    return wait_and_try(descriptor, events, wait, Operation::send, sys::Calls<send_at>{},
                        descriptor, &message, flags_for(wait));
}

// Pieces as sendmsg(2) takes them. The kernel only reads what they point to.
template <std::size_t count> class Gathered {
public:
    explicit Gathered(const BytesView (&bytes)[count]) {
        for (std::size_t at = 0; at < count; ++at) {
            pieces_[at] = {const_cast<void*>(bytes[at].data()), bytes[at].size()};
            size_ += bytes[at].size();
        }
    }

    /// In bytes, all together.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Borrows this object.
    [[nodiscard]] msghdr message() const {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces_);
        message.msg_iovlen = count;
        return message;
    }
    template <class Native> [[nodiscard]] msghdr message(const Native& to) const {
        msghdr message = this->message();
        message.msg_name = const_cast<sockaddr*>(to.address());
        message.msg_namelen = to.size();
        return message;
    }

private:
    iovec pieces_[count];
    std::size_t size_ = 0;
};

// The first `size` elements of a buffer.
template <ByteBuffer Buffer> FilledPart<Buffer> filled_part(Buffer& buffer, std::size_t size) {
    return {std::data(buffer), size};
}

} // namespace detail

} // namespace ferrule
