// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// From a file to a socket, and from a socket to another, without a copy of the bytes in this
/// process.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../socket/connection.hpp"
#include "../sys/call.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/file_transfer.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/socket.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// A part of an open file, borrowed.
struct FilePart {
    int file = -1;            ///< A descriptor of a regular file, open for reading.
    std::uint64_t offset = 0; ///< In bytes. The file's own offset is neither used nor changed.
    std::uint64_t size = 0;   ///< In bytes.
};

namespace detail {

// sendfile(2) and splice(2) have no flag for one call that must not wait: the socket itself is
// non-blocking while they have a limit. Calls of other threads see that, and wait by poll(2).
class NonBlockingWhile {
public:
    NonBlockingWhile(int descriptor, Wait wait)
        : descriptor_{wait.is_for_ever() ? -1 : descriptor} {
        if (descriptor_ >= 0) {
            static_cast<void>(sys::set_blocking(descriptor_, sys::Blocking::no));
        }
    }
    NonBlockingWhile(const NonBlockingWhile&) = delete;
    NonBlockingWhile& operator=(const NonBlockingWhile&) = delete;
    ~NonBlockingWhile() {
        if (descriptor_ >= 0) {
            static_cast<void>(sys::set_blocking(descriptor_, sys::Blocking::yes));
        }
    }

private:
    int descriptor_;
};

} // namespace detail

/// sendfile(2), repeated: sends a part of a file. After an error `error().transferred()` bytes of
/// it have gone out: `end_of_stream` if the file ends before that, which a file does that somebody
/// cuts meanwhile. With a deadline or a stop the socket is non-blocking as long as this takes.
template <class Family, class Protocol>
[[nodiscard("the file may not have been sent")]] Result<void>
send_file(const Connection<Family, Stream, Protocol>& connection, const FilePart& part,
          Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    constexpr std::uint64_t most = 1U << 30; // of a call
    const detail::NonBlockingWhile non_blocking{connection.descriptor(), wait};
    const sys::WithoutSigpipe without_sigpipe;
    std::uint64_t done = 0;
    auto going = Result<void>{};
    while (going && done < part.size) {
        const std::uint64_t left = part.size - done;
        const auto sent = wait_and_try(connection.descriptor(), sys::pollout, wait, Operation::send,
                                       sys::Calls<sys::send_file>{}, connection.descriptor(),
                                       part.file, part.offset + done,
                                       sys::number_as<std::size_t>(left < most ? left : most));
        if (!sent) {
            going = sent.error();
        } else if (*sent == 0) {
            going = Error{Errc::end_of_stream, Operation::send};
        } else {
            done += *sent;
            going = done < part.size ? wait.check(Operation::send) : Result<void>{};
        }
    }
    return going ? going
                 : Error{going.error().code(), Operation::send, sys::number_as<std::size_t>(done)};
}

#if FERRULE_HAS_EPOLL // splice(2) is of Linux, as epoll(7) is

/// Moves bytes from one connection to another through a pipe(7), which holds what one side has sent
/// and the other has not taken yet. Only Linux has it.
class Splice {
public:
    /// pipe2(2).
    [[nodiscard]] static Result<Splice> open() {
        auto ends = sys::open_pipe(Operation::open);
        if (!ends) {
            return ends.error();
        }
        return Splice{std::move(ends->first), std::move(ends->second)};
    }

    /// How many bytes have left `from` and have not reached `to`: the next move() sends them first.
    [[nodiscard]] std::size_t pending() const { return pending_; }

    /// splice(2), twice: moves what is there, at least one byte and at most `most`; returns how
    /// many have reached `to`; 0 is the end of the stream `from`. After an error
    /// `error().transferred()` of them have.
    template <class From, class FromProtocol, class To, class ToProtocol>
    [[nodiscard]] Result<std::size_t> move(const Connection<From, Stream, FromProtocol>& from,
                                           const Connection<To, Stream, ToProtocol>& to,
                                           std::size_t most, Wait wait = {}) {
        if (!from.is_open() || !to.is_open() || !out_.is_open()) {
            return Error{Errc::not_open, Operation::receive};
        }
        if (most == 0) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        if (pending_ == 0) {
            const detail::NonBlockingWhile non_blocking{from.descriptor(), wait};
            const auto received = wait_and_try(
                from.descriptor(), sys::pollin, wait, Operation::receive, sys::Calls<sys::splice>{},
                from.descriptor(), in_.number(), most, Operation::receive);
            if (!received || *received == 0) {
                return received;
            }
            pending_ = *received;
        }
        return flush(to, wait);
    }

private:
    Splice(Descriptor out, Descriptor in) : out_{std::move(out)}, in_{std::move(in)} {}

    template <class Family, class Protocol>
    Result<std::size_t> flush(const Connection<Family, Stream, Protocol>& to, Wait wait) {
        const detail::NonBlockingWhile non_blocking{to.descriptor(), wait};
        const sys::WithoutSigpipe without_sigpipe;
        std::size_t done = 0;
        auto going = Result<void>{};
        while (going && pending_ != 0) {
            const auto sent = wait_and_try(to.descriptor(), sys::pollout, wait, Operation::send,
                                           sys::Calls<sys::splice>{}, out_.number(),
                                           to.descriptor(), pending_, Operation::send);
            if (sent) {
                done += *sent;
                pending_ -= *sent;
                going = pending_ != 0 ? wait.check(Operation::send) : Result<void>{};
            } else {
                going = sent.error();
            }
        }
        return going ? Result<std::size_t>{done}
                     : Error{going.error().code(), Operation::send, done};
    }

    Descriptor out_;
    Descriptor in_;
    std::size_t pending_ = 0;
};

#endif

} // namespace ferrule
