// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of TCP (IPPROTO_TCP, tcp(7)).

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "../option.hpp"
#include "../protocol.hpp"

namespace ferrule::option {

/// TCP_NODELAY: send small pieces at once (Nagle's algorithm off, RFC 896). Set on a Listener, its
/// connections have it, too.
struct NoDelay : Flag<IPPROTO_TCP, TCP_NODELAY> {
    using Flag::Flag;
    using families = OneOf<Ipv4, Ipv6, Ip>;
    using protocols = OneOf<Tcp, Mptcp>;
};

static_assert(AppliesTo<NoDelay, Ip, Stream, Mptcp> && !AppliesTo<NoDelay, Ipv4, Datagram, Udp>);

} // namespace ferrule::option
