// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// sock_diag(7): asking the kernel for its TCP sockets.

#include <cstddef>
#include <cstdint>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "netlink.hpp"

namespace ferrule::sys {

/// A TCP socket, as the kernel tells of it. Addresses and ports in network order, an IPv4 address
/// in the first four bytes.
struct TcpEntry {
    int domain = 0;
    std::uint8_t state = 0;
    std::uint8_t timer = 0;
    std::uint8_t unanswered = 0;
    unsigned char local_address[16]{};
    unsigned char peer_address[16]{};
    std::uint16_t local_port = 0;
    std::uint16_t peer_port = 0;
    std::uint32_t interface_index = 0; ///< That it is bound to; 0 is none.
    std::uint32_t expires = 0;         ///< When the timer is due, in milliseconds.
    std::uint32_t receive_queue = 0;
    std::uint32_t send_queue = 0;
    std::uint32_t user = 0;
    std::uint32_t inode = 0;
};

/// NETLINK_SOCK_DIAG: calls `each(const TcpEntry&)` for every TCP socket of `domain` in this
/// network namespace, TIME-WAIT included.
template <class Each> Result<void> for_each_tcp_socket(int domain, Each each) {
    inet_diag_req_v2 question{};
    question.sdiag_family = static_cast<std::uint8_t>(domain);
    question.sdiag_protocol = IPPROTO_TCP;
    question.idiag_states = UINT32_MAX;
    return for_each_of_table(
        NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, question, Operation::get_option,
        [&](int type, const char* body, std::size_t size) {
            inet_diag_msg message;
            if (type != SOCK_DIAG_BY_FAMILY || size < sizeof message) {
                return;
            }
            __builtin_memcpy(&message, body, sizeof message);
            TcpEntry entry;
            entry.domain = message.idiag_family;
            entry.state = message.idiag_state;
            entry.timer = message.idiag_timer;
            entry.unanswered = message.idiag_retrans;
            __builtin_memcpy(entry.local_address, message.id.idiag_src,
                             sizeof message.id.idiag_src);
            __builtin_memcpy(entry.peer_address, message.id.idiag_dst, sizeof message.id.idiag_dst);
            entry.local_port = message.id.idiag_sport;
            entry.peer_port = message.id.idiag_dport;
            entry.interface_index = message.id.idiag_if;
            entry.expires = message.idiag_expires;
            entry.receive_queue = message.idiag_rqueue;
            entry.send_queue = message.idiag_wqueue;
            entry.user = message.idiag_uid;
            entry.inode = message.idiag_inode;
            each(static_cast<const TcpEntry&>(entry));
        });
}

} // namespace ferrule::sys
