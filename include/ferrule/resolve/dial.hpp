// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Reaching a host by name, over whichever of its addresses answers first.

#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/any.hpp"
#include "../endpoint/ip.hpp"
#include "../endpoint/port.hpp"
#include "../opt/rules.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/pack.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "dial_error.hpp"
#include "host_port.hpp"
#include "impl/race.hpp"
#include "resolve.hpp"

namespace ferrule {

namespace detail {

// Converts the winner of the race to the requested family.
template <class Family, class Protocol>
using Dialled = Result<Connection<Family, Stream, Protocol>, DialError>;

// What Any speaks over IP.
template <class Family, class Protocol>
using RacingProtocol = std::conditional_t<std::is_same_v<Family, Any>, Tcp, Protocol>;

} // namespace detail

/// Connects to the endpoints, IPv6 and IPv4 by turns, each 250 ms after the one before or as soon
/// as that one fails. The first that connects wins (RFC 8305, Happy Eyeballs): `dial(endpoints,
/// [wait], options...)`. One wait spans everything. No name is resolved.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             SettableOnTheWayTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::span<const Endpoint<Ip>> endpoints,
                                                     Options&&... options) {
    auto connected = detail::race<detail::RacingProtocol<Family, Protocol>>(
        endpoints, steps::wait_of(options...), options...);
    if (!connected) {
        return connected.error();
    }
    return Connection<Family, Stream, Protocol>{*std::move(connected)};
}

/// resolve(), then a connect to the endpoint that answers first: `dial("example.com", "http",
/// within(5s))`. One wait spans both.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             SettableOnTheWayTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol>
dial(std::string_view host, std::string_view service, Options&&... options) {
    auto endpoints = resolve(host, service, steps::wait_of(options...));
    if (!endpoints) {
        return DialError{endpoints.error()};
    }
    return dial<Family, Protocol>(std::span<const Endpoint<Ip>>{*endpoints}, options...);
}

/// The same, with the port as a number: `dial("example.com", 80)`.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, std::integral Number,
          class... Options>
    requires(!std::same_as<Port, bool>) && Among<Family, OneOf<Ip, Any>> &&
            SettableOnTheWayTo<
                FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::string_view host, Number port,
                                                     Options&&... options) {
    return dial<Family, Protocol>(host, std::string_view{detail::port_text(port)}, options...);
}

/// The same, with one text: `dial("[::1]:80")`, `dial("example.com:http")`,
/// `dial<Any>("unix:/run/x.sock")`.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             SettableOnTheWayTo<
                 FirstRefusedAfterWait<state::Connection, Family, Stream, Protocol, Options...>,
                 state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(std::string_view text, Options&&... options) {
    if constexpr (std::is_same_v<Family, Any>) {
        if (text.starts_with("unix:")) {
            const auto endpoint = Endpoint<Any>::parse(text);
            if (!endpoint) {
                return DialError{endpoint.error()};
            }
            auto connected = Connection<Any>::connect(*endpoint, options...);
            if (!connected) {
                DialError failure{connected.error()};
                failure.add(*endpoint, connected.error().code());
                return failure;
            }
            return *std::move(connected);
        }
    }
    if (text.starts_with("unix:")) {
        return DialError{Error{Errc::needs_any, Operation::dial}};
    }
    if (text.find("://") != text.npos) {
        return DialError{Error{Errc::is_a_url, Operation::dial}};
    }
    const auto parts = split_host_port(text);
    if (!parts) {
        return DialError{parts.error()};
    }
    return dial<Family, Protocol>(parts->host, parts->service, options...);
}

} // namespace ferrule
