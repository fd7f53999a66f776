// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What the addresses of all families share: the name, the hash, the comparison of the first bits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view> // declares std::hash // IWYU pragma: export

#include "../core/language.hpp"

namespace ferrule {

/// The address of a host, without a port: `Address<Ipv4>`, `Address<Ipv6>`, or either of the two as
/// `Address<Ip>`.
template <class Family> class Address;

/// The hash `seed` with 64 more bits in it.
[[nodiscard]] constexpr std::uint64_t hash_with(std::uint64_t seed, std::uint64_t bits) {
    std::uint64_t mixed =
        (seed ^ bits) * 0x9e3779b97f4a7c15; // 2^64 / golden ratio: spreads neighbours
    mixed ^= mixed >> 32;
    mixed *= 0xd6e8feb86659fd93;
    return mixed ^ mixed >> 32;
}

/// Whether the first `length` bits of two addresses are the same.
template <std::size_t Size>
[[nodiscard]] constexpr bool begin_alike(const std::array<unsigned char, Size>& one,
                                         const std::array<unsigned char, Size>& other,
                                         unsigned length) {
    std::size_t at = 0;
    for (; length >= 8; length -= 8, ++at) {
        if (one[at] != other[at]) {
            return false;
        }
    }
    return length == 0 || (one[at] ^ other[at]) >> (8 - length) == 0;
}

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Address<Family>> {
    constexpr std::size_t operator()(const ferrule::Address<Family>& address) const noexcept {
        return static_cast<std::size_t>(address.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
