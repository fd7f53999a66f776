// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The states of a TCP connection (RFC 9293 section 3.3.2), as the kernel sees one end of it.

#include <cstdint>
#include <string_view>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../opt/setting.hpp"
#include "../socket/handle.hpp"
#include "../sys/numbers.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"

namespace ferrule {

/// Where a TCP socket is between its handshake and its farewell (RFC 9293, section 3.3.2).
enum class TcpState : std::uint8_t {
    established = 1,
    syn_sent = 2,     ///< connect: our SYN is out.
    syn_received = 3, ///< Somebody's SYN is in, and ours is out with the acknowledgment.
    fin_wait_1 = 4,   ///< We ended first, the peer has not acknowledged it.
    fin_wait_2 = 5,   ///< The peer has acknowledged our end and has not ended itself.
    time_wait = 6,    ///< Both have ended; late packets are waited for. Seen in the table only.
    closed = 7,       ///< No connection.
    close_wait = 8,   ///< The peer has ended (a read gave 0), we have not.
    last_ack = 9,     ///< We ended after the peer; the peer has not acknowledged it.
    listen = 10,
    closing = 11, ///< Both ended at once.
};

/// As RFC 9293 writes it.
[[nodiscard]] constexpr std::string_view name(TcpState state) {
    switch (state) {
    case TcpState::established:
        return "ESTABLISHED";
    case TcpState::syn_sent:
        return "SYN-SENT";
    case TcpState::syn_received:
        return "SYN-RECEIVED";
    case TcpState::fin_wait_1:
        return "FIN-WAIT-1";
    case TcpState::fin_wait_2:
        return "FIN-WAIT-2";
    case TcpState::time_wait:
        return "TIME-WAIT";
    case TcpState::closed:
        return "CLOSED";
    case TcpState::close_wait:
        return "CLOSE-WAIT";
    case TcpState::last_ack:
        return "LAST-ACK";
    case TcpState::listen:
        return "LISTEN";
    case TcpState::closing:
        return "CLOSING";
    }
    return "";
}

namespace detail {

// The kernel's number of a state; 12 is a SYN-RECEIVED that waits in a listener's queue.
constexpr TcpState tcp_state_of(std::uint8_t number) {
    return number == 12 ? TcpState::syn_received : static_cast<TcpState>(number);
}

} // namespace detail

/// getsockopt(2) TCP_INFO: the TCP state of this end now. The socket may be in any of our states.
template <class State, class Family>
    requires(sys::tcp_info != sys::absent)
[[nodiscard]] Result<TcpState> tcp_state(const Handle<State, Family, Stream, Tcp>& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::get_option};
    }
    return opt::Kernel<sys::ipproto_tcp, sys::tcp_info, "TCP_INFO">::get<std::uint8_t>(
               socket.descriptor())
        .transform(detail::tcp_state_of);
}

} // namespace ferrule
