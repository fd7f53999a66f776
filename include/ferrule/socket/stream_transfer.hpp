// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sending and receiving a stream of bytes. The plain path, without a Wait, is one call and inline;
/// the waiting path is out of line.

#include <cstddef>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/transfer.hpp"
#include "../tag/state.hpp"
#include "../wait/wait.hpp"
#include "impl/transfer.hpp"
#include "named.hpp"
#include "pieces.hpp"

namespace ferrule {

namespace detail {

// Goes on with a transfer of `size` bytes, after the answer of its first call: `again(done)` makes
// the next, when so many bytes have gone through.
template <class Again>
Result<void> go_on(int descriptor, short events, Operation operation, Wait wait, std::size_t size,
                   Result<std::size_t> answer, Again again) {
    int in_vain = 0;
    for (std::size_t done = 0;;) {
        auto going = Result<void>{};
        if (answer) {
            done += *answer;
            if (done == size) {
                return {};
            }
            in_vain = 0;
            going = *answer == 0 && operation == Operation::receive
                        ? Error{Errc::end_of_stream, operation}
                        : wait.check(operation);
        } else {
            going = before_next_try(answer.error(), in_vain, descriptor, events, wait, operation);
        }
        if (!going) {
            return Error{going.error().code(), operation, done};
        }
        answer = again(done);
    }
}

// Sends the rest, after the answer of the first send(2).
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
send_rest(int descriptor, const void* data, std::size_t size, Result<std::size_t> sent, Wait wait) {
    return go_on(descriptor, sys::pollout, Operation::send, wait, size, sent,
                 [=](std::size_t done) {
                     return sys::send(descriptor, static_cast<const char*>(data) + done,
                                      size - done, flags_for(wait));
                 });
}

// Fills the rest of the buffer, after the answer of the first recv(2).
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> receive_rest(int descriptor, void* data,
                                                                      std::size_t size,
                                                                      Result<std::size_t> received,
                                                                      Wait wait) {
    return go_on(descriptor, sys::pollin, Operation::receive, wait, size, received,
                 [=](std::size_t done) {
                     return sys::receive(descriptor, static_cast<char*>(data) + done, size - done,
                                         sys::msg_waitall | flags_for(wait));
                 });
}

// Drops the first bytes, which have gone, from the pieces of a message.
inline void drop(msghdr& message, std::size_t bytes) {
    while (message.msg_iovlen > 0 && bytes >= message.msg_iov->iov_len) {
        bytes -= message.msg_iov->iov_len;
        ++message.msg_iov;
        --message.msg_iovlen;
    }
    if (message.msg_iovlen > 0) {
        message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + bytes;
        message.msg_iov->iov_len -= bytes;
    }
}

// Sends the rest of the pieces, after the answer of the first sendmsg(2); uses them up.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
send_rest_of(int descriptor, msghdr& message, std::size_t size, Result<std::size_t> sent,
             Wait wait) {
    return go_on(descriptor, sys::pollout, Operation::send, wait, size, sent,
                 [=, &message, dropped = std::size_t{0}](std::size_t done) mutable {
                     drop(message, done - dropped);
                     dropped = done;
                     return sys::send_message(descriptor, message, flags_for(wait));
                 });
}

// Receives and discards bytes until the end of the stream. Returns how many there were.
[[gnu::__cold__, gnu::__noinline__]] inline Result<std::size_t> discard_to_the_end(int descriptor,
                                                                                   Wait wait) {
    char nothing[16384];
    for (std::size_t discarded = 0;;) {
        const auto received = receive(descriptor, nothing, sizeof nothing, 0, wait);
        if (!received) {
            return Error{received.error().code(), Operation::finish, discarded};
        }
        if (*received == 0) {
            return discarded;
        }
        discarded += *received;
        if (auto going = wait.check(Operation::finish); !going) {
            return Error{going.error().code(), Operation::finish, discarded};
        }
    }
}

// Return type of a range over a temporary connection: its name is the message.
struct borrowed_so_keep_the_connection_in_a_variable {};

} // namespace detail

/// The operations of a Connection whose Type is a stream. One thread may send while another
/// receives.
template <class Family, class Type, class Protocol>
class StreamTransfer : public Named<state::Connection, Family, Type, Protocol> {
public:
    using Named<state::Connection, Family, Type, Protocol>::Named;

    /// send(2): as much as there is room for, at least one byte; returns how many. If the peer no
    /// longer reads, it is `broken_pipe` or `connection_reset`, never a signal.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<std::size_t> send_some(BytesView bytes,
                                                                       Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        return detail::send(this->descriptor(), bytes.data(), bytes.size(), wait);
    }

    /// send(2), repeated: all of it. After an error, `error().transferred()` bytes have gone out.
    [[nodiscard("the bytes may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_all(BytesView bytes, Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::send);
        }
        const auto sent =
            sys::send(this->descriptor(), bytes.data(), bytes.size(), detail::flags_for(wait));
        if (sent && *sent == bytes.size()) [[likely]] {
            return {};
        }
        return detail::send_rest(this->descriptor(), bytes.data(), bytes.size(), sent, wait);
    }

    /// sendmsg(2), repeated if need be: the pieces as one, `send_all({header, body})`. It is one
    /// call if there is room in the send buffer, so that the pieces share packets and Nagle's
    /// algorithm holds nothing back.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the bytes may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_all(const BytesView (&bytes)[pieces], Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::send);
        }
        detail::Gathered<pieces> gathered{bytes};
        msghdr message = gathered.message();
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::send);
        }
        const auto sent = sys::send_message(this->descriptor(), message, detail::flags_for(wait));
        if (sent && *sent == gathered.size()) [[likely]] {
            return {};
        }
        return detail::send_rest_of(this->descriptor(), message, gathered.size(), sent, wait);
    }

    /// recv(2): what is there, at least one byte; returns the part of the buffer that was filled.
    /// Empty means that the peer has ended the stream. A buffer of no bytes is the error
    /// `empty_buffer`. A reset is reported once: if another thread's send got it, this call sees
    /// the end of the stream.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>>
    receive_some(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// receive_some, repeated until the end of the stream, as a range (pieces.hpp): `for (const
    /// auto& piece : connection.pieces(buffer))`.
    template <ByteBuffer Buffer>
        requires std::is_lvalue_reference_v<Buffer>
    [[nodiscard]] auto pieces(Buffer&& buffer, Wait wait = {}) const& {
        return Pieces{wait, [this, &buffer, wait]() -> Result<FilledPart<Buffer>> {
                          auto piece = receive_some(buffer, wait);
                          if (piece && piece->empty()) {
                              return Error{Errc::none, Operation::receive};
                          }
                          return piece;
                      }};
    }
    template <ByteBuffer Buffer>
    detail::borrowed_so_keep_the_connection_in_a_variable pieces(Buffer&& buffer,
                                                                 Wait wait = {}) const&& = delete;

    /// recv(2) with MSG_PEEK: like receive_some, but the bytes stay to be received again.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> peek(Buffer&& buffer,
                                                                         Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recv(2), repeated: fills the whole buffer. `end_of_stream` if the peer ends before that.
    /// After an error the first `error().transferred()` bytes of the buffer have been received.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>>
    receive_exactly(Buffer&& buffer, Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::receive);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::receive);
        }
        const std::size_t size = detail::size_of(buffer);
        if (size != 0) [[likely]] { // of no bytes there is nothing to receive
            const auto received = sys::receive(this->descriptor(), std::data(buffer), size,
                                               sys::msg_waitall | detail::flags_for(wait));
            if (!received || *received != size) [[unlikely]] {
                if (auto filled = detail::receive_rest(this->descriptor(), std::data(buffer), size,
                                                       received, wait);
                    !filled) {
                    return filled.error();
                }
            }
        }
        return detail::filled_part<Buffer>(buffer, size);
    }

protected:
    ~StreamTransfer() = default;
    StreamTransfer(StreamTransfer&&) noexcept = default;
    StreamTransfer& operator=(StreamTransfer&&) noexcept = default;

private:
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer&>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        const auto received = detail::receive(this->descriptor(), std::data(buffer),
                                              detail::size_of(buffer), flags, wait);
        if (!received) [[unlikely]] {
            return received.error().during(operation);
        }
        return detail::filled_part<Buffer&>(buffer, *received);
    }
};

} // namespace ferrule
