// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sockets that get their flags right after birth. Between the two calls another thread's fork(2)
/// and exec(2) would take the descriptor along.

#include <sys/socket.h>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../call.hpp"
#include "../descriptor.hpp"
#include "../poll.hpp"

namespace ferrule::sys {

// What a new descriptor needs: close-on-exec, its mode, and no SIGPIPE where sends have no flag
// for that.
inline Result<Descriptor> equipped(int number, Blocking blocking, Operation operation) {
    if (number < 0) {
        return Error::from_errno(operation);
    }
    Descriptor descriptor{number};
    auto ready = set_close_on_exec(number, true);
    if (ready) { // the BSDs give an accepted socket the mode of its listener
        ready = set_blocking(number, blocking);
    }
    if (ready && no_signal_option >= 0) {
        const int on = 1;
        ready = check(operation, ::setsockopt, number, SOL_SOCKET, no_signal_option, &on,
                      static_cast<socklen_t>(sizeof on));
    }
    if (!ready) {
        return ready.error().during(operation);
    }
    return descriptor;
}

inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking) {
    return equipped(::socket(domain, type, protocol), blocking, Operation::open);
}

inline Result<BothEnds> pair(int domain, int type, int protocol) {
    int numbers[2];
    if (::socketpair(domain, type, protocol, numbers) != 0) {
        return Error::from_errno(Operation::pair);
    }
    auto one = equipped(numbers[0], Blocking::yes, Operation::pair);
    auto other = equipped(numbers[1], Blocking::yes, Operation::pair);
    if (!one || !other) {
        return one ? other.error() : one.error();
    }
    return BothEnds{*std::move(one), *std::move(other)};
}

inline Result<Descriptor> accept(int descriptor, sockaddr* address, socklen_t* size) {
    return equipped(::accept(descriptor, address, size), Blocking::yes, Operation::accept);
}

// SO_ERROR and getpeername(2) say it. A Unix socket without a peer has not begun. What is neither
// there nor on its way has told its error before.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size) {
    for (bool is_over = false;;) {
        int failure = 0;
        socklen_t failure_size = sizeof failure;
        if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &failure_size) != 0) {
            return Error::from_errno(Operation::connect);
        }
        if (failure != 0) {
            return Error{static_cast<Errc>(failure), Operation::connect};
        }
        sockaddr peer{};
        socklen_t peer_size = sizeof peer;
        if (::getpeername(descriptor, &peer, &peer_size) == 0) {
            return {};
        }
        if (address->sa_family == AF_UNIX) {
            return sys::connect(descriptor, address, size);
        }
        if (is_over) {
            return Error::from_errno(Operation::connect);
        }
        if (const auto ended = watch(descriptor, POLLOUT, -1, 0); !ended) {
            return ended.error() == Errc::would_block
                       ? Error{Errc::operation_in_progress, Operation::connect}
                       : ended.error().during(Operation::connect);
        }
        is_over = true; // it may have ended since the first look
    }
}

} // namespace ferrule::sys
