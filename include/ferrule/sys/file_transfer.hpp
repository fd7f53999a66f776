// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Calls that move bytes from a file into a socket. They have no flag against SIGPIPE, as send(2)
/// has: code that makes these calls keeps the signal out.

#include <cstddef>
#include <cstdint>
#include <pthread.h>
#include <signal.h>

#include "../core/result.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// Moves up to `size` bytes of the file, from `offset` on, into the socket; 0 at the end of the
/// file. Neither the file's own offset nor anything else of it changes.
inline Result<std::size_t> send_file(int socket, int file, std::uint64_t offset, std::size_t size);

/// While it lives, a SIGPIPE of this thread waits; if one came, it is dropped at the end. One that
/// waited before stays.
class WithoutSigpipe {
public:
    WithoutSigpipe() {
        sigemptyset(&sigpipe_);
        sigaddset(&sigpipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
    }
    WithoutSigpipe(const WithoutSigpipe&) = delete;
    WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
    ~WithoutSigpipe() {
        sigset_t pending;
        sigpending(&pending);
        if (!was_pending_ && sigismember(&pending, SIGPIPE) == 1) {
            int signal = 0;
            ::sigwait(&sigpipe_, &signal);
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t sigpipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("file_transfer/linux.hpp", "file_transfer/posix.hpp") // IWYU pragma: export
