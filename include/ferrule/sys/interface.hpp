// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// if_nametoindex(3), if_indextoname(3), getifaddrs(3): the network interfaces of this host and
/// their addresses.

#include <cstdint>
#include <ifaddrs.h>
#include <net/if.h>
#include <string_view>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "platform.hpp"

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

/// The index of an interface that getifaddrs(3) listed; 0 if it is gone.
inline std::uint32_t index_of(const ifaddrs& entry);

/// An interface in an InterfaceList, which it borrows; or the end of the list.
class InterfaceEntry {
public:
    constexpr InterfaceEntry() = default;

    /// The first interface from here on: the list has other entries, for addresses, too.
    InterfaceEntry(const ifaddrs* at) {
        while (at != nullptr && at->ifa_addr != nullptr && at->ifa_addr->sa_family != link_domain) {
            at = at->ifa_next;
        }
        at_ = at;
    }
    [[nodiscard]] InterfaceEntry next() const { return at_->ifa_next; }

    [[nodiscard]] std::string_view name() const { return at_->ifa_name; }
    [[nodiscard]] std::uint32_t index() const { return index_of(*at_); }
    [[nodiscard]] bool is_up() const { return has(IFF_UP); }
    [[nodiscard]] bool is_loopback() const { return has(IFF_LOOPBACK); }
    [[nodiscard]] bool is_multicast() const { return has(IFF_MULTICAST); }
    [[nodiscard]] bool is_broadcast() const { return has(IFF_BROADCAST); }
    [[nodiscard]] bool is_point_to_point() const { return has(IFF_POINTOPOINT); }

    friend constexpr bool operator==(InterfaceEntry, InterfaceEntry) = default;

private:
    bool has(unsigned flag) const { return (at_->ifa_flags & flag) != 0; }

    const ifaddrs* at_ = nullptr;
};

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

    /// The first interface.
    [[nodiscard]] InterfaceEntry first() const { return first_; }

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

/// An address of an interface.
struct InterfaceAddress {
    int family = AF_UNSPEC;
    std::uint32_t interface_index = 0;
    unsigned prefix_length = 0;
    unsigned char bytes[16]{}; ///< In network order; the first four of IPv4.
};

/// Calls `each(const InterfaceAddress&)` for every address of this host (its network namespace),
/// in the order of the kernel.
template <class Each> Result<void> for_each_interface_address(Operation operation, Each each);

} // namespace ferrule::sys

#include FERRULE_SYSTEM_BODY("interface/linux.hpp", "interface/posix.hpp") // IWYU pragma: export
