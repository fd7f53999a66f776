// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Splits `example.com:http` in two parts. Each part is checked, but nothing is looked up.

#include <cstddef>
#include <string_view>

#include "../address/parser.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"

namespace ferrule {

/// A host and a service as they were written, without the brackets of an IPv6 address.
struct HostPort {
    std::string_view host;
    std::string_view service;
};

/// `host:service`, `192.0.2.1:80`, `[2001:db8::1]:http`: an address with colons stands in brackets.
/// Either part may be empty. Borrows the text.
[[nodiscard]] constexpr Result<HostPort> split_host_port(std::string_view text) {
    auto fail = [](Errc code, std::size_t position) {
        return Error{code, Operation::parse, position};
    };
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) {
        return fail(Errc::missing_port, text.size());
    }
    HostPort parts{text.substr(0, colon), text.substr(colon + 1)};
    std::size_t plain = 0; // from here on no bracket may open
    if (text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == text.npos) {
            return fail(Errc::missing_bracket, text.size());
        }
        if (close + 1 != colon) {
            return close + 1 < text.size() && text[close + 1] == ':'
                       ? fail(Errc::unexpected_character, colon)
                       : fail(Errc::missing_port, close + 1);
        }
        parts.host = text.substr(1, close - 1);
        plain = close + 1;
        if (const std::size_t open = parts.host.find('['); open != text.npos) {
            return fail(Errc::unexpected_character, 1 + open);
        }
    } else if (const std::size_t first = text.find(':'); first != colon) {
        return fail(Errc::missing_bracket, first);
    }
    if (const std::size_t bracket = text.find_first_of("[]", plain); bracket != text.npos) {
        return fail(Errc::unexpected_character, bracket);
    }
    return parts;
}

/// Whether it can be the name of a host: 1 to 253 characters, no NUL, blank or control character,
/// and not a number. If the last label is a number, it is an IPv4 address or a mistake:
/// getaddrinfo(3) would accept `127.1` and `0x7f.1`.
[[nodiscard]] constexpr bool is_host_name(std::string_view host) {
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    if (host.empty() || host.size() > 253) {
        return false;
    }
    for (char character : host) {
        if (static_cast<unsigned char>(character) <= ' ' || character == '\x7f' ||
            character == ':' || character == '%') {
            return false;
        }
    }
    std::string_view label = host.substr(host.rfind('.') + 1);
    const bool is_hexadecimal = label.starts_with("0x") || label.starts_with("0X");
    if (is_hexadecimal) {
        label.remove_prefix(2);
    }
    for (char character : label) {
        if (hexadecimal_values[static_cast<unsigned char>(character)] > (is_hexadecimal ? 15 : 9)) {
            return true;
        }
    }
    return false;
}

/// Whether it can be the name of a service (services(5)): letters, digits, `-`, `_`, `.`, `+`, `/`,
/// a letter among them, at most 32.
[[nodiscard]] constexpr bool is_service_name(std::string_view service) {
    bool has_letter = false;
    for (char character : service) {
        const bool is_letter =
            (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
        const bool is_digit = character >= '0' && character <= '9';
        has_letter = has_letter || is_letter;
        if (!is_letter && !is_digit &&
            std::string_view{"-_./+"}.find(character) == std::string_view::npos) {
            return false;
        }
    }
    return has_letter && service.size() <= 32 && service.front() != '+' && service.front() != '-';
}

/// The reverse of split_host_port: `example.com:http`, `[2001:db8::1]:80`. `bad_host` if the host
/// has brackets or more than 253 characters, `bad_service` if the service has a colon or more
/// than 32.
[[nodiscard]] constexpr Result<Text<288>> join_host_port(std::string_view host,
                                                         std::string_view service) {
    if (host.size() > 253 || host.find_first_of("[]") != host.npos) {
        return Error{Errc::bad_host, Operation::resolve};
    }
    if (service.size() > 32 || service.find_first_of("[]:") != service.npos) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    const bool has_colon = host.find(':') != host.npos;
    Text<288> joined{has_colon ? "[" : ""};
    joined.append(host).append(has_colon ? "]:" : ":").append(service);
    return joined;
}

} // namespace ferrule
