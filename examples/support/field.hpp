// SPDX-License-Identifier: MIT
//
// The head of an HTTP message: lines `name: value` (RFC 9112 section 5).
#pragma once

#include <algorithm>
#include <cctype>
#include <string_view>

// The value of a field in the head of an answer, or nothing. Its name may be in small letters or
// capitals.
inline std::string_view field(std::string_view head, std::string_view name) {
    const auto same = [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    };
    while (!head.empty()) {
        auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon != line.npos &&
            std::equal(name.begin(), name.end(), line.begin(), line.begin() + colon, same)) {
            line.remove_prefix(std::min(line.find_first_not_of(" \t", colon + 1), line.size()));
            return line.substr(0, line.find_last_not_of(" \t") + 1);
        }
    }
    return {};
}
