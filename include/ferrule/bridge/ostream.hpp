// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Writes to a std::ostream what has a `text()`: addresses, endpoints, networks, errors. Width,
/// fill and alignment work as they do for strings. Opt-in, for what <ostream> costs.

#include <concepts>
#include <cstddef>
#include <ostream>

#include "../core/text.hpp"

namespace ferrule {

template <detail::OutputStream Stream, Textual Printed>
    requires std::derived_from<Stream, std::ostream>
std::ostream& operator<<(Stream& stream, const Printed& printed) {
    return stream << printed.text().view();
}

template <std::size_t capacity>
std::ostream& operator<<(std::ostream& stream, const Text<capacity>& text) {
    return stream << text.view();
}

} // namespace ferrule
