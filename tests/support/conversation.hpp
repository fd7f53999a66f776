// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A place to bind to and two ends that talk, the same for every family.

#include <ferrule/endpoint/any.hpp>
#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/connection.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

#include <concepts>
#include <string>
#include <type_traits>

#include "folder.hpp"
#include "host.hpp"

/// Every family, for TEST_CASE_TEMPLATE.
#define EVERY_FAMILY ferrule::Ipv4, ferrule::Ipv6, ferrule::Unix, ferrule::Ip, ferrule::Any

/// Where a test can bind: a free port of the loopback, or a path in a folder of its own. A host
/// without IPv6 has no place for Ipv6, and one for Ip.
template <class Family> struct Place {
    ferrule::Endpoint<Family> endpoint() const {
        if constexpr (std::is_same_v<Family, ferrule::Ipv6>) {
            host::needs(host::ipv6);
        }
        if constexpr (std::is_same_v<Family, ferrule::Ip>) {
            if (!host::is_ci() && !host::is_there(host::ipv6)) {
                return ferrule::Endpoint<ferrule::Ipv4>::loopback();
            }
        }
        return ferrule::Endpoint<Family>::loopback();
    }
};

template <> struct Place<ferrule::Unix> {
    TemporaryFolder folder;
    ferrule::Endpoint<ferrule::Unix> endpoint(const std::string& name = "socket") const {
        return ferrule::Endpoint<ferrule::Unix>::path(folder.file(name)).value();
    }
};

/// Any as IPv4.
template <> struct Place<ferrule::Any> {
    ferrule::Endpoint<ferrule::Any> endpoint() const {
        return ferrule::Endpoint<ferrule::Ipv4>::loopback();
    }
};

/// A stream socket that is bound, in the two steps that it takes.
template <class Family>
ferrule::Result<ferrule::Bound<Family, ferrule::Stream>>
bind_stream(const std::type_identity_t<ferrule::Endpoint<Family>>& endpoint) {
    using Socket = ferrule::Socket<Family, ferrule::Stream>;
    auto opened = [&] {
        if constexpr (ferrule::FixedFamily<Family>) {
            return Socket::open();
        } else {
            return Socket::open(endpoint);
        }
    }();
    return std::move(opened).and_then(
        [&](Socket&& socket) { return std::move(socket).bind(endpoint); });
}

/// A listener and two ends that are connected through it.
template <class Family, class Type = ferrule::Stream> struct Conversation {
    Place<Family> place;
    ferrule::Listener<Family, Type> listener =
        ferrule::Listener<Family, Type>::listen(place.endpoint()).value();
    ferrule::Connection<Family, Type> client =
        ferrule::Connection<Family, Type>::connect(listener.local_endpoint().value()).value();
    ferrule::Connection<Family, Type> server = listener.accept().value().connection;
};

/// Two bound datagram sockets that know each other's endpoint.
template <class Family> struct TwoBound {
    Place<Family> one_place;
    Place<Family> other_place;
    ferrule::Bound<Family, ferrule::Datagram> one =
        ferrule::Bound<Family, ferrule::Datagram>::bind(one_place.endpoint()).value();
    ferrule::Bound<Family, ferrule::Datagram> other =
        ferrule::Bound<Family, ferrule::Datagram>::bind(other_place.endpoint()).value();
    ferrule::Endpoint<Family> one_endpoint = one.local_endpoint().value();
    ferrule::Endpoint<Family> other_endpoint = other.local_endpoint().value();
};

/// Two datagram sockets that are connected to each other.
template <class Family> struct DatagramConversation {
    TwoBound<Family> bound;
    ferrule::Connection<Family, ferrule::Datagram> one =
        std::move(bound.one).connect(bound.other_endpoint).value();
    ferrule::Connection<Family, ferrule::Datagram> other =
        std::move(bound.other).connect(bound.one_endpoint).value();
};
