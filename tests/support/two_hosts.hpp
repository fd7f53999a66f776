// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Two hosts and a cable between them, for a child process (in_child.hpp): two network namespaces
/// and a pair of veth interfaces. A socket belongs to the host that was entered when it was opened.

#include <cstdint>
#include <fcntl.h>
#include <initializer_list>
#include <net/if.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "in_child.hpp"
#include "own_host.hpp"

/// The left one has 10.77.0.1, 10.77.0.3 and fd77::1, fd77::3, the right one 10.77.0.2 and fd77::2.
class TwoHosts {
public:
    TwoHosts() {
        if (!enter_network_of_our_own()) {
            throw std::runtime_error{"no host of our own"};
        }
        left_ = this_network();
        if (::unshare(CLONE_NEWNET) != 0) {
            throw std::runtime_error{"no second host"};
        }
        right_ = this_network();
        const auto left = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(left_);
        OwnHost::run("ip link set lo up && ip link add cable type veth peer name cable netns " +
                     left);
        give({"10.77.0.2/24", "fd77::2/64"});
        index_right_ = ::if_nametoindex("cable");
        enter_left();
        give({"10.77.0.1/24", "10.77.0.3/24", "fd77::1/64", "fd77::3/64"});
        index_left_ = ::if_nametoindex("cable");
        await_carrier();
        enter_right();
        await_carrier();
        enter_left();
    }
    TwoHosts(const TwoHosts&) = delete;
    TwoHosts& operator=(const TwoHosts&) = delete;
    ~TwoHosts() {
        ::close(left_);
        ::close(right_);
    }

    /// This thread is on the left host from here on.
    void enter_left() const { enter(left_); }
    void enter_right() const { enter(right_); }

    /// The indexes of the two ends of the cable.
    [[nodiscard]] std::uint32_t index_left() const { return index_left_; }
    [[nodiscard]] std::uint32_t index_right() const { return index_right_; }

    /// The interface of the right host goes down; this thread is on the left host afterwards.
    void unplug() const {
        enter_right();
        OwnHost::run("ip link set cable down");
        enter_left();
    }

    /// Until this interface of the host that was entered can send: the kernel's own routes come
    /// with the carrier, a moment after the interface is up.
    static void await_carrier(const std::string& interface = "cable") {
        OwnHost::run("until ip -6 route show table local dev " + interface +
                     " | grep -q ff00::/8; do"
                     " [ $((tries=tries+1)) -lt 1000 ] || exit 1; done");
    }

private:
    static int this_network() { return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

    static void enter(int network) {
        if (::setns(network, CLONE_NEWNET) != 0) {
            throw std::runtime_error{"setns"};
        }
    }

    static void give(std::initializer_list<const char*> addresses) {
        for (const std::string address : addresses) {
            const bool is_ipv6 = address.find(':') != std::string::npos;
            OwnHost::run("ip addr add " + address + " dev cable" + (is_ipv6 ? " nodad" : ""));
        }
        OwnHost::run("ip link set cable up");
    }

    int left_ = -1;
    int right_ = -1;
    std::uint32_t index_left_ = 0;
    std::uint32_t index_right_ = 0;
};
