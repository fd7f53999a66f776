// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The error queue of a socket (ip(7), IP_RECVERR; Documentation/networking/timestamping.rst of
/// Linux): what went wrong with each packet and who said so, when each was sent, and which buffers
/// of zero-copy sends are free again. Only Linux has it.

#include <cstddef>
#include <cstdint>
#include <span>

#include "../address/ip.hpp"
#include "../core/bytes.hpp"
#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../endpoint/ip.hpp"
#include "../opt/ip.hpp"
#include "../opt/rules.hpp"
#include "../socket/handle.hpp"
#include "../sys/call.hpp"
#include "../sys/control.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "../wait/wait.hpp"
#include "control/time.hpp"
#include "receive.hpp"

namespace ferrule {

/// Who put an entry into the error queue (SO_EE_ORIGIN_...).
enum class ErrorOrigin : std::uint8_t {
    none = 0,
    local = 1,         ///< This host: the packet never left.
    icmp = 2,          ///< A router or the peer, over IPv4 (RFC 792).
    icmpv6 = 3,        ///< Over IPv6 (RFC 4443).
    timestamp = 4,     ///< Nothing went wrong: the time of a send (opt::Timestamping).
    zero_copy = 5,     ///< Nothing went wrong: buffers of zero-copy sends are free again.
    transmit_time = 6, ///< A packet was dropped that had a TransmitTime.
};

/// The moment of which a timestamp tells (SCM_TSTAMP_...).
enum class SendMoment : std::uint32_t { sent = 0, scheduled = 1, acknowledged = 2 };

/// What the kernel writes (struct sock_extended_err of linux/errqueue.h); behind it lies the
/// endpoint of who said so.
struct NativeQueuedError {
    std::uint32_t cause;
    ErrorOrigin origin;
    std::uint8_t type;
    std::uint8_t code;
    std::uint8_t padding;
    std::uint32_t info;
    std::uint32_t data;
};

/// One entry. What an origin does not have is 0.
template <class Family> struct QueuedError {
    Endpoint<Family> destination; ///< Where the packet was to go.
    Errc cause = Errc::none;      ///< As a send would return it: connection_refused, message_size.
    ErrorOrigin origin = ErrorOrigin::none;
    std::uint8_t icmp_type = 0;
    std::uint8_t icmp_code = 0;
    Address<Ip> said_by{};  ///< Who sent the ICMP message: a router, or the peer itself.
    std::uint32_t info = 0; ///< Of `message_size`: the MTU of the path, in bytes.
    SendMoment moment = SendMoment::sent; ///< Of a timestamp.
    Nanoseconds since_1970{0};            ///< Of a timestamp, by this host's clock.
    std::uint32_t first_id = 0; ///< Of zero-copy: the first send that is done; they count from 0.
    std::uint32_t last_id = 0;  ///< And the last.
    bool was_copied = false;    ///< Of zero-copy: the kernel has copied after all.
    std::size_t size = 0;       ///< How many bytes of the packet are in the buffer that was given.
};

namespace detail {

template <class Family>
void read_entry(const sys::ControlMessage& message, QueuedError<Family>& to) {
    NativeQueuedError native;
    if (message.is(sys::sol_socket, sys::scm_timestamping)) {
        static_cast<void>(control::detail::read_time(message, to.since_1970)); // the software's
        return;
    }
    if ((!message.is(sys::ipproto_ip, sys::ip_recverr) &&
         !message.is(sys::ipproto_ipv6, sys::ipv6_recverr)) ||
        !message.read(native)) {
        return;
    }
    to.cause = static_cast<Errc>(native.cause);
    to.origin = native.origin;
    if (to.origin == ErrorOrigin::timestamp) {
        to.cause = Errc::none; // ENOMSG stands there
        to.moment = static_cast<SendMoment>(native.info);
    } else if (to.origin == ErrorOrigin::zero_copy) {
        to.first_id = native.info;
        to.last_id = native.data;
        to.was_copied = native.code != 0;
    } else {
        to.icmp_type = native.type;
        to.icmp_code = native.code;
        to.info = native.info;
    }
    Endpoint<Ip> said_by;
    const std::size_t behind = message.size - sizeof native;
    const std::size_t size = behind < std::size_t{Endpoint<Ip>::native_capacity}
                                 ? behind
                                 : Endpoint<Ip>::native_capacity;
    __builtin_memcpy(said_by.native_buffer(), message.data + sizeof native, size);
    said_by.native_resize(sys::number_as<socklen_t>(size)); // [::] if there is none (AF_UNSPEC)
    to.said_by = said_by.address();
}

} // namespace detail

/// recvmsg(2) with MSG_ERRQUEUE: takes the oldest entry out of the error queue, with the beginning
/// of the packet that it is about (of ICMP: its data; of a timestamp: the whole packet, headers
/// included) as far as the buffer goes. Without one it waits. Entries come while opt::ErrorQueue,
/// opt::Timestamping or opt::ZeroCopy is on. What was taken is no longer seen by a wait; an entry
/// that nobody takes makes poll(2) report an error at once, again and again.
template <class State, class Family, class Type, class Protocol, ByteBuffer Buffer>
    requires Among<Family, opt::EitherIp> && OnThisSystem<opt::ErrorQueue>
[[nodiscard]] Result<QueuedError<Family>>
read_error(const Handle<State, Family, Type, Protocol>& socket, Buffer&& packet, Wait wait = {}) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    Result<QueuedError<Family>> outcome{QueuedError<Family>{}};
    auto& entry = *outcome;
    sys::ControlBuffer<512> buffer;
    iovec piece{std::data(packet), detail::size_of(packet)};
    msghdr message{};
    message.msg_name = entry.destination.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = buffer.data();
    message.msg_controllen = sys::number_as<decltype(message.msg_controllen)>(buffer.room());
    const auto received = wait_and_try(socket.descriptor(), sys::pollpri, wait, Operation::receive,
                                       sys::Calls<detail::receive_at>{}, socket.descriptor(),
                                       &message, sys::msg_errqueue | sys::msg_dontwait);
    if (!received) {
        return received.error();
    }
    entry.destination.native_resize(message.msg_namelen);
    entry.size = *received;
    sys::ControlWalker walker{buffer.data(), sys::number_as<std::size_t>(message.msg_controllen)};
    for (sys::ControlMessage at; walker.next(at);) {
        detail::read_entry(at, entry);
    }
    return outcome;
}

/// The same without the packet.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, opt::EitherIp> && OnThisSystem<opt::ErrorQueue>
[[nodiscard]] Result<QueuedError<Family>>
read_error(const Handle<State, Family, Type, Protocol>& socket, Wait wait = {}) {
    std::span<char> nothing;
    return read_error(socket, nothing, wait);
}

} // namespace ferrule
