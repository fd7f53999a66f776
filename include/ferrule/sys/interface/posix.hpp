// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getifaddrs(3), which macOS and the BSDs have, too: an entry for each address, and its network as
/// a mask.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"

namespace ferrule::sys {

inline std::uint32_t index_of(const ifaddrs& entry) { return ::if_nametoindex(entry.ifa_name); }

// The bytes of an IP address; how many, 0 of any other.
inline std::size_t copy_address(const sockaddr* address, unsigned char (&bytes)[16]) {
    if (address->sa_family == AF_INET) {
        sockaddr_in ipv4;
        __builtin_memcpy(&ipv4, address, sizeof ipv4);
        __builtin_memcpy(bytes, &ipv4.sin_addr, sizeof ipv4.sin_addr);
        return sizeof ipv4.sin_addr;
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 ipv6;
        __builtin_memcpy(&ipv6, address, sizeof ipv6);
        __builtin_memcpy(bytes, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
        return sizeof ipv6.sin6_addr;
    }
    return 0;
}

template <class Each> Result<void> for_each_interface_address(Operation operation, Each each) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Error::from_errno(operation);
    }
    const InterfaceList list{first};
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
        InterfaceAddress address;
        if (at->ifa_addr == nullptr || copy_address(at->ifa_addr, address.bytes) == 0) {
            continue;
        }
        address.family = at->ifa_addr->sa_family;
        address.interface_index = index_of(*at);
        unsigned char mask[16]{};
        if (at->ifa_netmask != nullptr) {
            copy_address(at->ifa_netmask, mask);
        }
        for (const unsigned char byte : mask) {
            address.prefix_length += static_cast<unsigned>(std::popcount(byte));
        }
        each(static_cast<const InterfaceAddress&>(address));
    }
    return {};
}

} // namespace ferrule::sys
