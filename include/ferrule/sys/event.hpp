// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A descriptor that wakes a waiting thread: raised by any thread or signal handler, polled,
/// cleared.

#include <cstdint>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "descriptor.hpp" // IWYU pragma: export
#include "platform.hpp"

namespace ferrule::sys {

/// Owns the descriptors of an event, or none when it is made by default. `number()` is what to
/// poll: readable while the event is raised. `raiser()` is what raise_event() is given. Both are
/// borrowed, and -1 of none. The body defines it.
class Event;

/// An event that is not raised. Its descriptors are close-on-exec and non-blocking.
inline Result<Event> open_event(Operation operation = Operation::stop);

/// Makes it ready to read. Async-signal-safe; errno may change. It never waits.
inline void raise_event(int raiser);

/// Makes it not ready. Returns how often it was raised since the last time; a system may count to
/// 512 only, and is ready all the same.
inline std::uint64_t clear_event(int descriptor);

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("event/linux.hpp", "event/posix.hpp") // IWYU pragma: export
