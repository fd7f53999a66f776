// SPDX-License-Identifier: MIT
//
// The messages of the domain name system (RFC 1035 section 4): a question is made, an answer read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ferrule/core/endian.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dns {

using Number = ferrule::BigEndian<std::uint16_t>;

struct Header {
    Number id;
    Number flags;
    Number questions;
    Number answers;
    Number authorities;
    Number more;
};
inline constexpr std::uint16_t is_response = 0x8000, is_truncated = 0x0200,
                               wants_recursion = 0x0100;

enum class Kind : std::uint16_t { a = 1, aaaa = 28 };

// A place in a message of somebody else: nothing is read beyond its end.
class Cursor {
public:
    explicit Cursor(std::string_view message) : message_{message} {}

    template <class Value> std::optional<Value> read() {
        Value value;
        const auto bytes = ferrule::bytes_of(value);
        if (message_.size() - at_ < bytes.size()) {
            return {};
        }
        std::copy_n(std::as_bytes(std::span{message_}).data() + at_, bytes.size(), bytes.data());
        at_ += bytes.size();
        return value;
    }
    std::optional<std::string_view> read(std::size_t size) {
        if (message_.size() - at_ < size) {
            return {};
        }
        at_ += size;
        return message_.substr(at_ - size, size);
    }

    // A name: labels, each with its size before it, and an empty one. Two bits say that the rest
    // stands at another place, before this one; places that lead in a circle would be read for
    // ever, so each has to lie before the last.
    std::optional<std::string> name() {
        std::string text;
        std::size_t end = 0; // of the name here, once it goes on elsewhere
        for (std::size_t before = at_;;) {
            const auto size = read<std::uint8_t>();
            if (!size || text.size() > 255) {
                return {};
            } else if (*size >= 0xc0) {
                const auto low = read<std::uint8_t>();
                const std::size_t place = (std::size_t{*size} & 0x3f) << 8 | low.value_or(0);
                if (!low || place >= before) {
                    return {};
                }
                end = end == 0 ? at_ : end;
                at_ = before = place;
            } else if (*size == 0) {
                at_ = end == 0 ? at_ : end;
                return text.empty() ? "." : text;
            } else if (const auto label = read(*size); *size < 64 && label) {
                text += std::string{*label} + ".";
            } else {
                return {};
            }
        }
    }

private:
    std::string_view message_;
    std::size_t at_ = 0;
};

// A question for one name. None if the name has a label of more than 63 characters, or an empty
// one.
inline std::optional<std::string> question(std::uint16_t id, std::string_view name, Kind kind) {
    const Header header{id, wants_recursion, 1, 0, 0, 0};
    const auto head = std::as_bytes(ferrule::bytes_of(header));
    std::string message(reinterpret_cast<const char*>(head.data()), head.size());
    if (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    for (bool is_last = false; !is_last;) {
        const auto label = name.substr(0, name.find('.'));
        if (label.empty() || label.size() > 63 || message.size() > 260) {
            return {};
        }
        message += static_cast<char>(label.size());
        message += label;
        is_last = label.size() == name.size();
        name.remove_prefix(is_last ? label.size() : label.size() + 1);
    }
    const Number tail[] = {std::uint16_t{0}, static_cast<std::uint16_t>(kind), std::uint16_t{1}};
    message.append(reinterpret_cast<const char*>(tail) + 1, sizeof tail - 1); // a 0, kind, class IN
    return message;
}

} // namespace dns
