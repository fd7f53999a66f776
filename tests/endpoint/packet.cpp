// SPDX-License-Identifier: MIT
#include <ferrule/endpoint/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include <ferrule/socket/bound.hpp>

#include "../support/failure.hpp"
#include "../support/host.hpp"

using namespace ferrule;

namespace {

static_assert(FixedFamily<Packet> && Legal<Packet, Datagram, Unspecified> &&
              Legal<Packet, Raw, EtherType<0x0800>> && Legal<Packet, Datagram, EveryEtherType> &&
              !Legal<Packet, Stream, Unspecified> && !Legal<Packet, Raw, Icmp> &&
              !Legal<Ipv4, Raw, EtherType<0x0800>>);
static_assert(Packet::number == AF_PACKET);
static_assert(sizeof(sockaddr_ll) == Endpoint<Packet>::native_capacity);
static_assert(static_cast<int>(PacketDirection::outgoing) == PACKET_OUTGOING &&
              static_cast<int>(PacketDirection::to_another_host) == PACKET_OTHERHOST);

constexpr HardwareAddress card{0x02, 0x00, 0x5e, 0x10, 0xab, 0xff};
static_assert(card.text() == "02:00:5e:10:ab:ff" && HardwareAddress{}.text().empty());
static_assert(Endpoint<Packet>{2, 0x0800, card}.text() == "%2:0x0800:02:00:5e:10:ab:ff");
static_assert(Endpoint<Packet>{2, 0x0800}.text() == "%2:0x0800");
static_assert(Endpoint<Packet>{1, 0x0800} < Endpoint<Packet>{2, 0x0003} &&
              Endpoint<Packet>{1, 0x0800} != Endpoint<Packet>{1, 0x0800, card});

constexpr std::uint32_t loopback = 1;          // the first interface of every host
constexpr std::uint16_t experimental = 0x88b5; // IEEE 802, for local experiments

// packet(7) asks for CAP_NET_RAW.
constexpr host::Need packet_sockets{"packet sockets", [] {
                                        const int number = ::socket(AF_PACKET, SOCK_DGRAM, 0);
                                        if (number >= 0) {
                                            ::close(number);
                                        }
                                        return number >= 0;
                                    }};

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

} // namespace

TEST_CASE("in memory it is the kernel's, whatever length the kernel writes") {
    const Endpoint<Packet> endpoint{7, 0x0806, card};
    sockaddr_ll native;
    std::memcpy(&native, endpoint.native(), sizeof native);
    CHECK(native.sll_family == AF_PACKET);
    CHECK(native.sll_protocol == htons(ETH_P_ARP));
    CHECK(native.sll_ifindex == 7);
    CHECK(native.sll_halen == 6);
    CHECK(std::memcmp(native.sll_addr, card.data(), 6) == 0);
    for (socklen_t size = 0; size <= sizeof native; ++size) {
        Endpoint<Packet> written;
        std::memcpy(written.native_buffer(), &native, sizeof native);
        written.native_resize(size);
        CHECK(written.hardware_address().size() == (size < 12 ? 0U : size < 18 ? size - 12 : 6U));
        CHECK(written.interface_index() == (size < 12 ? 0U : 7U));
    }
    native.sll_halen = 255; // of no card
    Endpoint<Packet> written;
    std::memcpy(written.native_buffer(), &native, sizeof native);
    written.native_resize(sizeof native);
    CHECK(written.hardware_address().size() == 8);
}

TEST_CASE("a packet without its link header goes from one socket to another") {
    host::needs(packet_sockets);
    const Endpoint<Packet> here{loopback, experimental};
    const auto receiver = Bound<Packet, Datagram>::bind(here).value();
    CHECK(receiver.local_endpoint().value().interface_index() == loopback);
    CHECK(receiver.local_endpoint().value().ether_type() == experimental);
    const auto sender =
        Bound<Packet, Datagram>::bind(Endpoint<Packet>{loopback, experimental}).value();
    const Endpoint<Packet> to{loopback, experimental, HardwareAddress{0, 0, 0, 0, 0, 0}};
    CHECK(sender.send_to("below IP", to, soon()).has_value());
    char buffer[100];
    const auto message = receiver.receive_from(buffer, soon()).value();
    CHECK(message.data == "below IP");
    CHECK(message.peer.ether_type() == experimental);
    CHECK(message.peer.interface_index() == loopback);
    CHECK(message.peer.hardware_type() == 772);
    CHECK(message.peer.hardware_address() == HardwareAddress{0, 0, 0, 0, 0, 0});
}

TEST_CASE("a raw packet socket sees what UDP sends, headers and all, and that it goes out") {
    host::needs(packet_sockets);
    const auto capture = Bound<Packet, Raw, EveryEtherType>::bind({loopback, 0x0003}).value();
    const auto one = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto other = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const std::string text = "seen from below, " + std::to_string(::getpid());
    CHECK(one.send_to(text, other.local_endpoint().value()).has_value());
    char buffer[65536];
    bool went_out = false;
    bool came_in = false;
    while (!went_out || !came_in) {
        const auto packet = capture.receive_from(buffer, soon()).value();
        if (packet.data.ends_with(text)) {
            CHECK(packet.data.size() == 14 + 20 + 8 + text.size());
            CHECK(packet.peer.ether_type() == 0x0800);
            (packet.peer.direction() == PacketDirection::outgoing ? went_out : came_in) = true;
        }
    }
}
