// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An interface, a protocol and a hardware address of packet(7): the kernel's sockaddr_ll, written
/// `%2:0x0800:aa:bb:cc:dd:ee:ff`.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../address/base.hpp"
#include "../address/printer.hpp"
#include "../core/endian.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/packet.hpp"
#include "base.hpp"

namespace ferrule {

/// The address of a network card: six bytes of Ethernet, up to eight of others, or none.
class HardwareAddress {
public:
    constexpr HardwareAddress() = default;
    constexpr HardwareAddress(unsigned char first, unsigned char second, unsigned char third,
                              unsigned char fourth, unsigned char fifth, unsigned char sixth)
        : bytes_{first, second, third, fourth, fifth, sixth}, size_{6} {}
    /// At most the first eight of `size` bytes.
    constexpr HardwareAddress(const unsigned char* bytes, std::size_t size)
        : size_{static_cast<unsigned char>(size < 8 ? size : 8)} {
        for (std::size_t at = 0; at < size_; ++at) {
            bytes_[at] = bytes[at];
        }
    }
    /// ff:ff:ff:ff:ff:ff
    [[nodiscard]] static constexpr HardwareAddress broadcast() {
        return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    }

    [[nodiscard]] constexpr const unsigned char* data() const { return bytes_.data(); }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    friend constexpr bool operator==(const HardwareAddress&, const HardwareAddress&) = default;
    friend constexpr auto operator<=>(const HardwareAddress&, const HardwareAddress&) = default;

    /// `aa:bb:cc:dd:ee:ff`
    [[nodiscard]] constexpr Text<23> text() const { return Text<23>::printed(*this); }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        constexpr std::string_view digits = "0123456789abcdef";
        for (std::size_t index = 0; index < size_; ++index) {
            if (index != 0) {
                *at++ = ':';
            }
            *at++ = digits[bytes_[index] >> 4U];
            *at++ = digits[bytes_[index] & 15U];
        }
        return at;
    }

private:
    std::array<unsigned char, 8> bytes_{};
    unsigned char size_ = 0;
};

/// Where a received packet was going (PACKET_HOST, ... of packet(7)).
enum class PacketDirection : std::uint8_t {
    to_this_host = 0,
    to_everybody = 1,
    to_a_group = 2,
    to_another_host = 3, ///< Seen because the interface listens to everything.
    outgoing = 4,        ///< Sent by this host.
};

/// To bind: the interface (0: every one) and the protocol. To send: the interface, the protocol of
/// the packet, and for Datagram the hardware address it goes to. Received: who has sent it, on
/// which interface, and where it was going.
template <> class Endpoint<Packet> {
public:
    constexpr Endpoint() = default;
    /// `ether_type` in the order of the host, such as 0x0800; 0x0003 is every protocol.
    constexpr Endpoint(std::uint32_t interface_index, std::uint16_t ether_type,
                       const HardwareAddress& address = {}) {
        native_.interface_index = static_cast<std::int32_t>(interface_index);
        native_.protocol = ether_type;
        native_.address_size = static_cast<std::uint8_t>(address.size());
        for (std::size_t at = 0; at < address.size(); ++at) {
            native_.address[at] = address.data()[at];
        }
    }

    /// Every interface, every protocol.
    [[nodiscard]] static constexpr Endpoint any() { return {0, 0x0003}; }

    [[nodiscard]] constexpr std::uint32_t interface_index() const {
        return static_cast<std::uint32_t>(native_.interface_index);
    }
    /// In the order of the host.
    [[nodiscard]] constexpr std::uint16_t ether_type() const { return native_.protocol; }
    [[nodiscard]] constexpr HardwareAddress hardware_address() const {
        return {native_.address, native_.address_size};
    }
    [[nodiscard]] constexpr PacketDirection direction() const { return native_.direction; }
    /// The kind of the interface: 1 is Ethernet, 772 the loopback (ARPHRD_... of net/if_arp.h).
    [[nodiscard]] constexpr std::uint16_t hardware_type() const { return native_.hardware_type; }

    [[nodiscard]] static constexpr int domain() { return sys::af_packet; }

    [[nodiscard]] constexpr Text<41> text() const { return Text<41>::printed(*this); }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        *at++ = '%';
        at = print_decimal(at, interface_index());
        at = print_characters(at, ":0x");
        for (int shift = 12; shift >= 0; shift -= 4) {
            *at++ = "0123456789abcdef"[(unsigned{ether_type()} >> shift) & 15U];
        }
        if (native_.address_size != 0) {
            *at++ = ':';
        }
        return hardware_address().print(at);
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        std::uint64_t bytes = interface_index();
        for (const unsigned char byte : native_.address) {
            bytes = bytes * 257 + byte;
        }
        return hash_with(bytes, ether_type());
    }
    /// By what names it: interface, protocol, address.
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (const auto order = one.interface_index() <=> other.interface_index();
            std::is_neq(order)) {
            return order;
        }
        if (const auto order = one.ether_type() <=> other.ether_type(); std::is_neq(order)) {
            return order;
        }
        return one.hardware_address() <=> other.hardware_address();
    }

    static constexpr socklen_t native_capacity = 20;
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return native_capacity; }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }
    /// Takes in what the kernel wrote, which is shorter if the hardware address is. Anything but an
    /// endpoint of this family becomes that of no interface.
    void native_resize(socklen_t size) {
        constexpr socklen_t without_address = 12;
        if (size < without_address || int{native_.family} != sys::af_packet) {
            *this = Endpoint{};
            return;
        }
        const socklen_t come = size - without_address;
        if (native_.address_size > come) {
            native_.address_size = static_cast<std::uint8_t>(come);
        }
        if (native_.address_size > sizeof native_.address) {
            native_.address_size = sizeof native_.address;
        }
        for (std::size_t at = native_.address_size; at < sizeof native_.address; ++at) {
            native_.address[at] = 0;
        }
    }

private:
    struct Native { // struct sockaddr_ll of linux/if_packet.h
        std::uint16_t family = static_cast<std::uint16_t>(sys::af_packet);
        BigEndian<std::uint16_t> protocol{};
        std::int32_t interface_index = 0;
        std::uint16_t hardware_type = 0;
        PacketDirection direction = PacketDirection::to_this_host;
        std::uint8_t address_size = 0;
        unsigned char address[8]{};
    };
    static_assert(sizeof(Native) == native_capacity);

    Native native_{};
};

} // namespace ferrule
