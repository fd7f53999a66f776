// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket with a peer: of a stream, or of messages between two.

// First, each after what it builds on, so that a refusal names the file of a broken rule in one
// line.
// clang-format off
#include "one_of.hpp"
#include "type.hpp"
#include "family.hpp"
#include "bytes.hpp"
#include "option.hpp"
#include "handle.hpp"
// clang-format on

#include <type_traits>
#include <utility>

#include "endpoint/any.hpp"
#include "endpoint/ip.hpp"
#include "endpoint/ipv4.hpp"
#include "endpoint/ipv6.hpp"
#include "endpoint/unix.hpp"
#include "legal.hpp"
#include "message_transfer.hpp"
#include "result.hpp"
#include "steps.hpp"
#include "stream_transfer.hpp"
#include "system/socket.hpp"
#include "wait.hpp"
#include "widen.hpp"

namespace ferrule {

/// A socket with a peer. Sends and receives (StreamTransfer or MessageTransfer say how), knows both
/// endpoints.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Connection
    : public std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                StreamTransfer<Family, Type, Protocol>> {
    using Base = std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                    StreamTransfer<Family, Type, Protocol>>;

public:
    using Base::Base;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) noexcept = default;
    Connection& operator=(Connection&&) noexcept = default;

    /// A connection of a family that this one includes, over a protocol that this one stands for.
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Connection(Connection<From, Type, FromProtocol>&& other)
        : Base{widened<Family>(std::move(other))} {}

    /// socket(2), the options, connect(2): `connect(peer, [wait], options...)`. A Unix datagram
    /// socket is bound to a free abstract name before, so that it can be answered.
    template <class... Options,
              class Refused = FirstRefusedAfterWait<Family, Type, Protocol, Options...>>
        requires is_socket_option<Refused> && Among<Family, typename Refused::families> &&
                 Among<Type, typename Refused::types> &&
                 Among<Protocol, typename Refused::protocols>
    [[nodiscard]] static Result<Connection> connect(const Endpoint<Family>& peer,
                                                    Options&&... options) {
        const Wait wait = steps::wait_of(options...);
        auto opened = steps::open_for<Family, Type, Protocol>(peer, steps::blocking_for(wait));
        if (!opened) {
            return opened.error();
        }
        if (auto set = steps::set<steps::Moment::opened>(*opened, options...); !set) {
            return set.error();
        }
        if (auto named = steps::make_answerable<Type>(*opened); !named) {
            return named.error();
        }
        if (auto connected = steps::connect(*opened, peer, wait, steps::blocking_for(wait));
            !connected) {
            return connected.error();
        }
        if (auto set = steps::set<steps::Moment::finished>(*opened, options...); !set) {
            return set.error();
        }
        return Connection{*std::move(opened)};
    }

    /// socketpair(2): two that are connected to each other, without names.
    [[nodiscard]] static Result<std::pair<Connection, Connection>> pair()
        requires FormsPairs<Family>
    {
        auto both = system::pair(Family::number, Type::number, Protocol::number);
        if (!both) {
            return both.error();
        }
        return std::pair{Connection{Opened<Family>{std::move(both->first), Family::number}},
                         Connection{Opened<Family>{std::move(both->second), Family::number}}};
    }

    /// Of an Ip or Any the same connection as the family that it turns out to be:
    /// `std::move(c).to<Ipv4>()`. `wrong_family` or `wrong_protocol` leaves this one as it is.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && {
        return narrowed<Connection<To, Type, ToProtocol>>(*this);
    }
};

} // namespace ferrule
