// SPDX-License-Identifier: MIT
#include <ferrule/message/control.hpp>

#include <cstddef>
#include <cstring>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/types.h>

#include <ferrule/message/flags.hpp>
#include <ferrule/message/send.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

namespace {

// What goes where: whatever else the kernel would ignore or refuse.
static_assert(SendableOn<control::Rights<1>, Unix, Stream, Unspecified> &&
              SendableOn<control::Rights<253>, Unix, Datagram, Unspecified>);
static_assert(!SendableOn<control::Rights<1>, Ipv4, Stream, Tcp> &&
              !SendableOn<control::Credentials, Ipv6, Datagram, Udp> &&
              !SendableOn<control::ProcessDescriptor, Unix, Stream, Unspecified>);
#ifndef FERRULE_SYSTEM_POSIX
static_assert(SendableOn<control::Credentials, Unix, SeqPacket, Unspecified> &&
              SendableOn<control::PacketInfo, Ipv4, Datagram, Udp> &&
              SendableOn<control::HopLimit, Ip, Datagram, Udp> &&
              SendableOn<control::TrafficClass, Ipv6, Raw, Icmpv6> &&
              SendableOn<control::SegmentSize, Ipv4, Datagram, Udp> &&
              SendableOn<control::TransmitTime, Ipv4, Datagram, Udp> &&
              SendableOn<control::Priority, Ipv4, Datagram, Udp> &&
              SendableOn<flag::DontRoute, Ipv4, Datagram, Udp> &&
              SendableOn<flag::More, Ipv4, Stream, Tcp>);
static_assert(!SendableOn<control::PacketInfo, Ipv4, Stream, Tcp> &&
              !SendableOn<control::HopLimit, Unix, Datagram, Unspecified> &&
              !SendableOn<control::SegmentSize, Ipv4, Datagram, UdpLite> &&
              !SendableOn<control::Timestamp, Ipv4, Datagram, Udp> &&
              !SendableOn<flag::More, Unix, Stream, Unspecified> &&
              !SendableOn<flag::Confirm, Ipv4, Stream, Tcp>);
static_assert(GoesWith<control::Timestamp, Unix, Datagram, Unspecified> &&
              !GoesWith<control::Timestamp, Ipv4, Stream, Tcp> &&
              !GoesWith<control::CoalescedSize, Ipv6, Raw, Icmpv6>);
static_assert(!control::Timestamp::can_be_sent && !control::SegmentSize::can_be_received);

// As the kernel's headers have them.
static_assert(sizeof(control::NativePacketInfo4) == sizeof(in_pktinfo) &&
              offsetof(control::NativePacketInfo4, local) == offsetof(in_pktinfo, ipi_spec_dst) &&
              offsetof(control::NativePacketInfo4, destination) == offsetof(in_pktinfo, ipi_addr));
static_assert(sizeof(control::NativePacketInfo6) == sizeof(in6_pktinfo) &&
              offsetof(control::NativePacketInfo6, interface_index) ==
                  offsetof(in6_pktinfo, ipi6_ifindex));
#else
static_assert(!KnownToThisSystem<control::Credentials> && !KnownToThisSystem<control::PacketInfo> &&
              !KnownToThisSystem<control::Timestamp> && !KnownToThisSystem<control::SegmentSize> &&
              !KnownToThisSystem<control::ProcessDescriptor> && !KnownToThisSystem<flag::Confirm>);
static_assert(KnownToThisSystem<control::Rights<1>> && KnownToThisSystem<flag::DontRoute>);
#endif

static_assert(!std::is_copy_constructible_v<control::OwnedRights<1>> &&
              std::is_nothrow_move_constructible_v<control::OwnedRights<1>>);

#ifndef FERRULE_SYSTEM_POSIX
constexpr Address<Ipv4> one{127, 0, 0, 1};
constexpr Address<Ipv4> two{127, 0, 0, 2};
#endif

// One message with this payload, as the kernel would write it.
template <class Control, class Value>
bool reads(Control& control, int level, int type, const Value& value,
           std::size_t size = sizeof(Value)) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    return control.read(sys::ControlMessage{level, type, bytes, size});
}

} // namespace

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a payload that is cut is not read, and nothing beside its own kind is") {
    control::PacketInfo info;
    const in_pktinfo native{5, {htonl(0x7f000001)}, {htonl(0x7f000002)}};
    CHECK(reads(info, IPPROTO_IP, IP_PKTINFO, native));
    CHECK(info.interface_index == 5);
    CHECK(info.local == one);
    CHECK(info.destination == two);
    CHECK_FALSE(reads(info, IPPROTO_IP, IP_PKTINFO, native, sizeof native - 1));
    CHECK_FALSE(reads(info, IPPROTO_IPV6, IP_PKTINFO, native));
    CHECK_FALSE(reads(info, IPPROTO_IP, IP_TTL, native));

    control::HopLimit hops;
    CHECK(reads(hops, IPPROTO_IPV6, IPV6_HOPLIMIT, 64));
    CHECK(hops.value == 64);
    CHECK_FALSE(reads(hops, IPPROTO_IPV6, IPV6_HOPLIMIT, 64, 0));
    CHECK_FALSE(reads(hops, IPPROTO_IPV6, IPV6_TCLASS, 64));

    control::TrafficClass traffic;
    CHECK(reads(traffic, IPPROTO_IP, IP_TOS, static_cast<unsigned char>(0xbb)));
    CHECK(traffic.value.dscp == opt::expedited_forwarding);
    CHECK(traffic.value.ecn == opt::Ecn::congested);
    CHECK(reads(traffic, IPPROTO_IPV6, IPV6_TCLASS, 1));
    CHECK(traffic.value.ecn == opt::Ecn::capable_1);

    control::Credentials credentials;
    CHECK_FALSE(reads(credentials, SOL_SOCKET, SCM_CREDENTIALS, 1));
    control::Timestamp time;
    CHECK_FALSE(reads(time, SOL_SOCKET, SO_TIMESTAMPNS, 1));
    const timespec at{1, 500};
    CHECK(reads(time, SOL_SOCKET, SO_TIMESTAMPNS, at));
    CHECK(time.since_1970.count() == 1'000'000'500);
    CHECK_FALSE(reads(time, SOL_SOCKET, SO_TIMESTAMPNS, timespec{-1, 0}));
    CHECK_FALSE(reads(time, SOL_SOCKET, SO_TIMESTAMPNS,
                      timespec{static_cast<time_t>(1'000'000'000'000), 0}));
    CHECK_FALSE(reads(time, SOL_SOCKET, SO_TIMESTAMPNS, timespec{1, 1'000'000'000}));
    CHECK_FALSE(reads(time, SOL_SOCKET, SO_TIMESTAMPNS, timespec{1, -1}));
    control::CoalescedSize size;
    CHECK_FALSE(reads(size, IPPROTO_UDP, 104, -1));
    CHECK_FALSE(reads(size, IPPROTO_UDP, 104, 0));
    CHECK(reads(size, IPPROTO_UDP, 104, 1200));
    control::OriginalDestination destination;
    CHECK(reads(destination, IPPROTO_IP, 20, short{2}));
    CHECK(destination.value == Endpoint<Ip>{}); // too short for an endpoint
}
#endif
