// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A second descriptor of a socket, and how much there is to read.

#include <cstddef>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/flags.hpp"
#include "../tag/state.hpp"
#include "handle.hpp"

namespace ferrule {

/// fcntl(2) F_DUPFD_CLOEXEC: an object of the same type with a descriptor of its own. Both are one
/// socket: options, shutdown and what is received concern both; the connection lasts until both are
/// closed.
template <class Socket>
    requires requires(const Socket& socket) {
        typename Socket::state;
        socket.descriptor();
    }
[[nodiscard]] Result<Socket> duplicate(const Socket& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::convert};
    }
    auto own = sys::duplicate(socket.descriptor(), Operation::convert);
    if (!own) {
        return own.error();
    }
    return Socket{Opened<typename Socket::family>{*std::move(own), socket.domain()}};
}

/// ioctl(2) FIONREAD: how many bytes a receive would get at once; of datagrams the size of the next
/// one, and 0 if there is none or an empty one.
template <class State, class Family, class Type, class Protocol>
    requires Among<State, OneOf<state::Bound, state::Connection>>
[[nodiscard]] Result<std::size_t> available(const Handle<State, Family, Type, Protocol>& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    return sys::available(socket.descriptor());
}

} // namespace ferrule
