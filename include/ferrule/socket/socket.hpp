// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket as socket(2) makes it: no name, no peer. The first step of the step-by-step way.

#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/state.hpp"
#include "../wait/wait.hpp"
#include "bound.hpp"
#include "connecting.hpp"
#include "connection.hpp"
#include "handle.hpp"
#include "impl/steps.hpp"
#include "peer.hpp"

namespace ferrule {

/// A socket without a name. Options that must precede bind are set here.
template <class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Socket final
    : public Handle<state::Socket, Family, Type, Protocol> {
    using Base = Handle<state::Socket, Family, Type, Protocol>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Socket(const Socket&) = delete; // std::move(it), std::move(result).value()
    Socket& operator=(const Socket&) = delete;
    Socket(Socket&&) noexcept = default;
    Socket& operator=(Socket&&) noexcept = default;

    /// socket(2), close-on-exec. One of Ipv6 is IPv6 alone: IPV6_V6ONLY is set, a second call.
    [[nodiscard]] static Result<Socket> open()
        requires FixedFamily<Family>
    {
        return made(steps::open<Family, Type, Protocol>(Family::number, sys::Blocking::yes));
    }

    /// socket(2) of the family of the endpoint that it will be used with, close-on-exec. One of
    /// AF_INET6 takes IPv4, too: IPV6_V6ONLY is cleared, a second call.
    [[nodiscard]] static Result<Socket> open(const Endpoint<Family>& endpoint)
        requires VariableFamily<Family>
    {
        return made(steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::yes));
    }

    /// bind(2): gives the socket this local endpoint. It takes this socket, and closes it on
    /// failure.
    [[nodiscard]] Result<Bound<Family, Type, Protocol>> bind(const Endpoint<Family>& endpoint) && {
        if (!this->is_open()) {
            return this->not_open(Operation::bind);
        }
        auto opened = std::move(*this).take();
        if (auto bound = steps::bind(opened, endpoint); !bound) {
            return bound.error();
        }
        return Bound<Family, Type, Protocol>{std::move(opened)};
    }
    detail::spent_by_this_step_so_write_std_move bind(const Endpoint<Family>& endpoint) & = delete;

    /// connect(2); a Unix datagram socket is then bound to a free abstract name, so that the peer
    /// can answer. It takes this socket, and closes it on failure.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> connect(const Peer& peer,
                                                                     Wait wait = {}) &&
        requires Connectable<Family>
    {
        return steps::answerable<Type>(
            unbound().and_then([&](Bound<Family, Type, Protocol>&& socket) {
                return std::move(socket).connect(peer, wait);
            }));
    }
    detail::spent_by_this_step_so_write_std_move connect(const Peer& peer, Wait wait = {}) &
        requires Connectable<Family>
    = delete;

    /// connect(2), begun; the rest as connect().
    [[nodiscard]] Result<Connecting<Family, Type, Protocol>> start_connect(const Peer& peer) &&
        requires Connectable<Family>
    {
        return steps::answerable<Type>(
            unbound().and_then([&](Bound<Family, Type, Protocol>&& socket) {
                return std::move(socket).start_connect(peer);
            }));
    }
    detail::spent_by_this_step_so_write_std_move start_connect(const Peer&) &
        requires Connectable<Family>
    = delete;

private:
    static Result<Socket> made(Result<Opened<Family>> opened) {
        if (!opened) {
            return opened.error();
        }
        return Socket{*std::move(opened)};
    }

    // As a Bound, which can connect: the kernel binds in the same call, except a Unix datagram
    // socket.
    Result<Bound<Family, Type, Protocol>> unbound() {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        return Bound<Family, Type, Protocol>{std::move(*this).take()};
    }
};

} // namespace ferrule
