// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The protocols of socket(2). Each is a tag with its number and the types whose promises it keeps.
/// A user's own protocol is another such struct; with `using families = OneOf<Ipv4>` in it, no
/// family has to change.

#include <concepts>

#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "type.hpp"

namespace ferrule {

/// tcp(7), RFC 9293.
struct Tcp {
    static constexpr int number = sys::ipproto_tcp;
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true; ///< A close can tell the peer that it is no end.
};

/// udp(7), RFC 768.
struct Udp {
    static constexpr int number = sys::ipproto_udp;
    using types = OneOf<Datagram>;
};

/// ICMP, RFC 792. As Datagram it is echo only, for the groups in net.ipv4.ping_group_range
/// (icmp(7)).
struct Icmp {
    static constexpr int number = sys::ipproto_icmp;
    using types = OneOf<Datagram, Raw>;
};

/// ICMP for IPv6, RFC 4443.
struct Icmpv6 {
    static constexpr int number = sys::ipproto_icmpv6;
    using types = OneOf<Datagram, Raw>;
};

/// TCP over several paths at once, RFC 8684; falls back to TCP where the peer does not know it.
struct Mptcp {
    static constexpr int number = sys::ipproto_mptcp;
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true;
};

/// UDP whose checksum may cover a part of the message only, udplite(7), RFC 3828.
struct UdpLite {
    static constexpr int number = sys::ipproto_udplite;
    using types = OneOf<Datagram>;
};

/// No protocol is named: number 0. The only one of Unix; of Any it means whichever the socket
/// speaks.
struct Unspecified {
    static constexpr int number = 0;
    using types = OneOf<Stream, Datagram, SeqPacket>;
};

/// The placeholder for the missing protocol of a Raw socket. There is no default, so write
/// `Socket<Ipv4, Raw, Icmp>`. The kernel refuses protocol 0 (EPROTONOSUPPORT).
struct RawNeedsAProtocol {
    static constexpr int number = 0;
    using types = OneOf<>;
};

namespace detail {

// Whether the protocol of this number has sockets of this type, as far as socket(2) knows it. Raw
// sockets it has of every number (raw(7)).
constexpr bool has_type(int protocol, int type) {
    const auto is_one_of = [=](auto... numbers) { return ((protocol == numbers) || ...); };
    if (type == sys::sock_raw) {
        return true;
    }
    if (is_one_of(sys::ipproto_tcp, sys::ipproto_mptcp)) {
        return type == sys::sock_stream;
    }
    if (is_one_of(sys::ipproto_sctp)) {
        return type == sys::sock_stream || type == sys::sock_seqpacket;
    }
    if (is_one_of(sys::ipproto_udp, sys::ipproto_udplite, sys::ipproto_icmp, sys::ipproto_icmpv6)) {
        return type == sys::sock_dgram;
    }
    return true;
}

template <int protocol, class Types> inline constexpr bool has_types = true;
template <int protocol, class... Types>
inline constexpr bool has_types<protocol, OneOf<Types...>> =
    (has_type(protocol, Types::number) && ...);

// Unix has no protocols (unix(7)).
template <int protocol, class Family> inline constexpr bool is_of_family = true;
template <int protocol, class Family>
    requires requires { Family::number; }
inline constexpr bool is_of_family<protocol, Family> =
    Family::number != sys::af_unix || protocol == 0;

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

/// A tag that says what a protocol is, and this system has it. Its types and families are some that
/// the kernel has for its number.
template <class Protocol>
concept SocketProtocol =
    requires {
        { Protocol::number } -> std::convertible_to<int>;
        typename Protocol::types;
    } && (Protocol::number != sys::absent) &&
    detail::has_types<Protocol::number, typename Protocol::types> &&
    detail::names_its_families_rightly<Protocol>;

/// Whether a protocol says that it has a reset.
template <class Protocol>
inline constexpr bool can_reset = requires { requires Protocol::can_reset; };

/// The protocol can end a connection by a reset. Unix sockets can't: each close is a normal end.
template <class Protocol>
concept CanReset = can_reset<Protocol>;

} // namespace ferrule
