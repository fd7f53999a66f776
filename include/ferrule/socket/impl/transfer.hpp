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

// Flags of a call that the kernel may wait in, or that it must not.
constexpr int flags_for(Wait wait) { return wait.is_for_ever() ? 0 : sys::msg_dontwait; }

// recv(2) within the wait.
[[gnu::__always_inline__]] inline Result<std::size_t>
receive(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                        sys::Calls<sys::receive>{}, descriptor, data, size,
                        flags | flags_for(wait));
}

// send(2) within the wait.
[[gnu::__always_inline__]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                           std::size_t size, Wait wait) {
    return wait_and_try(descriptor, sys::pollout, wait, Operation::send, sys::Calls<sys::send>{},
                        descriptor, data, size, flags_for(wait));
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
