// SPDX-License-Identifier: MIT
//
// What a stranger sends could command the terminal: the lessons show it without control characters.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

// At most so many bytes of what came.
inline std::string shown(std::string_view bytes, std::size_t most = 60) {
    std::string line{bytes.substr(0, most)};
    std::replace_if(line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c); }, '.');
    return line;
}
