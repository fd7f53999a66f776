// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Which ferrule this is, as numbers to compare and as text to print.

#include <string_view>

#include "core/language.hpp"

namespace ferrule {

inline constexpr int version_major = 0; ///< Below 1 any minor version may change what programs see.
inline constexpr int version_minor = 1; ///< New things.
inline constexpr int version_patch = 0; ///< Mended things.

/// The three numbers with dots between them: "0.1.0".
inline constexpr std::string_view version = "0.1.0";

} // namespace ferrule
