// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// POSIX has no call that counts threads.

namespace ferrule::sys {

inline bool is_only_thread() { return false; }

} // namespace ferrule::sys
