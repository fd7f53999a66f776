// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Writes to a std::ostream what has a `text()`: addresses, endpoints, networks, errors. Width,
/// fill and alignment work as they do for strings. Opt-in, for what <ostream> costs.

#include <cstddef>
#include <ostream>

#include "text.hpp"

namespace ferrule {

template <Textual Printed> std::ostream& operator<<(std::ostream& stream, const Printed& printed) {
    return stream << printed.text().view();
}

template <std::size_t capacity>
std::ostream& operator<<(std::ostream& stream, const Text<capacity>& text) {
    return stream << text.view();
}

} // namespace ferrule
