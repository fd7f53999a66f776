// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Bytes to send that can be told from each other when they arrive.

#include <cstddef>
#include <cstdint>
#include <string>

/// So many bytes, of which every stretch can be told from every other: a lost, doubled or swapped
/// one shows.
inline std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1'664'525 + 1'013'904'223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}
