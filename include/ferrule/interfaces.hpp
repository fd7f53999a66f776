// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The network interfaces of this host, and their addresses.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "endpoint/ipv4.hpp"
#include "endpoint/ipv6.hpp"
#include "error.hpp"
#include "family.hpp"
#include "network.hpp"
#include "result.hpp"
#include "sys/interface.hpp"
#include "text.hpp"

namespace ferrule {

/// if_nametoindex(3): the index of the interface of this name, which is the scope id of a
/// link-local endpoint; `no_such_device` without one.
[[nodiscard]] inline Result<std::uint32_t> interface_index(std::string_view name) {
    return sys::interface_index(name, Operation::interfaces);
}

/// if_indextoname(3): the name of the interface of this index.
[[nodiscard]] inline auto interface_name(std::uint32_t index) {
    return sys::interface_name(index, Operation::interfaces);
}

/// What can be made of the entries of one interface in the list of the system, or of all entries.
/// A range; borrows the list.
template <class Kind> class InterfaceEntries {
public:
    using Item = typename Kind::Item;

    class iterator {
    public:
        using value_type = Item;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const ifaddrs* at, std::string_view name) : at_{at}, name_{name} { skip(); }

        Item operator*() const { return Kind::make(*at_); }
        iterator& operator++() {
            at_ = at_->ifa_next;
            skip();
            return *this;
        }
        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_;
        }

    private:
        void skip() {
            while (at_ != nullptr && !Kind::makes(*at_, name_)) {
                at_ = at_->ifa_next;
            }
        }

        const ifaddrs* at_ = nullptr;
        std::string_view name_;
    };

    explicit InterfaceEntries(const ifaddrs* first, std::string_view name = {})
        : first_{first}, name_{name} {}

    [[nodiscard]] iterator begin() const { return {first_, name_}; }
    [[nodiscard]] iterator end() const { return {}; }
    [[nodiscard]] bool empty() const { return begin() == end(); }

private:
    const ifaddrs* first_;
    std::string_view name_;
};

namespace detail {

// The entry of an address is an address of the interface, with its prefix.
struct AddressEntry {
    using Item = Network<Ip>;

    static bool makes(const ifaddrs& entry, std::string_view interface_name) {
        if (entry.ifa_addr == nullptr || (entry.ifa_addr->sa_family != Ipv4::number &&
                                          entry.ifa_addr->sa_family != Ipv6::number)) {
            return false;
        }
        const std::string_view name = entry.ifa_name; // may be a label, such as eth0:1
        return name.substr(0, name.find(':')) == interface_name;
    }

    static Item make(const ifaddrs& entry) {
        return entry.ifa_addr->sa_family == Ipv4::number ? Item{network<Ipv4>(entry)}
                                                         : network<Ipv6>(entry);
    }

    template <class Family> static Network<Family> network(const ifaddrs& entry) {
        const auto address = address_in<Family>(entry.ifa_addr);
        return Network<Family>::from_netmask(address, address_in<Family>(entry.ifa_netmask))
            .value_or(Network<Family>{address});
    }

    template <class Family> static Address<Family> address_in(const sockaddr* native) {
        Endpoint<Family> endpoint;
        if (native != nullptr) {
            std::memcpy(&endpoint.native_, native, sizeof endpoint.native_);
        }
        return endpoint.address();
    }
};

} // namespace detail

/// A network interface as it was when `interfaces()` looked. Borrows the `Interfaces`.
class Interface {
public:
    [[nodiscard]] std::string_view name() const { return entry_->ifa_name; }

    /// What the kernel knows it by, and the scope id of its link-local endpoints; 0 if it is gone.
    [[nodiscard]] std::uint32_t index() const {
        if (entry_->ifa_addr == nullptr) { // one without a hardware address, such as a tunnel
            return interface_index(name()).value_or(0U);
        }
        sockaddr_ll link;
        std::memcpy(&link, entry_->ifa_addr, sizeof link);
        return static_cast<std::uint32_t>(link.sll_ifindex);
    }

    /// Its addresses of IPv4 and IPv6, each with the prefix of its network, as `Network<Ip>`.
    [[nodiscard]] InterfaceEntries<detail::AddressEntry> addresses() const {
        return InterfaceEntries<detail::AddressEntry>{entry_, name()};
    }

    [[nodiscard]] bool is_up() const { return has(IFF_UP); }
    [[nodiscard]] bool is_loopback() const { return has(IFF_LOOPBACK); }
    [[nodiscard]] bool is_multicast() const { return has(IFF_MULTICAST); }
    [[nodiscard]] bool is_broadcast() const { return has(IFF_BROADCAST); }
    [[nodiscard]] bool is_point_to_point() const { return has(IFF_POINTOPOINT); }

    // How it is made from the list of the system.
    using Item = Interface;
    static bool makes(const ifaddrs& entry, std::string_view) {
        return entry.ifa_addr == nullptr || entry.ifa_addr->sa_family == AF_PACKET;
    }
    static Interface make(const ifaddrs& entry) { return Interface{&entry}; }

private:
    explicit Interface(const ifaddrs* entry) : entry_{entry} {}

    bool has(unsigned flag) const { return (entry_->ifa_flags & flag) != 0; }

    const ifaddrs* entry_;
};

/// A range of `Interface`, in the order of the kernel. Owns the list that getifaddrs(3) made.
class Interfaces {
public:
    explicit Interfaces(sys::InterfaceList list) : list_{std::move(list)} {}

    [[nodiscard]] auto begin() const { return entries().begin(); }
    [[nodiscard]] auto end() const { return entries().end(); }

private:
    InterfaceEntries<Interface> entries() const {
        return InterfaceEntries<Interface>{list_.first()};
    }

    sys::InterfaceList list_;
};

/// getifaddrs(3): the interfaces that this host has now.
[[nodiscard]] inline Result<Interfaces> interfaces() {
    auto list = sys::list_interfaces(Operation::interfaces);
    if (!list) {
        return list.error();
    }
    return Interfaces{*std::move(list)};
}

} // namespace ferrule
