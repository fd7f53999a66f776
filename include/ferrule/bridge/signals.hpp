// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Ctrl-C and SIGTERM as a Stop. Opt-in, because a signal handler belongs to the whole process.

#include <cstddef>
#include <utility>

#include "../core/at_run_time.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/process.hpp"
#include "../sys/signal.hpp"
#include "../sys/thread.hpp"
#include "../wait/stop.hpp"

namespace ferrule {

namespace detail {

// The Stop of each signal that has one: written by StopOnSignals, read by the handler.
inline Stop* stop_of_signal[sys::signals_end]{};

// How many handlers of each signal run now, and in which process that was counted: a child of
// fork(2) has none of its parent's threads.
inline int handlers_running[sys::signals_end]{};
inline int handlers_counted_in = 0;

inline void request_stop_of_signal(int signal) {
    __atomic_add_fetch(&handlers_running[signal], 1, __ATOMIC_SEQ_CST);
    if (Stop* stop = __atomic_load_n(&stop_of_signal[signal], __ATOMIC_SEQ_CST)) {
        stop->request();
    }
    __atomic_sub_fetch(&handlers_running[signal], 1, __ATOMIC_RELEASE);
}

// Tells the handler which Stop to request.
inline void set_stop_of_signal(int signal, Stop* stop) {
    __atomic_store_n(&stop_of_signal[signal], stop, __ATOMIC_SEQ_CST);
}

inline void forget_handlers_of_a_parent() {
    if (const int own = sys::process_id(); handlers_counted_in != own) {
        handlers_counted_in = own;
        for (int& running : handlers_running) {
            __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
        }
    }
}

// One signal of one StopOnSignals. Those of one signal form a list, the newest first.
struct SignalEntry {
    int signal = 0;
    Stop* stop = nullptr;
    sys::SignalAction kept{}; // what the signal did before
    SignalEntry* older = nullptr;
};
inline SignalEntry* newest_entry[sys::signals_end]{};

// Takes the signal; on failure nothing has changed.
inline Result<void> take_signal(SignalEntry& entry, int signal, Stop& stop) {
    // Before the handler: a signal that comes in between must find its Stop.
    Stop* const before = __atomic_load_n(&stop_of_signal[signal], __ATOMIC_ACQUIRE);
    set_stop_of_signal(signal, &stop);
    const auto kept = sys::set_handler(signal, request_stop_of_signal, Operation::stop);
    if (!kept) {
        set_stop_of_signal(signal, before);
        return kept.error();
    }
    entry.kept = *kept;
    entry.signal = signal;
    entry.stop = &stop;
    entry.older = newest_entry[signal];
    newest_entry[signal] = &entry;
    return {};
}

// Restores the handler before this one. If there is a newer one, takes this one out of the list.
inline void give_back_signal(SignalEntry& entry) {
    SignalEntry* newer = newest_entry[entry.signal];
    if (newer == &entry) {
        sys::restore_action(entry.signal, entry.kept);
        newest_entry[entry.signal] = entry.older;
        set_stop_of_signal(entry.signal, entry.older == nullptr ? nullptr : entry.older->stop);
    } else {
        while (newer->older != &entry) {
            newer = newer->older;
        }
        newer->kept = entry.kept;
        newer->older = entry.older;
    }
    while (__atomic_load_n(&handlers_running[entry.signal], __ATOMIC_SEQ_CST) != 0) {
        sys::yield_thread(); // in another thread: it has the Stop in its hands
    }
}

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void this_signal_cannot_be_caught() {}

} // namespace detail

/// The number of a signal that can be caught (signal(7)). The compiler checks a constant. A number
/// that is known only at run time, or passed through std::make_unique, is written
/// `at_run_time(number)` and checked by the system.
class CatchableSignal {
public:
    consteval CatchableSignal(int number) : number_{number} {
        if (!sys::is_catchable(number)) {
            detail::this_signal_cannot_be_caught();
        }
    }
    constexpr CatchableSignal(const AtRunTime<int>& number) : number_{number.given} {}

    [[nodiscard]] constexpr int number() const { return number_; }

private:
    int number_;
};

/// While it lives, each of these signals requests the Stop, which must outlive it. The destructor
/// restores the previous handlers, and returns when no handler is running in any thread. Calls
/// without the Stop are not interrupted (SA_RESTART, sigaction(2)). If there are several for one
/// signal, the newest gets it; they may be destroyed in any order. Construct and destroy them in
/// one thread. A child of fork(2) has the handlers, too, and they end calls that wait in the
/// parent: block the signals before the fork, until the child has its own Stop and StopOnSignals,
/// or SIG_DFL.
template <std::size_t count, class Each = std::make_index_sequence<count>> class StopOnSignals;

namespace detail {

template <std::size_t> using SignalOf = CatchableSignal;

} // namespace detail

template <std::size_t count, std::size_t... each>
class StopOnSignals<count, std::index_sequence<each...>> {
public:
    [[nodiscard("the handlers stay as long as it lives")]] explicit StopOnSignals(
        Stop& stop, detail::SignalOf<each>... caught) {
        detail::forget_handlers_of_a_parent();
        for (const int signal : {caught.number()...}) {
            outcome_ = sys::is_catchable(signal)
                           ? detail::take_signal(entries_[installed_], signal, stop)
                           : Error{Errc::invalid_argument, Operation::stop};
            if (!outcome_) {
                return;
            }
            ++installed_;
        }
    }
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;
    ~StopOnSignals() {
        detail::forget_handlers_of_a_parent();
        while (installed_ > 0) {
            detail::give_back_signal(entries_[--installed_]);
        }
    }

    /// Whether all handlers are in place: a signal that can't be caught (SIGKILL) is
    /// `invalid_argument`.
    [[nodiscard]] Result<void> installed() const { return outcome_; }

private:
    detail::SignalEntry entries_[count]{};
    std::size_t installed_ = 0;
    Result<void> outcome_;
};

template <class... Signals> StopOnSignals(Stop&, Signals...) -> StopOnSignals<sizeof...(Signals)>;

} // namespace ferrule
