// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of every kind of socket (SOL_SOCKET, socket(7)).

#include <sys/socket.h>

#include "../option.hpp"
#include "../protocol.hpp"
#include "../type.hpp"

namespace ferrule::option {

/// SO_REUSEADDR: bind to an address of which old connections are in TIME_WAIT. Set after bind it
/// does nothing, so only a Socket has it. On UDP it lets several sockets share a port, and the last
/// one takes the traffic (socket(7)).
struct ReuseAddress : Flag<SOL_SOCKET, SO_REUSEADDR> {
    using Flag::Flag;
    using families = OneOf<Ipv4, Ipv6, Ip>;
    using set_in = OneOf<state::Socket>;
};

/// SO_BROADCAST: send to broadcast addresses. IPv6 has none, a stream can't use it.
struct Broadcast : Flag<SOL_SOCKET, SO_BROADCAST> {
    using Flag::Flag;
    using families = OneOf<Ipv4, Ip>;
    using types = OneOf<Datagram, Raw>;
};

/// SO_SNDBUF, in bytes. The kernel doubles what is set, to have room for its own bookkeeping, and
/// caps it at net.core.wmem_max; what is read is the doubled number (socket(7)).
struct SendBuffer : Size<SOL_SOCKET, SO_SNDBUF> {
    using Size::Size;
};

/// SO_RCVBUF, in bytes; doubled and capped (net.core.rmem_max) like SendBuffer. For TCP set it
/// before connect or listen: the window scale is settled in the handshake (tcp(7)).
struct ReceiveBuffer : Size<SOL_SOCKET, SO_RCVBUF> {
    using Size::Size;
};

static_assert(AppliesTo<ReuseAddress, Ipv4, Stream, Tcp> &&
              !AppliesTo<ReuseAddress, Unix, Stream, Unspecified>);
static_assert(AppliesTo<Broadcast, Ipv4, Datagram, Udp> &&
              !AppliesTo<Broadcast, Ipv4, Stream, Tcp>);

} // namespace ferrule::option
