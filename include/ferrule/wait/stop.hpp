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
/// at once, even if data is ready. Constructing a Stop never fails: if the process has no
/// descriptor left, every call that is given the Stop returns that error. The Stop must outlive the
/// calls. All members may be called from any thread. A child of fork(2) shares the event but has
/// its own flag, so it should make its own Stop, or a ChildStop of this one, whose waits end with
/// the parent's.
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

    /// Ends all waiting calls, now and later, until reset(). May be called from a signal handler;
    /// errno does not change.
    void request() {
        const int kept = errno;
        __atomic_store_n(&requested_, true, __ATOMIC_RELEASE);
        sys::raise_event(event_.raiser());
        errno = kept;
    }

    /// Whether this Stop or its parent was requested.
    [[nodiscard]] bool requested() const {
        for (const Stop* stop = this; stop != nullptr; stop = stop->parent_) {
            if (__atomic_load_n(&stop->requested_, __ATOMIC_ACQUIRE)) {
                return true;
            }
        }
        return false;
    }

    /// Withdraws the request. A request at the same time may be lost, or may end only calls that
    /// have to wait.
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
            if (seen.error() == Errc::stopped) {
                break; // requested, even if a reset() came since
            }
            if (seen.error() != Errc::would_block) {
                return seen;
            }
        }
        see_what_came_before();
        return {};
    }

    /// Call it after a wait has seen the event: then this thread sees everything that the other
    /// thread did before request().
    void see_what_came_before() const { static_cast<void>(requested()); }

    /// Whether an operation may go on; why_not() says what stood in its way.
    [[nodiscard]] bool may_go_on() const {
        if (cause_ != Errc::none || __atomic_load_n(&requested_, __ATOMIC_ACQUIRE)) [[unlikely]] {
            return false;
        }
        return parent_ == nullptr || !parent_->requested();
    }

    /// The error after may_go_on() has said no, whatever has been withdrawn since: `stopped`, or
    /// the error from constructing this object.
    [[nodiscard, gnu::__cold__]] Error why_not(Operation operation) const {
        return cause_ == Errc::none ? Error{Errc::stopped, operation}
                                    : Error{cause_, Operation::stop};
    }

    /// Whether an operation may go on, and if not, why.
    [[nodiscard]] Result<void> check(Operation operation) const {
        return may_go_on() ? Result<void>{} : why_not(operation);
    }

    /// Readable while a stop is requested, for another event loop. Borrowed; do not read from it.
    /// -1 if there is none.
    [[nodiscard]] int descriptor() const {
        return parent_ == nullptr ? event_.number() : all_.number();
    }

protected:
    /// A child: `watch_all` makes a descriptor that is readable when this event or the event of any
    /// ancestor is.
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

    /// The event of this Stop alone; and its parent, or nullptr.
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
