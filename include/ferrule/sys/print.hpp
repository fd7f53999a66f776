// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// write(2) to standard error: the last words of a program.

#include <string_view>
#include <unistd.h>

#include "../core/language.hpp"

namespace ferrule::sys {

/// Writes the text, or as much of it as the system takes.
inline void print_to_standard_error(std::string_view text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace ferrule::sys
