// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sending and receiving whole messages: one send is one receive. A message that does not fit the
/// buffer is an error that tells its size.

#include <cstddef>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../sys/platform.hpp"
#include "../sys/transfer.hpp"
#include "../tag/state.hpp"
#include "../wait/wait.hpp"
#include "impl/message.hpp"
#include "impl/native_form.hpp"
#include "impl/transfer.hpp"
#include "named.hpp"
#include "peer.hpp"

namespace ferrule {

/// What receive_from and the peek of a Bound socket give back.
template <class Data, class Family> struct Received {
    Data data;             ///< The part of the buffer that was filled; empty for an empty message.
    Endpoint<Family> peer; ///< Who sent it; unnamed for a Unix socket that was not bound.
};

/// The operations of a Connection whose Type keeps boundaries: to and from its one peer.
template <class Family, class Type, class Protocol>
class MessageTransfer : public Named<state::Connection, Family, Type, Protocol> {
public:
    using Named<state::Connection, Family, Type, Protocol>::Named;

    /// send(2): one message, whole or not at all. An empty message is a message, too. If a UDP peer
    /// refuses it, the next call says so (`connection_refused`).
    [[nodiscard("the message may not have been sent"), gnu::__always_inline__]] Result<void>
    send(BytesView bytes, Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        return detail::without_size(
            detail::send(this->descriptor(), bytes.data(), bytes.size(), wait));
    }

    /// sendmsg(2): the pieces as one message, `send({header, body})`.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the message may not have been sent")]] Result<void>
    send(const BytesView (&bytes)[pieces], Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::send);
        }
        iovec vector[pieces];
        return detail::without_size(
            wait_and_try(this->descriptor(), sys::pollout, wait, Operation::send, [&] {
                return detail::send_gathered(this->descriptor(), nullptr, 0, bytes, vector, pieces,
                                             wait.is_for_ever() ? 0 : sys::msg_dontwait);
            }));
    }

    /// recv(2): one message; returns the part of the buffer that was filled. A message that is
    /// longer than the buffer is `message_truncated`: its beginning is in the buffer, the rest is
    /// lost, and `error().message_size()` is its true size, if the system tells it (not for ICMP
    /// datagrams). A buffer of no bytes is `empty_buffer`, and the message stays. On SeqPacket the
    /// end of the stream is `end_of_stream`. An empty message is `end_of_stream`, too, unless
    /// SO_PASSCRED is set: only then does the kernel tell the two apart (unix(7)).
    template <ByteBuffer Buffer>
    [[nodiscard, gnu::__always_inline__]] Result<FilledPart<Buffer>> receive(Buffer&& buffer,
                                                                             Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recv(2) with MSG_PEEK: like receive, but the message stays to be received again, whole.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> peek(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

protected:
    ~MessageTransfer() = default;
    MessageTransfer(MessageTransfer&&) noexcept = default;
    MessageTransfer& operator=(MessageTransfer&&) noexcept = default;

private:
    template <class Buffer>
    [[gnu::__always_inline__]] Result<FilledPart<Buffer&>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0 && operation != Operation::peek) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        const auto received = detail::receive_message<Family, Type, Protocol>(
            this->descriptor(), std::data(buffer), detail::size_of(buffer), flags, wait);
        if (!received) [[unlikely]] {
            return received.error().during(operation);
        }
        if (*received > detail::size_of(buffer)) [[unlikely]] {
            return Error{Errc::message_truncated, operation, *received};
        }
        return detail::filled_part<Buffer&>(buffer, *received);
    }
};

/// The operations of a Bound socket whose Type has no connections: to and from anybody.
template <class Family, class Type, class Protocol>
class AddressedTransfer : public Named<state::Bound, Family, Type, Protocol> {
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Named<state::Bound, Family, Type, Protocol>::Named;

    /// sendto(2): one message to `peer`, whole or not at all.
    [[nodiscard("the message may not have been sent")]] Result<void>
    send_to(BytesView bytes, const Peer& peer, Wait wait = {}) const {
        return send_once(peer.endpoint(), wait,
                         [&](const sockaddr* address, socklen_t size, int flags) {
                             return sys::send_to(this->descriptor(), bytes.data(), bytes.size(),
                                                 flags, address, size);
                         });
    }

    /// sendmsg(2): the pieces as one message, `send_to({header, body}, peer)`.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the message may not have been sent")]] Result<void>
    send_to(const BytesView (&bytes)[pieces], const Peer& peer, Wait wait = {}) const {
        iovec vector[pieces];
        return send_once(peer.endpoint(), wait,
                         [&](const sockaddr* address, socklen_t size, int flags) {
                             return detail::send_gathered(this->descriptor(), address, size, bytes,
                                                          vector, pieces, flags);
                         });
    }

    /// recvfrom(2): one message and who sent it. A message that is longer than the buffer is
    /// `message_truncated`: its beginning is in the buffer, the rest is lost, and
    /// `error().message_size()` is its true size, if the system tells it (not for ICMP datagrams).
    /// A buffer of no bytes is `empty_buffer`, and the message stays.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<Received<FilledPart<Buffer>, Family>> receive_from(Buffer&& buffer,
                                                                            Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recvfrom(2) with MSG_PEEK: like receive_from, but the message stays to be received again,
    /// whole.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<Received<FilledPart<Buffer>, Family>> peek(Buffer&& buffer,
                                                                    Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

protected:
    ~AddressedTransfer() = default;
    AddressedTransfer(AddressedTransfer&&) noexcept = default;
    AddressedTransfer& operator=(AddressedTransfer&&) noexcept = default;

private:
    template <class Send>
    Result<void> send_once(const Endpoint<Family>& peer, Wait wait, Send send) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        if (auto fits = check_peer<Type, Protocol>(this->descriptor(), peer, Operation::send);
            !fits) [[unlikely]] {
            return fits;
        }
        const NativeForm<Family> form{peer, this->domain()};
        if (wait.is_for_ever()) {
            const auto sent = send(form.address(), form.size(), 0);
            if (sent || sent.error().code() != Errc::would_block) [[likely]] {
                return outcome_of(sent);
            }
        }
        auto attempt = [&] { return send(form.address(), form.size(), sys::msg_dontwait); };
        return outcome_of(
            this->domain() == sys::af_unix
                ? pause_and_try(wait, Operation::send, attempt)
                : wait_and_try(this->descriptor(), sys::pollout, wait, Operation::send, attempt));
    }

    // udp(7), EACCES: to a broadcast address without the option for it.
    Result<void> outcome_of(const Result<std::size_t>& sent) const {
        if (!sent && sent.error() == Errc::permission_denied && this->domain() == sys::af_inet) {
            const auto may =
                sys::get_option<int>(this->descriptor(), sys::sol_socket, sys::so_broadcast);
            if (may && *may == 0) {
                return Error::of_option(Errc::permission_denied, Operation::send,
                                        "without SO_BROADCAST");
            }
        }
        return detail::without_size(sent);
    }

    template <class Buffer>
    Result<Received<FilledPart<Buffer&>, Family>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0 && operation != Operation::peek) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        Received<FilledPart<Buffer&>, Family> message{};
        socklen_t size = Endpoint<Family>::native_capacity;
        auto once = [&](int more_flags) {
            const int all_flags = flags | sys::msg_whole_size | more_flags;
            if constexpr (detail::size_tells_all<Family, Type, Protocol>) {
                return sys::receive_from(this->descriptor(), std::data(buffer),
                                         detail::size_of(buffer), all_flags,
                                         message.peer.native_buffer(), &size);
            } else {
                return detail::receive_whole(this->descriptor(), std::data(buffer),
                                             detail::size_of(buffer), all_flags, false,
                                             message.peer.native_buffer(), &size);
            }
        };
        auto received =
            wait.is_for_ever() ? once(0) : Result<std::size_t>{Error{Errc::would_block, operation}};
        if (!received && received.error().code() == Errc::would_block) {
            size = Endpoint<Family>::native_capacity;
            received = wait_and_try(this->descriptor(), sys::pollin, wait, operation,
                                    [&] { return once(sys::msg_dontwait); });
        }
        if (!received) [[unlikely]] {
            const auto cause = received.error();
            if (cause != Errc::message_truncated) {
                return cause.during(operation);
            }
            message.peer.native_resize(size);
            return at_endpoint(cause.during(operation), message.peer);
        }
        message.peer.native_resize(size);
        if (*received > detail::size_of(buffer)) [[unlikely]] {
            return at_endpoint({Errc::message_truncated, operation, *received}, message.peer);
        }
        message.data = detail::filled_part<Buffer&>(buffer, *received);
        return message;
    }
};

} // namespace ferrule
