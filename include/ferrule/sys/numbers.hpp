// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The numbers of the system: domains, types, protocols, levels, options, flags. Each has the name
/// that the manual pages give it, in small letters: `sys::so_reuseaddr` is SO_REUSEADDR. One that
/// the system does not have is `absent`; a tag or an option with such a number does not compile.

#include "platform.hpp"

namespace ferrule::sys {

/// The number of what this system does not have.
inline constexpr int absent = -1;

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("numbers/linux.hpp", "numbers/posix.hpp") // IWYU pragma: export
