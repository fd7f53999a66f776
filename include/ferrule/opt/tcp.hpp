// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Options of TCP (IPPROTO_TCP, tcp(7)). Times are in the unit of the kernel, rounded up.

#include <array>
#include <climits>
#include <cstddef>
#include <span>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "encoding.hpp"
#include "keep_alive.hpp" // IWYU pragma: export
#include "rules.hpp"
#include "setting.hpp"

namespace ferrule::opt {

/// TCP_NODELAY: send small pieces at once (Nagle's algorithm off, RFC 896). Set on a Listener, its
/// connections have it, too.
struct NoDelay : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_nodelay, "TCP_NODELAY">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_CORK: send full segments only, for at most 200 ms, until it is off again.
struct Cork : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_cork, "TCP_CORK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_QUICKACK: acknowledge at once. Not for good: the kernel goes back by itself, and what is
/// read is what it does now.
struct QuickAck : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_quickack, "TCP_QUICKACK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = WithPeer;
    using get_in = WithPeer;
};

/// TCP_MAXSEG: the largest segment to send and to announce, in bytes, 88 to 32767; the kernel never
/// takes more than the interface has. Set on a Listener it is that of its connections. Read on a
/// connection it is the one in use, before that the one asked for, 536 if none was.
struct MaximumSegment
    : Setting<Bytes<88, 32767>, Kernel<sys::ipproto_tcp, sys::tcp_maxseg, "TCP_MAXSEG">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
};

/// TCP_CONGESTION: the congestion control algorithm by its name
/// (net.ipv4.tcp_available_congestion_control). One that is not there is
/// `no_such_file_or_directory`.
struct CongestionControl
    : Setting<ShortName<false>, Kernel<sys::ipproto_tcp, sys::tcp_congestion, "TCP_CONGESTION">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_FASTOPEN: how many connections with data in their first packet may wait at a listener
/// (RFC 7413). 0 is off; no more than net.core.somaxconn.
struct FastOpenQueue
    : Setting<Number<0, INT_MAX>, Kernel<sys::ipproto_tcp, sys::tcp_fastopen, "TCP_FASTOPEN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
    using get_in = BeforeAccept;
};

/// TCP_FASTOPEN_CONNECT: connect returns at once, and the first send goes with the first packet
/// (RFC 7413).
struct FastOpenConnect
    : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_fastopen_connect, "TCP_FASTOPEN_CONNECT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeConnection;
};

/// TCP_DEFER_ACCEPT: accept gives a connection only when data has come, or after so long. The
/// kernel counts in retransmissions, so that what is read is the time rounded to 1, 3, 7, 15, ...
/// s.
struct DeferAccept : Setting<Time<Seconds, 0>,
                             Kernel<sys::ipproto_tcp, sys::tcp_defer_accept, "TCP_DEFER_ACCEPT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
};

/// TCP_SYNCNT: how often connect asks again before it is `connection_timed_out`, and a listener
/// answers again before it forgets who asked. 1 to 127.
struct SynCount : Setting<Number<1, 127>, Kernel<sys::ipproto_tcp, sys::tcp_syncnt, "TCP_SYNCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = EveryBut<state::Connection>;
};

/// TCP_LINGER2: how long a closed end waits in FIN_WAIT2 for the peer's close. 0 is the system's
/// own, 60 s; more than 120 s is cut to that.
struct FinWait
    : Setting<Time<Seconds, 0>, Kernel<sys::ipproto_tcp, sys::tcp_linger2, "TCP_LINGER2">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_NOTSENT_LOWAT, in bytes: poll says writable only when less than this waits to be sent. 0 is
/// the system's own (net.ipv4.tcp_notsent_lowat).
struct NotSentLowWater
    : Setting<Bytes<>, Kernel<sys::ipproto_tcp, sys::tcp_notsent_lowat, "TCP_NOTSENT_LOWAT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_WINDOW_CLAMP, in bytes: the largest window to announce. The kernel raises it to half of its
/// smallest receive buffer.
struct WindowClamp
    : Setting<Bytes<1>, Kernel<sys::ipproto_tcp, sys::tcp_window_clamp, "TCP_WINDOW_CLAMP">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_THIN_LINEAR_TIMEOUTS: a connection with few packets on the way asks again at even intervals
/// at first, not at doubling ones.
struct ThinStream
    : Setting<Switch,
              Kernel<sys::ipproto_tcp, sys::tcp_thin_linear_timeouts, "TCP_THIN_LINEAR_TIMEOUTS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_RTO_MAX_MS: the longest time between two tries to send what was not acknowledged, 1 to 120
/// s. Since Linux 6.15.
struct RetransmissionLimit
    : Setting<Time<Milliseconds, 1000, 120'000>,
              Kernel<sys::ipproto_tcp, sys::tcp_rto_max_ms, "TCP_RTO_MAX_MS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_IS_MPTCP: whether the connection is one of Multipath TCP, and has not fallen back to TCP.
struct IsMultipath : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_is_mptcp, "TCP_IS_MPTCP">> {
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = NoState;
};

/// TCP_SAVE_SYN: keep the first packet of each connection that is accepted.
struct SaveSyn : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_save_syn, "TCP_SAVE_SYN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = BeforeAccept;
};

/// TCP_SAVED_SYN: the first packet of a connection that was accepted, from its IP header on;
/// reading takes it. Empty if the listener did not have SaveSyn.
struct SavedSyn : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// At most 60 bytes of IPv4 or 40 of IPv6 header, its extensions aside, and 60 of TCP.
    class Packet {
    public:
        [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

    private:
        friend SavedSyn;
        std::array<std::byte, 512> bytes_{};
        std::size_t size_ = 0;
    };
    using value_type = Packet;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_saved_syn, "TCP_SAVED_SYN">>;
    [[nodiscard]] static Result<Packet> get(Target target) {
        Packet packet;
        const auto asked =
            sys::get_option_bytes(target.descriptor, sys::ipproto_tcp, sys::tcp_saved_syn,
                                  packet.bytes_.data(), sizeof packet.bytes_);
        if (!asked) {
            return Error::of_option(asked.error().code(), Operation::get_option, "TCP_SAVED_SYN");
        }
        packet.size_ = *asked;
        return packet;
    }
};

} // namespace ferrule::opt
