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
#include "../sys/call.hpp"
#include "../sys/numbers.hpp"
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

/// What peek() tells of the next message: its true size in bytes, and who sent it.
template <class Family> struct NextMessage {
    std::size_t size = 0;
    Endpoint<Family> peer{};
};

/// The operations of a Connection whose Type keeps boundaries: to and from its one peer.
template <class Family, class Type, class Protocol>
class MessageTransfer : public Named<state::Connection, Family, Type, Protocol> {
public:
    using Named<state::Connection, Family, Type, Protocol>::Named;

    /// send(2): one message, whole or not at all. An empty message is a message, too. If a UDP peer
    /// refuses it, the next call says so (`connection_refused`).
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
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
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send(const BytesView (&bytes)[pieces], Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::send);
        }
        const detail::Gathered<pieces> gathered{bytes};
        return detail::without_size(
            detail::send_gathered(this->descriptor(), sys::pollout, gathered.message(), wait));
    }

    /// recv(2): one message; returns the part of the buffer that was filled. A message that is
    /// longer than the buffer is `message_truncated`: its beginning is in the buffer, the rest is
    /// lost, and `error().message_size()` is its true size, if the system tells it (not for ICMP
    /// datagrams). A buffer of no bytes is `empty_buffer`, and the message stays. On SeqPacket the
    /// end of the stream is `end_of_stream`. An empty message is `end_of_stream`, too, unless
    /// SO_PASSCRED is set: only then does the kernel tell the two apart (unix(7)).
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> receive(Buffer&& buffer,
                                                                            Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recv(2) with MSG_PEEK: like receive, but the message stays to be received again, whole.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> peek(Buffer&& buffer,
                                                                         Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recv(2) with MSG_PEEK: the true size of the next message, which stays. Where the system does
    /// not tell it (ICMP, SeqPacket, Any), the function is not there.
    [[nodiscard]] Result<std::size_t> peek(Wait wait = {}) const
        requires detail::size_tells_all<Family, Type, Protocol>
    {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::peek);
        }
        return detail::receive_message<Family, Type, Protocol>(this->descriptor(), nullptr, 0,
                                                               sys::msg_peek, wait);
    }

protected:
    ~MessageTransfer() = default;
    MessageTransfer(MessageTransfer&&) noexcept = default;
    MessageTransfer& operator=(MessageTransfer&&) noexcept = default;

private:
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer&>>
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
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_to(BytesView bytes, const Peer& peer, Wait wait = {}) const {
        if (auto fits = check_before_send(peer.endpoint()); !fits) [[unlikely]] {
            return fits;
        }
        const NativeForm<Family> form{peer.endpoint(), this->domain()};
        return outcome_of(wait_and_try(this->descriptor(), events(), wait, Operation::send,
                                       sys::Calls<sys::send_to>{}, this->descriptor(), bytes.data(),
                                       bytes.size(), detail::flags_for(wait), form.address(),
                                       form.size()));
    }

    /// sendmsg(2): the pieces as one message, `send_to({header, body}, peer)`.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_to(const BytesView (&bytes)[pieces], const Peer& peer, Wait wait = {}) const {
        if (auto fits = check_before_send(peer.endpoint()); !fits) [[unlikely]] {
            return fits;
        }
        const NativeForm<Family> form{peer.endpoint(), this->domain()};
        const detail::Gathered<pieces> gathered{bytes};
        return outcome_of(
            detail::send_gathered(this->descriptor(), events(), gathered.message(form), wait));
    }

    /// recvfrom(2): one message and who sent it. A message that is longer than the buffer is
    /// `message_truncated`: its beginning is in the buffer, the rest is lost, and
    /// `error().message_size()` is its true size, if the system tells it (not for ICMP datagrams).
    /// A buffer of no bytes is `empty_buffer`, and the message stays.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer>, Family>>
    receive_from(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recvfrom(2) with MSG_PEEK: like receive_from, but the message stays to be received again,
    /// whole.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer>, Family>>
    peek(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recvfrom(2) with MSG_PEEK: how large the next message is and who sent it; it stays. Where
    /// the system does not tell the size (ICMP, Any), the function is not there.
    [[nodiscard]] Result<NextMessage<Family>> peek(Wait wait = {}) const
        requires detail::size_tells_all<Family, Type, Protocol>
    {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::peek);
        }
        NextMessage<Family> next;
        socklen_t size = Endpoint<Family>::native_capacity;
        const auto received = detail::receive_message_from<Family, Type, Protocol>(
            this->descriptor(), nullptr, 0, sys::msg_peek, Operation::peek, wait,
            next.peer.native_buffer(), &size);
        if (!received) {
            return received.error();
        }
        next.peer.native_resize(size);
        next.size = *received;
        return next;
    }

protected:
    ~AddressedTransfer() = default;
    AddressedTransfer(AddressedTransfer&&) noexcept = default;
    AddressedTransfer& operator=(AddressedTransfer&&) noexcept = default;

private:
    // What to wait for before the next try: nothing that can be polled if the queue of a Unix peer
    // is full.
    [[nodiscard]] short events() const { return this->domain() == sys::af_unix ? 0 : sys::pollout; }

    [[FERRULE_ALWAYS_INLINE]] Result<void> check_before_send(const Endpoint<Family>& peer) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        if (auto fits = check_peer<Type, Protocol>(peer, Operation::send); !fits) [[unlikely]] {
            return fits;
        }
        return check_scope(this->descriptor(), peer, Operation::send);
    }

    [[FERRULE_ALWAYS_INLINE]] Result<void> outcome_of(const Result<std::size_t>& sent) const {
        if (sent) [[likely]] {
            return {};
        }
        return this->domain() == sys::af_inet
                   ? detail::without_broadcast(this->descriptor(), sent.error())
                   : sent.error();
    }

    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer&>, Family>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0 && operation != Operation::peek) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        return receive_within(buffer, flags, operation, wait);
    }

    // The kernel writes into what is returned: nothing is moved.
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer&>, Family>>
    receive_within(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        using Message = Received<FilledPart<Buffer&>, Family>;
        Result<Message> outcome{Message{}};
        Message& message = *outcome;
        socklen_t size = Endpoint<Family>::native_capacity;
        const auto received = detail::receive_message_from<Family, Type, Protocol>(
            this->descriptor(), std::data(buffer), detail::size_of(buffer), flags, operation, wait,
            message.peer.native_buffer(), &size);
        if (received) [[likely]] {
            message.peer.native_resize(size);
            message.data = detail::filled_part<Buffer&>(buffer, *received);
            if (*received > detail::size_of(buffer)) [[unlikely]] {
                outcome =
                    at_endpoint({Errc::message_truncated, operation, *received}, message.peer);
            }
        } else if (received.error() != Errc::message_truncated) {
            outcome = received.error().during(operation);
        } else {
            message.peer.native_resize(size);
            outcome = at_endpoint(received.error().during(operation), message.peer);
        }
        return outcome;
    }
};

} // namespace ferrule
