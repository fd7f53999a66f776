// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Receiving with control messages (message/control.hpp):
///
///     auto message = receive_from<control::PacketInfo>(socket, buffer).value();
///     if (const auto* info = message.get_if<control::PacketInfo>()) { ... info->destination ... }
///
/// Descriptors that come are owned before anything is judged: those that were asked for are in the
/// message, all others are closed, also after an error. What else was not asked for is dropped.

#include <cstddef>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/handle.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../sys/call.hpp"
#include "../sys/control.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/transfer.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "control/rules.hpp"
#include "impl/target.hpp"
#include "received.hpp"

namespace ferrule {

/// `Control` can be received on sockets of these three tags.
template <class Control, class Family, class Type, class Protocol>
concept ReceivableOn = GoesWith<Control, Family, Type, Protocol> && CanBeReceived<Control>;

namespace detail {

inline Result<std::size_t> receive_at(int descriptor, msghdr* message, int flags) {
    return sys::receive_message(descriptor, *message, flags);
}

// What a receive of so many bytes at most makes of the kernel's answer: the end of a SeqPacket
// connection has neither data nor control messages, and what was cut is an error.
template <class Type>
[[nodiscard, FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
judged(std::size_t received, const msghdr& message, std::size_t size, bool has_control) {
    if constexpr (std::is_same_v<Type, SeqPacket>) {
        if (received == 0 && !has_control &&
            (message.msg_flags & (sys::msg_ctrunc | sys::msg_trunc)) == 0) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
    }
    if ((message.msg_flags & sys::msg_trunc) != 0) {
        return Error{Errc::message_truncated, Operation::receive, received > size ? received : 0};
    }
    return received;
}

// recvmsg(2) within the wait, and what came along.
template <class State, class Family, class Type, class Protocol, class... Controls>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_with(const Handle<State, Family, Type, Protocol>& socket, iovec piece, msghdr& message,
             Wait wait, ReceivedControls<Controls...>& controls) {
    sys::ControlBuffer<room_to_receive<Family, Controls...>> buffer;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = buffer.data();
    message.msg_controllen = sys::number_as<decltype(message.msg_controllen)>(buffer.room());
    const auto received =
        wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                     sys::Calls<receive_at>{}, socket.descriptor(), &message,
                     (KeepsBoundaries<Type> ? sys::msg_whole_size : 0) | flags_for(wait));
    if (!received) {
        return received;
    }
    const bool all_fit = controls.take_over(message.msg_control,
                                            sys::number_as<std::size_t>(message.msg_controllen));
    const bool was_cut = (message.msg_flags & sys::msg_ctrunc) != 0;
    constexpr bool has_rights = (requires { typename Controls::received_type; } || ...);
    const std::size_t in_buffer = *received < piece.iov_len ? *received : piece.iov_len;
    if (!all_fit || (was_cut && (has_rights || !controls.are_complete()))) {
        return Error{Errc::control_truncated, Operation::receive, in_buffer};
    }
    const auto outcome =
        judged<Type>(*received, message, piece.iov_len, message.msg_controllen != 0);
    if (outcome && !controls.are_complete()) {
        controls.explain(target_of(socket));
    }
    return outcome;
}

template <class Socket, class Buffer>
Result<void> check_receive(const Socket& socket, Buffer& buffer) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    if (size_of(buffer) == 0) {
        return Error{Errc::empty_buffer, Operation::receive};
    }
    return {};
}

template <class... Controls, class State, class Family, class Type, class Protocol, class Buffer>
[[FERRULE_ALWAYS_INLINE]] inline Result<ReceivedMessage<FilledPart<Buffer&>, Controls...>>
receive_on(const Handle<State, Family, Type, Protocol>& socket, Buffer& buffer, Wait wait) {
    using Outcome = ReceivedMessage<FilledPart<Buffer&>, Controls...>;
    if (auto may = check_receive(socket, buffer); !may) {
        return may.error();
    }
    Result<Outcome> outcome{Outcome{}};
    msghdr message{};
    const auto received = receive_with<State, Family, Type, Protocol, Controls...>(
        socket, {std::data(buffer), size_of(buffer)}, message, wait, *outcome);
    if (received) {
        outcome->data = filled_part<Buffer&>(buffer, *received);
    } else {
        outcome = received.error();
    }
    return outcome;
}

} // namespace detail

/// recvmsg(2): one message and its control messages, `receive<control::Credentials>(connection,
/// buffer)`. Errors as of Connection::receive; `control_truncated` if control messages were cut:
/// the first `error().transferred()` bytes of the buffer are then the message.
template <class... Controls, class Family, KeepsBoundaries Type, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Type, Protocol, Controls...>, Family, Type,
                         Protocol>
[[nodiscard]] Result<ReceivedMessage<FilledPart<Buffer>, Controls...>>
receive(const Connection<Family, Type, Protocol>& connection, Buffer&& buffer, Wait wait = {}) {
    return detail::receive_on<Controls...>(connection, buffer, wait);
}

/// recvmsg(2): what is there of a stream, at least one byte, and the control messages that came
/// with its first byte. Empty data is the end of the stream.
template <class... Controls, class Family, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Stream, Protocol, Controls...>, Family,
                         Stream, Protocol>
[[nodiscard]] Result<ReceivedMessage<FilledPart<Buffer>, Controls...>>
receive_some(const Connection<Family, Stream, Protocol>& connection, Buffer&& buffer,
             Wait wait = {}) {
    return detail::receive_on<Controls...>(connection, buffer, wait);
}

/// recvmsg(2): one message, who sent it, and its control messages.
template <class... Controls, class Family, class Type, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Type, Protocol, Controls...>, Family, Type,
                         Protocol>
[[nodiscard]] Result<ReceivedMessageFrom<FilledPart<Buffer>, Family, Controls...>>
receive_from(const Bound<Family, Type, Protocol>& socket, Buffer&& buffer, Wait wait = {}) {
    using Outcome = ReceivedMessageFrom<FilledPart<Buffer>, Family, Controls...>;
    if (auto may = detail::check_receive(socket, buffer); !may) {
        return may.error();
    }
    Result<Outcome> outcome{Outcome{}};
    msghdr message{};
    message.msg_name = outcome->peer.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    const auto received = detail::receive_with<state::Bound, Family, Type, Protocol, Controls...>(
        socket, {std::data(buffer), detail::size_of(buffer)}, message, wait, *outcome);
    if (received) {
        outcome->peer.native_resize(message.msg_namelen);
        outcome->data = detail::filled_part<Buffer>(buffer, *received);
    } else if (received.error() == Errc::message_truncated) {
        outcome->peer.native_resize(message.msg_namelen);
        outcome = at_endpoint(received.error(), outcome->peer);
    } else {
        outcome = received.error();
    }
    return outcome;
}

} // namespace ferrule
