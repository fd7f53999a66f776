// SPDX-License-Identifier: MIT
//
// Lesson 25: a family of your own: Netlink, in which programs talk with the kernel.
//
// You learn that the library is open: a tag with its facts and an endpoint are all that a family
// takes. Sockets, options, deadlines and the compiler's checks come with it.
//
//     25_your_own_family
//
// It asks the kernel for the network interfaces, then waits for one to change, until Ctrl-C:
//
//     bound to process 4711
//     interface 1 is lo
//     waiting for a change
//     interface 1 is lo                                 after `ip link set lo up`, say
#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <linux/rtnetlink.h>
#include <span>
#include <stdexcept>
#include <string>

#include "support/netlink.hpp"
#include "support/shown.hpp"

using namespace ferrule;

// What makes Netlink a family stands in support/netlink.hpp, in 40 lines: a tag with its facts, a
// protocol that names its family, and the endpoint, which is the kernel's own struct. No line of
// the library knows of them; its rules do:
static_assert(Legal<Netlink, Datagram, Route> && !Legal<Netlink, Stream, Tcp> &&
              !Legal<Ipv4, Datagram, Route>);

// A value at the beginning of some bytes, which are then behind it; the kernel is believed, but no
// byte is read that is not there.
template <class Value> Value take(std::span<const std::byte>& bytes) {
    if (bytes.size() < sizeof(Value)) {
        throw std::runtime_error{"A message of the kernel is cut"};
    }
    Value value;
    std::copy_n(bytes.begin(), sizeof value, std::as_writable_bytes(std::span{&value, 1}).begin());
    const std::size_t aligned = NLMSG_ALIGN(sizeof value);
    bytes = bytes.subspan(std::min(aligned, bytes.size()));
    return value;
}

// What is said of an interface: a head, then attributes, each with its size before it.
void print_interface(std::span<const std::byte> message) {
    const auto about = take<ifinfomsg>(message);
    while (message.size() >= sizeof(rtattr)) {
        auto rest = message;
        const auto head = take<rtattr>(rest);
        const std::size_t size = std::min<std::size_t>(head.rta_len, message.size());
        if (size < sizeof head) {
            break;
        }
        if (head.rta_type == IFLA_IFNAME) {
            const auto name = rest.first(size - sizeof head);
            std::string text;
            for (const std::byte letter : name.first(name.empty() ? 0 : name.size() - 1)) {
                text += std::to_integer<char>(letter); // without the NUL at its end
            }
            fmt::print("interface {} is {}\n", about.ifi_index, shown(text));
        }
        message = message.subspan(std::min<std::size_t>(RTA_ALIGN(size), message.size()));
    }
}

// The messages of a datagram. Whether it was the last of an answer.
bool print_all(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        auto rest = bytes;
        const auto head = take<nlmsghdr>(rest);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > bytes.size()) {
            throw std::runtime_error{"A message of the kernel is cut"};
        } else if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) {
            return true;
        } else if (head.nlmsg_type == RTM_NEWLINK) {
            print_interface(bytes.subspan(NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN));
        }
        bytes = bytes.subspan(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), bytes.size()));
    }
    return false;
}

int main() try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const auto socket =
        Bound<Netlink, Datagram, Route>::bind(Endpoint<Netlink>{0, RTMGRP_LINK}).value();
    fmt::print("bound to process {}\n", socket.local_endpoint().value().port());

    const struct {
        nlmsghdr head{.nlmsg_len = sizeof(head) + sizeof(about),
                      .nlmsg_type = RTM_GETLINK,
                      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                      .nlmsg_seq = 1,
                      .nlmsg_pid = 0};
        ifinfomsg about{};
    } question;
    socket.send_to(std::as_bytes(std::span{&question, 1}), Endpoint<Netlink>{}).value();
    for (bool is_waiting = false;;) {
        std::array<std::byte, 32768> buffer;
        const auto message = socket.receive_from(buffer, stop);
        if (!message && message.error() == Errc::stopped) {
            return 0;
        }
        if (message.value().peer.port() == 0 && print_all(message->data) && !is_waiting) {
            is_waiting = true;
            fmt::print("waiting for a change\n");
        }
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
