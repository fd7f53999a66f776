// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// /proc/self/task has a folder for each thread, and a link from each (proc(5)).

#include <sys/stat.h>

namespace ferrule::sys {

inline bool is_only_thread() {
    struct stat threads{};
    return ::stat("/proc/self/task", &threads) == 0 && threads.st_nlink == 3;
}

} // namespace ferrule::sys
