// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Counts the conversations of a server, one per thread, and ends them within a grace period.

#include <cstddef>
#include <utility>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/failure.hpp"
#include "../core/result.hpp"
#include "../sys/event.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/process.hpp"
#include "../sys/thread.hpp"
#include "../wait/deadline.hpp"
#include "../wait/stop.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

/// Counts running conversations, so that a server can wait for their end: `begin()` after each
/// accept, `end(within(5s))` after the last. It does not start threads. Only the accepting thread
/// calls its members; the other threads get the result of `begin()` and `stop()`. In a child of
/// fork(2) a copy counts nothing: a child makes its own.
class Conversations {
public:
    /// A conversation runs as long as this object lives. Make it the first member of a struct, or
    /// the first local variable: then it is destroyed last, after the connection is closed.
    class [[nodiscard("a conversation runs as long as this object lives")]] Running {
    public:
        Running(Running&& other) noexcept
            : event_{std::exchange(other.event_, -1)}, maker_{other.maker_} {}
        Running& operator=(Running&& other) noexcept {
            std::swap(event_, other.event_);
            std::swap(maker_, other.maker_);
            return *this;
        }
        ~Running() {
            if (event_ >= 0 && maker_.is_this_process()) {
                sys::raise_event(event_); // the last that it has to do with the server
            }
        }

    private:
        friend Conversations;
        explicit Running(int event) : event_{event} {}

        int event_;
        sys::Maker maker_;
    };

    Conversations() = default;
    Conversations(const Conversations&) = delete;
    Conversations& operator=(const Conversations&) = delete;
    /// Ends all conversations without a grace period. If this is the only thread and one of them is
    /// its own, it prints a sentence and aborts: that conversation would later write to a closed
    /// descriptor.
    ~Conversations() {
        while (running() != 0) {
            if (const auto ended = end(no_wait);
                !ended && ended.error() == Errc::resource_deadlock_would_occur) {
                detail::print_and_abort("a Running that outlives its Conversations\n");
            }
        }
    }

    /// Counts one more. Errors: that of the constructor, if the process had no descriptor left;
    /// `wrong_state` for a copy in a child.
    [[nodiscard]] Result<Running> begin() {
        if (!maker_.is_this_process()) {
            return Error{Errc::wrong_state, Operation::accept};
        }
        if (!event_) {
            return event_.error();
        }
        if (begun_ - ended_ >= most_not_looked_at) {
            static_cast<void>(running());
        }
        ++begun_;
        return Running{event_->raiser()};
    }

    /// Give it to every call of a conversation that may wait. It is requested when the grace period
    /// ends.
    [[nodiscard]] const Stop& stop() const { return stop_; }

    /// How many run.
    [[nodiscard]] std::size_t running() {
        if (!maker_.is_this_process()) {
            return 0; // the threads of the parent, and its event
        }
        if (event_) {
            ended_ += sys::number_as<std::size_t>(sys::clear_event(event_->number()));
        }
        return begun_ - ended_;
    }

    /// Waits for the end of all conversations. For the grace period it only waits; a Stop may
    /// shorten it (`within(5s, hurry)`), `no_wait` skips it. Then it requests their Stop and waits
    /// without limit. Returns how many needed the Stop. `resource_deadlock_would_occur` if this is
    /// the only thread of the process and a conversation is its own, which could not end. Without
    /// /proc it can't know, and waits.
    [[nodiscard]] Result<std::size_t> end(Wait grace) {
        if (!maker_.is_this_process()) {
            return std::size_t{0}; // to request the Stop would end the parent's
        }
        if (wait_in_vain()) {
            return Error{Errc::resource_deadlock_would_occur, Operation::wait};
        }
        static_cast<void>(wait_for_all(grace));
        const std::size_t late = running();
        stop_.request();
        for (;;) {
            const auto gone = wait_for_all(within(Milliseconds{100}));
            if (gone) {
                return late;
            }
            if (gone.error() != Errc::deadline_exceeded) {
                return gone.error();
            }
            if (wait_in_vain()) { // the other threads have ended meanwhile
                return Error{Errc::resource_deadlock_would_occur, Operation::wait};
            }
        }
    }

private:
    // Less than an event counts on any system (sys/event.hpp).
    static constexpr std::size_t most_not_looked_at = 256;

    // Asked twice: the last other thread may end its conversation and itself in between.
    bool wait_in_vain() { return running() != 0 && sys::is_only_thread() && running() != 0; }

    Result<void> wait_for_all(Wait wait) {
        return wait_and_try(event_ ? event_->number() : -1, sys::pollin, wait, Operation::wait,
                            [&]() -> Result<void> {
                                if (running() == 0) {
                                    return {};
                                }
                                return Error{Errc::would_block, Operation::wait};
                            });
    }

    Stop stop_;
    Result<sys::Event> event_ = sys::open_event(); // counts those that have ended
    std::size_t begun_ = 0;
    std::size_t ended_ = 0;
    sys::Maker maker_;
};

} // namespace ferrule
