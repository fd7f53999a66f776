// SPDX-License-Identifier: MIT
//
// The family of lesson 25: what a tag and an endpoint need, in 40 lines.
#pragma once

#include <cstdint>
#include <ferrule/endpoint/base.hpp>
#include <ferrule/tag/legal.hpp>
#include <linux/netlink.h>
#include <sys/socket.h>

// The tag: its number, the types that it has, and the protocols. A rule holds if either side says
// so: this protocol names its family, and the family needs to know nothing of it.
struct Netlink {
    static constexpr int number = AF_NETLINK;
    using types = ferrule::OneOf<ferrule::Datagram, ferrule::Raw>;
    using protocols = ferrule::OneOf<>;
};
struct Route {
    static constexpr int number = NETLINK_ROUTE;
    using types = ferrule::OneOf<ferrule::Datagram, ferrule::Raw>;
    using families = ferrule::OneOf<Netlink>;
};
// The endpoint: the kernel's own struct, so that nothing has to be converted on the way.
template <> class ferrule::Endpoint<Netlink> {
public:
    Endpoint() = default;
    explicit Endpoint(std::uint32_t port, std::uint32_t groups = 0) {
        native_.nl_pid = port;
        native_.nl_groups = groups;
    }
    std::uint32_t port() const { return native_.nl_pid; } // of the kernel it is 0

    static constexpr socklen_t native_capacity = sizeof(sockaddr_nl);
    const sockaddr* native() const { return reinterpret_cast<const sockaddr*>(&native_); }
    static constexpr socklen_t native_size() { return native_capacity; }
    sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }
    void native_resize(socklen_t) {}

private:
    sockaddr_nl native_{.nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = 0, .nl_groups = 0};
};
