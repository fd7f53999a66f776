// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The socket types of socket(2), each a tag that states its facts. A user's own type is one more
/// such struct.

#include <concepts>

#include "../core/language.hpp"
#include "../sys/numbers.hpp"

namespace ferrule {

/// A stream of bytes, reliable and in order, between two ends.
struct Stream {
    static constexpr int number = sys::sock_stream;
    static constexpr bool forms_connections = true; ///< listen(2) and accept(2) exist.
    static constexpr bool keeps_boundaries = false; ///< One send is one receive.
};

/// Messages of bounded size, each for itself.
struct Datagram {
    static constexpr int number = sys::sock_dgram;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
};

/// Messages, reliable and in order, between two ends.
struct SeqPacket {
    static constexpr int number = sys::sock_seqpacket;
    static constexpr bool forms_connections = true;
    static constexpr bool keeps_boundaries = true;
};

/// Packets of one IP protocol as they are, without UDP or TCP around them; needs CAP_NET_RAW
/// (raw(7)).
struct Raw {
    static constexpr int number = sys::sock_raw;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
};

/// Whether the facts of a tag are those of its number, as far as socket(2) knows it.
template <class Type> constexpr bool facts_fit_the_number() {
    switch (Type::number) {
    case sys::sock_stream:
        return Type::forms_connections && !Type::keeps_boundaries;
    case sys::sock_dgram:
    case sys::sock_raw:
        return !Type::forms_connections && Type::keeps_boundaries;
    case sys::sock_seqpacket:
        return Type::forms_connections && Type::keeps_boundaries;
    default:
        return true;
    }
}

/// A tag that says what a socket type is.
template <class Type>
concept SocketType = requires {
    { Type::number } -> std::convertible_to<int>;
    { Type::forms_connections } -> std::convertible_to<bool>;
    { Type::keeps_boundaries } -> std::convertible_to<bool>;
} && facts_fit_the_number<Type>();

/// Sockets of this `Type` can listen and accept.
template <class Type>
concept FormsConnections = Type::forms_connections;

/// What one side sends in one call the other receives in one call, whole.
template <class Type>
concept KeepsBoundaries = Type::keeps_boundaries;

} // namespace ferrule
