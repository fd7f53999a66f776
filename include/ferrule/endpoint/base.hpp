// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The name that the endpoints of all families share, and their hash.

#include <cstddef>
#include <string_view> // declares std::hash
#include <type_traits>

#include "../core/language.hpp"

namespace ferrule {

namespace detail {

// What could be taken for a text with an endpoint in it.
template <class Text>
concept TextOfRunTime =
    !std::is_array_v<Text> && std::is_convertible_v<const Text&, std::string_view>;

// Shown when such a text is given where an endpoint should stand.
struct endpoint_parse_of_the_text;

} // namespace detail

/// The address of a socket: bind, connect and send_to take one, accept returns one. An endpoint
/// *is* the kernel's sockaddr, so that no call converts anything. `Endpoint<Ipv4>`,
/// `Endpoint<Ipv6>`, `Endpoint<Unix>`; `Endpoint<Ip>` and `Endpoint<Any>` are one of these, known
/// at run time.
///
/// Each has `parse` for text at run time, a constructor for literals that the compiler checks, and
/// `text()`. For the kernel: `native()` and `native_size()` are its input; it writes to
/// `native_buffer()`, at most `native_capacity` bytes, and then `native_resize(size)` takes the
/// size that it returned.
template <class Family> class Endpoint;

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Endpoint<Family>> {
    constexpr std::size_t operator()(const ferrule::Endpoint<Family>& endpoint) const noexcept {
        return static_cast<std::size_t>(endpoint.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
