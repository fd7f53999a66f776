// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).

#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// UDP_SEGMENT, in bytes: one send becomes datagrams of so many bytes each, the last may be
/// shorter; at most 64 of them, 65507 bytes together (generic segmentation offload). 0 is off.
struct SegmentSize
    : Setting<Bytes<0, 65507>, Kernel<sys::ipproto_udp, sys::udp_segment, "UDP_SEGMENT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Udp>;
};

/// UDP_GRO: whether datagrams of one peer may come together in one receive, with their size in a
/// control message (generic receive offload). SegmentReceiver (message/segments.hpp) sets it, and
/// takes them apart: a plain receive would take several for one.
struct Coalescing : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_gro, "UDP_GRO">> {
    using families = EitherIp;
    using protocols = OneOf<Udp>;
    using set_in = NoState;
};

/// UDP_CORK: what is sent is gathered into one datagram until it is off again.
struct UdpCork : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_cork, "UDP_CORK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Udp, UdpLite>;
};

/// UDP_NO_CHECK6_TX: send without a checksum over IPv6, for tunnels (RFC 6935).
struct SendWithoutChecksum
    : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_no_check6_tx, "UDP_NO_CHECK6_TX">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = OneOf<Udp>;
};

/// UDP_NO_CHECK6_RX: receive without a checksum over IPv6, for tunnels (RFC 6935).
struct ReceiveWithoutChecksum
    : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_no_check6_rx, "UDP_NO_CHECK6_RX">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = OneOf<Udp>;
};

/// UDPLITE_SEND_CSCOV, in bytes: how much of a message, its header of 8 included, the checksum
/// covers; 0 is all, 1 to 7 become 8.
struct SendCoverage
    : Setting<Bytes<0, 65535>,
              Kernel<sys::ipproto_udplite, sys::udplite_send_cscov, "UDPLITE_SEND_CSCOV">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<UdpLite>;
};

/// UDPLITE_RECV_CSCOV, in bytes: messages of which less is covered are dropped; 0 takes all, 1 to 7
/// become 8.
struct ReceiveCoverage
    : Setting<Bytes<0, 65535>,
              Kernel<sys::ipproto_udplite, sys::udplite_recv_cscov, "UDPLITE_RECV_CSCOV">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<UdpLite>;
};

} // namespace ferrule::opt
