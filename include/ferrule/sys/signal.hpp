// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// sigaction(2): the handler of a signal.

#include <signal.h>

#include "../core/error.hpp"
#include "../core/result.hpp"

namespace ferrule::sys {

inline constexpr int signals_end = NSIG; ///< Signals have numbers from 1 to below this one.

/// signal(7): whether a program may have a handler of it.
constexpr bool is_catchable(int signal) {
    return signal > 0 && signal < NSIG && signal != SIGKILL && signal != SIGSTOP;
}

/// What a signal does.
using SignalAction = struct sigaction;

/// Runs the handler at the signal, and returns what it did before. Calls that it interrupts go on
/// (SA_RESTART).
inline Result<SignalAction> set_handler(int signal, void (*handler)(int), Operation operation) {
    SignalAction action{};
    SignalAction before{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    if (::sigaction(signal, &action, &before) != 0) {
        return Error::from_errno(operation);
    }
    return before;
}

/// Lets the signal do what it did before.
inline void restore_action(int signal, const SignalAction& before) {
    ::sigaction(signal, &before, nullptr);
}

} // namespace ferrule::sys
