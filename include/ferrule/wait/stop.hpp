// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Ends calls that wait, from another thread or a signal handler, without closing anything.

#include <cerrno>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/event.hpp"
#include "../sys/poll.hpp"
#include "deadline.hpp"

namespace ferrule {

/// A request to stop, seen by every waiting call that was given this object: it returns `stopped`
/// at once, even if data is ready. Making one never fails: if the process has no descriptor left,
/// every call given it answers that error. It must outlive the calls. All members may be called
/// from any thread. A child of fork(2) shares the event and has a flag of its own: it makes another
/// Stop, or a ChildStop of this one, whose waits end with the parent's.
class Stop {
public:
    Stop() {
        if (auto event = sys::open_event()) {
            event_ = *std::move(event);
        } else {
            cause_ = event.error().code();
        }
    }
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    /// Ends what waits and what will wait, until reset(). Also from a signal handler; errno is
    /// kept.
    void request() {
        const int kept = errno;
        __atomic_store_n(&requested_, true, __ATOMIC_RELEASE);
        sys::raise_event(event_.raiser());
        errno = kept;
    }

    /// Whether this one, or the one that it is a child of, was requested.
    [[nodiscard]] bool requested() const {
        return __atomic_load_n(&requested_, __ATOMIC_ACQUIRE) ||
               (parent_ != nullptr && parent_->requested());
    }

    /// Takes the request back. A request made at the same time may be lost, or stop only what has
    /// to wait.
    void reset() {
        __atomic_store_n(&requested_, false, __ATOMIC_RELEASE);
        static_cast<void>(sys::clear_event(event_.number()));
    }

    /// Waits until a stop is requested: a pause that ends early. `deadline_exceeded` when the
    /// deadline passed first.
    [[nodiscard]] Result<void> wait(Deadline deadline = Deadline::never()) const {
        if (auto usable = check(Operation::wait); !usable) {
            return usable.error().code() == Errc::stopped ? Result<void>{} : usable;
        }
        while (!requested()) {
            if (deadline.has_passed()) {
                return Error{Errc::deadline_exceeded, Operation::wait};
            }
            const auto seen = sys::watch(-1, 0, descriptor(), deadline.remaining());
            if (!seen) {
                return seen.error();
            }
            if (*seen == sys::Seen::stop) {
                break; // requested, even if a reset() came since
            }
        }
        see_what_came_before();
        return {};
    }

    /// For who has seen the event of this Stop rather than its flag: what its thread did before
    /// request() is seen by this one, too.
    void see_what_came_before() const { static_cast<void>(requested()); }

    /// Whether an operation may go on: `stopped`, or the error of the making of this object, if it
    /// may not.
    [[nodiscard]] Result<void> check(Operation operation) const {
        if (cause_ != Errc::none) {
            return Error{cause_, Operation::stop};
        }
        if (requested()) {
            return Error{Errc::stopped, operation};
        }
        return {};
    }

    /// Readable while a stop is requested, for use in a foreign event loop: borrowed, not to be
    /// read. -1 without one.
    [[nodiscard]] int descriptor() const {
        return parent_ == nullptr ? event_.number() : all_.number();
    }

protected:
    /// The child of another: `watch_all` makes a descriptor that is readable when the event of one
    /// of them is, from this one to the eldest.
    explicit Stop(const Stop& parent, Result<Descriptor> (*watch_all)(const Stop&)) : Stop{} {
        parent_ = &parent;
        if (cause_ == Errc::none) {
            cause_ = parent.cause_;
        }
        if (cause_ != Errc::none) {
            return;
        }
        if (auto all = watch_all(*this)) {
            all_ = *std::move(all);
        } else {
            cause_ = all.error().code();
        }
    }

    /// The event of this one alone, and the one that it is a child of, or nullptr.
    [[nodiscard]] static int event_of(const Stop& stop) { return stop.event_.number(); }
    [[nodiscard]] static const Stop* parent_of(const Stop& stop) { return stop.parent_; }

private:
    sys::Event event_;
    Descriptor all_;
    const Stop* parent_ = nullptr;
    Errc cause_ = Errc::none;
    bool requested_ = false;
};

} // namespace ferrule
