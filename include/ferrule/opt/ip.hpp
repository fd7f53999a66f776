// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of IP, one name for one meaning on IPv4 (ip(7)) and IPv6 (ipv6(7), RFC 3493, RFC 3542).
/// On a socket of both at once they are set for both. Those of groups and of flow labels are beside
/// this header.

#include <concepts>
#include <cstdint>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"
#include "encoding.hpp"
#include "flow_label.hpp" // IWYU pragma: export
#include "multicast.hpp"  // IWYU pragma: export
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// IP_TTL, IPV6_UNICAST_HOPS: how many routers a packet may pass. 1 to 255.
struct HopLimit : Setting<Number<1, 255>, Kernel<sys::ipproto_ip, sys::ip_ttl, "IP_TTL">,
                          Kernel<sys::ipproto_ipv6, sys::ipv6_unicast_hops, "IPV6_UNICAST_HOPS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// IP_MINTTL, IPV6_MINHOPCOUNT: packets that may pass fewer routers than this are dropped; 0 takes
/// all. With 255 at both ends nobody farther away than the next hop gets in (RFC 5082).
struct MinimumHopLimit
    : Setting<Number<0, 255>, Kernel<sys::ipproto_ip, sys::ip_minttl, "IP_MINTTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_minhopcount, "IPV6_MINHOPCOUNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// What routers do with a packet of a full queue (RFC 3168).
enum class Ecn : unsigned char {
    not_capable = 0,
    capable_1 = 1, ///< ECT(1); L4S (RFC 9331)
    capable = 2,   ///< ECT(0)
    congested = 3, ///< CE: a router on the way was full.
};

/// The class of a packet in queues (RFC 2474), 0 to 63, such as 46 for expedited forwarding.
class Dscp {
public:
    constexpr Dscp() = default;
    /// From 0 to 63, without the two bits of ECN: a constant beyond does not compile; one of run
    /// time, `at_run_time(number)`, is 0 then.
    constexpr explicit Dscp(Checked<Number<0, 63>> number)
        : number_{static_cast<unsigned char>(number.value)} {}
    [[nodiscard]] constexpr unsigned number() const { return number_; }
    friend constexpr bool operator==(Dscp, Dscp) = default;

private:
    unsigned char number_ = 0;
};

inline constexpr Dscp expedited_forwarding{46}; ///< RFC 3246
inline constexpr Dscp lower_effort{1};          ///< RFC 8622

/// The eight bits that IPv4 called type of service and IPv6 calls traffic class.
struct TrafficBits {
    Dscp dscp;
    Ecn ecn = Ecn::not_capable;
    friend constexpr bool operator==(const TrafficBits&, const TrafficBits&) = default;
};

/// TrafficBits as the kernel takes them.
struct AsTrafficBits {
    using value_type = TrafficBits;
    using kernel_type = int;
    static constexpr Fitted<TrafficBits> fit(const TrafficBits& given) { return {given, true}; }
    static constexpr Fitted<TrafficBits> fit(Dscp given) { return {{given, {}}, true}; }
    static constexpr int encode(const TrafficBits& value) {
        return static_cast<int>(value.dscp.number() << 2 | static_cast<unsigned>(value.ecn));
    }
    static constexpr TrafficBits decode(int kernel) {
        const auto bits = static_cast<unsigned>(kernel);
        return {Dscp{at_run_time(bits >> 2)}, static_cast<Ecn>(bits & 3)};
    }
};

/// IP_TOS, IPV6_TCLASS: the class of what is sent, and whether routers may mark it instead of
/// dropping it. TCP sees to the ECN bits itself and keeps its own.
struct TrafficClass : Setting<AsTrafficBits, Kernel<sys::ipproto_ip, sys::ip_tos, "IP_TOS">,
                              Kernel<sys::ipproto_ipv6, sys::ipv6_tclass, "IPV6_TCLASS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// Whether packets may be broken up on the way, and who finds out how large they may be
/// (IP_MTU_DISCOVER in ip(7)).
enum class PathMtuDiscovery : int {
    off = sys::ip_pmtudisc_dont,    ///< Larger packets are broken up.
    wanted = sys::ip_pmtudisc_want, ///< As the route says; the kernel breaks up what is too large.
    on = sys::ip_pmtudisc_do,       ///< Never broken up; too large is `message_size`.
    probe = sys::ip_pmtudisc_probe, ///< Never broken up, and the known path MTU is ignored.
    interface_mtu =
        sys::ip_pmtudisc_interface, ///< At most the interface's; lies of others are ignored.
    omit = sys::ip_pmtudisc_omit,   ///< Like `interface_mtu`, but broken up if need be.
};

/// PathMtuDiscovery as the kernel takes it.
struct AsPathMtuDiscovery {
    using value_type = PathMtuDiscovery;
    using kernel_type = int;
    static constexpr Fitted<PathMtuDiscovery> fit(PathMtuDiscovery given) {
        return {given, given >= PathMtuDiscovery::off && given <= PathMtuDiscovery::omit};
    }
    static constexpr int encode(PathMtuDiscovery value) { return static_cast<int>(value); }
    static constexpr PathMtuDiscovery decode(int kernel) {
        return static_cast<PathMtuDiscovery>(kernel);
    }
};

/// IP_MTU_DISCOVER, IPV6_MTU_DISCOVER. `PathMtuDiscovery::on` is "don't fragment".
struct MtuDiscovery
    : Setting<AsPathMtuDiscovery, Kernel<sys::ipproto_ip, sys::ip_mtu_discover, "IP_MTU_DISCOVER">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_mtu_discover, "IPV6_MTU_DISCOVER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// IPV6_DONTFRAG: what does not fit the path is `message_size`, not broken up. IPv4 has
/// MtuDiscovery for it.
struct DontFragment
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_dontfrag, "IPV6_DONTFRAG">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = DatagramOrRaw;
};

/// IP_MTU, IPV6_MTU: the largest packet that the path to the peer is known to take, in bytes.
struct PathMtu : Setting<Bytes<>, Kernel<sys::ipproto_ip, sys::ip_mtu, "IP_MTU">,
                         Kernel<sys::ipproto_ipv6, sys::ipv6_mtu, "IPV6_MTU">> {
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
    using set_in = NoState;
    using get_in = WithPeer;
};

/// IP_PKTINFO, IPV6_RECVPKTINFO: with each message, on which interface and to which address it
/// came.
struct ReceivePacketInfo
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_pktinfo, "IP_PKTINFO">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvpktinfo, "IPV6_RECVPKTINFO">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVTTL, IPV6_RECVHOPLIMIT: with each message, how many routers it still might have passed.
struct ReceiveHopLimit
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvttl, "IP_RECVTTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvhoplimit, "IPV6_RECVHOPLIMIT">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVTOS, IPV6_RECVTCLASS: with each message, its class and whether a router was full.
struct ReceiveTrafficClass
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvtos, "IP_RECVTOS">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvtclass, "IPV6_RECVTCLASS">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVORIGDSTADDR, IPV6_RECVORIGDSTADDR: with each message, where it was meant to go before a
/// firewall turned it here.
struct ReceiveOriginalDestination
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvorigdstaddr, "IP_RECVORIGDSTADDR">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvorigdstaddr, "IPV6_RECVORIGDSTADDR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVERR, IPV6_RECVERR: keep what went wrong with each packet, who said so included, for
/// MSG_ERRQUEUE; on an unconnected socket errors are told only then.
struct ErrorQueue : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recverr, "IP_RECVERR">,
                            Kernel<sys::ipproto_ipv6, sys::ipv6_recverr, "IPV6_RECVERR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_FREEBIND, IPV6_FREEBIND: bind to an address that this host does not have yet.
struct FreeBind : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_freebind, "IP_FREEBIND">,
                          Kernel<sys::ipproto_ipv6, sys::ipv6_freebind, "IPV6_FREEBIND">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeBind;
};

/// IP_TRANSPARENT, IPV6_TRANSPARENT: stand in for addresses of others, as a proxy that a firewall
/// turns connections to; needs CAP_NET_ADMIN.
struct Transparent : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_transparent, "IP_TRANSPARENT">,
                             Kernel<sys::ipproto_ipv6, sys::ipv6_transparent, "IPV6_TRANSPARENT">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeBind;
};

/// IP_BIND_ADDRESS_NO_PORT: a bind to port 0 waits for connect to choose the port, so that one port
/// serves for many peers.
struct BindAddressNoPort
    : Setting<Switch,
              Kernel<sys::ipproto_ip, sys::ip_bind_address_no_port, "IP_BIND_ADDRESS_NO_PORT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
};

/// IP_LOCAL_PORT_RANGE: the ports that are chosen from when none is named, within the range of the
/// system; 0 is its end of it. Since Linux 6.3.
struct LocalPortRange : Everywhere {
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
    using kernel = Kernel<sys::ipproto_ip, sys::ip_local_port_range, "IP_LOCAL_PORT_RANGE">;
    using kernels = OneOf<kernel>;
    /// Both ends are part of it; 0 and 0 is that of the host.
    struct Range {
        std::uint16_t first = 0;
        std::uint16_t last = 0;
        friend constexpr bool operator==(const Range&, const Range&) = default;
    };
    using value_type = Range;

    /// Constants: checked by the compiler.
    consteval LocalPortRange(int first, int last)
        : value{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)} {
        if (first != value.first || last != value.last || is_reversed()) {
            detail::the_value_is_out_of_range_for_this_option();
        }
    }
    /// Values of run time: `value_out_of_range` when it is set, if the first is above the last.
    template <std::same_as<std::uint16_t> Number>
    constexpr LocalPortRange(Number first, Number last) : value{first, last} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (is_reversed()) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, kernel::name);
        }
        return kernel::set(target.descriptor,
                           std::uint32_t{value.last} << 16 | std::uint32_t{value.first});
    }
    [[nodiscard]] static Result<Range> get(Target target) {
        return kernel::get<std::uint32_t>(target.descriptor).transform([](std::uint32_t both) {
            return Range{static_cast<std::uint16_t>(both), static_cast<std::uint16_t>(both >> 16)};
        });
    }

    Range value;

private:
    constexpr bool is_reversed() const { return value.last != 0 && value.first > value.last; }
};

/// IP_HDRINCL, IPV6_HDRINCL: what is sent begins with its IP header.
struct HeaderIncluded : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_hdrincl, "IP_HDRINCL">,
                                Kernel<sys::ipproto_ipv6, sys::ipv6_hdrincl, "IPV6_HDRINCL">> {
    using Setting::Setting;
    using families = OneOf<Ipv4, Ipv6>;
    using types = OneOf<Raw>;
};

/// IPV6_V6ONLY: whether IPv4 is kept out. The family says it: Ipv6 is IPv6 alone, Ip is both.
struct V6Only : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_v6only, "IPV6_V6ONLY">> {
    using families = OneOf<Ipv6>;
    using types = OneOf<Stream, Datagram>;
    using set_in = NoState;
};

} // namespace ferrule::opt
