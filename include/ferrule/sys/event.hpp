// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// eventfd(2): a counter that can be polled, to wake whoever waits.

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "descriptor.hpp"

namespace ferrule::sys {

/// eventfd(2), non-blocking and close-on-exec.
inline Result<Descriptor> open_event() {
    const int number = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (number < 0) {
        return Error::from_errno(Operation::stop);
    }
    return Descriptor{number};
}

/// write(2): makes it ready to read. Async-signal-safe. It fails only when it is ready already.
inline void raise_event(int descriptor) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

/// read(2): makes it not ready. Returns how often it was raised since the last time.
inline std::uint64_t clear_event(int descriptor) {
    std::uint64_t count = 0;
    return ::read(descriptor, &count, sizeof count) == sizeof count ? count : 0;
}

} // namespace ferrule::sys
