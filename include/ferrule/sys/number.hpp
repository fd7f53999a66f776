// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// From one type of numbers to another, where the two may be the same.

#include <type_traits>

#include "../core/language.hpp"

namespace ferrule::sys {

/// A number that fits, as another type: the kernel's types (time_t, size_t) differ from machine to
/// machine, and a cast to what it is already is a warning for some (-Wuseless-cast).
template <class To, class From> constexpr To number_as(From number) {
    if constexpr (std::is_same_v<To, From>) {
        return number;
    } else {
        return static_cast<To>(number);
    }
}

} // namespace ferrule::sys
