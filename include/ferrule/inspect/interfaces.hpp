// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The network interfaces of this host, and their addresses.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "../address/base.hpp"
#include "../address/ip.hpp"   // IWYU pragma: export
#include "../address/ipv4.hpp" // IWYU pragma: export
#include "../address/ipv6.hpp" // IWYU pragma: export
#include "../address/network.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/interface.hpp"
#include "../tag/family.hpp"

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

namespace detail {

// Return type of a range over temporary interfaces: its name is the message.
struct gone_at_once_so_keep_the_interfaces_in_a_variable {};

// An address of this host, and the index of its interface.
struct InterfaceAddress {
    Network<Ip> network;
    std::uint32_t interface_index = 0;
};

// The addresses of all interfaces, in the order of the kernel. Owns heap memory.
class InterfaceAddresses {
public:
    InterfaceAddresses() = default;
    InterfaceAddresses(const InterfaceAddresses&) = delete;
    InterfaceAddresses& operator=(const InterfaceAddresses&) = delete;
    InterfaceAddresses(InterfaceAddresses&& other) noexcept
        : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)},
          room_{std::exchange(other.room_, 0)} {}
    InterfaceAddresses& operator=(InterfaceAddresses&& other) noexcept {
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
        return *this;
    }
    ~InterfaceAddresses() { delete[] first_; }

    static Result<InterfaceAddresses> look() {
        InterfaceAddresses addresses;
        bool fits = true;
        auto looked = sys::for_each_interface_address(
            Operation::interfaces, [&](const sys::InterfaceAddress& told) {
                InterfaceAddress address{Network<Ip>{}, told.interface_index};
                if (told.family == Ipv4::number) {
                    address.network = network<Ipv4>(told);
                } else if (told.family == Ipv6::number) {
                    address.network = network<Ipv6>(told);
                } else {
                    return;
                }
                fits = fits && addresses.add(address);
            });
        if (!looked) {
            return looked.error();
        }
        if (!fits) {
            return Error{Errc::not_enough_memory, Operation::interfaces};
        }
        return addresses;
    }

    [[nodiscard]] const InterfaceAddress* begin() const { return first_; }
    [[nodiscard]] const InterfaceAddress* end() const { return first_ + size_; }

private:
    template <class Family> static Network<Ip> network(const sys::InterfaceAddress& told) {
        typename Address<Family>::Bytes bytes{};
        std::memcpy(bytes.data(), told.bytes, bytes.size());
        const Address<Family> address{bytes};
        return Network<Family>::of(address, told.prefix_length).value_or(Network<Family>{address});
    }

    bool add(const InterfaceAddress& address) {
        if (size_ == room_) {
            const std::size_t room = room_ == 0 ? 16 : 2 * room_;
            auto* const more = new (std::nothrow) InterfaceAddress[room];
            if (more == nullptr) {
                return false;
            }
            for (std::size_t at = 0; at < size_; ++at) {
                more[at] = first_[at];
            }
            delete[] std::exchange(first_, more);
            room_ = room;
        }
        first_[size_++] = address;
        return true;
    }

    InterfaceAddress* first_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

} // namespace detail

/// The addresses of one interface. A range of `Network<Ip>`; borrows the `Interfaces`.
class AddressesOfInterface {
public:
    /// Over them, in the order of the system.
    class iterator {
    public:
        using value_type = Network<Ip>;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const detail::InterfaceAddress* at, const detail::InterfaceAddress* end,
                 std::uint32_t index)
            : at_{at}, end_{end}, index_{index} {
            skip();
        }

        Network<Ip> operator*() const { return at_->network; }
        iterator& operator++() {
            ++at_;
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
            while (at_ != end_ && at_->interface_index != index_) {
                ++at_;
            }
        }

        const detail::InterfaceAddress* at_ = nullptr;
        const detail::InterfaceAddress* end_ = nullptr;
        std::uint32_t index_ = 0;
    };

    AddressesOfInterface(const detail::InterfaceAddresses& all, std::uint32_t index)
        : all_{&all}, index_{index} {}

    [[nodiscard]] iterator begin() const { return {all_->begin(), all_->end(), index_}; }
    [[nodiscard]] iterator end() const { return {all_->end(), all_->end(), index_}; }
    [[nodiscard]] bool empty() const { return begin() == end(); }

private:
    const detail::InterfaceAddresses* all_;
    std::uint32_t index_;
};

/// A network interface at the time of `interfaces()`. Borrows the `Interfaces`.
class Interface {
public:
    [[nodiscard]] std::string_view name() const { return entry_.name(); }

    /// Its index, which is the scope id of its link-local endpoints; 0 if the interface is gone.
    [[nodiscard]] std::uint32_t index() const { return entry_.index(); }

    /// Its IPv4 and IPv6 addresses, each with the prefix of its network, as `Network<Ip>`.
    [[nodiscard]] AddressesOfInterface addresses() const { return {*addresses_, index()}; }

    [[nodiscard]] bool is_up() const { return entry_.is_up(); }
    [[nodiscard]] bool is_loopback() const { return entry_.is_loopback(); }
    [[nodiscard]] bool is_multicast() const { return entry_.is_multicast(); }
    [[nodiscard]] bool is_broadcast() const { return entry_.is_broadcast(); }
    [[nodiscard]] bool is_point_to_point() const { return entry_.is_point_to_point(); }

private:
    friend class Interfaces;

    Interface(sys::InterfaceEntry entry, const detail::InterfaceAddresses& addresses)
        : entry_{entry}, addresses_{&addresses} {}

    sys::InterfaceEntry entry_;
    const detail::InterfaceAddresses* addresses_;
};

/// A range of `Interface`, in the order of the kernel. Owns heap memory, which each `Interface`
/// borrows.
class Interfaces {
public:
    Interfaces(sys::InterfaceList list, detail::InterfaceAddresses addresses)
        : list_{std::move(list)}, addresses_{std::move(addresses)} {}

    /// Over them, in the order of the system.
    class iterator {
    public:
        using value_type = Interface;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(sys::InterfaceEntry at, const detail::InterfaceAddresses& addresses)
            : at_{at}, addresses_{&addresses} {}

        Interface operator*() const { return {at_, *addresses_}; }
        iterator& operator++() {
            at_ = at_.next();
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
        sys::InterfaceEntry at_;
        const detail::InterfaceAddresses* addresses_ = nullptr;
    };

    [[nodiscard]] iterator begin() const& { return {list_.first(), addresses_}; }
    [[nodiscard]] iterator end() const& { return {}; }
    detail::gone_at_once_so_keep_the_interfaces_in_a_variable begin() const&& = delete;
    detail::gone_at_once_so_keep_the_interfaces_in_a_variable end() const&& = delete;

private:
    sys::InterfaceList list_;
    detail::InterfaceAddresses addresses_;
};

/// getifaddrs(3), rtnetlink(7): the interfaces that this host has now, and their addresses.
[[nodiscard]] inline Result<Interfaces> interfaces() {
    auto list = sys::list_interfaces(Operation::interfaces);
    if (!list) {
        return list.error();
    }
    auto addresses = detail::InterfaceAddresses::look();
    if (!addresses) {
        return addresses.error();
    }
    return Interfaces{*std::move(list), *std::move(addresses)};
}

} // namespace ferrule
