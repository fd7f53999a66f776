// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// rtnetlink(7), packet(7): what the kernel knows of interfaces.

#include <cstddef>
#include <cstdint>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../netlink.hpp"

namespace ferrule::sys {

inline std::uint32_t index_of(const ifaddrs& entry) {
    if (entry.ifa_addr == nullptr) { // one without a hardware address, such as a tunnel
        return ::if_nametoindex(entry.ifa_name);
    }
    sockaddr_ll link;
    __builtin_memcpy(&link, entry.ifa_addr, sizeof link);
    return static_cast<std::uint32_t>(link.sll_ifindex);
}

// RTM_GETADDR. Not what getifaddrs(3) tells: it knows the interface of an IPv4 address by a label
// only, which may be the name of another interface.
template <class Each> Result<void> for_each_interface_address(Operation operation, Each each) {
    return for_each_of_table(
        NETLINK_ROUTE, RTM_GETADDR, ifaddrmsg{}, operation,
        [&](int type, const char* body, std::size_t size) {
            ifaddrmsg message;
            if (type != RTM_NEWADDR || size < sizeof message) {
                return;
            }
            __builtin_memcpy(&message, body, sizeof message);
            InterfaceAddress address{message.ifa_family, message.ifa_index, message.ifa_prefixlen};
            const std::size_t wanted = message.ifa_family == AF_INET ? 4U : 16U;
            bool is_local = false;
            for (std::size_t at = sizeof message; at + sizeof(rtattr) <= size;) {
                rtattr attribute;
                __builtin_memcpy(&attribute, body + at, sizeof attribute);
                if (attribute.rta_len < sizeof attribute || attribute.rta_len > size - at) {
                    return;
                }
                // IFA_LOCAL is this end of a point-to-point link, whose other is IFA_ADDRESS.
                const bool fits = attribute.rta_len - sizeof attribute >= wanted;
                if (fits && (attribute.rta_type == IFA_LOCAL ||
                             (attribute.rta_type == IFA_ADDRESS && !is_local))) {
                    is_local = attribute.rta_type == IFA_LOCAL;
                    __builtin_memcpy(address.bytes, body + at + sizeof attribute, wanted);
                }
                at += (std::size_t{attribute.rta_len} + 3) / 4 * 4; // RTA_ALIGN
            }
            each(static_cast<const InterfaceAddress&>(address));
        });
}

} // namespace ferrule::sys
