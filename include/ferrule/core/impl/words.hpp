// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many texts in one: it needs no relocation at the start of a program, as a table of pointers
/// does, and no code, as a switch does.

#include <string_view>

#include "../language.hpp"

namespace ferrule::detail {

/// The text `at` this place of many that each end with a newline; empty after the last.
[[nodiscard, gnu::__cold__, gnu::__noinline__]] constexpr std::string_view word(const char* words,
                                                                                unsigned at) {
    for (; at != 0 && *words != 0; ++words) {
        at -= *words == '\n' ? 1 : 0;
    }
    const char* end = words;
    while (*end != 0 && *end != '\n') {
        ++end;
    }
    return std::string_view{words, static_cast<std::string_view::size_type>(end - words)};
}

} // namespace ferrule::detail
