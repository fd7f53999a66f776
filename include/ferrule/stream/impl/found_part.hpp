// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Where the next part of a stream stands in what has come of it.

#include <cstddef>
#include <string_view>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../sys/number.hpp"
#include "../frame.hpp"

namespace ferrule::detail {

// What is before the part and after it, such as a prefix or a delimiter, is consumed with it.
// Without a size it has not come to its end.
struct FoundPart {
    static constexpr std::size_t none = std::string_view::npos;

    std::size_t begin = 0;
    std::size_t size = none;
    std::size_t end = 0;
};

inline Error part_too_long() { return {Errc::message_size, Operation::receive}; }

// The bytes before a delimiter, at most so many. Asked again when more has come, it does not search
// twice.
class FindDelimiter {
public:
    FindDelimiter(std::string_view delimiter, std::size_t most)
        : delimiter_{delimiter}, most_{most} {}

    Result<FoundPart> operator()(std::string_view come) {
        const std::size_t size = delimiter_.size();
        const std::size_t at = come.substr(0, most_ + size).find(delimiter_, searched_);
        if (at != std::string_view::npos) {
            return FoundPart{.size = at, .end = size};
        }
        if (come.size() >= most_ + size) {
            return part_too_long();
        }
        searched_ = come.size() < size ? 0 : come.size() - (size - 1);
        return FoundPart{};
    }

private:
    std::string_view delimiter_;
    std::size_t most_;
    std::size_t searched_ = 0;
};

// A line that ended in "\n" or "\r\n", of which "\n" is gone.
inline std::string_view without_return(std::string_view line) {
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

// The body of a frame, at most `limit` bytes, which fits into `room` with its prefix.
template <PrefixesFrames Prefix>
Result<FoundPart> find_frame(std::string_view come, std::size_t limit, std::size_t room) {
    const auto size = ferrule::PrefixOf<Prefix>::read(come);
    if (!size) {
        return size.error();
    }
    if (size->prefix > come.size() || size->prefix == 0) {
        return come.size() < ferrule::PrefixOf<Prefix>::longest
                   ? Result<FoundPart>{FoundPart{}}
                   : Error{Errc::protocol_error, Operation::receive};
    }
    if (size->body > limit || size->body > room - size->prefix) {
        return part_too_long();
    }
    const auto body = sys::number_as<std::size_t>(size->body);
    return come.size() - size->prefix < body ? FoundPart{}
                                             : FoundPart{.begin = size->prefix, .size = body};
}

} // namespace ferrule::detail
