// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of the flow label of IPv6 (RFC 6437).

#include <bit>
#include <cstdint>
#include <linux/in6.h>
#include <netinet/in.h>

#include "../address/ipv6.hpp"
#include "../core/at_run_time.hpp"
#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// IPV6_AUTOFLOWLABEL: packets of one flow carry a label by which routers keep them together
/// (RFC 6437).
struct AutoFlowLabel : Setting<Switch, Kernel<IPPROTO_IPV6, 70, "IPV6_AUTOFLOWLABEL">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = EveryBut<Mptcp>;
};

/// IPV6_FLOWINFO: with each message, its traffic class and flow label.
struct ReceiveFlowLabel : Setting<Switch, Kernel<IPPROTO_IPV6, 11, "IPV6_FLOWINFO">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = OneOf<Datagram, Raw>;
};

/// IPV6_FLOWLABEL_MGR and IPV6_FLOWINFO_SEND: leases a label, so that packets may carry it; those
/// do whose endpoint says so (`endpoint.with_flow_label(label)`, at connect or send_to). Other
/// sockets may lease it, too. Read on a connection it is the one in use,
/// `no_such_file_or_directory` if it has none of its own.
struct FlowLabel : Everywhere {
    static constexpr bool adds_up = true; ///< Several may be leased.
    using families = OneOf<Ipv6>;
    using protocols = EveryBut<Mptcp>;
    using get_in = WithPeer;
    using value_type = std::uint32_t;
    using encoding = Number<1, 0xfffff>;
    // By their numbers: linux/in6.h hides the names where the C library has headers of its own for
    // IPv6 (musl).
    using lease = Kernel<IPPROTO_IPV6, 32, "IPV6_FLOWLABEL_MGR">;
    using send = Kernel<IPPROTO_IPV6, 33, "IPV6_FLOWINFO_SEND">;
    using kernels = OneOf<lease, send>;

    /// `peer` is whom the label is leased for: an address of one host.
    constexpr FlowLabel(Checked<encoding> label, const Address<Ipv6>& peer)
        : value{static_cast<std::uint32_t>(label.value)}, peer_{peer}, fits_{label.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits_) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, lease::name);
        }
        in6_flowlabel_req request{};
        __builtin_memcpy(&request.flr_dst, peer_.bytes().data(), sizeof request.flr_dst);
        request.flr_label = std::bit_cast<std::uint32_t>(BigEndian<std::uint32_t>{value});
        request.flr_action = IPV6_FL_A_GET;
        request.flr_share = IPV6_FL_S_ANY;
        request.flr_flags = IPV6_FL_F_CREATE;
        return lease::set(target.descriptor, request).and_then([&] {
            return send::set(target.descriptor, 1);
        });
    }
    [[nodiscard]] static Result<std::uint32_t> get(Target target) {
        return lease::get<in6_flowlabel_req>(target.descriptor)
            .transform([](const in6_flowlabel_req& used) {
                return std::uint32_t{std::bit_cast<BigEndian<std::uint32_t>>(used.flr_label)} &
                       0xfffffU;
            });
    }

    std::uint32_t value;

private:
    Address<Ipv6> peer_;
    bool fits_;
};

} // namespace ferrule::opt
