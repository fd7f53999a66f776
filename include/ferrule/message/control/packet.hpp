// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What IP says of a packet (ip(7), RFC 3542): to which address it came and on which interface, how
/// many routers it may still pass, its class. One type for IPv4, IPv6 and sockets of both.

#include <cstddef>
#include <cstdint>

#include "../../address/ip.hpp"
#include "../../address/ipv4.hpp"
#include "../../address/ipv6.hpp"
#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../endpoint/base.hpp"
#include "../../endpoint/ip.hpp"
#include "../../opt/ip.hpp"
#include "../../opt/rules.hpp"
#include "../../opt/setting.hpp"
#include "../../sys/control.hpp"
#include "../../sys/number.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/family.hpp"
#include "rules.hpp"

namespace ferrule::control {

/// in_pktinfo of ip(7) and in6_pktinfo of RFC 3542, as they lie in memory.
struct NativePacketInfo4 {
    std::int32_t interface_index;
    Address<Ipv4>::Bytes local;
    Address<Ipv4>::Bytes destination;
};
/// in6_pktinfo of ipv6(7).
struct NativePacketInfo6 {
    Address<Ipv6>::Bytes address;
    std::uint32_t interface_index;
};

/// Of every control message of IP.
struct OfIp : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
};

/// IP_PKTINFO, IPV6_PKTINFO. Received: the address that the packet was sent to, and the interface
/// that it came on. Sent: the address to send from, and the interface to send on. What was received
/// and is sent back answers from the address that was asked.
struct PacketInfo : OfIp {
    using option = opt::ReceivePacketInfo;
    static constexpr std::size_t room = sys::control_space(sizeof(NativePacketInfo4)) +
                                        sys::control_space(sizeof(NativePacketInfo6));

    Address<Ip> destination{}; ///< Received: where it was sent to; perhaps a group.
    Address<Ip> local{};       ///< To send from; unspecified: the kernel chooses. Received: the
                               ///< address of this host to answer from.
    std::uint32_t interface_index = 0; ///< To send on; 0: as the routing table has it.

    /// To send from this address.
    [[nodiscard]] static constexpr PacketInfo from(const Address<Ip>& local,
                                                   std::uint32_t interface_index = 0) {
        PacketInfo info;
        info.local = local;
        info.interface_index = interface_index;
        return info;
    }

    /// `wrong_family`: a socket of IPv4 can't send from an address of IPv6.
    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        const auto ipv4 = local.to<Ipv4>();
        const bool is_ipv6 = target.domain != sys::af_inet;
        if (!is_ipv6 && !ipv4 && local != Address<Ip>{}) {
            return Error{Errc::wrong_family, Operation::send};
        }
        if (is_ipv6) {
            const auto bytes = ipv4 ? Address<Ipv6>::mapped(*ipv4) : *local.to<Ipv6>();
            to.add(sys::ipproto_ipv6, sys::ipv6_pktinfo,
                   NativePacketInfo6{bytes.bytes(), interface_index});
        } else {
            to.add(sys::ipproto_ip, sys::ip_pktinfo,
                   NativePacketInfo4{static_cast<std::int32_t>(interface_index),
                                     ipv4 ? ipv4->bytes() : Address<Ipv4>::Bytes{},
                                     {}});
        }
        return {};
    }

    /// Of an IPv4 packet on a socket of both there are two messages: that of IPv4 comes last, and
    /// knows more.
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        if (message.is(sys::ipproto_ip, sys::ip_pktinfo)) {
            NativePacketInfo4 native;
            if (!message.read(native)) {
                return false;
            }
            destination = Address<Ipv4>{native.destination};
            local = Address<Ipv4>{native.local};
            interface_index = static_cast<std::uint32_t>(native.interface_index);
            return true;
        }
        NativePacketInfo6 native;
        if (!message.is(sys::ipproto_ipv6, sys::ipv6_pktinfo) || !message.read(native)) {
            return false;
        }
        destination = Address<Ip>{Address<Ipv6>{native.address}}.unmapped();
        local = destination.is_multicast() ? Address<Ip>{} : destination;
        interface_index = native.interface_index;
        return true;
    }
};

namespace detail {

// A number that is one byte on IPv4 or an int, and an int on IPv6.
template <class Buffer>
void write_byte(Buffer& to, opt::Target target, int of_ipv4, int of_ipv6, int value) {
    if (target.domain == sys::af_inet || target.is_dual) {
        to.add(sys::ipproto_ip, of_ipv4, value);
    }
    if (target.domain != sys::af_inet) {
        to.add(sys::ipproto_ipv6, of_ipv6, value);
    }
}

inline bool read_byte(const sys::ControlMessage& message, int of_ipv4, int of_ipv6, int& value) {
    if (message.is(sys::ipproto_ip, of_ipv4) || message.is(sys::ipproto_ipv6, of_ipv6)) {
        unsigned char byte = 0;
        if (message.read(value)) {
            return true;
        }
        if (message.read(byte)) { // IP_TOS is one byte (ip(7))
            value = byte;
            return true;
        }
    }
    return false;
}

} // namespace detail

/// IP_TTL, IPV6_HOPLIMIT. Received: how many routers the packet might still have passed. Sent: how
/// many it may pass, 1 to 255; another number is `value_out_of_range`.
struct HopLimit : OfIp {
    using option = opt::ReceiveHopLimit;
    static constexpr std::size_t room = 2 * sys::control_space(sizeof(int));

    constexpr HopLimit() = default;
    constexpr explicit HopLimit(int limit) : value{limit} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        if (value < 1 || value > 255) {
            return Error{Errc::value_out_of_range, Operation::send};
        }
        detail::write_byte(to, target, sys::ip_ttl, sys::ipv6_hoplimit, value);
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return detail::read_byte(message, sys::ip_ttl, sys::ipv6_hoplimit, value);
    }

    int value = 0;
};

/// IP_TOS, IPV6_TCLASS: the class of the packet and what routers on the way have said of
/// congestion (ECN, RFC 3168).
struct TrafficClass : OfIp {
    using option = opt::ReceiveTrafficClass;
    static constexpr std::size_t room = 2 * sys::control_space(sizeof(int));

    constexpr TrafficClass() = default;
    constexpr explicit TrafficClass(opt::TrafficBits bits) : value{bits} {}
    constexpr explicit TrafficClass(opt::Ecn ecn) : value{{}, ecn} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        detail::write_byte(to, target, sys::ip_tos, sys::ipv6_tclass,
                           opt::AsTrafficBits::encode(value));
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        int bits = 0;
        if (!detail::read_byte(message, sys::ip_tos, sys::ipv6_tclass, bits)) {
            return false;
        }
        value = opt::AsTrafficBits::decode(bits);
        return true;
    }

    opt::TrafficBits value{};
};

/// IP_ORIGDSTADDR, IPV6_ORIGDSTADDR: where the packet was meant to go before a firewall turned it
/// here.
struct OriginalDestination : OfIp {
    using option = opt::ReceiveOriginalDestination;
    static constexpr bool can_be_sent = false;
    static constexpr std::size_t room = sys::control_space(Endpoint<Ip>::native_capacity);

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        if (!message.is(sys::ipproto_ip, sys::ip_recvorigdstaddr) &&
            !message.is(sys::ipproto_ipv6, sys::ipv6_recvorigdstaddr)) {
            return false;
        }
        const std::size_t size = message.size < std::size_t{Endpoint<Ip>::native_capacity}
                                     ? message.size
                                     : std::size_t{Endpoint<Ip>::native_capacity};
        __builtin_memcpy(value.native_buffer(), message.data, size);
        value.native_resize(sys::number_as<socklen_t>(size));
        return true;
    }

    Endpoint<Ip> value{};
};

} // namespace ferrule::control
