// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What streams and messages share when they send and receive.

#include <cstddef>
#include <span>

#include "../../core/bytes.hpp"
#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/transfer.hpp"
#include "../../wait/wait.hpp"

namespace ferrule {

/// The pieces of a gathered send fit one system call (IOV_MAX).
template <std::size_t pieces>
concept FitsOneCall = (pieces <= 1024);

namespace detail {

// recv(2) within the wait.
[[gnu::__noinline__]] inline Result<std::size_t>
receive_waiting(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    return wait_and_try(descriptor, sys::pollin, wait, Operation::receive, [=] {
        return sys::receive(descriptor, data, size, flags | sys::msg_dontwait);
    });
}

// Whether a send has to wait. The first one after a connect with TCP_FASTOPEN_CONNECT, without a
// cookie of the server, has only begun to connect: nothing was sent (tcp(7), TCP_FASTOPEN).
constexpr bool has_to_wait(Error error) {
    return error.code() == Errc::would_block || error.code() == Errc::operation_in_progress;
}

// Makes every reason to wait `would_block`.
inline Result<std::size_t> as_waiting(const Result<std::size_t>& sent) {
    return !sent && has_to_wait(sent.error()) ? Error{Errc::would_block, Operation::send} : sent;
}

// send(2) within the wait.
[[gnu::__noinline__]] inline Result<std::size_t> send_waiting(int descriptor, const void* data,
                                                              std::size_t size, Wait wait) {
    return wait_and_try(descriptor, sys::pollout, wait, Operation::send, [=] {
        return as_waiting(sys::send(descriptor, data, size, sys::msg_dontwait));
    });
}

// recv(2) within the wait. Two returns: the compiler then drops the caller's second check.
[[gnu::__always_inline__]] inline Result<std::size_t>
receive(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    if (wait.is_for_ever()) {
        const auto received = sys::receive(descriptor, data, size, flags);
        if (received) [[likely]] {
            return *received;
        }
        if (received.error().code() != Errc::would_block) {
            return received.error();
        }
    }
    return receive_waiting(descriptor, data, size, flags, wait);
}

// send(2) within the wait.
[[gnu::__always_inline__]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                           std::size_t size, Wait wait) {
    if (wait.is_for_ever()) {
        const auto sent = sys::send(descriptor, data, size, 0);
        if (sent) [[likely]] {
            return *sent;
        }
        if (!has_to_wait(sent.error())) {
            return sent.error();
        }
    }
    return send_waiting(descriptor, data, size, wait);
}

// iovec as sendmsg(2) takes it; the kernel only reads what it points to.
inline iovec piece_of(const BytesView& bytes) {
    return {const_cast<void*>(bytes.data()), bytes.size()};
}

// The first `size` elements of a buffer.
template <ByteBuffer Buffer> FilledPart<Buffer> filled_part(Buffer& buffer, std::size_t size) {
    return {std::data(buffer), size};
}

} // namespace detail

} // namespace ferrule
