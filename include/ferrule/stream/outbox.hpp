// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A bounded queue of what a slow reader has not taken yet, for a server of one thread, which can't
/// wait for one client while the others want something.

#include <cstddef>
#include <string_view>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../wait/wait.hpp"
#include "byte_stream.hpp"
#include "impl/stream_buffer.hpp"

namespace ferrule {

/// Sends what the peer takes now, and keeps the rest in a buffer: the caller's, or one of
/// `capacity` bytes inside. Nothing waits. If a message does not fit, that is an answer
/// (`no_buffer_space`), and nothing of it was taken: leave it out, or end with this client.
///
///     Outbox<65536> outbox;
///     outbox.send(connection, "news\n")       // once there is something to say
///     outbox.flush(connection)                // when the poller says that it is writable
///     !outbox.empty()                         // then ask the poller for `writable`
///
/// Whoever sends to the stream itself meanwhile sends ahead of what waits. For one thread.
template <std::size_t capacity = 0> class Outbox {
public:
    Outbox() = default;
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    explicit Outbox(Buffer&& buffer [[clang::lifetimebound]])
        : buffer_{std::forward<Buffer>(buffer)} {}

    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// How many bytes wait.
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// How many more bytes send() takes.
    [[nodiscard]] std::size_t room() const { return buffer_.size() - size_; }

    /// Sends these bytes after those that wait, as far as the stream takes them now; the rest
    /// waits. `no_buffer_space`: more than room(), and nothing was taken. Another error is one of
    /// the stream, which is over.
    template <ByteStream Stream>
    [[nodiscard("the bytes may not have been taken")]] Result<void> send(Stream& stream,
                                                                         BytesView bytes) {
        std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        if (text.size() > room()) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        if (auto flushed = flush(stream); !flushed) {
            return flushed;
        }
        if (empty()) {
            const auto sent = send_now(stream, text);
            if (!sent) {
                return sent.error();
            }
            text.remove_prefix(*sent);
        }
        append(text);
        return {};
    }

    /// Sends what waits, as far as the stream takes it now.
    template <ByteStream Stream>
    [[nodiscard("the stream may be over")]] Result<void> flush(Stream& stream) {
        while (!empty()) {
            const std::size_t to_the_edge = buffer_.size() - begin_;
            const std::size_t size = size_ < to_the_edge ? size_ : to_the_edge;
            const auto sent = send_now(stream, {buffer_.data() + begin_, size});
            if (!sent) {
                return sent.error();
            }
            begin_ = (begin_ + *sent) % buffer_.size();
            size_ -= *sent;
            if (*sent < size) {
                break;
            }
        }
        return {};
    }

private:
    template <ByteStream Stream>
    static Result<std::size_t> send_now(Stream& stream, std::string_view text) {
        const auto sent = text.empty() ? Result<void>{} : stream.send_all(text, no_wait);
        if (!sent && sent.error() != Errc::would_block) {
            return sent.error();
        }
        return sent ? text.size() : sent.error().transferred();
    }

    // The buffer is a ring: what does not fit behind what waits goes before it.
    void append(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = (begin_ + size_) % buffer_.size();
            const std::size_t gap = end < begin_ ? begin_ - end : buffer_.size() - end;
            const std::size_t size = text.size() < gap ? text.size() : gap;
            __builtin_memcpy(buffer_.data() + end, text.data(), size);
            size_ += size;
            text.remove_prefix(size);
        }
    }

    detail::StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};
template <ByteBuffer Buffer> Outbox(Buffer&&) -> Outbox<0>;

} // namespace ferrule
