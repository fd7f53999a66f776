// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// netlink(7): asking the kernel for a table.

#include <cstddef>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "descriptor.hpp"
#include "socket.hpp"
#include "transfer.hpp"

namespace ferrule::sys {

/// What is asked: a netlink header, and what the protocol wants after it.
template <class Question> struct TableRequest {
    nlmsghdr header{};
    Question question{};
};

/// Asks for the table of `type` (NLM_F_DUMP) and calls `each(type, body, size)` for every message
/// of the answer. The kernel answers in several parts, so that what changes meanwhile may be
/// missing or there twice.
template <class Question, class Each>
Result<void> for_each_of_table(int protocol, int type, const Question& question,
                               Operation operation, Each each) {
    auto opened = open(AF_NETLINK, SOCK_RAW, protocol, Blocking::yes);
    if (!opened) {
        return opened.error();
    }
    TableRequest<Question> request;
    request.question = question;
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = static_cast<decltype(request.header.nlmsg_type)>(type);
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (auto sent = sys::send(opened->number(), &request, sizeof request, 0); !sent) {
        return sent.error().during(operation);
    }

    alignas(nlmsghdr) char answer[16384];
    for (;;) {
        const auto received = sys::receive(opened->number(), answer, sizeof answer, MSG_TRUNC);
        if (!received) {
            return received.error().during(operation);
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
            if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
                // Both begin with 0 or a negative errno(3): a table may fail at its end, too.
                int failure = 0;
                if (size >= sizeof failure) {
                    __builtin_memcpy(&failure, body, sizeof failure);
                }
                return failure == 0 ? Result<void>{}
                                    : Error{static_cast<Errc>(-failure), operation};
            }
            each(int{header.nlmsg_type}, body, size);
            at += (std::size_t{header.nlmsg_len} + 3) / 4 * 4; // NLMSG_ALIGN
        }
    }
}

} // namespace ferrule::sys
