// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Flags of one send (send(2)), where no argument says the same: they stand among the control
/// messages, `send_to(socket, bytes, peer, flag::dont_route)`.

#include "../core/one_of.hpp"
#include "../opt/rules.hpp"
#include "../sys/numbers.hpp"
#include "../tag/protocol.hpp"
#include "control/rules.hpp"

namespace ferrule {

namespace flag {

/// The type of `dont_route`.
struct DontRoute : control::Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_dontroute != sys::absent;
    static constexpr int flag = sys::msg_dontroute;
};

/// The type of `confirm`.
struct Confirm : control::Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_confirm != sys::absent;
    static constexpr int flag = sys::msg_confirm;
};

/// The type of `more`.
struct More : control::Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Tcp, Mptcp, Udp>;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_more != sys::absent;
    static constexpr int flag = sys::msg_more;
};

/// MSG_DONTROUTE: to hosts on this network only, not through a gateway.
inline constexpr DontRoute dont_route{};
/// MSG_CONFIRM: the peer has just answered, so its hardware address need not be asked for again
/// (arp(7)).
inline constexpr Confirm confirm{};
/// MSG_MORE: hold it back, the next send goes on with it: in a stream to fill a segment (at most
/// 200 ms), of UDP as one datagram.
inline constexpr More more{};

} // namespace flag

} // namespace ferrule
