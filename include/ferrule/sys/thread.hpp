// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Threads: pthread_create(3) detached, and whether this process has other threads.

#include <cerrno>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// Whether this process certainly has no other thread. False where the system does not tell.
inline bool is_only_thread();

/// sched_yield(2).
inline void yield_thread() { ::sched_yield(); }

/// pthread_create(3), detached and with all signals blocked, so that the program's handlers run on
/// the program's threads.
inline Result<void> start_detached(void* (*run)(void*), void* argument, Operation operation) {
    sigset_t all;
    sigset_t kept;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &kept);
    pthread_t thread{};
    int failed = ::pthread_create(&thread, nullptr, run, argument);
    ::pthread_sigmask(SIG_SETMASK, &kept, nullptr);
    if (failed != 0) {
        // EAGAIN is a limit of threads that is reached (RLIMIT_NPROC), not "not ready yet".
        return Error{failed == EAGAIN ? Errc::not_enough_memory : static_cast<Errc>(failed),
                     operation};
    }
    ::pthread_detach(thread);
    return {};
}

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("thread/linux.hpp", "thread/posix.hpp") // IWYU pragma: export
