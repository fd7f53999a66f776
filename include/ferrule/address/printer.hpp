// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Writes the texts of addresses and endpoints, the reverse of parser.hpp. A type that can be
/// written has `constexpr char* print(char* at) const`, which returns the position after its
/// characters, so that types print their parts. `Text<N>::printed` makes a text of it; N is the
/// most that the type can need.

#include <cstdint>
#include <string_view>

#include "../core/language.hpp"

namespace ferrule {

/// Copies characters to a place with room for them; returns what comes after.
[[nodiscard]] constexpr char* print_characters(char* at, std::string_view characters) {
    for (char character : characters) {
        *at++ = character;
    }
    return at;
}

/// 0 to 255, decimal.
[[nodiscard]] constexpr char* print_octet(char* at, unsigned octet) {
    if (octet > 9) {
        if (octet > 99) {
            *at++ = static_cast<char>('0' + octet / 100);
            octet %= 100;
        }
        *at++ = static_cast<char>('0' + octet / 10);
        octet %= 10;
    }
    *at++ = static_cast<char>('0' + octet);
    return at;
}

/// Decimal.
[[nodiscard]] constexpr char* print_decimal(char* at, std::uint32_t number) {
    char* end = at + 1;
    for (std::uint32_t rest = number; rest > 9; rest /= 10) {
        ++end;
    }
    for (char* digit = end; digit != at; number /= 10) {
        *--digit = static_cast<char>('0' + number % 10);
    }
    return end;
}

/// 0 to ffff, hexadecimal, small letters.
[[nodiscard]] constexpr char* print_group(char* at, unsigned group) {
    constexpr const char* digits = "0123456789abcdef";
    if (group > 0xf) {
        if (group > 0xff) {
            if (group > 0xfff) {
                *at++ = digits[group >> 12];
            }
            *at++ = digits[group >> 8 & 0xf];
        }
        *at++ = digits[group >> 4 & 0xf];
    }
    *at++ = digits[group & 0xf];
    return at;
}

} // namespace ferrule
