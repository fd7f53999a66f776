// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many datagrams in one call (sendmmsg(2), recvmmsg(2)): a system call for up to 1024 of them.
/// POSIX has no such call: on systems other than Linux it is a call for each.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../sys/batch.hpp"
#include "../sys/call.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "control/rules.hpp"
#include "impl/batch_store.hpp"
#include "impl/target.hpp"

namespace ferrule {

/// What a Batch is for: datagrams with ports, or between Unix sockets.
template <class Protocol>
concept DatagramProtocol = Among<Protocol, OneOf<Udp, UdpLite, Unspecified>>;

/// Control messages that mean something with datagrams of this protocol.
template <class Protocol, class Family, class... Controls>
concept CarriesControls = (GoesWith<Controls, Family, Datagram, Protocol> && ...);

/// Up to `capacity` datagrams, prepared once and used again and again, without allocation:
/// receive() fills it, add() puts datagrams in, send() sends all that are in it. What was received
/// can be sent back as it is.
///
///     char room[64 * 1500];
///     Batch<Ipv4, 64> batch{room};                  // each gets 1500 bytes of the room
///     batch.receive(socket, wait).value();
///     for (const auto& message : batch) { ... message.data(), message.peer() ... }
///
/// `Controls` are the control messages that come with each datagram, or that attach() adds. Borrows
/// the room, and what is added until it was sent. For one thread.
template <class Family, std::size_t capacity, class... Controls>
    requires(capacity >= 1 && capacity <= sys::most_of_a_batch) &&
            (sizeof...(Controls) == 0 || among<Family, opt::EitherIp>)
class Batch {
    using Store = detail::BatchStore<Family, capacity, Controls...>;

public:
    using Message = typename Store::Message;

    /// To send only: for add().
    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// To receive into this room, divided evenly.
    template <ByteBuffer Buffer> explicit Batch(Buffer&& room [[clang::lifetimebound]]) {
        store_.set_room(reinterpret_cast<char*>(std::data(room)), detail::size_of(room));
    }

    /// How many datagrams are in it.
    [[nodiscard]] std::size_t size() const { return store_.size(); }
    [[nodiscard]] bool empty() const { return store_.size() == 0; }
    /// How many of them the last send() has sent. After an error it is less than size(): the error
    /// is that of the next one, and send() goes on with it.
    [[nodiscard]] std::size_t sent() const { return sent_; }
    /// Takes all datagrams out.
    void clear() {
        store_.clear();
        sent_ = 0;
    }
    /// Leaves out the next one that send() would send.
    void skip() { sent_ += sent_ < size() ? 1U : 0U; }

    /// One more to send to this peer, which is `not_a_peer` as of send_to. `no_buffer_space` if
    /// there are `capacity` already.
    [[nodiscard]] Result<void> add(BytesView bytes, const Endpoint<Family>& peer) {
        if (size() == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        using Protocol = DefaultProtocol<Family, Datagram>;
        if (auto fits = check_peer<Datagram, Protocol>(peer, Operation::send); !fits) {
            return fits;
        }
        store_.add(bytes, &peer);
        return {};
    }
    /// One more to the peer of the connection.
    [[nodiscard]] Result<void> add(BytesView bytes) {
        if (size() == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        store_.add(bytes, nullptr);
        return {};
    }
    /// This control message goes with datagram `at`, which is below size(), when it is sent; also
    /// with one that was received and is sent back: with the PacketInfo that came along, the answer
    /// comes from the address that was asked. In place of an earlier one of its kind.
    template <Among<OneOf<Controls...>> Control>
        requires CanBeSent<Control>
    void attach(std::size_t at, const Control& control) {
        store_.attach(at, control);
    }

    /// sendmmsg(2), as often as it takes: sends all that are in it, in order; what was received
    /// goes back to who sent it (`not_a_peer` if that was a Unix socket without a name), over a
    /// connection to its peer. After an error sent() of them have gone, and send() goes on with the
    /// rest. After success all stay in it, to be sent again.
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<void> send(const Bound<Family, Datagram, Protocol>& socket,
                                    Wait wait = {}) {
        return send_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<void> send(const Connection<Family, Datagram, Protocol>& connection,
                                    Wait wait = {}) {
        return send_on(connection, wait);
    }

    /// recvmmsg(2): waits for one datagram and takes what else is there, up to `capacity`, in place
    /// of what was in it; returns how many. One that is longer than its part of the room is no
    /// error: the message says so.
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<std::size_t> receive(const Bound<Family, Datagram, Protocol>& socket,
                                              Wait wait = {}) {
        return receive_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<std::size_t>
    receive(const Connection<Family, Datagram, Protocol>& connection, Wait wait = {}) {
        return receive_on(connection, wait);
    }

    /// `at` is below size().
    [[nodiscard]] Message operator[](std::size_t at) const { return store_.message(at); }

    /// Over the messages.
    class iterator {
    public:
        using value_type = Message;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const Batch* batch, std::size_t at) : batch_{batch}, at_{at} {}
        Message operator*() const { return (*batch_)[at_]; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return iterator{batch_, at_++}; }
        friend bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_; // of the same batch
        }

    private:
        const Batch* batch_ = nullptr;
        std::size_t at_ = 0;
    };
    [[nodiscard]] iterator begin() const { return {this, 0}; }
    [[nodiscard]] iterator end() const { return {this, size()}; }

private:
    template <class Socket> Result<void> send_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::send};
        }
        if (store_.is_received()) {
            store_.make_sendable(std::is_same_v<typename Socket::state, state::Connection>);
        }
        if (sent_ == size()) {
            sent_ = 0;
        }
        const auto prepared = store_.prepare(sent_, detail::target_of(socket));
        const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
        while (sent_ < store_.end_prepared()) {
            const auto sent = wait_and_try(socket.descriptor(), events, wait, Operation::send,
                                           sys::Calls<sys::send_messages>{}, socket.descriptor(),
                                           store_.native(sent_), store_.end_prepared() - sent_,
                                           detail::flags_for(wait));
            if (!sent) {
                return goes_to_nobody<typename Socket::protocol>(sent_)
                           ? Error{Errc::not_a_peer, Operation::send}
                           : sent.error();
            }
            sent_ += *sent;
            if (sent_ < store_.end_prepared()) {
                if (auto going = wait.check(Operation::send); !going) {
                    return going;
                }
            }
        }
        return prepared;
    }

    // Such as a Unix socket without a name, whose datagram was received.
    template <class Protocol> [[nodiscard]] bool goes_to_nobody(std::size_t at) const {
        return store_.has_peer(at) && is_nobody<Datagram, Protocol>(store_.peer(at));
    }

    template <class Socket> Result<std::size_t> receive_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::receive};
        }
        if (!store_.has_room()) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        store_.make_ready();
        sent_ = 0;
        const auto received =
            wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                         sys::Calls<sys::receive_messages>{}, socket.descriptor(), store_.native(0),
                         capacity, sys::msg_whole_size | detail::flags_for(wait));
        store_.take_in(received ? *received : 0, detail::target_of(socket));
        return received;
    }

    Store store_;
    std::size_t sent_ = 0;
};

} // namespace ferrule
