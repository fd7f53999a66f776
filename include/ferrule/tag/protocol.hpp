// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The protocols of socket(2), each a tag that states its number and the types whose promises it
/// keeps. A user's own protocol is one more such struct; with `using families = OneOf<Ipv4>` in it
/// no family need be touched.

#include <concepts>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../core/one_of.hpp"
#include "type.hpp"

namespace ferrule {

/// tcp(7), RFC 9293.
struct Tcp {
    static constexpr int number = IPPROTO_TCP;
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true; ///< A close can tell the peer that it is no end.
};

/// udp(7), RFC 768.
struct Udp {
    static constexpr int number = IPPROTO_UDP;
    using types = OneOf<Datagram>;
};

/// ICMP, RFC 792. As Datagram it is echo only, for the groups in net.ipv4.ping_group_range
/// (icmp(7)).
struct Icmp {
    static constexpr int number = IPPROTO_ICMP;
    using types = OneOf<Datagram, Raw>;
};

/// ICMP for IPv6, RFC 4443.
struct Icmpv6 {
    static constexpr int number = IPPROTO_ICMPV6;
    using types = OneOf<Datagram, Raw>;
};

/// TCP over several paths at once, RFC 8684; falls back to TCP where the peer does not know it.
struct Mptcp {
    static constexpr int number = 262; // IPPROTO_MPTCP, which older headers lack
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true;
};

/// UDP whose checksum may cover a part of the message only, udplite(7), RFC 3828.
struct UdpLite {
    static constexpr int number = IPPROTO_UDPLITE;
    using types = OneOf<Datagram>;
};

/// No protocol is named: number 0. The only one of Unix; of Any it means whichever the socket
/// speaks.
struct Unspecified {
    static constexpr int number = 0;
    using types = OneOf<Stream, Datagram, SeqPacket>;
};

/// What stands where the protocol of a Raw socket should be named: there is no default, so write
/// `Socket<Ipv4, Raw, Icmp>`. The kernel refuses protocol 0 (EPROTONOSUPPORT).
struct RawNeedsAProtocol {
    static constexpr int number = 0;
    using types = OneOf<>;
};

namespace detail {

// Whether the protocol of this number has sockets of this type, as far as socket(2) knows it. Raw
// sockets it has of every number (raw(7)).
constexpr bool has_type(int protocol, int type) {
    switch (protocol) {
    case IPPROTO_TCP:
    case Mptcp::number:
        return type == SOCK_STREAM || type == SOCK_RAW;
    case IPPROTO_SCTP:
        return type == SOCK_STREAM || type == SOCK_SEQPACKET || type == SOCK_RAW;
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
        return type == SOCK_DGRAM || type == SOCK_RAW;
    default:
        return true;
    }
}

template <int protocol, class Types> inline constexpr bool has_types = true;
template <int protocol, class... Types>
inline constexpr bool has_types<protocol, OneOf<Types...>> =
    (has_type(protocol, Types::number) && ...);

// Unix has no protocols (unix(7)).
template <int protocol, class Family> inline constexpr bool is_of_family = true;
template <int protocol, class Family>
    requires requires { Family::number; }
inline constexpr bool is_of_family<protocol, Family> = Family::number != AF_UNIX || protocol == 0;

template <int protocol, class Families> inline constexpr bool is_of_families = true;
template <int protocol, class... Families>
inline constexpr bool is_of_families<protocol, OneOf<Families...>> =
    (is_of_family<protocol, Families> && ...);

template <class Protocol> inline constexpr bool names_its_families_rightly = true;
template <class Protocol>
    requires requires { typename Protocol::families; }
inline constexpr bool names_its_families_rightly<Protocol> =
    is_of_families<Protocol::number, typename Protocol::families>;

} // namespace detail

/// A tag that says what a protocol is. Its types and families are some that the kernel has for its
/// number.
template <class Protocol>
concept SocketProtocol =
    requires {
        { Protocol::number } -> std::convertible_to<int>;
        typename Protocol::types;
    } && detail::has_types<Protocol::number, typename Protocol::types> &&
    detail::names_its_families_rightly<Protocol>;

/// Whether a protocol says that it has a reset.
template <class Protocol> inline constexpr bool can_reset = false;
template <class Protocol>
    requires requires { Protocol::can_reset; }
inline constexpr bool can_reset<Protocol> = Protocol::can_reset;

/// The protocol can end a connection by a reset: Unix sockets can't, their every close is an end.
template <class Protocol>
concept CanReset = can_reset<Protocol>;

static_assert(CanReset<Tcp> && !CanReset<Udp> && !CanReset<Unspecified>);
static_assert(SocketProtocol<Tcp> && SocketProtocol<Unspecified> && !SocketProtocol<Stream>);

} // namespace ferrule
