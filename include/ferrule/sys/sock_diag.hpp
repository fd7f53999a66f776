// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// sock_diag(7): asking the kernel for its TCP sockets.

#include <cstddef>
#include <cstdint>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "netlink.hpp"

namespace ferrule::sys {

/// NETLINK_SOCK_DIAG: calls `each(const inet_diag_msg&)` for every TCP socket of `domain` in this
/// network namespace, TIME-WAIT included.
template <class Each> Result<void> for_each_tcp_socket(int domain, Each each) {
    inet_diag_req_v2 question{};
    question.sdiag_family = static_cast<std::uint8_t>(domain);
    question.sdiag_protocol = IPPROTO_TCP;
    question.idiag_states = UINT32_MAX;
    return for_each_of_table(NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, question,
                             Operation::get_option,
                             [&](int type, const char* body, std::size_t size) {
                                 inet_diag_msg message;
                                 if (type == SOCK_DIAG_BY_FAMILY && size >= sizeof message) {
                                     __builtin_memcpy(&message, body, sizeof message);
                                     each(message);
                                 }
                             });
}

} // namespace ferrule::sys
