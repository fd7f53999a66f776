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
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/setting.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/handle.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../sys/call.hpp"
#include "../sys/control.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/transfer.hpp"
#include "../tag/family.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "control/process.hpp"
#include "control/rules.hpp"
#include "impl/target.hpp"

namespace ferrule {

namespace detail {

// A control message that was asked for, and why it did not come: `none` if it did.
template <class Control> struct Slot {
    ReceivedAs<Control> value{};
    Error missing{Errc::control_missing, Operation::receive};

    [[nodiscard]] bool came() const { return missing == Errc::none; }
    void note() { missing = {Errc::none, Operation::receive}; }
};

} // namespace detail

/// The control messages that came, of those that were asked for.
template <class... Controls> class ReceivedControls : detail::Slot<Controls>... {
public:
    /// Null if it did not come.
    template <Among<OneOf<Controls...>> Control>
    [[nodiscard]] const ReceivedAs<Control>* get_if() const& {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] ReceivedAs<Control>* get_if() & {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }

    /// Takes it out. Without it: `option_off`, which names the option that asks for it, or
    /// `control_missing`.
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] Result<ReceivedAs<Control>> take() {
        if (!slot<Control>().came()) {
            return slot<Control>().missing;
        }
        return std::move(slot<Control>().value);
    }

    /// Takes over what is in this buffer, as recvmsg(2) fills it: all descriptors in it are owned
    /// from here on. False if there were more descriptors than asked for.
    [[nodiscard, gnu::__always_inline__]] bool take_over(const void* data, std::size_t size) {
        bool all_fit = true;
        sys::ControlWalker walker{data, size};
        for (sys::ControlMessage message; walker.next(message);) {
            if (message.is(sys::sol_socket, sys::scm_rights)) {
                all_fit = take_rights(message) && all_fit;
            } else if (message.is(sys::sol_socket, sys::scm_pidfd) &&
                       sys::scm_pidfd != sys::absent) {
                take_process(message);
            } else {
                static_cast<void>((read_into<Controls>(message) || ...));
            }
        }
        return all_fit;
    }

    /// Finds out why what did not come did not.
    void explain(opt::Target target) { (explain_one<Controls>(target), ...); }

    /// Whether all came.
    [[nodiscard]] bool are_complete() const { return (slot<Controls>().came() && ...); }

private:
    template <class Control> detail::Slot<Control>& slot() { return *this; }
    template <class Control> const detail::Slot<Control>& slot() const { return *this; }

    template <class Control>
    static constexpr bool is_rights =
        requires(ReceivedAs<Control> owned) { owned.add(Descriptor{}); };

    bool take_rights(const sys::ControlMessage& message) {
        bool all_fit = true;
        int number = -1;
        for (std::size_t at = 0; message.read(number, at); at += sizeof number) {
            Descriptor descriptor{number};
            const bool fits = (add_to<Controls>(descriptor) || ...);
            all_fit = all_fit && (fits || !(is_rights<Controls> || ...));
        }
        return all_fit;
    }

    template <class Control> bool add_to(Descriptor& descriptor) {
        if constexpr (is_rights<Control>) {
            slot<Control>().note();
            return slot<Control>().value.add(std::move(descriptor));
        } else {
            return false;
        }
    }

    void take_process(const sys::ControlMessage& message) {
        int number = -1;
        if (message.read(number)) { // below 0 of a process that is gone
            Descriptor descriptor{number};
            static_cast<void>((own_as<Controls>(descriptor) || ...));
        }
    }

    template <class Control> bool own_as(Descriptor& descriptor) {
        if constexpr (std::is_same_v<Control, control::ProcessDescriptor>) {
            slot<Control>().note();
            slot<Control>().value.own(std::move(descriptor));
            return true;
        } else {
            return false;
        }
    }

    template <class Control> bool read_into(const sys::ControlMessage& message) {
        if constexpr (requires(ReceivedAs<Control> value) { value.read(message); }) {
            if (!slot<Control>().value.read(message)) {
                return false;
            }
            slot<Control>().note();
            return true;
        } else {
            return false;
        }
    }

    template <class Control> void explain_one(opt::Target target) {
        if (!slot<Control>().came()) {
            slot<Control>().missing = detail::why_missing<Control>(target);
        }
    }
};

/// What receive<Controls...> and receive_some<Controls...> give.
template <class Data, class... Controls> struct ReceivedMessage : ReceivedControls<Controls...> {
    Data data; ///< The part of the buffer that was filled.
};

/// What receive_from<Controls...> gives.
template <class Data, class Family, class... Controls>
struct ReceivedMessageFrom : ReceivedControls<Controls...> {
    Data data;             ///< The part of the buffer that was filled.
    Endpoint<Family> peer; ///< Who sent it; unnamed for a Unix socket that was not bound.
};

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
[[nodiscard, gnu::__always_inline__]] inline Result<std::size_t>
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

// Room for what is asked for, and for what else may come without being asked for; then no stranger
// to the call can cut what is.
template <class Family, class... Controls>
inline constexpr std::size_t room_to_receive =
    (Controls::room + ... + (std::is_same_v<Family, Unix> ? 128 : 512));

// recvmsg(2) within the wait, and what came along.
template <class State, class Family, class Type, class Protocol, class... Controls>
[[gnu::__always_inline__]] inline Result<std::size_t>
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
[[gnu::__always_inline__]] inline Result<ReceivedMessage<FilledPart<Buffer&>, Controls...>>
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
