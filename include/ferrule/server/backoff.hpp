// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Pauses for what fails because something has run out, so that a server neither spins nor dies.

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../socket/listener.hpp"
#include "../wait/deadline.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// A pause that doubles each time, from 10 ms to 80 ms unless told otherwise.
class Backoff {
public:
    constexpr Backoff() = default;
    /// From `first` to `longest`, rounded up to the nanosecond, and neither below a millisecond: a
    /// pause of no time would spin.
    template <Duration First, Duration Longest>
    constexpr Backoff(const First& first, const Longest& longest)
        : pauses_{at_least_a_millisecond(Nanoseconds::rounded_up(first)),
                  at_least_a_millisecond(Nanoseconds::rounded_up(longest))} {}

    /// When to try again: after a pause that begins now and is the next of the row. For a loop that
    /// has others to serve meanwhile; a server of one thread does not watch its listener till then.
    [[nodiscard]] Deadline retry_at() { return pauses_.next(); }

    /// Pauses. `stopped` or `deadline_exceeded` if the wait ends it; `no_wait` does not pause at
    /// all: `would_block`.
    [[nodiscard]] Result<void> pause(Wait wait = {}) {
        return wait_for(-1, 0, wait, Operation::wait, retry_at());
    }

    /// The next pause is the first again: what had run out is there again.
    constexpr void reset() { pauses_.reset(); }

    /// accept(), and a pause whenever descriptors or memory have run out
    /// (`is_resource_exhausted()`). What it returns as an error is the end of a server: the stop,
    /// the deadline, or a listener that is broken.
    template <class Family, class Type, class Protocol>
    [[nodiscard]] Result<Accepted<Family, Type, Protocol>>
    accept(const Listener<Family, Type, Protocol>& listener, Wait wait = {}) {
        for (;;) {
            auto accepted = listener.accept(wait);
            if (accepted) {
                reset();
                return accepted;
            }
            if (!accepted.error().is_resource_exhausted()) {
                return accepted;
            }
            if (auto paused = pause(wait); !paused) {
                return paused.error().during(Operation::accept);
            }
        }
    }

private:
    static constexpr Nanoseconds at_least_a_millisecond(Nanoseconds pause) {
        constexpr Nanoseconds least{1'000'000};
        return pause < least ? least : pause;
    }

    GrowingPause pauses_{Nanoseconds{10'000'000}, Nanoseconds{80'000'000}};
};

} // namespace ferrule
