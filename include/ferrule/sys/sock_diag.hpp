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
#include <sys/socket.h>

#include "../error.hpp"
#include "../result.hpp"
#include "descriptor.hpp"
#include "socket.hpp"
#include "transfer.hpp"

namespace ferrule::sys {

/// NETLINK_SOCK_DIAG: calls `each(const inet_diag_msg&)` for every TCP socket of `domain` in this
/// network namespace, TIME-WAIT included. The kernel answers in several parts, so that what changes
/// meanwhile may be missing or there twice.
template <class Each> Result<void> for_each_tcp_socket(int domain, Each each) {
    constexpr auto operation = Operation::get_option;
    auto opened = open(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG, Blocking::yes);
    if (!opened) {
        return opened.error();
    }
    struct Request {
        nlmsghdr header;
        inet_diag_req_v2 question;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.question.sdiag_family = static_cast<std::uint8_t>(domain);
    request.question.sdiag_protocol = IPPROTO_TCP;
    request.question.idiag_states = UINT32_MAX;
    if (auto sent = send(opened->number(), &request, sizeof request, 0); !sent) {
        return sent.error();
    }

    alignas(nlmsghdr) char answer[16384];
    for (;;) {
        const auto received = receive(opened->number(), answer, sizeof answer, MSG_TRUNC);
        if (!received) {
            return received.error();
        }
        if (*received > sizeof answer) {
            return Error{Errc::message_truncated, operation, *received};
        }
        for (std::size_t at = 0; at + sizeof(nlmsghdr) <= *received;) {
            nlmsghdr header;
            __builtin_memcpy(&header, answer + at, sizeof header);
            if (header.nlmsg_len < sizeof header || header.nlmsg_len > *received - at) {
                return Error{Errc::protocol_error, operation};
            }
            const char* const body = answer + at + sizeof header;
            const std::size_t size = header.nlmsg_len - sizeof header;
            if (header.nlmsg_type == NLMSG_DONE) {
                return {};
            }
            if (header.nlmsg_type == NLMSG_ERROR && size >= sizeof(nlmsgerr)) {
                nlmsgerr failure;
                __builtin_memcpy(&failure, body, sizeof failure);
                return Error{static_cast<Errc>(-failure.error), operation};
            }
            if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY && size >= sizeof(inet_diag_msg)) {
                inet_diag_msg message;
                __builtin_memcpy(&message, body, sizeof message);
                each(message);
            }
            at += (header.nlmsg_len + 3) / 4 * 4; // NLMSG_ALIGN
        }
    }
}

} // namespace ferrule::sys
