// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Numbers in network byte order (RFC 1700: the most significant byte first), so that headers of
/// protocols can be written as plain structs without htons and its relatives.

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "language.hpp"

namespace ferrule {

namespace detail {

// The bytes of a number in the other order.
template <class Number> constexpr Number swapped(Number number) {
    if constexpr (sizeof(Number) == 1) {
        return number;
    } else if constexpr (sizeof(Number) == 2) {
        return static_cast<Number>(__builtin_bswap16(static_cast<std::uint16_t>(number)));
    } else if constexpr (sizeof(Number) == 4) {
        return static_cast<Number>(__builtin_bswap32(static_cast<std::uint32_t>(number)));
    } else {
        return static_cast<Number>(__builtin_bswap64(static_cast<std::uint64_t>(number)));
    }
}

} // namespace detail

/// A number that is stored most significant byte first, without alignment: put it into a struct,
/// send the struct.
template <class Number>
    requires((std::is_integral_v<Number> && !std::is_same_v<Number, bool>) ||
             std::is_enum_v<Number>)
class BigEndian {
public:
    constexpr BigEndian() = default;
    constexpr BigEndian(Number number) : bytes_{std::bit_cast<Bytes>(in_order(number))} {}

    constexpr operator Number() const { return in_order(std::bit_cast<Number>(bytes_)); }

private:
    using Bytes = std::array<unsigned char, sizeof(Number)>;

    static constexpr Number in_order(Number number) {
        return std::endian::native == std::endian::big ? number : detail::swapped(number);
    }

    Bytes bytes_{};
};

} // namespace ferrule
