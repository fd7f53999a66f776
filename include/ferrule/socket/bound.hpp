// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket with a local endpoint and no peer yet. Datagram and Raw sockets talk to anybody.

#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "backlog.hpp"
#include "connecting.hpp"
#include "connection.hpp"
#include "handle.hpp"
#include "impl/steps.hpp"
#include "impl/widen.hpp"
#include "listener.hpp"
#include "message_transfer.hpp"
#include "named.hpp"
#include "peer.hpp"

namespace ferrule {

template <class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class Bound;

namespace detail {

// The operations and the factory of a Bound socket that talks to anybody. A stream has no such
// factory: `bound.bind(...)` would look like a second bind.
template <class Family, class Type, class Protocol>
class BoundToAnybody : public AddressedTransfer<Family, Type, Protocol> {
    using Bound = ferrule::Bound<Family, Type, Protocol>;

public:
    using AddressedTransfer<Family, Type, Protocol>::AddressedTransfer;

    /// socket(2), the options, bind(2). Without an endpoint: any free port of every address, or a
    /// free abstract Unix name.
    template <class... Options,
              class Refused = FirstRefused<state::Bound, Family, Type, Protocol, Options...>>
        requires SettableOnTheWayTo<Refused, state::Bound, Family, Type, Protocol>
    [[nodiscard]] static Result<Bound> bind(const Endpoint<Family>& endpoint = Endpoint<Family>{},
                                            const Options&... options) {
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::yes);
        if (!opened) {
            return opened.error();
        }
        auto bound =
            steps::in_steps(*opened, [&] { return steps::bind(*opened, endpoint); }, options...);
        if (!bound) {
            return bound.error();
        }
        return Bound{*std::move(opened)};
    }

protected:
    ~BoundToAnybody() = default;
    BoundToAnybody(BoundToAnybody&&) noexcept = default;
    BoundToAnybody& operator=(BoundToAnybody&&) noexcept = default;
};

} // namespace detail

/// A socket with a local endpoint. Without connections (Datagram, Raw) it sends and receives by
/// AddressedTransfer; with connections (Stream, SeqPacket) it goes on to listen or connect.
template <class Family, class Type, class Protocol>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Bound final
    : public std::conditional_t<FormsConnections<Type>, Named<state::Bound, Family, Type, Protocol>,
                                detail::BoundToAnybody<Family, Type, Protocol>> {
    using Base =
        std::conditional_t<FormsConnections<Type>, Named<state::Bound, Family, Type, Protocol>,
                           detail::BoundToAnybody<Family, Type, Protocol>>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Bound(const Bound&) = delete; // std::move(it), std::move(result).value()
    Bound& operator=(const Bound&) = delete;
    Bound(Bound&&) noexcept = default;
    Bound& operator=(Bound&&) noexcept = default;

    /// From a bound socket of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Bound(Bound<From, Type, FromProtocol>&& other) : Base{widen<Family>(std::move(other))} {}

    /// listen(2): wait for connections. It takes this socket, and closes it on failure.
    [[nodiscard]] auto listen(Backlog backlog = {}) &&
        requires FormsConnections<Type>
    {
        using Outcome = Result<Listener<Family, Type, Protocol>>;
        if (!this->is_open()) {
            return Outcome{this->not_open(Operation::listen)};
        }
        auto opened = std::move(*this).take();
        const int number = opened.descriptor().number();
        if (auto set = sys::set_blocking(number, sys::Blocking::no); !set) {
            return Outcome{set.error().during(Operation::listen)};
        }
        if (auto listening = sys::listen(number, backlog.connections()); !listening) {
            return Outcome{listening.error()};
        }
        return Outcome{Listener<Family, Type, Protocol>{std::move(opened)}};
    }
    detail::spent_by_this_step_so_write_std_move listen(Backlog backlog = {}) &
        requires FormsConnections<Type>
    = delete;

    /// connect(2). It takes this socket, and closes it on failure. Messages that anybody has sent
    /// before are still received; later only the peer's messages come in.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> connect(const Peer& peer,
                                                                     Wait wait = {}) &&
        requires Connectable<Family>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto opened = std::move(*this).take();
        if (auto fits = check_peer<Type, Protocol>(peer.endpoint(), Operation::connect); !fits) {
            return fits.error();
        }
        if (auto connected = steps::connect(opened, peer.endpoint(), wait, sys::Blocking::yes);
            !connected) {
            return connected.error();
        }
        return Connection<Family, Type, Protocol>{std::move(opened)};
    }
    detail::spent_by_this_step_so_write_std_move connect(const Peer& peer, Wait wait = {}) &
        requires Connectable<Family>
    = delete;

    /// Begins a connect(2). It takes this socket, and closes it on failure.
    [[nodiscard]] Result<Connecting<Family, Type, Protocol>> start_connect(const Peer& peer) &&
        requires Connectable<Family>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto opened = std::move(*this).take();
        if (auto set = sys::set_blocking(opened.descriptor().number(), sys::Blocking::no); !set) {
            return set.error().during(Operation::connect);
        }
        return Connecting<Family, Type, Protocol>::start(std::move(opened), peer.endpoint());
    }
    detail::spent_by_this_step_so_write_std_move start_connect(const Peer&) &
        requires Connectable<Family>
    = delete;

    /// From Ip or Any to the family that the socket really is.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Bound<To, Type, ToProtocol>>(*this);
    }
};

} // namespace ferrule
