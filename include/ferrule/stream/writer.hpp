// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Collects what is written in small parts and sends it in large ones: a system call and a packet
/// for many lines, instead of one each.

#include <cstddef>
#include <string_view>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../wait/wait.hpp"
#include "byte_stream.hpp"
#include "frame.hpp"
#include "impl/stream_buffer.hpp"

namespace ferrule {

/// Writes to any ByteStream through a buffer: the caller's, or one of `capacity` bytes inside.
///
///     char buffer[8192];
///     Writer writer{connection, buffer};
///     writer.write("HELLO\r\n").value();
///     writer.flush().value();
///
/// Nothing is sent before the buffer is full or flush() is called: flush() before waiting for an
/// answer. A Writer that goes away drops what was not flushed. After an error nothing that was
/// written is lost: what has not gone out stays for the next flush(). Borrows the stream and the
/// buffer. For one thread; another may receive.
template <ByteStream Stream, std::size_t capacity = 0> class Writer {
public:
    /// Through this buffer; all of it is used.
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    Writer(Stream& stream [[clang::lifetimebound]], Buffer&& buffer [[clang::lifetimebound]])
        : stream_{&stream}, buffer_{std::forward<Buffer>(buffer)} {}

    /// Through a buffer inside.
    explicit Writer(Stream& stream [[clang::lifetimebound]])
        requires(capacity != 0)
        : stream_{&stream} {}

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// How many bytes were written and have not gone out.
    [[nodiscard]] std::size_t pending() const { return end_ - begin_; }

    /// All of these bytes, after those before. After an error the first `error().transferred()` of
    /// them are written, and the rest can be written again.
    [[nodiscard("the bytes may not have been written")]] Result<void> write(BytesView bytes,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        if (!wait.may_begin()) {
            return wait.why_not(Operation::send);
        }
        return append_or_send(text, wait);
    }

    /// A frame: its length, as `Prefix` says, and its body. After an error, either nothing of it is
    /// written (`error().transferred()` is 0), or its prefix and so many bytes of its body are: go
    /// on with write(), from there. The buffer needs room for a prefix and one byte.
    template <PrefixesFrames Prefix>
    [[nodiscard("the frame may not have been written")]] Result<void> frame(BytesView body,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(body.data()), body.size()};
        char prefix[PrefixOf<Prefix>::longest];
        const auto size = PrefixOf<Prefix>::write(text.size(), prefix);
        if (!size) {
            return size.error();
        }
        if (*size >= buffer_.size()) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        if (!wait.may_begin()) {
            return wait.why_not(Operation::send);
        }
        if (room() <= *size) { // after this a byte of the body has room, too
            if (auto sent = flush(wait); !sent) {
                return Error{sent.error().code(), Operation::send};
            }
        }
        append({prefix, *size});
        return append_or_send(text, wait);
    }

    /// Sends what was written. After an error `error().transferred()` bytes of it have gone out;
    /// the rest stays.
    [[nodiscard("the bytes may not have been sent")]] Result<void> flush(Wait wait = {}) {
        if (begin_ == end_) {
            return {};
        }
        auto sent = stream_->send_all(std::string_view{buffer_.data() + begin_, pending()}, wait);
        begin_ += sent ? pending() : sent.error().transferred();
        if (begin_ == end_) {
            begin_ = end_ = 0;
        }
        return sent;
    }

private:
    [[nodiscard]] std::size_t room() const { return buffer_.size() - pending(); }

    // Copies as much as there is room for behind what is pending; returns how much.
    std::size_t append(std::string_view text) {
        const std::size_t size = text.size() < room() ? text.size() : room();
        if (size > buffer_.size() - end_) {
            __builtin_memmove(buffer_.data(), buffer_.data() + begin_, pending());
            end_ -= begin_;
            begin_ = 0;
        }
        if (size != 0) {
            __builtin_memcpy(buffer_.data() + end_, text.data(), size);
        }
        end_ += size;
        return size;
    }

    // Fills the buffer and sends it until the rest fits; what is longer than the buffer is not
    // copied.
    Result<void> append_or_send(std::string_view text, Wait wait) {
        for (std::size_t done = append(text); done < text.size();
             done += append(text.substr(done))) {
            auto sent = flush(wait);
            std::size_t gone = 0;
            if (sent && text.size() - done >= buffer_.size()) {
                sent = stream_->send_all(text.substr(done), wait);
                gone = sent ? text.size() - done : sent.error().transferred();
            }
            done += gone;
            if (!sent) {
                return Error{sent.error().code(), Operation::send, done};
            }
        }
        return {};
    }

    Stream* stream_;
    detail::StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferrule
