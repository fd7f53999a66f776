// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The rules: which family, type and protocol make a socket. Three rules about two tags each, so
/// that a refusal names the two that clash and lists what was possible. A rule holds if either tag
/// lists the other.
///
/// Stricter than the kernel in four points: protocol 0 of IP is written as the protocol it means,
/// so that one socket has one type; Raw sockets of IP, which the kernel opens for every protocol
/// number, are listed for the family's own ICMP only (of TCP, UDP, MPTCP and UDP-Lite they would
/// see copies of what the kernel handles itself) and take a tag of the user's own for another one;
/// AF_UNIX with protocol 1 (PF_UNIX) is the same socket as with 0; and a Raw Unix socket, which the
/// kernel turns into a Datagram one, is refused.

#include <type_traits>

#include "../core/one_of.hpp"
#include "family.hpp"
#include "protocol.hpp"
#include "type.hpp"

namespace ferrule {

namespace detail {

// The list, and `Choice` too if the choice itself asks for it.
template <class Choices, class Choice, bool wanted> struct Extended {
    using type = Choices;
};

template <class... Choices, class Choice> struct Extended<OneOf<Choices...>, Choice, true> {
    using type = OneOf<Choices..., Choice>;
};

template <class Type, class Family>
inline constexpr bool joins_family = requires { requires among<Family, typename Type::families>; };

template <class Type, class Protocol>
inline constexpr bool joins_protocol =
    requires { requires among<Protocol, typename Type::protocols>; };

} // namespace detail

/// The types of a family, and `Type` if it names the family itself.
template <class Family, class Type>
using TypesOfFamily = typename detail::Extended<typename Family::types, Type,
                                                detail::joins_family<Type, Family>>::type;

/// The protocols of a family, and `Protocol` if it names the family itself.
template <class Family, class Protocol>
using ProtocolsOfFamily = typename detail::Extended<typename Family::protocols, Protocol,
                                                    detail::joins_family<Protocol, Family>>::type;

/// The types of a protocol, and `Type` if it names the protocol itself.
template <class Protocol, class Type>
using TypesOfProtocol = typename detail::Extended<typename Protocol::types, Type,
                                                  detail::joins_protocol<Type, Protocol>>::type;

/// `Family` has sockets of this `Type`. IP has no `SeqPacket`; Unix has no `Raw`.
template <class Family, class Type>
concept Offers = Among<Type, TypesOfFamily<Family, Type>>;

/// `Family` works with this `Protocol`. Unix speaks `Unspecified` only.
template <class Family, class Protocol>
concept Speaks = Among<Protocol, ProtocolsOfFamily<Family, Protocol>>;

/// `Protocol` keeps the promises of `Type`. UDP carries no `Stream`, TCP no `Datagram`.
template <class Protocol, class Type>
concept Carries = Among<Type, TypesOfProtocol<Protocol, Type>>;

/// The three tags make a socket.
template <class Family, class Type, class Protocol>
concept Legal = AddressFamily<Family> && SocketType<Type> && SocketProtocol<Protocol> &&
                Offers<Family, Type> && Carries<Protocol, Type> && Speaks<Family, Protocol>;

namespace detail {

template <class Type, class Protocols> struct FirstCarrier {
    using type = Unspecified;
};

template <class Type, class First, class... Rest>
struct FirstCarrier<Type, OneOf<First, Rest...>> : FirstCarrier<Type, OneOf<Rest...>> {};

template <class Type, class First, class... Rest>
    requires Carries<First, Type>
struct FirstCarrier<Type, OneOf<First, Rest...>> {
    using type = First;
};

} // namespace detail

/// The protocol meant when none is written: the first of the family's that carries the type. Raw
/// has none.
template <class Family, class Type>
using DefaultProtocol =
    std::conditional_t<std::is_same_v<Type, Raw>, RawNeedsAProtocol,
                       typename detail::FirstCarrier<Type, typename Family::protocols>::type>;

} // namespace ferrule
