// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Numbers in network byte order (RFC 1700: the most significant byte first) or in the other, so
/// that headers of protocols can be written as plain structs without htons and its relatives.

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

// The numbers that have an order of bytes.
template <class Number>
inline constexpr bool has_byte_order =
    (std::is_integral_v<Number> && !std::is_same_v<Number, bool>) || std::is_enum_v<Number>;

// A number that is stored in this order, without alignment.
template <class Number, std::endian order> class StoredNumber {
public:
    constexpr StoredNumber() = default;
    constexpr StoredNumber(Number number) : bytes_{std::bit_cast<Bytes>(in_order(number))} {}

    constexpr operator Number() const { return in_order(std::bit_cast<Number>(bytes_)); }

private:
    using Bytes = std::array<unsigned char, sizeof(Number)>;

    static constexpr Number in_order(Number number) {
        return std::endian::native == order ? number : swapped(number);
    }

    Bytes bytes_{};
};

} // namespace detail

/// A number that is stored most significant byte first, without alignment: put it into a struct,
/// send the struct.
template <class Number>
    requires detail::has_byte_order<Number>
class BigEndian : public detail::StoredNumber<Number, std::endian::big> {
public:
    constexpr BigEndian() = default;
    constexpr BigEndian(Number number) : detail::StoredNumber<Number, std::endian::big>{number} {}
};

/// The same, least significant byte first.
template <class Number>
    requires detail::has_byte_order<Number>
class LittleEndian : public detail::StoredNumber<Number, std::endian::little> {
public:
    constexpr LittleEndian() = default;
    constexpr LittleEndian(Number number)
        : detail::StoredNumber<Number, std::endian::little>{number} {}
};

} // namespace ferrule
