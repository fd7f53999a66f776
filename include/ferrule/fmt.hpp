// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Prints with fmt what has a `text()`: addresses, endpoints, errors. Width, alignment and
/// precision work as they do for strings. Opt-in: needs fmt (fmt.dev).

#include <concepts>
#include <fmt/format.h>
#include <string_view>

#include "address/ip.hpp"
#include "endpoint/any.hpp"
#include "error.hpp"
#include "text.hpp"

namespace ferrule {

/// Printed as what its `text()` says.
template <class Candidate>
concept Textual = requires(const Candidate& candidate) {
    { candidate.text().view() } -> std::same_as<std::string_view>;
};

} // namespace ferrule

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
