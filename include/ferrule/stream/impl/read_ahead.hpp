// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What has come of a stream and was not consumed; a Reader finds its parts there.

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../wait/wait.hpp"
#include "../byte_stream.hpp"
#include "found_part.hpp"
#include "stream_buffer.hpp"

namespace ferrule::detail {

template <ByteStream Stream, std::size_t capacity> class ReadAhead {
public:
    template <class Buffer>
    ReadAhead(Stream& stream, Buffer&& buffer)
        : stream_{&stream}, buffer_{std::forward<Buffer>(buffer)} {}
    explicit ReadAhead(Stream& stream)
        requires(capacity != 0)
        : stream_{&stream} {}

    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    [[nodiscard]] Stream& stream() const { return *stream_; }
    [[nodiscard]] std::size_t room() const { return buffer_.size(); }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] std::string_view bytes() const { return {buffer_.data() + begin_, size()}; }

    std::string_view consume(FoundPart found) {
        const auto part = bytes().substr(found.begin, found.size);
        begin_ += found.begin + found.size + found.end;
        return part;
    }

    // Receives until the part is found; consumes nothing.
    template <class Find> Result<FoundPart> find(Wait wait, Find find) {
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        for (bool is_first = true;; is_first = false) {
            const auto found = find(bytes());
            if (!found || found->size != FoundPart::none) {
                return found;
            }
            if (size() == buffer_.size()) {
                return part_too_long();
            }
            auto going = is_first ? Result<void>{} : wait.check(Operation::receive);
            if (going) {
                going = receive_more(wait);
            }
            if (!going) {
                return Error{going.error().code(), Operation::receive, size()};
            }
        }
    }

private:
    // Receives behind what has come, which goes to the front if that costs no more than what was
    // consumed, or if there is no room behind it.
    Result<void> receive_more(Wait wait) {
        if (begin_ >= size() || end_ == buffer_.size()) {
            __builtin_memmove(buffer_.data(), buffer_.data() + begin_, size());
            end_ = size();
            begin_ = 0;
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
    StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferrule::detail
