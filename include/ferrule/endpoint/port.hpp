// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A port as a parameter: any number of 16 bits, or a constant that fits.

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "../core/language.hpp"

namespace ferrule {

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void a_port_is_from_0_to_65535() {}

} // namespace detail

/// From 0 to 65535, in the order of the host. The compiler checks a constant of any integer type. A
/// value of run time is a std::uint16_t, so that no bits are lost.
class Port {
public:
    template <std::unsigned_integral Number>
        requires(sizeof(Number) <= sizeof(std::uint16_t) && !std::is_same_v<Number, bool>)
    constexpr Port(Number number) : number_{number} {}

    template <std::integral Number>
        requires(std::is_signed_v<Number> || sizeof(Number) > sizeof(std::uint16_t))
    consteval Port(Number number) : number_{static_cast<std::uint16_t>(number)} {
        if (!std::in_range<std::uint16_t>(number)) {
            detail::a_port_is_from_0_to_65535();
        }
    }

    [[nodiscard]] constexpr std::uint16_t number() const { return number_; }

private:
    std::uint16_t number_;
};

} // namespace ferrule
