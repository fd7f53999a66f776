// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Which ferrule this is, as numbers to compare and as text to print.

#include <string_view>

#include "core/language.hpp"

namespace ferrule {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

/// The three numbers with dots between them: "0.1.0".
inline constexpr std::string_view version = "0.1.0";

} // namespace ferrule
