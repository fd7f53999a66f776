// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Threads: pthread_create(3) of one that nobody waits for, and whether there are others.

#include <cerrno>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include "../core/error.hpp"
#include "../core/result.hpp"

namespace ferrule::sys {

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

/// Whether this process certainly has no other thread: /proc/self/task has a folder for each, and a
/// link from each (proc(5)).
inline bool is_only_thread() {
    struct stat threads{};
    return ::stat("/proc/self/task", &threads) == 0 && threads.st_nlink == 3;
}

} // namespace ferrule::sys
