// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sending and receiving one message, as the states do it.

#include <cstddef>
#include <type_traits>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../sys/call.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/option.hpp"
#include "../../sys/platform.hpp"
#include "../../sys/transfer.hpp"
#include "../../tag/family.hpp"
#include "../../tag/protocol.hpp"
#include "../../tag/type.hpp"
#include "../../wait/wait.hpp"
#include "transfer.hpp"

namespace ferrule {

namespace detail {

// Whether recv(2) can tell the true size of a message (MSG_TRUNC), and a 0 of it is an empty
// message. Not so with ICMP datagrams, of which the kernel only says that they were truncated, nor
// with Any, which may be one of them. Not with SeqPacket, where 0 is also the end.
template <class Family, class Type, class Protocol>
inline constexpr bool size_tells_all =
    sys::msg_whole_size != 0 && !std::is_same_v<Type, SeqPacket> &&
    !(std::is_same_v<Type, Datagram> &&
      (std::is_same_v<Protocol, Icmp> || std::is_same_v<Protocol, Icmpv6> ||
       std::is_same_v<Family, Any>));

// recvmsg(2) of one message and its sender. On SeqPacket a result of 0 is the end of the stream if
// nothing was cut. With SO_PASSCRED every message carries credentials, which are not asked for
// here: the kernel then reports MSG_CTRUNC for every message, and not for the end.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_whole(int descriptor, void* data,
                                                                   std::size_t size, int flags,
                                                                   bool ends, sockaddr* address,
                                                                   socklen_t* address_size) {
    iovec vector{data, size};
    msghdr message{};
    message.msg_name = address;
    message.msg_namelen = address_size == nullptr ? 0 : *address_size;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    const auto received = sys::receive_message(descriptor, message, flags);
    if (received && *received == 0 && ends &&
        (message.msg_flags & (sys::msg_ctrunc | sys::msg_trunc)) == 0) {
        return Error{Errc::end_of_stream, Operation::receive};
    }
    if (address_size != nullptr) {
        *address_size = message.msg_namelen;
    }
    if (received && (message.msg_flags & sys::msg_trunc) != 0) {
        return Error{Errc::message_truncated, Operation::receive, *received > size ? *received : 0};
    }
    return received;
}

template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_message(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    const int all_flags = flags | sys::msg_whole_size | flags_for(wait);
    if constexpr (size_tells_all<Family, Type, Protocol>) {
        return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                            sys::Calls<sys::receive>{}, descriptor, data, size, all_flags);
    } else {
        return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                            sys::Calls<receive_whole>{}, descriptor, data, size, all_flags,
                            std::is_same_v<Type, SeqPacket>, nullptr, nullptr);
    }
}

// The same, and who sent it.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_message_from(int descriptor, void* data, std::size_t size, int flags, Operation operation,
                     Wait wait, sockaddr* address, socklen_t* address_size) {
    const int all_flags = flags | sys::msg_whole_size | flags_for(wait);
    if constexpr (size_tells_all<Family, Type, Protocol>) {
        return wait_and_try(descriptor, sys::pollin, wait, operation,
                            sys::Calls<sys::receive_from>{}, descriptor, data, size, all_flags,
                            address, address_size);
    } else {
        return wait_and_try(descriptor, sys::pollin, wait, operation, sys::Calls<receive_whole>{},
                            descriptor, data, size, all_flags, false, address, address_size);
    }
}

// udp(7), EACCES: to a broadcast address without the option for it.
[[gnu::__cold__, gnu::__noinline__]] inline Error without_broadcast(int descriptor, Error error) {
    if (error.code() == Errc::permission_denied) {
        const auto may = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_broadcast);
        if (may && *may == 0) {
            return Error::of_option(Errc::permission_denied, Operation::send,
                                    "without SO_BROADCAST");
        }
    }
    return error;
}

// A message goes out whole or not at all, so its size is not returned.
inline Result<void> without_size(const Result<std::size_t>& sent) {
    return sent ? Result<void>{} : Result<void>{sent.error()};
}

} // namespace detail

} // namespace ferrule
