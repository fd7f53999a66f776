// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Reads a stream in the parts that a protocol has: a line, up to a delimiter, so many bytes, a
/// frame, all to the end. A stream is received in pieces that have nothing to do with these parts;
/// the Reader keeps what has come of the next part.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../socket/pieces.hpp"
#include "../sys/number.hpp"
#include "../wait/wait.hpp"
#include "byte_stream.hpp"
#include "frame.hpp"
#include "impl/stream_buffer.hpp"

namespace ferrule {

/// Reads any ByteStream through a buffer: the caller's, or one of `capacity` bytes inside.
///
///     char buffer[8192];
///     Reader reader{connection, buffer};
///     Reader<Connection<Ipv4>, 8192> other{connection};
///
/// What a read gives is a part of the buffer, and valid until the next read. The buffer is the
/// limit of every part, together with its delimiter or prefix: what would be longer is
/// `message_size`, as soon as that is clear, and a peer can't make the Reader take memory.
///
/// After an error nothing was consumed, and the same read can be made again. If the wait, the
/// stream or its end has cut a read short, `error().transferred()` is how many bytes have come and
/// are kept: `end_of_stream` after no bytes is the end between two parts; after more, the stream
/// ended inside one. One Wait spans a whole read.
///
/// Borrows the stream and the buffer. Whoever receives from the stream itself meanwhile takes bytes
/// out of the middle. A Reader is a ByteStream, too: code that goes on with the stream, such as a
/// relay, is given the Reader, and no byte is lost. For one thread; another may send.
template <ByteStream Stream, std::size_t capacity = 0> class Reader {
public:
    /// Through this buffer; all of it is used.
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    Reader(Stream& stream [[clang::lifetimebound]], Buffer&& buffer [[clang::lifetimebound]])
        : stream_{&stream}, buffer_{std::forward<Buffer>(buffer)} {}

    /// Through a buffer inside.
    explicit Reader(Stream& stream [[clang::lifetimebound]])
        requires(capacity != 0)
        : stream_{&stream} {}

    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// What has come and was not consumed.
    [[nodiscard]] std::string_view ahead() const {
        return {buffer_.data() + begin_, end_ - begin_};
    }

    /// Whatever has come, at least one byte and at most `most`; empty at the end of the stream. No
    /// bytes at most are `empty_buffer`.
    [[nodiscard]] Result<std::string_view> some(std::size_t most, Wait wait = {}) {
        if (most == 0) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        const auto come = peek(1, wait);
        if (!come) {
            return come.error() == Errc::end_of_stream ? Result<std::string_view>{ahead()} : come;
        }
        return consume({.size = come->size() < most ? come->size() : most});
    }
    [[nodiscard]] Result<std::string_view> some(Wait wait = {}) { return some(SIZE_MAX, wait); }

    /// Exactly `size` bytes.
    [[nodiscard]] Result<std::string_view> exactly(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? consume({.size = size}) : come;
    }

    /// All that has come, at least `size` bytes.
    [[nodiscard]] Result<std::string_view> at_least(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? consume({.size = come->size()}) : come;
    }

    /// The same, but the bytes stay to be read again.
    [[nodiscard]] Result<std::string_view> peek(std::size_t size, Wait wait = {}) {
        if (size > buffer_.size()) {
            return too_long();
        }
        auto come = find(wait, [size](std::string_view ahead) -> Result<Found> {
            return ahead.size() < size ? Found{} : Found{.size = ahead.size()};
        });
        return come ? Result<std::string_view>{ahead()} : come.error();
    }

    /// The bytes before the delimiter, which is consumed, too: at most `limit` bytes without it. An
    /// empty delimiter is `invalid_argument`.
    [[nodiscard]] Result<std::string_view> until(BytesView delimiter, std::size_t limit,
                                                 Wait wait = {}) {
        const std::string_view end{static_cast<const char*>(delimiter.data()), delimiter.size()};
        if (end.empty()) {
            return Error{Errc::invalid_argument, Operation::receive};
        }
        const std::size_t most = limit < buffer_.size() ? limit : buffer_.size();
        std::size_t searched = 0;
        return read(wait, [=](std::string_view ahead) mutable -> Result<Found> {
            const std::size_t at = ahead.substr(0, most + end.size()).find(end, searched);
            if (at != npos) {
                return Found{.size = at, .end = end.size()};
            }
            if (ahead.size() >= most + end.size()) {
                return too_long();
            }
            searched = ahead.size() < end.size() ? 0 : ahead.size() - (end.size() - 1);
            return Found{};
        });
    }
    [[nodiscard]] Result<std::string_view> until(BytesView delimiter, Wait wait = {}) {
        return until(delimiter, SIZE_MAX, wait);
    }

    /// The next line without its end, which is "\n" or "\r\n"; at most `limit` bytes before "\n".
    [[nodiscard, gnu::__always_inline__]] Result<std::string_view> line(std::size_t limit,
                                                                        Wait wait = {}) {
        if (wait.may_begin()) [[likely]] {
            const auto* const begin = buffer_.data() + begin_;
            const auto* const end =
                static_cast<const char*>(__builtin_memchr(begin, '\n', end_ - begin_));
            if (end != nullptr && static_cast<std::size_t>(end - begin) <= limit) [[likely]] {
                begin_ += static_cast<std::size_t>(end - begin) + 1;
                return without_return({begin, end});
            }
        }
        return later_line(limit, wait);
    }
    [[nodiscard, gnu::__always_inline__]] Result<std::string_view> line(Wait wait = {}) {
        return line(SIZE_MAX, wait);
    }

    /// All bytes to the end of the stream, at most `limit`; none is a part, too. The end shows only
    /// when there is room for one byte more.
    [[nodiscard]] Result<std::string_view> to_the_end(std::size_t limit, Wait wait = {}) {
        const auto over = find(wait, [limit](std::string_view ahead) -> Result<Found> {
            return ahead.size() > limit ? Result<Found>{too_long()} : Found{};
        });
        return over.error() == Errc::end_of_stream ? consume({.size = ahead().size()})
                                                   : Result<std::string_view>{over.error()};
    }
    [[nodiscard]] Result<std::string_view> to_the_end(Wait wait = {}) {
        return to_the_end(SIZE_MAX, wait);
    }

    /// The body of the next frame, whose length stands before it as `Prefix` says
    /// (`reader.frame<BigEndian<std::uint32_t>>()`); at most `limit` bytes without the prefix. What
    /// the prefix itself finds wrong is the error that it gives.
    template <PrefixesFrames Prefix>
    [[nodiscard]] Result<std::string_view> frame(std::size_t limit, Wait wait = {}) {
        const std::size_t room = buffer_.size();
        return read(wait, [=](std::string_view ahead) -> Result<Found> {
            const auto size = PrefixOf<Prefix>::read(ahead);
            if (!size) {
                return size.error();
            }
            if (size->prefix > ahead.size() || size->prefix == 0) {
                return ahead.size() < PrefixOf<Prefix>::longest
                           ? Result<Found>{Found{}}
                           : Error{Errc::protocol_error, Operation::receive};
            }
            if (size->body > limit || size->body > room - size->prefix) {
                return too_long();
            }
            const auto body = sys::number_as<std::size_t>(size->body);
            return ahead.size() - size->prefix < body ? Found{}
                                                      : Found{.begin = size->prefix, .size = body};
        });
    }
    template <PrefixesFrames Prefix> [[nodiscard]] Result<std::string_view> frame(Wait wait = {}) {
        return frame<Prefix>(SIZE_MAX, wait);
    }

    /// some(), again and again, as a range that ends at the end of the stream (pieces.hpp):
    /// `for (const auto& piece : reader.pieces())`.
    [[nodiscard]] auto pieces(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(none_is_the_end(some(wait))); }};
    }
    /// The next `size` bytes, any number, in pieces: the body of an answer that says its length. If
    /// the stream ends before that, the last element is `end_of_stream`, and
    /// `error().transferred()` is how many came.
    [[nodiscard]] auto pieces(std::uint64_t size, Wait wait = {}) {
        return Pieces{wait, [this, size, done = std::uint64_t{0}, wait]() mutable {
                          return next_of(size, done, wait);
                      }};
    }
    /// line(), again and again.
    [[nodiscard]] auto lines(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(line(wait)); }};
    }
    /// frame(), again and again.
    template <PrefixesFrames Prefix> [[nodiscard]] auto frames(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(frame<Prefix>(wait)); }};
    }

    /// Reads exactly `size` bytes, any number, and drops them. After an error
    /// `error().transferred()` bytes have been dropped.
    [[nodiscard]] Result<void> skip(std::uint64_t size, Wait wait = {}) {
        for (std::uint64_t done = 0; done < size;) {
            const auto piece = next_of(size, done, wait);
            const auto going = !piece        ? Result<void>{piece.error()}
                               : done < size ? wait.check(Operation::receive)
                                             : Result<void>{};
            if (!going) {
                return Error{going.error().code(), Operation::receive,
                             sys::number_as<std::size_t>(done)};
            }
        }
        return {};
    }

    /// Fills a buffer of yours, of any size: first with what has come, then from the stream itself.
    /// After an error the first `error().transferred()` bytes of it are filled, and consumed.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_exactly(Buffer&& buffer, Wait wait = {}) {
        const std::size_t size = detail::size_of(buffer);
        for (std::size_t done = 0; done < size;) {
            const auto received = receive_some(rest_of(buffer, done), wait);
            done += received ? received->size() : 0;
            auto going = Result<void>{};
            if (!received) {
                going = received.error();
            } else if (received->empty()) {
                going = Error{Errc::end_of_stream, Operation::receive};
            } else if (done < size) {
                going = wait.check(Operation::receive);
            }
            if (!going) {
                return Error{going.error().code(), Operation::receive, done};
            }
        }
        return detail::filled_part<Buffer>(buffer, size);
    }

    /// What has come, if anything has, else from the stream itself: this, send_all and shutdown
    /// make the Reader a ByteStream.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_some(Buffer&& buffer, Wait wait = {}) {
        const auto to = rest_of(buffer, 0);
        if (begin_ == end_ || to.empty()) {
            const auto received = stream_->receive_some(to, wait);
            return received ? Result<FilledPart<Buffer>>{detail::filled_part<Buffer>(
                                  buffer, received->size())}
                            : received.error();
        }
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        const auto part =
            consume({.size = to.size() < ahead().size() ? to.size() : ahead().size()});
        __builtin_memcpy(to.data(), part.data(), part.size());
        return detail::filled_part<Buffer>(buffer, part.size());
    }
    [[nodiscard("the bytes may not have been sent")]] Result<void> send_all(BytesView bytes,
                                                                            Wait wait = {}) {
        return stream_->send_all(bytes, wait);
    }
    [[nodiscard]] Result<void> shutdown(Shutdown half) { return stream_->shutdown(half); }

private:
    static constexpr std::size_t npos = std::string_view::npos;

    // Where the next part stands in what has come: what is before it and after it, such as a
    // prefix or a delimiter, is consumed with it. Without a size it has not come to its end.
    struct Found {
        std::size_t begin = 0;
        std::size_t size = npos;
        std::size_t end = 0;
    };

    static Error too_long() { return {Errc::message_size, Operation::receive}; }

    template <class Buffer> static std::span<std::byte> rest_of(Buffer& buffer, std::size_t done) {
        return std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)})
            .subspan(done);
    }

    static std::string_view without_return(std::string_view line) {
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        return line;
    }

    static Result<std::string_view> none_is_the_end(Result<std::string_view> piece) {
        if (piece && piece->empty()) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
        return piece;
    }

    // As Pieces asks for it.
    static Result<std::string_view> or_over(Result<std::string_view> part) {
        if (!part && part.error() == Error{Errc::end_of_stream, Operation::receive}) {
            return Error{Errc::none, Operation::receive};
        }
        return part;
    }

    // The next of `size` bytes, of which so many are done.
    Result<std::string_view> next_of(std::uint64_t size, std::uint64_t& done, Wait wait) {
        if (done == size) {
            return Error{Errc::none, Operation::receive};
        }
        const std::uint64_t left = size - done;
        auto piece = none_is_the_end(
            some(left < SIZE_MAX ? sys::number_as<std::size_t>(left) : SIZE_MAX, wait));
        if (!piece) {
            return Error{piece.error().code(), Operation::receive,
                         sys::number_as<std::size_t>(done)};
        }
        done += piece->size();
        return piece;
    }

    std::string_view consume(Found found) {
        const auto part = ahead().substr(found.begin, found.size);
        begin_ += found.begin + found.size + found.end;
        return part;
    }

    // Receives until the part is found; consumes nothing.
    template <class Find> Result<Found> find(Wait wait, Find find) {
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        for (bool is_first = true;; is_first = false) {
            const auto found = find(ahead());
            if (!found || found->size != npos) {
                return found;
            }
            if (ahead().size() == buffer_.size()) {
                return too_long();
            }
            auto going = is_first ? Result<void>{} : wait.check(Operation::receive);
            if (going) {
                going = receive_more(wait);
            }
            if (!going) {
                return Error{going.error().code(), Operation::receive, ahead().size()};
            }
        }
    }

    template <class Find> Result<std::string_view> read(Wait wait, Find find) {
        const auto found = this->find(wait, find);
        return found ? Result<std::string_view>{consume(*found)} : found.error();
    }

    // Line by line, what is there already is found inline.
    [[gnu::__cold__, gnu::__noinline__]] Result<std::string_view> later_line(std::size_t limit,
                                                                             Wait wait) {
        const auto part = until("\n", limit, wait);
        return part ? Result<std::string_view>{without_return(*part)} : part;
    }

    // Receives behind what has come, which goes to the front if that costs no more than what was
    // consumed, or if there is no room behind it.
    Result<void> receive_more(Wait wait) {
        const std::size_t size = end_ - begin_;
        if (begin_ >= size || end_ == buffer_.size()) {
            __builtin_memmove(buffer_.data(), buffer_.data() + begin_, size);
            begin_ = 0;
            end_ = size;
        }
        const auto received = stream_->receive_some(
            std::as_writable_bytes(std::span{buffer_.data() + end_, buffer_.size() - end_}), wait);
        if (!received) {
            return received.error();
        }
        if (received->empty()) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
        end_ += received->size();
        return {};
    }

    Stream* stream_;
    detail::StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferrule
