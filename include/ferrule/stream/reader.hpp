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
#include "impl/found_part.hpp"
#include "impl/read_ahead.hpp"

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
        : ahead_{stream, std::forward<Buffer>(buffer)} {}

    /// Through a buffer inside.
    explicit Reader(Stream& stream [[clang::lifetimebound]])
        requires(capacity != 0)
        : ahead_{stream} {}

    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// What has come and was not consumed.
    [[nodiscard]] std::string_view ahead() const { return ahead_.bytes(); }

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
        return ahead_.consume({.size = come->size() < most ? come->size() : most});
    }
    [[nodiscard]] Result<std::string_view> some(Wait wait = {}) { return some(SIZE_MAX, wait); }

    /// Exactly `size` bytes.
    [[nodiscard]] Result<std::string_view> exactly(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? ahead_.consume({.size = size}) : come;
    }

    /// All that has come, at least `size` bytes.
    [[nodiscard]] Result<std::string_view> at_least(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? ahead_.consume({.size = come->size()}) : come;
    }

    /// The same, but the bytes stay to be read again.
    [[nodiscard]] Result<std::string_view> peek(std::size_t size, Wait wait = {}) {
        if (size > ahead_.room()) {
            return detail::part_too_long();
        }
        auto come = ahead_.find(wait, [size](std::string_view ahead) -> Result<Found> {
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
        const std::size_t most = limit < ahead_.room() ? limit : ahead_.room();
        return read(wait, detail::FindDelimiter{end, most});
    }
    [[nodiscard]] Result<std::string_view> until(BytesView delimiter, Wait wait = {}) {
        return until(delimiter, SIZE_MAX, wait);
    }

    /// The next line without its end, which is "\n" or "\r\n"; at most `limit` bytes before "\n".
    [[nodiscard, gnu::__always_inline__]] Result<std::string_view> line(std::size_t limit,
                                                                        Wait wait = {}) {
        if (wait.may_begin()) [[likely]] {
            const auto* const begin = ahead().data();
            const auto* const end =
                static_cast<const char*>(__builtin_memchr(begin, '\n', ahead().size()));
            if (end != nullptr && static_cast<std::size_t>(end - begin) <= limit) [[likely]] {
                const auto size = static_cast<std::size_t>(end - begin);
                return detail::without_return(ahead_.consume({.size = size, .end = 1}));
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
        const auto over = ahead_.find(wait, [limit](std::string_view ahead) -> Result<Found> {
            return ahead.size() > limit ? Result<Found>{detail::part_too_long()} : Found{};
        });
        return over.error() == Errc::end_of_stream ? ahead_.consume({.size = ahead().size()})
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
        return read(wait, [limit, room = ahead_.room()](std::string_view ahead) {
            return detail::find_frame<Prefix>(ahead, limit, room);
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
        if (ahead().empty() || to.empty()) {
            const auto received = ahead_.stream().receive_some(to, wait);
            return received ? Result<FilledPart<Buffer>>{detail::filled_part<Buffer>(
                                  buffer, received->size())}
                            : received.error();
        }
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        const auto part =
            ahead_.consume({.size = to.size() < ahead().size() ? to.size() : ahead().size()});
        __builtin_memcpy(to.data(), part.data(), part.size());
        return detail::filled_part<Buffer>(buffer, part.size());
    }
    [[nodiscard("the bytes may not have been sent")]] Result<void> send_all(BytesView bytes,
                                                                            Wait wait = {}) {
        return ahead_.stream().send_all(bytes, wait);
    }
    [[nodiscard]] Result<void> shutdown(Shutdown half) { return ahead_.stream().shutdown(half); }

private:
    using Found = detail::FoundPart;

    template <class Buffer> static std::span<std::byte> rest_of(Buffer& buffer, std::size_t done) {
        return std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)})
            .subspan(done);
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

    template <class Find> Result<std::string_view> read(Wait wait, Find find) {
        const auto found = ahead_.find(wait, find);
        return found ? Result<std::string_view>{ahead_.consume(*found)} : found.error();
    }

    // Line by line, what is there already is found inline.
    [[gnu::__cold__, gnu::__noinline__]] Result<std::string_view> later_line(std::size_t limit,
                                                                             Wait wait) {
        const auto part = until("\n", limit, wait);
        return part ? Result<std::string_view>{detail::without_return(*part)} : part;
    }

    detail::ReadAhead<Stream, capacity> ahead_;
};

} // namespace ferrule
