// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The family of packets as they are on an interface, below IP. Only Linux has it. It took the
/// place of SOCK_PACKET, which is obsolete.

#include <cstdint>

#include "../core/endian.hpp"
#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "protocol.hpp"
#include "type.hpp"

namespace ferrule {

/// packet(7); needs CAP_NET_RAW. Raw has the header of the link (of Ethernet 14 bytes) in front,
/// Datagram comes without.
struct Packet {
    static constexpr int number = sys::af_packet;
    using types = OneOf<Datagram, Raw>;
    using protocols = OneOf<Unspecified>;
    static constexpr bool is_connectable = false;
};

/// What a packet carries, by its number in Ethernet (IEEE 802.3): 0x0800 is IPv4, 0x0806 ARP. A
/// packet socket gets those of its protocol; with Unspecified, those of the endpoint that it is
/// bound to.
template <std::uint16_t ether_type> struct EtherType {
    /// As socket(2) takes it: in network byte order.
    static constexpr int number =
        __builtin_bit_cast(std::uint16_t, BigEndian<std::uint16_t>{ether_type});
    using types = OneOf<Datagram, Raw>;
    using families = OneOf<Packet>;
};

/// ETH_P_ALL: packets of every protocol, those that go out, too.
using EveryEtherType = EtherType<0x0003>;

} // namespace ferrule
