// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The fixed peer of a datagram socket, which is no connection: it can be another one later, or
/// nobody, and others can be sent to beside it.

#include <cstdint>
#include <type_traits>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/handle.hpp"
#include "../socket/impl/message.hpp"
#include "../socket/impl/native_form.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../sys/call.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/socket.hpp"
#include "../sys/transfer.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

namespace detail {

// connect(2) of a datagram socket, which has nothing to wait for: what a signal has interrupted has
// not begun.
inline Result<void> connect_datagrams(int descriptor, const sockaddr* address, socklen_t size) {
    auto connected = sys::connect(descriptor, address, size);
    while (!connected && connected.error() == Errc::interrupted) {
        connected = sys::connect(descriptor, address, size);
    }
    return connected;
}

// The port of an endpoint of IP; 0 of every other.
template <class Family> std::uint16_t port_of(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Any>) {
        const auto* const ipv4 = endpoint.template get_if<Ipv4>();
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv4 != nullptr ? ipv4->port() : ipv6 != nullptr ? ipv6->port() : std::uint16_t{0};
    } else if constexpr (requires { endpoint.port(); }) {
        return endpoint.port();
    } else {
        return 0;
    }
}

template <class Family>
Endpoint<Family> with_port(const Endpoint<Family>& endpoint, [[maybe_unused]] std::uint16_t port) {
    if constexpr (std::is_same_v<Family, Any>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return ipv4->with_port(port);
        }
        return endpoint.template get_if<Ipv6>()->with_port(port);
    } else if constexpr (requires { endpoint.with_port(port); }) {
        return endpoint.with_port(port);
    } else {
        return endpoint;
    }
}

// Without a peer an IP socket has lost a port that the kernel had chosen, at bind or at connect: it
// is bound to it again. The address is what it was bound to.
template <class Family, class Type, class Protocol>
Result<void> keep_port(const Bound<Family, Type, Protocol>& socket, std::uint16_t port) {
    const auto endpoint = socket.local_endpoint();
    if (!endpoint) {
        return endpoint.error();
    }
    if (port_of(*endpoint) == port) {
        return {};
    }
    const Endpoint<Family> again = with_port(*endpoint, port);
    const NativeForm<Family> form{again, socket.domain()};
    return sys::bind(socket.descriptor(), form.address(), form.size());
}

} // namespace detail

/// connect(2) of a datagram socket that has a peer: from now on it sends to this one, and receives
/// from this one only; what the other has sent and was not received is still there. After an error
/// the peer is the one it was.
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<void>
reconnect(const Connection<Family, Type, Protocol>& connection,
          const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::connect};
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
        return fits;
    }
    if (auto fits = check_scope(connection.descriptor(), endpoint, Operation::connect); !fits) {
        return fits;
    }
    const NativeForm<Family> form{endpoint, connection.domain()};
    return detail::connect_datagrams(connection.descriptor(), form.address(), form.size());
}

/// connect(2) to AF_UNSPEC: the socket has no peer any more, and receives from anybody. It keeps
/// its port, bind(2) again if the kernel had chosen it: `address_in_use` if somebody has taken it
/// in the moment between. The socket is spent, after an error, too.
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Bound<Family, Type, Protocol>>
disconnect(Connection<Family, Type, Protocol>&& connection) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::connect};
    }
    const auto before = connection.local_endpoint();
    auto opened = std::move(connection).take();
    const int descriptor = opened.descriptor().number();
    sockaddr nobody{};
    nobody.sa_family = sys::af_unspec;
    if (auto done = detail::connect_datagrams(descriptor, &nobody, sizeof nobody); !done) {
        return done.error();
    }
    auto socket = Bound<Family, Type, Protocol>{std::move(opened)};
    if (before && !std::is_same_v<Type, Raw>) {
        if (auto kept = detail::keep_port(socket, detail::port_of(*before)); !kept) {
            return kept.error();
        }
    }
    return socket;
}
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
detail::spent_by_this_step_so_write_std_move
disconnect(Connection<Family, Type, Protocol>& connection) = delete;

/// sendto(2) beside the fixed peer: one message to somebody else. The answer does not arrive here:
/// a socket with a peer receives from that one only. Of Unix sockets only Linux lets it through;
/// elsewhere it is `already_connected` (EISCONN).
template <class Family, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_aside(const Connection<Family, Datagram, Protocol>& connection, BytesView bytes,
           const std::type_identity_t<PeerAt<Endpoint<Family>, Datagram, Protocol>>& peer,
           Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Datagram, Protocol>(endpoint, Operation::send); !fits) {
        return fits;
    }
    if (auto fits = check_scope(connection.descriptor(), endpoint, Operation::send); !fits) {
        return fits;
    }
    const NativeForm<Family> form{endpoint, connection.domain()};
    const short events = connection.domain() == sys::af_unix ? short{0} : sys::pollout;
    return detail::without_size(wait_and_try(connection.descriptor(), events, wait, Operation::send,
                                             sys::Calls<sys::send_to>{}, connection.descriptor(),
                                             bytes.data(), bytes.size(), detail::flags_for(wait),
                                             form.address(), form.size()));
}

} // namespace ferrule
