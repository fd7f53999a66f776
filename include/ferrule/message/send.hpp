// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sending with control messages (message/control.hpp): `send(connection, bytes, Rights{file})`.
/// A Wait stands before them, as before options: `send(connection, bytes, within(2s),
/// Rights{file})`.

#include <cstddef>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/setting.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/handle.hpp"
#include "../socket/impl/message.hpp"
#include "../socket/impl/native_form.hpp"
#include "../socket/impl/pack.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../socket/stream_transfer.hpp"
#include "../sys/call.hpp"
#include "../sys/control.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "control/packet.hpp"
#include "control/rules.hpp"
#include "impl/target.hpp"

namespace ferrule {

namespace detail {

template <class Family, class Type, class Protocol, class... Given> struct RefusedToSend {
    using type = FirstRefusedToSend<Family, Type, Protocol, Given...>;
};
template <class Family, class Type, class Protocol, class First, class... Rest>
    requires Waits<const First&>
struct RefusedToSend<Family, Type, Protocol, First, Rest...> {
    using type = FirstRefusedToSend<Family, Type, Protocol, Rest...>;
};

// Of a Wait there is no control message, and of a flag neither.
template <class Given> inline constexpr std::size_t room_to_send = 0;
template <class Given>
    requires requires { Given::room; }
inline constexpr std::size_t room_to_send<Given> = Given::room;

template <class Given> inline constexpr int flag_to_send = 0;
template <class Given>
    requires requires { Given::flag; }
inline constexpr int flag_to_send<Given> = Given::flag;

// The control messages of one send, as the kernel takes them.
template <class... Given> class ControlsToSend {
public:
    Result<void> write(opt::Target target, const Given&... given) {
        auto done = Result<void>{};
        [[maybe_unused]] auto write_one = [&](const auto& control) {
            if constexpr (room_to_send<std::remove_cvref_t<decltype(control)>> != 0) {
                done = control.write(buffer_, target);
            }
            return done.has_value();
        };
        static_cast<void>((write_one(given) && ...));
        return done;
    }

    void go_with(msghdr& message) {
        if (buffer_.size() != 0) {
            message.msg_control = buffer_.data();
            message.msg_controllen =
                sys::number_as<decltype(message.msg_controllen)>(buffer_.size());
        }
    }

private:
    sys::ControlBuffer<(room_to_send<Given> + ... + 0)> buffer_;
};

// sendmsg(2) within the wait that is given, with what goes along.
template <class State, class Family, class Type, class Protocol, class... Given>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_with(const Handle<State, Family, Type, Protocol>& socket, short events, msghdr message,
          const Given&... given) {
    const Wait wait = steps::wait_of(given...);
    ControlsToSend<Given...> controls;
    if (auto written = controls.write(target_of(socket), given...); !written) {
        return written.error();
    }
    controls.go_with(message);
    constexpr int flags = (flag_to_send<Given> | ... | 0);
    return wait_and_try(socket.descriptor(), events, wait, Operation::send, sys::Calls<send_at>{},
                        socket.descriptor(), static_cast<const msghdr*>(&message),
                        flags | flags_for(wait));
}

inline Error send_not_open() { return {Errc::not_open, Operation::send}; }

} // namespace detail

/// Of what is given after the data, the first that can't be sent with sockets of these three tags.
template <class Family, class Type, class Protocol, class... Given>
using FirstRefusedAfterData =
    typename detail::RefusedToSend<Family, Type, Protocol, Given...>::type;

/// `Control` can be sent on sockets of these three tags.
template <class Control, class Family, class Type, class Protocol>
concept SendableOn = GoesWith<Control, Family, Type, Protocol> && CanBeSent<Control>;

/// sendmsg(2): one message, whole or not at all, and what goes with it.
template <class Family, KeepsBoundaries Type, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send(const Connection<Family, Type, Protocol>& connection, BytesView bytes,
     const Given&... wait_and_controls) {
    const BytesView pieces[] = {bytes};
    return send(connection, pieces, wait_and_controls...);
}

/// The pieces as one message: `send(connection, {header, body}, Rights{file})`.
template <class Family, KeepsBoundaries Type, class Protocol, std::size_t count, class... Given>
    requires FitsOneCall<count> &&
             SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send(const Connection<Family, Type, Protocol>& connection, const BytesView (&pieces)[count],
     const Given&... wait_and_controls) {
    if (!connection.is_open()) {
        return detail::send_not_open();
    }
    const detail::Gathered<count> gathered{pieces};
    return detail::without_size(
        detail::send_with(connection, sys::pollout, gathered.message(), wait_and_controls...));
}

/// sendmsg(2): as much as there is room for, at least one byte; returns how many. What goes with it
/// goes with the first byte. No bytes are `empty_buffer`: a stream takes nothing along with them.
template <class Family, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Stream, Protocol, Given...>, Family, Stream,
                        Protocol>
[[nodiscard]] Result<std::size_t> send_some(const Connection<Family, Stream, Protocol>& connection,
                                            BytesView bytes, const Given&... wait_and_controls) {
    if (!connection.is_open()) {
        return detail::send_not_open();
    }
    if (bytes.empty()) {
        return Error{Errc::empty_buffer, Operation::send};
    }
    const BytesView pieces[] = {bytes};
    const detail::Gathered<1> gathered{pieces};
    return detail::send_with(connection, sys::pollout, gathered.message(), wait_and_controls...);
}

/// The same, repeated: all of it. After an error, `error().transferred()` bytes have gone out; if
/// that is more than none, what goes with them has gone, too.
template <class Family, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Stream, Protocol, Given...>, Family, Stream,
                        Protocol>
[[nodiscard("the bytes may not have been sent")]] Result<void>
send_all(const Connection<Family, Stream, Protocol>& connection, BytesView bytes,
         const Given&... wait_and_controls) {
    const auto sent = send_some(connection, bytes, wait_and_controls...);
    if (!sent || *sent == bytes.size()) {
        return sent ? Result<void>{} : Result<void>{sent.error()};
    }
    const Wait wait = steps::wait_of(wait_and_controls...);
    return detail::send_rest(connection.descriptor(), bytes.data(), bytes.size(), sent, wait);
}

/// sendmsg(2): one message to `peer`, whole or not at all, and what goes with it.
template <class Family, class Type, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_to(const Bound<Family, Type, Protocol>& socket, BytesView bytes,
        const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
        const Given&... wait_and_controls) {
    const BytesView pieces[] = {bytes};
    return send_to(socket, pieces, peer, wait_and_controls...);
}

/// The pieces as one message.
template <class Family, class Type, class Protocol, std::size_t count, class... Given>
    requires FitsOneCall<count> &&
             SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_to(const Bound<Family, Type, Protocol>& socket, const BytesView (&pieces)[count],
        const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
        const Given&... wait_and_controls) {
    if (!socket.is_open()) {
        return detail::send_not_open();
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::send); !fits) {
        return fits;
    }
    if constexpr (!among<control::PacketInfo, OneOf<Given...>>) { // it has the interface
        if (auto fits = check_scope(socket.descriptor(), endpoint, Operation::send); !fits) {
            return fits;
        }
    }
    const NativeForm<Family> form{endpoint, socket.domain()};
    const detail::Gathered<count> gathered{pieces};
    const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
    const auto sent =
        detail::send_with(socket, events, gathered.message(form), wait_and_controls...);
    if (!sent && socket.domain() == sys::af_inet) {
        return detail::without_broadcast(socket.descriptor(), sent.error());
    }
    return detail::without_size(sent);
}

} // namespace ferrule
