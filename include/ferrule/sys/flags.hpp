// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// fcntl(2): the flags of a descriptor, asked for and put back as they were; a second descriptor.

#include <cstddef>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "descriptor.hpp"
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

/// fcntl(2) F_GETFD: whether it is closed on exec.
inline Result<bool> is_close_on_exec(int descriptor, Operation operation) {
    const int own = ::fcntl(descriptor, F_GETFD);
    if (own < 0) {
        return Error::from_errno(operation);
    }
    return (own & FD_CLOEXEC) != 0;
}

/// fcntl(2) F_DUPFD_CLOEXEC: another descriptor of the same socket, close-on-exec.
inline Result<Descriptor> duplicate(int descriptor, Operation operation) {
    const int number = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Descriptor{number};
}

/// ioctl(2) FIONREAD: how many bytes there are to read.
inline Result<std::size_t> available(int descriptor) {
    int bytes = 0;
    auto asked = check(Operation::receive, [&] { return ::ioctl(descriptor, FIONREAD, &bytes); });
    return asked ? Result<std::size_t>{static_cast<std::size_t>(bytes)} : asked.error();
}

/// ioctl(2), one call for each: both are tried.
inline Result<void> set_flags(int descriptor, const Flags& flags) {
    auto closed = set_close_on_exec(descriptor, flags.close_on_exec);
    auto blocking = set_blocking(descriptor, flags.blocking);
    return closed ? blocking : closed;
}

} // namespace ferrule::sys
