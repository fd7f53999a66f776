// SPDX-License-Identifier: MIT
#include <ferrule/message/multicast.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <net/if.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ferrule/message/control/packet.hpp>
#include <ferrule/message/receive.hpp>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/two_hosts.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

static_assert(Group<Ipv4>{"239.1.2.3"}.address() == Address<Ipv4>{"239.1.2.3"});
static_assert(Group<Ipv6>::from("ff02::1").has_value() && !Group<Ipv6>::from("fe80::1"));
static_assert(Group<Ipv4>::parse("224.0.0.0") && Group<Ipv4>::parse("239.255.255.255") &&
              !Group<Ipv4>::parse("223.255.255.255") && !Group<Ipv4>::parse("240.0.0.0"));
static_assert(Group<Ip>{Group<Ipv4>{"239.1.2.3"}} == Group<Ip>{"239.1.2.3"});
static_assert(Group<Ipv6>{"ff02::1"}.text() == "ff02::1");
static_assert(!std::is_copy_constructible_v<Membership> &&
              std::is_nothrow_move_constructible_v<Membership>);

using Receiver = Bound<Ipv4, Datagram>;

constexpr std::uint32_t loopback = 1; // the first interface of every host

// One family over the cable: where its packets go and come from.
template <class Family> struct Over;

template <> struct Over<Ipv4> {
    using Sender = Ipv4;
    static Group<Ipv4> group() { return "239.77.1.2"; }
    static Endpoint<Ipv4> everybody(std::uint16_t port, std::uint32_t) {
        return {"239.77.1.2", port};
    }
    static Endpoint<Ipv4> receiver(std::uint16_t port) { return {"10.77.0.2", port}; }
    static Address<Ipv4> source() { return "10.77.0.1"; }
    static Address<Ipv4> other_source() { return "10.77.0.3"; }
};

template <> struct Over<Ipv6> {
    using Sender = Ipv6;
    static Group<Ipv6> group() { return "ff15::77"; }
    static Endpoint<Ipv6> everybody(std::uint16_t port, std::uint32_t interface) {
        return {"ff15::77", port, interface};
    }
    static Endpoint<Ipv6> receiver(std::uint16_t port) { return {"fd77::2", port}; }
    static Address<Ipv6> source() { return "fd77::1"; }
    static Address<Ipv6> other_source() { return "fd77::3"; }
};

// A receiver of both IPs, with groups and senders of one of them.
struct Ipv4OnBoth : Over<Ipv4> {};
struct Ipv6OnBoth : Over<Ipv6> {};
template <> struct Over<Ipv4OnBoth> : Over<Ipv4> {};
template <> struct Over<Ipv6OnBoth> : Over<Ipv6> {};

template <class Case>
using ReceiverOf =
    std::conditional_t<std::is_same_v<Case, Ipv4> || std::is_same_v<Case, Ipv6>, Case, Ip>;

// A receiver on the right, a sender on the left.
template <class Case> struct Show {
    using Family = ReceiverOf<Case>;
    using Sender = typename Over<Case>::Sender;

    TwoHosts hosts;
    Bound<Family, Datagram> receiver = right();
    std::uint16_t port = receiver.local_endpoint().value().port();
    Group<Family> group{Over<Case>::group()};

    Bound<Family, Datagram> right() {
        hosts.enter_right();
        auto bound = Bound<Family, Datagram>::bind(Endpoint<Family>::any()).value();
        hosts.enter_left();
        return bound;
    }
    Bound<Sender, Datagram> left(const Address<Sender>& source) {
        return Bound<Sender, Datagram>::bind({source, 0},
                                             opt::MulticastInterface{hosts.index_left()})
            .value();
    }
    // What the receiver gets of a word that is sent to the group: that word, or nothing if the
    // word that is sent to the receiver alone comes first.
    std::string gets(const Address<Sender>& source) {
        const auto sender = left(source);
        sender.send_to("to the group", Over<Case>::everybody(port, hosts.index_left())).value();
        sender.send_to("nothing", Over<Case>::receiver(port)).value();
        char buffer[64];
        std::string first{receiver.receive_from(buffer, within(5s)).value().data};
        if (first != "nothing") {
            receiver.receive_from(buffer, within(5s)).require();
        }
        return first;
    }
    Result<Membership> join_now() { return join(receiver, group, hosts.index_right()); }
    Result<Membership> join_source_now(const Address<Sender>& source) {
        return join_source(receiver, group, Address<Family>{source}, hosts.index_right());
    }
};

std::string expect(std::initializer_list<std::pair<std::string, std::string>> steps) {
    std::string wrong;
    int number = 0;
    for (const auto& [is, should] : steps) {
        ++number;
        if (is != should) {
            wrong += std::to_string(number) + ": " + is + ", not " + should + "\n";
        }
    }
    return wrong;
}

} // namespace

TEST_CASE_TEMPLATE("a member gets what is sent to the group, until it leaves, and again", Case,
                   Ipv4, Ipv6, Ipv4OnBoth, Ipv6OnBoth) {
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              Show<Case> show;
              const auto source = Over<Case>::source();
              const auto before = show.gets(source);
              auto member = show.join_now().value();
              const auto joined = show.gets(source);
              std::move(member).leave().value();
              const auto left = show.gets(source);
              const auto again = show.join_now().value();
              return expect({{before, "nothing"},
                             {joined, "to the group"},
                             {left, "nothing"},
                             {show.gets(source), "to the group"}});
          }) == "");
}

TEST_CASE_TEMPLATE("a member for one source gets what that one sends only", Case, Ipv4, Ipv6,
                   Ipv4OnBoth, Ipv6OnBoth) {
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              Show<Case> show;
              const auto source = Over<Case>::source();
              const auto other = Over<Case>::other_source();
              auto member = show.join_source_now(source).value();
              const auto of_source = show.gets(source);
              const auto of_other = show.gets(other);
              const auto second = show.join_source_now(other).value();
              const auto of_second = show.gets(other);
              std::move(member).leave().value();
              return expect({{of_source, "to the group"},
                             {of_other, "nothing"},
                             {of_second, "to the group"},
                             {show.gets(source), "nothing"},
                             {show.gets(other), "to the group"}});
          }) == "");
}

TEST_CASE_TEMPLATE("the default interface, asked for by name, is the one of the route", Case, Ipv4,
                   Ipv6, Ipv4OnBoth, Ipv6OnBoth) {
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              Show<Case> show;
              const auto source = Over<Case>::source();
              std::string steps;
              show.hosts.enter_right();
              if (std::is_same_v<typename Show<Case>::Sender, Ipv4>) { // of IPv6 the kernel has one
                  const auto refused = join(show.receiver, show.group, default_interface);
                  steps += failure_of(refused) == Errc::no_such_device ? "" : "joined on no route";
                  OwnHost::run("ip route add 239.0.0.0/8 dev cable");
              }
              auto member = join(show.receiver, show.group, default_interface).value();
              show.hosts.enter_left();
              const auto joined = show.gets(source);
              show.hosts.enter_right();
              std::move(member).leave().value();
              show.hosts.enter_left();
              return steps + expect({{joined, "to the group"}, {show.gets(source), "nothing"}});
          }) == "");
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE_TEMPLATE("two members on one port tell the interfaces apart", Case, Ipv4, Ipv6,
                   Ipv4OnBoth, Ipv6OnBoth) {
    using Family = ReceiverOf<Case>;
    using Sender = typename Over<Case>::Sender;
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              const Show<Case> show; // a member on the cable
              show.hosts.enter_right();
              OwnHost::run("ip link add other type veth peer name end && ip link set end up &&"
                           " ip addr add 10.78.0.1/24 dev other && ip link set other up &&"
                           " ip addr add fd78::1/64 dev other nodad");
              TwoHosts::await_carrier("other");
              const auto other = ::if_nametoindex("other");
              const auto bound = [&](std::uint16_t port) {
                  return Bound<Family, Datagram>::bind(
                      Endpoint<Family>::any(port), opt::ReuseAddress{true},
                      opt::ReceivePacketInfo{true}, opt::MulticastAll{false});
              };
              const auto on_cable = bound(0).value();
              const auto port = on_cable.local_endpoint().value().port();
              const auto on_second = bound(port).value();
              const auto first = join(on_cable, show.group, show.hosts.index_right()).value();
              const auto second = join(on_second, show.group, other).value();
              const auto here = Bound<Sender, Datagram>::bind(Endpoint<Sender>::any(),
                                                              opt::MulticastInterface{other})
                                    .value();
              here.send_to("from here", Over<Case>::everybody(port, other)).value();
              show.hosts.enter_left();
              const auto there =
                  Bound<Sender, Datagram>::bind({Over<Case>::source(), 0},
                                                opt::MulticastInterface{show.hosts.index_left()})
                      .value();
              there.send_to("from there", Over<Case>::everybody(port, show.hosts.index_left()))
                  .value();

              // Of IPv6 each gets what either interface brings, and is told which one it was.
              const auto heard_on = [](const auto& socket, std::uint32_t interface) -> std::string {
                  char buffer[64];
                  for (int times = 0; times < 2; ++times) {
                      auto message =
                          receive_from<control::PacketInfo>(socket, buffer, within(5s)).value();
                      const auto info = message.template take<control::PacketInfo>().value();
                      if (info.interface_index == interface) {
                          return std::string{message.data};
                      }
                  }
                  return "nothing";
              };
              return expect({{heard_on(on_cable, show.hosts.index_right()), "from there"},
                             {heard_on(on_second, other), "from here"}});
          }) == "");
}
#endif

TEST_CASE("a Membership that goes leaves the group") {
    const auto socket = Receiver::bind("0.0.0.0:0").value();
    const std::size_t before = open_descriptors();
    for (int times = 0; times < 50; ++times) { // more than net.ipv4.igmp_max_memberships
        const auto member = join(socket, "239.1.2.3", loopback).value();
        CHECK(failure_of(join(socket, "239.1.2.3", loopback)) == Errc::address_in_use);
        CHECK(join(socket, "239.1.2.4", loopback).has_value()); // gone at once
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a Membership moves, and one that is assigned to leaves its own group first") {
    const auto socket = Receiver::bind("0.0.0.0:0").value();
    auto one = join(socket, "239.1.2.3", loopback).value();
    Membership moved{std::move(one)};
    CHECK(failure_of(std::move(one).leave()) == Errc::not_open);
    CHECK(failure_of(join(socket, "239.1.2.3", loopback)) == Errc::address_in_use);

    moved = join(socket, "239.1.2.4", loopback).value();
    CHECK(failure_of(join(socket, "239.1.2.4", loopback)) == Errc::address_in_use);
    const auto free_again = join(socket, "239.1.2.3", loopback);
    CHECK(free_again.has_value());

    CHECK(std::move(moved).leave().has_value());
    CHECK(failure_of(std::move(moved).leave()) == Errc::not_open);
    CHECK(join(socket, "239.1.2.4", loopback).has_value());
}

TEST_CASE("a Membership outlives the socket, and holds it open") {
    auto socket = Receiver::bind("127.0.0.1:0").value();
    const auto endpoint = socket.local_endpoint().value();
    {
        const auto member = join(socket, "239.1.2.3", loopback).value();
        std::move(socket).close().value();
        CHECK(failure_of(Receiver::bind(endpoint)) == Errc::address_in_use);
    }
    CHECK(Receiver::bind(endpoint).has_value());
}

TEST_CASE("joining fails with its reason, and leaks nothing") {
    auto socket = Receiver::bind("0.0.0.0:0").value();
    const std::size_t before = open_descriptors();
    for (const std::uint32_t interface : {0U, 99'999U}) {
        const auto failed = join(socket, "239.1.2.3", interface);
        CHECK(failure_of(failed) == Errc::no_such_device);
        CHECK(failed.error().option_name() == "MCAST_JOIN_GROUP");
    }
    CHECK(join_source(socket, "239.1.2.3", "10.0.0.1", 99'999).error().option_name() ==
          "MCAST_JOIN_SOURCE_GROUP");
    {
        const NoDescriptorLeft none;
        CHECK(failure_of(join(socket, "239.1.2.3", loopback)) == Errc::too_many_files_open);
    }
    // An IPv6 group on a socket of both that turned out to be IPv4.
    const auto ipv4 = Bound<Ip, Datagram>::bind("0.0.0.0:0").value();
    const std::size_t with_ipv4 = open_descriptors();
    CHECK_FALSE(join(ipv4, "ff02::1", loopback).has_value());
    CHECK(open_descriptors() == with_ipv4);

    CHECK(with_ipv4 == before + 1);
    std::move(socket).close().value();
    CHECK(failure_of(join(socket, "239.1.2.3", loopback)) == Errc::not_open);
}
