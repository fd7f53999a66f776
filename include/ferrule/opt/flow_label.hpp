// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of the flow label of IPv6 (RFC 6437).

#include <bit>
#include <cstdint>

#include "../address/ipv6.hpp"
#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/flow_label.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "encoding.hpp"
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// IPV6_AUTOFLOWLABEL: packets of one flow carry a label by which routers keep them together
/// (RFC 6437).
struct AutoFlowLabel
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_autoflowlabel, "IPV6_AUTOFLOWLABEL">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = EveryBut<Mptcp>;
};

/// IPV6_FLOWINFO: with each message, its traffic class and flow label.
struct ReceiveFlowLabel
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_flowinfo, "IPV6_FLOWINFO">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = DatagramOrRaw;
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
    using lease = Kernel<sys::ipproto_ipv6, sys::ipv6_flowlabel_mgr, "IPV6_FLOWLABEL_MGR">;
    using send = Kernel<sys::ipproto_ipv6, sys::ipv6_flowinfo_send, "IPV6_FLOWINFO_SEND">;
    using kernels = OneOf<lease, send>;

    /// `peer` is whom the label is leased for: an address of one host.
    constexpr FlowLabel(Checked<encoding> label, const Address<Ipv6>& peer)
        : value{static_cast<std::uint32_t>(label.value)}, peer_{peer}, fits_{label.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits_) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, lease::name);
        }
        sys::FlowLabelRequest request;
        __builtin_memcpy(request.peer, peer_.bytes().data(), sizeof request.peer);
        request.label = std::bit_cast<std::uint32_t>(BigEndian<std::uint32_t>{value});
        request.action = sys::flow_label_get;
        request.share = sys::flow_label_any;
        request.flags = sys::flow_label_create;
        const auto leased = lease::set(target.descriptor, request);
        return leased ? send::set(target.descriptor, 1) : leased;
    }
    [[nodiscard]] static Result<std::uint32_t> get(Target target) {
        const auto used = lease::get<sys::FlowLabelRequest>(target.descriptor);
        if (!used) {
            return used.error();
        }
        return std::uint32_t{std::bit_cast<BigEndian<std::uint32_t>>(used->label)} & 0xfffffU;
    }

    std::uint32_t value;

private:
    Address<Ipv6> peer_;
    bool fits_;
};

} // namespace ferrule::opt
