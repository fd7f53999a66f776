// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The name that the addresses of all families share, and their hash.

#include <cstddef>
#include <cstdint>
#include <string_view> // declares std::hash

namespace ferrule {

/// Where a host is, without a port: `Address<Ipv4>`, `Address<Ipv6>`, or either of the two as
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

} // namespace ferrule

template <class Family> struct std::hash<ferrule::Address<Family>> {
    constexpr std::size_t operator()(const ferrule::Address<Family>& address) const noexcept {
        return static_cast<std::size_t>(address.hash());
    }
};
