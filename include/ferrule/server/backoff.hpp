// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Pauses when descriptors or memory have run out, so that a server neither spins nor ends.

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../socket/listener.hpp"
#include "../wait/deadline.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// Pauses, each twice as long as the one before: from 10 ms to 80 ms by default.
class Backoff {
public:
    constexpr Backoff() = default;
    /// From `first` to `longest`, rounded up to the nanosecond. Each is at least 1 ms: a shorter
    /// pause would spin.
    template <Duration First, Duration Longest>
    constexpr Backoff(const First& first, const Longest& longest)
        : pauses_{at_least_a_millisecond(Nanoseconds::rounded_up(first)),
                  at_least_a_millisecond(Nanoseconds::rounded_up(longest))} {}

    /// When to try again: the end of the next pause, which begins now. For an event loop that
    /// serves other sockets meanwhile; it should not watch the listener until then.
    [[nodiscard]] Deadline retry_at() { return pauses_.next(); }

    /// Pauses. `stopped` or `deadline_exceeded` if the wait ends the pause; with `no_wait` it
    /// returns `would_block` at once.
    [[nodiscard]] Result<void> pause(Wait wait = {}) {
        return wait_for(-1, 0, wait, Operation::wait, retry_at());
    }

    /// Starts again with the shortest pause, after a success.
    constexpr void reset() { pauses_.reset(); }

    /// accept(), and a pause whenever descriptors or memory have run out
    /// (`is_resource_exhausted()`). An error from it ends a server: the stop, the deadline, or a
    /// broken listener.
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
