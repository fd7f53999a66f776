// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getpid(2): whether an object is still in the process that made it, or a copy that fork(2) made.

#include <unistd.h>

#include "../core/language.hpp"

namespace ferrule::sys {

/// getpid(2).
inline int process_id() { return ::getpid(); }

/// The process that made an object.
class Maker {
public:
    Maker() : process_{process_id()} {}

    /// getpid(2): false in a child of fork(2), whose copy of the object must not act for its
    /// parent's.
    [[nodiscard]] bool is_this_process() const { return process_ == process_id(); }

private:
    int process_;
};

} // namespace ferrule::sys
