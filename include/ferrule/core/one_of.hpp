// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Lists of types, and the question whether a type is on one. Every rule of ferrule ends in
/// `Among`, because a compiler that finds it false prints both the type that was chosen and the
/// list of what could have been.

#include <type_traits>

#include "language.hpp"

namespace ferrule {

/// A list of types to choose from.
template <class... Choices> struct OneOf {};

/// The list that every type is on.
struct Every {};

/// The list that every type is on but these.
template <class... Excluded> struct EveryBut {};

/// Whether `Choice` is on the list `Choices`.
template <class Choice, class Choices> inline constexpr bool among = std::is_same_v<Choices, Every>;

template <class Choice, class... Choices>
inline constexpr bool among<Choice, OneOf<Choices...>> = (std::is_same_v<Choice, Choices> || ...);

template <class Choice, class... Excluded>
inline constexpr bool among<Choice, EveryBut<Excluded...>> =
    !(std::is_same_v<Choice, Excluded> || ...);

template <class Choice, class Choices>
concept Among = among<Choice, Choices>;

} // namespace ferrule
