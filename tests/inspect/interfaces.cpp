// SPDX-License-Identifier: MIT
#include <ferrule/inspect/interfaces.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <ferrule/endpoint/ipv6.hpp>

#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"
#include "../support/own_host.hpp"

using namespace ferrule;

namespace {

static_assert(std::forward_iterator<Interfaces::iterator>);
static_assert(std::forward_iterator<AddressesOfInterface::iterator>);

/// "2 eth0 UP MULTICAST BROADCAST 192.0.2.1/24" of every interface, a line each.
std::string described_by_us() {
    std::string all;
    for (const Interface& interface : interfaces().value()) {
        all += std::to_string(interface.index()) + ' ' + std::string{interface.name()};
        all += interface.is_up() ? " UP" : "";
        all += interface.is_loopback() ? " LOOPBACK" : "";
        all += interface.is_multicast() ? " MULTICAST" : "";
        all += interface.is_broadcast() ? " BROADCAST" : "";
        all += interface.is_point_to_point() ? " POINTOPOINT" : "";
        for (const Network<Ip>& address : interface.addresses()) {
            all += ' ' + std::string{address.text().view()};
        }
        all += '\n';
    }
    return all;
}

std::string output_of(const std::string& command) {
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) {
        throw std::runtime_error{"popen"};
    }
    std::string said;
    std::array<char, 4096> buffer;
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        said.append(buffer.data(), got);
    }
    return ::pclose(pipe) == 0 ? said : "failed: " + command;
}

/// The same by ip(8).
std::string described_by_ip() {
    return output_of(R"(ip -j addr | python3 -c '
import json, sys
for link in json.load(sys.stdin):
    words = [str(link["ifindex"]), link["ifname"]]
    words += [flag for flag in ("UP", "LOOPBACK", "MULTICAST", "BROADCAST", "POINTOPOINT")
              if flag in link["flags"]]
    words += ["{local}/{prefixlen}".format(**info) for info in link["addr_info"]]
    print(*words)
')");
}

const std::string host_of_two_links = "1 lo UP LOOPBACK 127.0.0.1/8 ::1/128\n"
                                      "2 left UP MULTICAST BROADCAST 192.0.2.1/24 192.0.2.9/25 "
                                      "198.51.100.1/31 2001:db8::1/64\n"
                                      "3 right MULTICAST BROADCAST\n";

void make_two_links() {
    OwnHost{}.enter();
    // No link-local addresses, which would come when they please.
    OwnHost::run("sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 && "
                 "ip link add left index 2 type veth peer name right index 3 && "
                 "ip link set left up && "
                 "ip addr add 192.0.2.1/24 dev left && "
                 "ip addr add 192.0.2.9/25 dev left label left:1 && "
                 "ip addr add 198.51.100.1/31 dev left && "
                 "ip addr add 2001:db8::1/64 dev left nodad");
}

} // namespace

TEST_CASE("the interfaces of a host of our own are those that we made") {
    host::needs(host::own_host);
    CHECK(in_child([] {
              make_two_links();
              return described_by_us();
          }) == host_of_two_links);
    CHECK(in_child([] {
              make_two_links();
              return described_by_ip();
          }) == host_of_two_links);
}

TEST_CASE("the interfaces of this host are those that ip(8) shows") {
    // It may change between the two looks, but not for ever.
    std::string ours;
    std::string theirs;
    for (int turn = 0; turn < 10 && (ours.empty() || ours != theirs); ++turn) {
        ours = described_by_us();
        theirs = described_by_ip();
    }
    CHECK(ours == theirs);
    CHECK(ours.find(" lo ") != std::string::npos);
}

TEST_CASE("an interface without a hardware address is one, too") {
    ifaddrs tunnel{};
    ifaddrs address{};
    char name[] = "lo";
    char other[] = "lo2";
    Endpoint<Ipv6> local = "[fe80::1%1]:0";
    tunnel.ifa_name = name;
    tunnel.ifa_flags = IFF_UP | IFF_POINTOPOINT;
    tunnel.ifa_next = &address;
    address.ifa_name = name;
    address.ifa_addr = local.native_buffer();

    const detail::InterfaceAddresses none;
    Interfaces::iterator at{&tunnel, none};
    const Interface interface = *at;
    CHECK(++at == Interfaces::iterator{});
    CHECK(interface.index() == interface_index("lo").value());
    CHECK(interface.is_up());
    CHECK(interface.is_point_to_point());
    CHECK_FALSE(interface.is_broadcast());
    CHECK(interface.addresses().empty());

    tunnel.ifa_name = other;
    CHECK(interface.index() == 0);
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("an address belongs to the interface of its index, whatever its label says") {
    host::needs(host::own_network);
    CHECK(in_child([]() -> std::string {
              if (!enter_network_of_our_own() ||
                  std::system("ip link add br0 type bridge && ip link add br00 type bridge && "
                              "ip addr add 192.0.2.1/24 dev br0 label br00 && "
                              "ip addr add 198.51.100.1/25 dev br00 && "
                              "ip addr add 203.0.113.1 peer 203.0.113.2/31 dev br00") != 0) {
                  return "no interfaces of our own";
              }
              const std::string ours = described_by_us();
              const std::string theirs = described_by_ip();
              return ours == theirs ? "" : ours + "not\n" + theirs;
          }) == "");
}
#endif

TEST_CASE("an interface is found by its name and by its index") {
    const std::uint32_t index = interface_index("lo").value();
    CHECK(interface_name(index).value() == "lo");
    const Error gone{Errc::no_such_device, Operation::interfaces};
    CHECK(interface_index("no-such-name").error() == gone);
    CHECK(interface_index("").error() == gone);
    CHECK(interface_index("a-name-of-over-15-bytes").error() == gone);
    CHECK(interface_index(std::string_view{"lo\0", 3}).error() == gone);
    CHECK(failure_of(interface_name(0)) != Errc::none);
    CHECK(failure_of(interface_name(0x7fffffff)) != Errc::none);
}

TEST_CASE("interfaces that are moved are gone from where they were") {
    Interfaces one = interfaces().value();
    Interfaces other = std::move(one);
    CHECK(one.begin() == one.end());
    CHECK(other.begin() != other.end());
    one = std::move(other);
    CHECK(one.begin() != one.end());
}
