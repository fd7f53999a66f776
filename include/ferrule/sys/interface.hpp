// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// if_nametoindex(3), if_indextoname(3), getifaddrs(3), rtnetlink(7): the network interfaces of
/// this host.

#include <cstddef>
#include <cstdint>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "netlink.hpp"

namespace ferrule::sys {

/// if_nametoindex(3): the index of the interface of this name, `no_such_device` without one.
inline Result<std::uint32_t> interface_index(std::string_view name, Operation operation) {
    if (name.empty() || name.size() >= IF_NAMESIZE || name.find('\0') != name.npos) {
        return Error{Errc::no_such_device, operation};
    }
    const std::uint32_t index = ::if_nametoindex(Text<IF_NAMESIZE>{name}.c_str());
    if (index == 0) {
        return Error::from_errno(operation);
    }
    return index;
}

/// if_indextoname(3): the name of the interface of this index.
inline Result<Text<IF_NAMESIZE - 1>> interface_name(std::uint32_t index, Operation operation) {
    char name[IF_NAMESIZE];
    if (::if_indextoname(index, name) == nullptr) {
        return Error::from_errno(operation);
    }
    return Text<IF_NAMESIZE - 1>{name};
}

/// Owns the list that getifaddrs(3) made.
class InterfaceList {
public:
    constexpr InterfaceList() = default;
    explicit InterfaceList(ifaddrs* first) : first_{first} {}
    InterfaceList(const InterfaceList&) = delete;
    InterfaceList& operator=(const InterfaceList&) = delete;
    InterfaceList(InterfaceList&& other) noexcept : first_{std::exchange(other.first_, nullptr)} {}
    InterfaceList& operator=(InterfaceList&& other) noexcept {
        std::swap(first_, other.first_);
        return *this;
    }
    ~InterfaceList() {
        if (first_ != nullptr) {
            ::freeifaddrs(first_);
        }
    }

    [[nodiscard]] const ifaddrs* first() const { return first_; }

private:
    ifaddrs* first_ = nullptr;
};

/// getifaddrs(3): first an entry for every interface, then one for every address.
inline Result<InterfaceList> list_interfaces(Operation operation) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Error::from_errno(operation);
    }
    return InterfaceList{first};
}

/// An address of an interface, as rtnetlink(7) tells it.
struct InterfaceAddress {
    int family = AF_UNSPEC;
    std::uint32_t interface_index = 0;
    unsigned prefix_length = 0;
    unsigned char bytes[16]{}; ///< In network order; the first four of IPv4.
};

/// RTM_GETADDR: calls `each(const InterfaceAddress&)` for every address of this network namespace.
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
                at += (attribute.rta_len + 3U) / 4 * 4; // RTA_ALIGN
            }
            each(static_cast<const InterfaceAddress&>(address));
        });
}

} // namespace ferrule::sys
