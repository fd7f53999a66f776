// SPDX-License-Identifier: MIT
//
// Lesson 19: find others in the network without knowing where they are.
//
// You learn to send one datagram to many, who have joined a group on an interface, and that one
// code does it over IPv4 and IPv6.
//
//     19_multicast_discovery answer|ask [INTERFACE [PORT [GROUP...]]]
//
// The first interface that can, 8819, 239.255.88.19 and ff12::8819. `answer` in one terminal or on
// several hosts, port 0 for any free one; `ask` in another one, or `socat`:
//
//     echo "who is there?" | socat -t 1 - UDP4-DATAGRAM:239.255.88.19:8819
//
//     on eth0, 192.0.2.2/24 fe80::5054:ff:fe12:3456/64
//     239.255.88.19 joined
//     ff12::8819 joined
//     waiting at [::]:8819
//     [fe80::5054:ff:fe65:4321%2]:40312 asks
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "support/shown.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// A line each, so that a person can ask, too.
constexpr std::string_view question = "who is there?\n";

// A group is an address that belongs to no host. This one of IPv4 is for everybody's own use within
// a site (RFC 2365). That of IPv6 says so itself (RFC 4291 section 2.7): ff, 1 for "not assigned",
// 2 for "this link only".
//
// The address of a host is none. C: EINVAL, at run time. tests/refused/group_of_one_host.cpp
//
//     Group<Ipv4> group = "192.0.2.1";
//
//     g++:   the_address_is_no_multicast_group()
//     clang: the_address_is_no_multicast_group

constexpr Group<Ip> of_ipv4 = Group<Ipv4>{"239.255.88.19"};
constexpr Group<Ip> of_ipv6 = Group<Ipv6>{"ff12::8819"};

// A host has several interfaces, and a group is joined on one of them. In C you may leave it out:
// then the routing table picks one, and it is not the one that you meant.
std::uint32_t interface_called(std::string_view wanted) {
    for (const auto each : interfaces().value()) {
        if (wanted.empty() ? each.is_up() && each.is_multicast() && !each.is_loopback()
                           : each.name() == wanted) {
            fmt::print("on {},", each.name());
            for (const auto address : each.addresses()) {
                fmt::print(" {}", address);
            }
            fmt::print("\n");
            return each.index();
        }
    }
    throw std::runtime_error{
        fmt::format("There is no interface {}", wanted.empty() ? "for this" : wanted)};
}

void answer(std::uint32_t interface, std::uint16_t port, const std::vector<Group<Ip>>& groups,
            const Stop& stop) {
    // One socket for both IPs. On UDP ReuseAddress lets several programs of this host have the
    // port, and each gets what is sent to the group.
    const auto socket =
        UdpSocket<Ip>::bind(Endpoint<Ip>::any(port), opt::ReuseAddress{true}).value();

    // A membership lasts as long as its object. Without one IP is better than nothing.
    std::vector<Membership> memberships;
    for (const auto& group : groups) {
        if (auto joined = join(socket, group, interface)) {
            memberships.push_back(*std::move(joined));
            fmt::print("{} joined\n", group);
        } else {
            fmt::print("{}: {}\n", group, joined.error());
        }
    }
    if (memberships.empty()) {
        throw std::runtime_error{"No group could be joined"};
    }
    fmt::print("waiting at {}\n", socket.local_endpoint().value());

    // The answer goes to the one who asked, not to the group. Anything but the question gets none,
    // and above all no answer does: two that answer each other never stop.
    char name[256]{};
    ::gethostname(name, sizeof name - 1);
    const std::string_view host_name{name};
    for (char buffer[1472];;) {
        const auto message = socket.receive_from(buffer, stop);
        if (message && message->data == question) {
            fmt::print("{} asks\n", message->peer);
            const auto sent = socket.send_to({host_name, "\n"}, message->peer, within(1s, stop));
            if (!sent) {
                fmt::print("{}: {}\n", message->peer, sent.error());
            }
        } else if (!message && message.error().code() == Errc::stopped) {
            return fmt::print("stopping\n");
        } else if (!message && message.error().code() != Errc::message_truncated) {
            message.require();
        }
    }
}

void ask(std::uint32_t interface, std::uint16_t port, const std::vector<Group<Ip>>& groups,
         const Stop& stop) {
    // Who sends need not be a member, but has to say from which interface. These two, like joining,
    // have another number and another form in each IP; and MulticastHops is 1 unless set, so that
    // no router passes the question on.
    const auto socket = UdpSocket<Ip>::bind().value();
    socket.set(opt::MulticastInterface{interface}).value();
    socket.set(opt::MulticastHops{1}).value();
    for (const auto& group : groups) {
        const auto sent = socket.send_to(question, {group.address(), port}, within(1s, stop));
        if (!sent) {
            fmt::print("{}: {}\n", group, sent.error());
        }
    }

    // Nobody knows how many there are: what has not come after a second is not waited for.
    int answers = 0;
    for (const Wait wait = within(1s, stop);;) {
        char buffer[1472];
        const auto message = socket.receive_from(buffer, wait);
        if (message) {
            ++answers;
            fmt::print("{} is {}\n", message->peer,
                       shown(message->data.substr(0, message->data.find('\n'))));
        } else if (message.error().code() == Errc::stopped) {
            return fmt::print("stopping\n");
        } else if (message.error().code() == Errc::deadline_exceeded) {
            break;
        } else if (message.error().code() != Errc::message_truncated) {
            message.require();
        }
    }
    if (answers == 0) {
        throw std::runtime_error{"Nobody has answered"};
    }
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    const std::string_view role = argc > 1 ? argv[1] : "";
    const std::string_view interface = argc > 2 ? argv[2] : "";
    const std::string_view port = argc > 3 ? argv[3] : "8819";
    std::vector<Group<Ip>> groups{of_ipv4, of_ipv6};
    if (argc > 4) {
        groups.clear();
    }
    for (int at = 4; at < argc; ++at) {
        groups.push_back(Group<Ip>::parse(argv[at]).value());
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const auto index = interface_called(interface);
    const auto number = Endpoint<Ipv4>::parse(fmt::format("0.0.0.0:{}", port)).value().port();
    if (role == "answer") {
        answer(index, number, groups, stop);
    } else if (role == "ask") {
        ask(index, number, groups, stop);
    } else {
        throw std::runtime_error{"19_multicast_discovery answer|ask [INTERFACE [PORT [GROUP...]]]"};
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
