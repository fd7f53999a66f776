// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of what is sent to groups.

#include <cstdint>

#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS: how many routers a packet to a group may pass; 1 unless
/// set. 0 is this host only.
struct MulticastHops
    : Setting<Number<0, 255>, Kernel<sys::ipproto_ip, sys::ip_multicast_ttl, "IP_MULTICAST_TTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_hops, "IPV6_MULTICAST_HOPS">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP: whether members on this host get what is sent to a group
/// from here; on unless set.
struct MulticastLoop
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_multicast_loop, "IP_MULTICAST_LOOP">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_loop, "IPV6_MULTICAST_LOOP">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_ALL, IPV6_MULTICAST_ALL: receive of every group that any socket of this host has
/// joined; on unless set. Off, of those only that this one has joined.
struct MulticastAll
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_multicast_all, "IP_MULTICAST_ALL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_all, "IPV6_MULTICAST_ALL">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_IF, IPV6_MULTICAST_IF: the interface, by its index, from which packets to groups go
/// out. 0: as the routing table has it. It can't be read: of IPv4 the kernel tells no index.
struct MulticastInterface : Everywhere {
    using families = EitherIp;
    using get_in = NoState;
    using types = DatagramOrRaw;
    using value_type = std::uint32_t;
    using of_ipv4 = Kernel<sys::ipproto_ip, sys::ip_multicast_if, "IP_MULTICAST_IF">;
    using of_ipv6 = Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_if, "IPV6_MULTICAST_IF">;
    using kernels = OneOf<of_ipv4, of_ipv6>;

    constexpr explicit MulticastInterface(std::uint32_t index) : value{index} {}

    [[nodiscard]] Result<void> set(Target target) const {
        const auto index = static_cast<int>(value);
        if (target.domain == sys::af_inet || target.is_dual) {
            if (auto set = of_ipv4::set(target.descriptor, ::ip_mreqn{{}, {}, index});
                !set || !target.is_dual) {
                return set;
            }
        }
        return of_ipv6::set(target.descriptor, index);
    }

    std::uint32_t value;
};

} // namespace ferrule::opt
