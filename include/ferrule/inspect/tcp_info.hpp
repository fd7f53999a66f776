// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What the kernel knows about a TCP connection (TCP_INFO, tcp(7)), with units.

#include <cstdint>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../opt/rules.hpp"
#include "../opt/setting.hpp"
#include "../sys/numbers.hpp"
#include "../tag/protocol.hpp"
#include "tcp_state.hpp"

namespace ferrule {

namespace detail {

// struct tcp_info of linux/tcp.h, which can't be included beside netinet/tcp.h. An older kernel
// fills less of it; the rest stays zero.
struct KernelTcpInfo {
    std::uint8_t state, congestion_state, retransmits, probes, backoff, options, window_scales,
        flags;
    std::uint32_t rto, ato, snd_mss, rcv_mss;
    std::uint32_t unacked, sacked, lost, retrans, fackets;
    std::uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
    std::uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
    std::uint32_t rcv_rtt, rcv_space, total_retrans;
    std::uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
    std::uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
    std::uint64_t delivery_rate, busy_time, rwnd_limited, sndbuf_limited;
    std::uint32_t delivered, delivered_ce;
    std::uint64_t bytes_sent, bytes_retrans;
    std::uint32_t dsack_dups, reord_seen, rcv_ooopack, snd_wnd;
};

} // namespace detail

/// A TCP connection at one moment, as this end's kernel sees it. For a listener only the state and
/// the queue have a meaning.
struct TcpInfo {
    TcpState state = TcpState::closed;

    Microseconds round_trip; ///< Smoothed (RFC 6298).
    Microseconds round_trip_variation;
    Microseconds shortest_round_trip;
    Microseconds retransmission_timeout; ///< How long the next answer is waited for.

    std::uint32_t send_segment = 0;    ///< Bytes in a segment that is sent.
    std::uint32_t receive_segment = 0; ///< Bytes in a segment that comes in, estimated.
    std::uint32_t path_mtu = 0;        ///< Bytes in a packet.

    std::uint32_t congestion_window = 0; ///< Segments that may be on the way.
    std::uint32_t on_the_way = 0;        ///< Segments that were sent and not acknowledged.
    std::uint32_t lost = 0;              ///< Of those, segments taken for lost.
    std::uint32_t peer_window = 0;       ///< Bytes that the peer has room for.

    std::uint64_t bytes_sent = 0;         ///< With those sent again.
    std::uint64_t bytes_acknowledged = 0; ///< Arrived at the peer's kernel.
    std::uint64_t bytes_retransmitted = 0;
    std::uint64_t bytes_received = 0;
    std::uint32_t bytes_not_sent = 0; ///< Wait in the send buffer.
    std::uint32_t segments_sent = 0;
    std::uint32_t segments_received = 0;
    std::uint32_t retransmissions = 0;   ///< Segments sent again, in all.
    std::uint32_t unanswered = 0;        ///< Timeouts since the last answer.
    std::uint32_t unanswered_probes = 0; ///< Keep-alive questions since the last answer.

    std::uint64_t delivery_rate = 0; ///< Bytes in a second, as last measured.
    std::uint64_t pacing_rate = 0;   ///< Bytes in a second that are sent at most.

    Milliseconds since_data_sent;     ///< Since the last data went out.
    Milliseconds since_data_received; ///< Since the last data came in.
    Milliseconds since_acknowledged;  ///< Since the last acknowledgment came in.

    std::uint32_t accept_queue = 0; ///< Of a listener: connections that wait for accept.
    std::uint32_t backlog = 0;      ///< Of a listener: how many may wait.
};

namespace detail {

constexpr TcpInfo tcp_info_of(const KernelTcpInfo& kernel) {
    TcpInfo info;
    info.state = tcp_state_of(kernel.state);
    if (info.state == TcpState::listen) {
        info.accept_queue = kernel.unacked;
        info.backlog = kernel.sacked;
        return info;
    }
    info.round_trip = Microseconds{kernel.rtt};
    info.round_trip_variation = Microseconds{kernel.rttvar};
    info.shortest_round_trip = Microseconds{kernel.min_rtt};
    info.retransmission_timeout = Microseconds{kernel.rto};
    info.send_segment = kernel.snd_mss;
    info.receive_segment = kernel.rcv_mss;
    info.path_mtu = kernel.pmtu;
    info.congestion_window = kernel.snd_cwnd;
    info.on_the_way = kernel.unacked;
    info.lost = kernel.lost;
    info.peer_window = kernel.snd_wnd;
    info.bytes_sent = kernel.bytes_sent;
    info.bytes_acknowledged = kernel.bytes_acked;
    info.bytes_retransmitted = kernel.bytes_retrans;
    info.bytes_received = kernel.bytes_received;
    info.bytes_not_sent = kernel.notsent_bytes;
    info.segments_sent = kernel.segs_out;
    info.segments_received = kernel.segs_in;
    info.retransmissions = kernel.total_retrans;
    info.unanswered = kernel.retransmits;
    info.unanswered_probes = kernel.probes;
    info.delivery_rate = kernel.delivery_rate;
    info.pacing_rate = kernel.pacing_rate;
    info.since_data_sent = Milliseconds{kernel.last_data_sent};
    info.since_data_received = Milliseconds{kernel.last_data_recv};
    info.since_acknowledged = Milliseconds{kernel.last_ack_recv};
    return info;
}

} // namespace detail

namespace opt {

/// TCP_INFO: `connection.get<opt::Info>()`.
struct Info : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = NoState;
    using value_type = TcpInfo;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_info, "TCP_INFO">>;
    [[nodiscard]] static Result<TcpInfo> get(Target target) {
        return Kernel<sys::ipproto_tcp, sys::tcp_info,
                      "TCP_INFO">::get<ferrule::detail::KernelTcpInfo>(target.descriptor)
            .transform(ferrule::detail::tcp_info_of);
    }
};

/// MPTCP_INFO: how many paths a Multipath TCP connection has, or whether it fell back to TCP.
struct MultipathInfo : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Mptcp>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// How many subflows and announced addresses there are.
    struct Paths {
        unsigned subflows = 0;        ///< Beside the first.
        unsigned local_addresses = 0; ///< Announced by this end.
        unsigned peer_addresses = 0;  ///< Announced by the peer.
        bool fell_back = false;       ///< The peer speaks TCP only.
    };
    using value_type = Paths;
    using kernels = OneOf<Kernel<sys::sol_mptcp, sys::mptcp_info, "MPTCP_INFO">>;
    /// If the connection fell back to TCP, the kernel returns EOPNOTSUPP.
    [[nodiscard]] static Result<Paths> get(Target target) {
        struct KernelInfo { // struct mptcp_info of linux/mptcp.h
            std::uint8_t subflows, add_addr_signal, add_addr_accepted;
            std::uint8_t subflows_max, add_addr_signal_max, add_addr_accepted_max;
            std::uint32_t flags;
            std::uint32_t token;
        };
        const auto info = Kernel<sys::sol_mptcp, sys::mptcp_info, "MPTCP_INFO">::get<KernelInfo>(
            target.descriptor);
        if (!info) {
            if (info.error().code() == Errc::operation_not_supported) {
                return Paths{0, 0, 0, true};
            }
            return info.error();
        }
        return Paths{info->subflows, info->add_addr_signal, info->add_addr_accepted,
                     (info->flags & 1) != 0};
    }
};

} // namespace opt

} // namespace ferrule
