// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Ctrl-C and SIGTERM as a Stop. Opt-in, because a signal handler belongs to the whole process.

#include <cstddef>
#include <signal.h>

#include "error.hpp"
#include "result.hpp"
#include "stop.hpp"

namespace ferrule {

namespace detail {

// The Stop of each signal that has one; written by StopOnSignals, read by the handler.
inline Stop* stop_of_signal[NSIG]{};

inline void request_stop_of_signal(int signal) {
    if (Stop* stop = __atomic_load_n(&stop_of_signal[signal], __ATOMIC_ACQUIRE)) {
        stop->request();
    }
}

} // namespace detail

/// While it lives, each of these signals requests the Stop, which must outlive it; then the
/// handlers of before are back. Other calls than those given the Stop are not interrupted
/// (SA_RESTART, sigaction(2)). One at a time for each signal; make it before other threads need it.
/// A child of fork(2) has the handlers, too, which end what waits in the parent: block the signals
/// before, until the child has a StopOnSignals with a Stop of its own, or SIG_DFL, for them.
template <std::size_t count> class StopOnSignals {
public:
    template <class... Signals>
        requires(sizeof...(Signals) == count)
    explicit StopOnSignals(Stop& stop, Signals... signals) : signals_{signals...} {
        for (; installed_ < count; ++installed_) {
            const int signal = signals_[installed_];
            if (signal <= 0 || signal >= NSIG) {
                outcome_ = Error{Errc::invalid_argument, Operation::stop};
                return;
            }
            kept_stops_[installed_] =
                __atomic_exchange_n(&detail::stop_of_signal[signal], &stop, __ATOMIC_ACQ_REL);
            struct sigaction action{};
            action.sa_handler = detail::request_stop_of_signal;
            action.sa_flags = SA_RESTART;
            if (::sigaction(signal, &action, &kept_actions_[installed_]) != 0) {
                outcome_ = Error::from_errno(Operation::stop);
                __atomic_store_n(&detail::stop_of_signal[signal], kept_stops_[installed_],
                                 __ATOMIC_RELEASE);
                return;
            }
        }
    }
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;
    ~StopOnSignals() {
        while (installed_ > 0) {
            --installed_;
            ::sigaction(signals_[installed_], &kept_actions_[installed_], nullptr);
            __atomic_store_n(&detail::stop_of_signal[signals_[installed_]], kept_stops_[installed_],
                             __ATOMIC_RELEASE);
        }
    }

    /// Whether all handlers are in place: a signal that can't be caught (SIGKILL) is
    /// `invalid_argument`.
    [[nodiscard]] Result<void> installed() const { return outcome_; }

private:
    int signals_[count];
    struct sigaction kept_actions_[count]{};
    Stop* kept_stops_[count]{};
    std::size_t installed_ = 0;
    Result<void> outcome_;
};

template <class... Signals> StopOnSignals(Stop&, Signals...) -> StopOnSignals<sizeof...(Signals)>;

} // namespace ferrule
