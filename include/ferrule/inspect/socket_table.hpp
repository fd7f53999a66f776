// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The TCP sockets of this host (sock_diag(7)), as `ss -tan` shows them: also those of other
/// processes, and those without a process.

#include <bit>
#include <cstdint>
#include <cstring>

#include "../address/ipv4.hpp"
#include "../address/ipv6.hpp"
#include "../core/duration.hpp"
#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/ip.hpp"
#include "../endpoint/ipv4.hpp"
#include "../endpoint/ipv6.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/sock_diag.hpp"
#include "../tag/family.hpp"
#include "tcp_state.hpp"

#if FERRULE_HAS_NETLINK

namespace ferrule {

/// What a socket waits for next.
enum class TcpTimer : std::uint8_t {
    none = 0,
    retransmission = 1, ///< An acknowledgment.
    keep_alive = 2,     ///< A sign of life.
    time_wait = 3,      ///< Late packets.
    window_probe = 4,   ///< Room at the peer.
};

/// One TCP socket of this host.
struct TcpTableRow {
    Endpoint<Ip> local; ///< IPv4 on a socket of both IPs is shown as IPv4.
    Endpoint<Ip> peer;
    TcpState state = TcpState::closed;
    std::uint32_t receive_queue =
        0;                        ///< Bytes to be received; of a listener, connections to accept.
    std::uint32_t send_queue = 0; ///< Bytes not acknowledged; of a listener, its backlog.
    TcpTimer timer = TcpTimer::none;
    Milliseconds expires;        ///< When the timer is due.
    std::uint8_t unanswered = 0; ///< Retransmissions or probes since the last answer.
    std::uint32_t user = 0;
    std::uint32_t inode = 0; ///< As in /proc/PID/fd; 0 when no process holds it.
};

namespace detail {

// `interface_index` is the one that the socket is bound to, which a link-local address belongs to.
inline Endpoint<Ip> endpoint_of_entry(int domain, const unsigned char (&address)[16],
                                      std::uint16_t port, std::uint32_t interface_index) {
    const std::uint16_t number = std::bit_cast<BigEndian<std::uint16_t>>(port);
    if (domain == sys::af_inet) {
        Address<Ipv4>::Bytes bytes;
        std::memcpy(bytes.data(), address, bytes.size());
        return Endpoint<Ipv4>{Address<Ipv4>{bytes}, number};
    }
    Address<Ipv6>::Bytes bytes;
    std::memcpy(bytes.data(), address, bytes.size());
    const Address<Ipv6> ipv6{bytes};
    if (ipv6.is_ipv4_mapped()) {
        return Endpoint<Ipv4>{ipv6.unmapped(), number};
    }
    return Endpoint<Ipv6>{ipv6, number, ipv6.is_link_local() ? interface_index : 0};
}

} // namespace detail

/// Calls `each(const TcpTableRow&)` for every TCP socket of this host (its network namespace), IPv4
/// first. The table is read in parts: a socket that changes meanwhile may be missing or reported
/// twice. `no_such_file_or_directory` where the kernel lacks tcp_diag.
template <class Each> [[nodiscard]] Result<void> for_each_tcp_socket(Each each) {
    auto told = [&](const sys::TcpEntry& entry) {
        TcpTableRow socket;
        socket.local = detail::endpoint_of_entry(entry.domain, entry.local_address,
                                                 entry.local_port, entry.interface_index);
        socket.peer = detail::endpoint_of_entry(entry.domain, entry.peer_address, entry.peer_port,
                                                entry.interface_index);
        socket.state = detail::tcp_state_of(entry.state);
        socket.receive_queue = entry.receive_queue;
        socket.send_queue = entry.send_queue;
        socket.timer = static_cast<TcpTimer>(entry.timer);
        socket.expires = Milliseconds{entry.expires};
        socket.unanswered = entry.unanswered;
        socket.user = entry.user;
        socket.inode = entry.inode;
        each(static_cast<const TcpTableRow&>(socket));
    };
    return sys::for_each_tcp_socket(sys::af_inet, told).and_then([&] {
        return sys::for_each_tcp_socket(sys::af_inet6, told);
    });
}

/// The socket with these two endpoints, in any state; `not_connected` if there is none. A
/// connection within this host has two sockets, one for each end.
[[nodiscard]] inline Result<TcpTableRow> find_tcp_socket(const Endpoint<Ip>& local,
                                                         const Endpoint<Ip>& peer) {
    Result<TcpTableRow> found = Error{Errc::not_connected, Operation::get_option};
    auto looked = for_each_tcp_socket([&](const TcpTableRow& socket) {
        if (socket.local == local && socket.peer == peer) {
            found = socket;
        }
    });
    return looked ? found : Result<TcpTableRow>{looked.error()};
}

} // namespace ferrule

#endif
