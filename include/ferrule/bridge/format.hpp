// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Prints with std::format what has a `text()`: addresses, endpoints, networks, errors. Width,
/// alignment and precision work as they do for strings. Opt-in, for what <format> costs; nothing
/// where the standard library has no std::format (libstdc++ before 13, libc++ before 17).

#include <cstddef> // IWYU pragma: keep
#include <string_view>
#include <version> // IWYU pragma: keep

#include "../core/text.hpp" // IWYU pragma: keep

#if defined(__cpp_lib_format)
#include <format>

template <ferrule::Textual Printed>
struct std::formatter<Printed, char> : std::formatter<std::string_view, char> {
    template <class Context> auto format(const Printed& printed, Context& context) const {
        return std::formatter<std::string_view, char>::format(printed.text().view(), context);
    }
};

template <std::size_t capacity>
struct std::formatter<ferrule::Text<capacity>, char> : std::formatter<std::string_view, char> {
    template <class Context>
    auto format(const ferrule::Text<capacity>& text, Context& context) const {
        return std::formatter<std::string_view, char>::format(text.view(), context);
    }
};
#endif
