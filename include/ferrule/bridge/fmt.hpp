// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Prints with fmt what has a `text()`: addresses, endpoints, networks, errors. Width, alignment
/// and precision work as they do for strings. Opt-in: needs fmt (fmt.dev).

#include <cstddef>
#include <fmt/format.h> // IWYU pragma: export
#include <string_view>

#include "../core/text.hpp"

template <ferrule::Textual Printed>
struct fmt::formatter<Printed> : fmt::formatter<std::string_view> {
    template <class Context> auto format(const Printed& printed, Context& context) const {
        return fmt::formatter<std::string_view>::format(printed.text().view(), context);
    }
};

template <std::size_t capacity>
struct fmt::formatter<ferrule::Text<capacity>> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const ferrule::Text<capacity>& text, Context& context) const {
        return fmt::formatter<std::string_view>::format(text.view(), context);
    }
};
