// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The name of a Unix socket: the kernel's sockaddr_un and its length. A path in the file system, a
/// name in the abstract namespace (Linux only, without permissions), or no name at all; unix(7).

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/parser.hpp"
#include "../address/printer.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "base.hpp"

namespace ferrule {

namespace detail {

// Not constexpr, so that the compiler shows the name when a literal reaches it.
inline void a_unix_endpoint_has_no_prefix_unix_in_a_literal() {}
inline void this_is_an_ip_endpoint_as_a_path_it_is_written_with_dot_slash() {}
inline void this_is_a_url_as_a_path_it_is_written_with_dot_slash() {}

// A file named `127.0.0.1:80` or `http://...` would be a mistake.
constexpr void refuse_what_looks_like_something_else(std::string_view text) {
    if (text.starts_with("unix:")) {
        a_unix_endpoint_has_no_prefix_unix_in_a_literal();
    }
    if (const auto scheme = text.find("://"); scheme != text.npos && scheme < text.find('/')) {
        this_is_a_url_as_a_path_it_is_written_with_dot_slash();
    }
    const auto colon = text.rfind(':');
    if (colon == text.npos || text.find('/') != text.npos || text.starts_with('@')) {
        return;
    }
    bool is_port = colon + 1 < text.size();
    for (char character : text.substr(colon + 1)) {
        is_port = is_port && character >= '0' && character <= '9';
    }
    if (is_port) {
        this_is_an_ip_endpoint_as_a_path_it_is_written_with_dot_slash();
    }
}

} // namespace detail

/// A path is written `/run/x.sock` or `x.sock`; an abstract name begins with `@`. Before either may
/// be `unix:`, as Endpoint<Any> writes them. A file whose name begins so is written with `./`.
template <> class Endpoint<Unix> {
public:
    /// Marks a Unix endpoint where the text may be any endpoint.
    static constexpr std::string_view prefix = "unix:";

    /// The bytes that a name has room for: 108 on Linux. A path may fill all of them without a NUL,
    /// an abstract name all but the first.
    static constexpr std::size_t name_capacity = sizeof(sockaddr_un::sun_path);

    /// Unnamed, as a socket is before bind(2), and each end of a pair. If a socket is bound to it,
    /// the kernel gives the socket an abstract name (autobind).
    constexpr Endpoint() { native_.sun_family = sys::af_unix; }

    /// Checked by the compiler: `Endpoint<Unix> endpoint = "/run/x.sock";`. A literal that looks
    /// like an IP endpoint or a URL, or has the prefix, does not compile; `./127.0.0.1:80` is a
    /// file.
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {
        detail::refuse_what_looks_like_something_else({literal, Size - 1});
    }
    /// Text of run time: Endpoint<Unix>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// The file at this path, whatever its first character. Errors: `empty_path`, `path_too_long`,
    /// `nul_in_path`.
    [[nodiscard]] static constexpr Result<Endpoint> path(std::string_view path) {
        if (path.empty()) {
            return Error{Errc::empty_path, Operation::parse};
        }
        for (std::size_t at = 0; at < path.size() && at < name_capacity; ++at) {
            if (path[at] == '\0') {
                return Error{Errc::nul_in_path, Operation::parse, at};
            }
        }
        if (path.size() > name_capacity) {
            return Error{Errc::path_too_long, Operation::parse, name_capacity};
        }
        return Endpoint{path, 0};
    }

    /// This name in the abstract namespace. Any bytes, NUL too, and even none. Errors:
    /// `path_too_long` over 107 bytes, `no_abstract_names` on another system than Linux.
    [[nodiscard]] static constexpr Result<Endpoint> abstract(std::string_view name) {
        if (!sys::unix_has_abstract_names) {
            return Error{Errc::no_abstract_names, Operation::parse};
        }
        if (name.size() > name_capacity - 1) {
            return Error{Errc::path_too_long, Operation::parse, name_capacity - 1};
        }
        return Endpoint{name, 1};
    }

    /// `@name` is an abstract name, anything else a path, after an optional `unix:`. No text means
    /// unnamed; use the default constructor for that.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        if (parser.rest().starts_with(prefix)) {
            parser.advance(prefix.size());
            if (parser.rest().starts_with(prefix)) { // of a file it is `./unix:...`
                return parser.fail(Errc::unexpected_character);
            }
        }
        const bool is_name = parser.here() == '@';
        if (is_name) {
            parser.advance();
        }
        const auto endpoint = is_name ? abstract(parser.rest()) : path(parser.rest());
        if (!endpoint) {
            parser.advance(endpoint.error().position());
            return parser.fail(endpoint.error().code());
        }
        *this = *endpoint;
        parser.advance(parser.rest().size());
        return true;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        if (is_abstract()) {
            *at++ = '@';
        } else if (name().starts_with('@') || name().starts_with(prefix)) {
            at = print_characters(at, "./");
        }
        return print_characters(at, name());
    }

    /// What `parse` reads, with its bytes unchanged. A path that begins with `@` or `unix:` is
    /// written with `./` before it. Unnamed is empty.
    [[nodiscard]] constexpr Text<name_capacity + 2> text() const {
        return Text<name_capacity + 2>::printed(*this);
    }

    [[nodiscard]] constexpr bool is_unnamed() const { return size_ == 0; }
    [[nodiscard]] constexpr bool is_abstract() const {
        return size_ != 0 && native_.sun_path[0] == '\0';
    }
    [[nodiscard]] constexpr bool is_path() const {
        return size_ != 0 && native_.sun_path[0] != '\0';
    }

    /// The path without the NUL after it, or the abstract name without the NUL before it.
    [[nodiscard]] constexpr std::string_view name() const {
        return bytes().substr(is_abstract() ? 1 : 0);
    }

    [[nodiscard]] static constexpr int domain() { return sys::af_unix; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        std::uint64_t hash = size_;
        for (char byte : bytes()) {
            hash = hash_with(hash, static_cast<unsigned char>(byte));
        }
        return hash;
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.bytes() == other.bytes();
    }
    /// Unnamed, then abstract names, then paths.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        return one.bytes() <=> other.bytes();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_un);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    /// Counts the NUL after a path that leaves room for it.
    [[nodiscard]] socklen_t native_size() const {
        return path_offset + size_ + (is_path() && size_ < name_capacity ? 1 : 0);
    }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`. For a path of 108 bytes the kernel
    /// returns one byte more than the buffer has; for a peer without a name it writes nothing, or
    /// the family only.
    void native_resize(socklen_t size) {
        if (size <= path_offset || native_.sun_family != sys::af_unix) {
            *this = Endpoint{};
            return;
        }
        size_ =
            size < sizeof(sockaddr_un) ? size - path_offset : static_cast<socklen_t>(name_capacity);
        if (native_.sun_path[0] != '\0') {
            size_ = static_cast<socklen_t>(bytes().find('\0') < size_ ? bytes().find('\0') : size_);
            if (size_ < name_capacity) {
                native_.sun_path[size_] = '\0';
            }
        }
    }

private:
    static constexpr socklen_t path_offset = offsetof(sockaddr_un, sun_path);

    constexpr Endpoint(std::string_view name, socklen_t start) : Endpoint{} {
        size_ = start;
        for (char byte : name) {
            native_.sun_path[size_++] = byte;
        }
    }

    // The part of sun_path that is used: an abstract name with the NUL before it, a path without
    // the NUL after it.
    constexpr std::string_view bytes() const { return {native_.sun_path, size_}; }

    sockaddr_un native_{};
    socklen_t size_ = 0;
};

} // namespace ferrule
