// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The address families of socket(2). Each is a tag with its number, its types and its protocols,
/// the default of each type first. `Ip` and `Any` stand for several families, known at run time,
/// and have no number.

#include <type_traits>

#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "protocol.hpp"
#include "type.hpp"

namespace ferrule {

/// ip(7).
struct Ipv4 {
    static constexpr int number = sys::af_inet;
    using types = OneOf<Stream, Datagram, Raw>;
    using protocols = OneOf<Tcp, Udp, Icmp, Mptcp, UdpLite>;
};

/// ipv6(7). Always IPv6 alone (IPV6_V6ONLY); for both at once there is `Ip`.
struct Ipv6 {
    static constexpr int number = sys::af_inet6;
    using types = OneOf<Stream, Datagram, Raw>;
    using protocols = OneOf<Tcp, Udp, Icmpv6, Mptcp, UdpLite>;
};

/// unix(7): sockets within one host, named by a path or an abstract name. No Raw: the kernel would
/// silently make it Datagram.
struct Unix {
    static constexpr int number = sys::af_unix;
    using types = std::conditional_t<sys::unix_has_seqpacket, OneOf<Stream, Datagram, SeqPacket>,
                                     OneOf<Stream, Datagram>>;
    using protocols = OneOf<Unspecified>;
    static constexpr bool forms_pairs = true; ///< socketpair(2) works.
};

/// IPv4 or IPv6, known at run time. No Raw: ICMP and ICMPv6 are two protocols.
struct Ip {
    using members = OneOf<Ipv4, Ipv6>;
    using types = OneOf<Stream, Datagram>;
    using protocols = OneOf<Tcp, Udp, Mptcp, UdpLite>;
};

/// IPv4, IPv6 or Unix, known at run time, over any protocol of the type.
struct Any {
    using members = OneOf<Ipv4, Ipv6, Unix, Ip>;
    using types = OneOf<Stream, Datagram, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

namespace detail {

// Whether one of the protocols has sockets of this type.
template <class Type, class Protocols> inline constexpr bool has_a_protocol = true;
template <class Type, class... Protocols>
inline constexpr bool has_a_protocol<Type, OneOf<Protocols...>> =
    (has_type(Protocols::number, Type::number) || ...);

// Whether a family of this number has these types over these protocols, as far as socket(2) knows
// it.
template <int number, class Types, class Protocols> inline constexpr bool has = true;
template <class... Types, class... Protocols>
inline constexpr bool has<sys::af_unix, OneOf<Types...>, OneOf<Protocols...>> =
    ((Types::number != sys::sock_raw) && ...) && (is_of_family<Protocols::number, Unix> && ...);
template <class... Types, class Protocols>
inline constexpr bool has<sys::af_inet, OneOf<Types...>, Protocols> =
    (has_a_protocol<Types, Protocols> && ...);
template <class... Types, class Protocols>
inline constexpr bool has<sys::af_inet6, OneOf<Types...>, Protocols> =
    (has_a_protocol<Types, Protocols> && ...);

template <class Family> inline constexpr bool has_what_its_number_has = true;
template <class Family>
    requires requires { Family::number; }
inline constexpr bool has_what_its_number_has<Family> =
    Family::number != sys::absent &&
    has<Family::number, typename Family::types, typename Family::protocols>;

} // namespace detail

/// A tag that says what a family is, and this system has it. Its types and protocols are some that
/// the kernel has for its number.
template <class Family>
concept AddressFamily = requires {
    typename Family::types;
    typename Family::protocols;
} && detail::has_what_its_number_has<Family>;

/// Whether a family has a number for socket(2).
template <class Family> inline constexpr bool has_a_number = requires { int{Family::number}; };

namespace detail {

template <class Family> struct MembersOf {
    using type = OneOf<>;
};

template <class Family>
    requires requires { typename Family::members; }
struct MembersOf<Family> {
    using type = typename Family::members;
};

} // namespace detail

/// The families that a variable family stands for; of a fixed one, none.
template <class Family> using MembersOf = typename detail::MembersOf<Family>::type;

/// Whether a family stands for others.
template <class Family>
inline constexpr bool stands_for_several = !std::is_same_v<MembersOf<Family>, OneOf<>>;

/// A family that is known while compiling: it has a number for socket(2).
template <class Family>
concept FixedFamily = AddressFamily<Family> && has_a_number<Family>;

/// A family that is one of several, known at run time.
template <class Family>
concept VariableFamily = AddressFamily<Family> && stands_for_several<Family>;

/// Whether a family says that it has socketpair(2).
template <class Family>
inline constexpr bool forms_pairs = requires { requires Family::forms_pairs; };

/// The family makes two connected sockets at once (socketpair(2)).
template <class Family>
concept FormsPairs = forms_pairs<Family>;

/// Whether connect(2) gives the sockets of a family a peer. A family says so only if it does not.
template <class Family>
inline constexpr bool is_connectable = !requires { requires !Family::is_connectable; };

/// A socket of the family can have a peer (connect(2)).
template <class Family>
concept Connectable = is_connectable<Family>;

} // namespace ferrule
