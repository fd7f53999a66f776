// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The flags of a descriptor, asked for and put back as they were.

#include <fcntl.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "socket.hpp"

namespace ferrule::sys {

/// Those that ferrule sets on a descriptor that it takes over.
struct Flags {
    bool close_on_exec = false;
    Blocking blocking = Blocking::yes;
};

/// fcntl(2) F_GETFD and F_GETFL.
inline Result<Flags> flags(int descriptor) {
    const int own = ::fcntl(descriptor, F_GETFD);
    const int shared = ::fcntl(descriptor, F_GETFL);
    if (own < 0 || shared < 0) {
        return Error::from_errno(Operation::get_option);
    }
    return Flags{(own & FD_CLOEXEC) != 0,
                 (shared & O_NONBLOCK) != 0 ? Blocking::no : Blocking::yes};
}

/// ioctl(2), one call for each: both are tried.
inline Result<void> set_flags(int descriptor, const Flags& flags) {
    auto closed = set_close_on_exec(descriptor, flags.close_on_exec);
    auto blocking = set_blocking(descriptor, flags.blocking);
    return closed ? blocking : closed;
}

} // namespace ferrule::sys
