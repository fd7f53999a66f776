// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many datagrams in one call (sendmmsg(2), recvmmsg(2)): a system call for up to 1024 of them.
/// POSIX has no such call: on systems other than Linux it is a call for each.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/optional_size.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../opt/setting.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/native_form.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/peer.hpp"
#include "../sys/batch.hpp"
#include "../sys/call.hpp"
#include "../sys/control.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "impl/target.hpp"
#include "receive.hpp"

namespace ferrule {

/// What a Batch is for: datagrams with ports, or between Unix sockets.
template <class Protocol>
concept DatagramProtocol = Among<Protocol, OneOf<Udp, UdpLite, Unspecified>>;

/// Up to `capacity` datagrams, prepared once and used again and again, without allocation:
/// receive() fills it, add() puts datagrams in, send() sends all that are in it. What was received
/// can be sent back as it is.
///
///     char room[64 * 1500];
///     Batch<Ipv4, 64> batch{room};                  // each gets 1500 bytes of the room
///     batch.receive(socket, wait).value();
///     for (const auto& message : batch) { ... message.data(), message.peer() ... }
///
/// With `Controls` each datagram comes with these control messages. Borrows the room, and what is
/// added until it was sent. For one thread.
template <class Family, std::size_t capacity, class... Controls>
    requires(capacity >= 1 && capacity <= sys::most_of_a_batch) &&
            (sizeof...(Controls) == 0 || among<Family, opt::EitherIp>)
class Batch {
public:
    /// One datagram of the batch, which it borrows.
    class Message {
    public:
        Message(const Batch& batch, std::size_t at) : batch_{&batch}, at_{at} {}

        /// What came, as far as there was room; or what is to be sent.
        [[nodiscard]] std::span<char> data() const {
            return {static_cast<char*>(batch_->pieces_[at_].iov_base), size()};
        }
        [[nodiscard]] std::string_view text() const {
            return {static_cast<const char*>(batch_->pieces_[at_].iov_base), size()};
        }
        /// Who sent it; or where it is to go.
        [[nodiscard]] const Endpoint<Family>& peer() const { return batch_->endpoints_[at_]; }
        /// It was longer than the room for one.
        [[nodiscard]] bool is_truncated() const {
            return (header().msg_flags & sys::msg_trunc) != 0;
        }
        /// Of one that was longer: how long, if the system tells it.
        [[nodiscard]] OptionalSize whole_size() const {
            const std::size_t size = batch_->messages_[at_].msg_len;
            return OptionalSize{is_truncated() && size > batch_->part_ ? size : 0};
        }
        /// The control messages that came with it.
        [[nodiscard]] ReceivedControls<Controls...> controls() const
            requires(sizeof...(Controls) != 0)
        {
            ReceivedControls<Controls...> controls;
            static_cast<void>(controls.take_over(
                header().msg_control, sys::number_as<std::size_t>(header().msg_controllen)));
            if (!controls.are_complete()) {
                controls.explain(batch_->target_);
            }
            return controls;
        }

    private:
        [[nodiscard]] const msghdr& header() const { return batch_->messages_[at_].msg_hdr; }
        [[nodiscard]] std::size_t size() const {
            const std::size_t size = batch_->messages_[at_].msg_len;
            return size < batch_->longest_ ? size : batch_->longest_;
        }

        const Batch* batch_;
        std::size_t at_;
    };

    /// To send only: for add().
    Batch() {
        for (std::size_t at = 0; at < capacity; ++at) {
            prepare(at);
        }
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// To receive into this room, divided evenly.
    template <ByteBuffer Buffer> explicit Batch(Buffer&& room [[clang::lifetimebound]]) : Batch{} {
        room_ = reinterpret_cast<char*>(std::data(room));
        part_ = detail::size_of(room) / capacity;
    }

    /// How many datagrams are in it.
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// How many of them the last send() has sent. After an error it is less than size(): the error
    /// is that of the next one, and send() goes on with it.
    [[nodiscard]] std::size_t sent() const { return sent_; }
    /// Takes all datagrams out.
    void clear() {
        if (is_received_) {
            make_sendable();
        }
        forget();
    }
    /// Leaves out the next one that send() would send.
    void skip() { sent_ += sent_ < size_ ? 1 : 0; }

    /// One more to send to this peer, which is `not_a_peer` as of send_to. `no_buffer_space` if
    /// there are `capacity` already.
    [[nodiscard]] Result<void> add(BytesView bytes, const Endpoint<Family>& peer) {
        if (size_ == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        using Protocol = DefaultProtocol<Family, Datagram>;
        if (auto fits = check_peer<Datagram, Protocol>(peer, Operation::send); !fits) {
            return fits;
        }
        lacks_scope_ = lacks_scope_ || lacks_scope(peer);
        if (is_received_) { // what was received stays, to be sent with it
            make_sendable();
        }
        endpoints_[size_] = peer;
        auto& header = messages_[size_].msg_hdr;
        header.msg_name = const_cast<sockaddr*>(endpoints_[size_].native());
        header.msg_namelen = endpoints_[size_].native_size();
        return add_data(bytes);
    }
    /// One more to the peer of the connection.
    [[nodiscard]] Result<void> add(BytesView bytes) {
        if (size_ == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        if (is_received_) {
            make_sendable();
        }
        endpoints_[size_] = {};
        messages_[size_].msg_hdr.msg_name = nullptr;
        messages_[size_].msg_hdr.msg_namelen = 0;
        return add_data(bytes);
    }

    /// sendmmsg(2), as often as it takes: sends all that are in it, in order; what was received
    /// goes back to who sent it (`not_a_peer` if that was a Unix socket without a name), over a
    /// connection to its peer. After an error sent() of them have gone, and send() goes on with the
    /// rest. After success all stay in it, to be sent again.
    template <DatagramProtocol Protocol>
    [[nodiscard]] Result<void> send(const Bound<Family, Datagram, Protocol>& socket,
                                    Wait wait = {}) {
        return send_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
    [[nodiscard]] Result<void> send(const Connection<Family, Datagram, Protocol>& connection,
                                    Wait wait = {}) {
        return send_on(connection, wait);
    }

    /// recvmmsg(2): waits for one datagram and takes what else is there, up to `capacity`, in place
    /// of what was in it; returns how many. One that is longer than its part of the room is no
    /// error: the message says so.
    template <DatagramProtocol Protocol>
    [[nodiscard]] Result<std::size_t> receive(const Bound<Family, Datagram, Protocol>& socket,
                                              Wait wait = {}) {
        return receive_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
    [[nodiscard]] Result<std::size_t>
    receive(const Connection<Family, Datagram, Protocol>& connection, Wait wait = {}) {
        return receive_on(connection, wait);
    }

    /// `at` is below size().
    [[nodiscard]] Message operator[](std::size_t at) const { return Message{*this, at}; }

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
    [[nodiscard]] iterator end() const { return {this, size_}; }

private:
    static constexpr std::size_t control_room =
        sizeof...(Controls) == 0 ? 0 : detail::room_to_receive<Family, Controls...>;

    void forget() {
        size_ = 0;
        sent_ = 0;
        named_ = 0;
        lacks_scope_ = false;
    }

    void prepare(std::size_t at) {
        auto& header = messages_[at].msg_hdr;
        header = {};
        header.msg_iov = &pieces_[at];
        header.msg_iovlen = 1;
    }

    Result<void> add_data(BytesView bytes) {
        pieces_[size_] = {const_cast<void*>(bytes.data()), bytes.size()};
        messages_[size_].msg_len = static_cast<unsigned>(bytes.size());
        messages_[size_].msg_hdr.msg_flags = 0;
        messages_[size_].msg_hdr.msg_control = nullptr;
        messages_[size_].msg_hdr.msg_controllen = 0;
        ++size_;
        return {};
    }

    // What was received becomes what is to be sent, back to who sent it. Over a connection that is
    // its peer, which may have no name.
    void make_sendable(bool has_peer = false) {
        is_received_ = false;
        for (std::size_t at = 0; at < size_; ++at) {
            auto& header = messages_[at].msg_hdr;
            header.msg_name = has_peer ? nullptr : endpoints_[at].native_buffer();
            header.msg_namelen = has_peer ? 0 : endpoints_[at].native_size();
            header.msg_control = nullptr;
            header.msg_controllen = 0;
            header.msg_flags = 0;
            if (messages_[at].msg_len > part_) {
                messages_[at].msg_len = static_cast<unsigned>(part_);
            }
            pieces_[at].iov_len = messages_[at].msg_len;
        }
        longest_ = SIZE_MAX;
    }

    template <class Socket> Result<void> send_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::send};
        }
        if (is_received_) {
            make_sendable(std::is_same_v<typename Socket::state, state::Connection>);
        }
        if (sent_ == size_) {
            sent_ = 0;
        }
        write_names(socket.domain());
        auto done = check_scopes(socket.descriptor());
        const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
        while (done && sent_ < size_) {
            const auto sent =
                wait_and_try(socket.descriptor(), events, wait, Operation::send,
                             sys::Calls<sys::send_messages>{}, socket.descriptor(),
                             &messages_[sent_], size_ - sent_, detail::flags_for(wait));
            if (!sent) {
                return goes_to_nobody<typename Socket::protocol>(sent_)
                           ? Error{Errc::not_a_peer, Operation::send}
                           : sent.error();
            }
            sent_ += *sent;
            if (sent_ < size_) {
                done = wait.check(Operation::send);
            }
        }
        return done;
    }

    // Such as a Unix socket without a name, whose datagram was received.
    template <class Protocol> [[nodiscard]] bool goes_to_nobody(std::size_t at) const {
        return messages_[at].msg_hdr.msg_name != nullptr &&
               is_nobody<Datagram, Protocol>(endpoints_[at]);
    }

    Result<void> check_scopes(int descriptor) const {
        for (std::size_t at = lacks_scope_ ? sent_ : size_; at < size_; ++at) {
            if (messages_[at].msg_hdr.msg_name != nullptr) {
                if (auto fits = check_scope(descriptor, endpoints_[at], Operation::send); !fits) {
                    return fits;
                }
            }
        }
        return {};
    }

    // A socket of AF_INET6 takes an IPv4 endpoint as a mapped one, once for all sends.
    void write_names([[maybe_unused]] int domain) {
        if constexpr (VariableFamily<Family>) {
            if (named_for_ != domain) {
                named_ = 0;
            }
            for (; named_ < size_; ++named_) {
                auto& header = messages_[named_].msg_hdr;
                if (header.msg_name != nullptr) {
                    const NativeForm<Family> form{endpoints_[named_], domain};
                    header.msg_name = &names_[named_];
                    header.msg_namelen = form.size();
                    __builtin_memcpy(&names_[named_], form.address(), form.size());
                }
            }
            named_for_ = domain;
        }
    }

    template <class Socket> Result<std::size_t> receive_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::receive};
        }
        if (part_ == 0) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        make_ready();
        forget();
        target_ = detail::target_of(socket);
        const auto received =
            wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                         sys::Calls<sys::receive_messages>{}, socket.descriptor(), messages_.data(),
                         capacity, sys::msg_whole_size | detail::flags_for(wait));
        const std::size_t size = received ? *received : 0;
        for (std::size_t at = 0; at < size; ++at) {
            auto& header = messages_[at].msg_hdr;
            endpoints_[at].native_resize(header.msg_namelen);
            header.msg_namelen = Endpoint<Family>::native_capacity; // for the next receive
        }
        size_ = size;
        return received;
    }

    // The kernel has written into the headers of what was received; their sizes of names are
    // receive_on's own matter.
    void make_ready() {
        if (!is_received_) { // it was for sending
            for (std::size_t at = 0; at < capacity; ++at) {
                auto& header = messages_[at].msg_hdr;
                header.msg_name = endpoints_[at].native_buffer();
                header.msg_namelen = Endpoint<Family>::native_capacity;
                header.msg_control = control_room == 0 ? nullptr : controls_[at].data();
                header.msg_controllen = control_room;
                pieces_[at] = {room_ + at * part_, part_};
            }
            is_received_ = true;
            longest_ = part_;
        } else if constexpr (control_room != 0) {
            for (std::size_t at = 0; at < size_; ++at) {
                messages_[at].msg_hdr.msg_controllen = control_room;
            }
        }
    }

    struct NoName {};
    using Name = std::conditional_t<VariableFamily<Family>, sockaddr_storage, NoName>;

    std::array<sys::BatchMessage, capacity> messages_;
    std::array<iovec, capacity> pieces_{};
    std::array<Endpoint<Family>, capacity> endpoints_{};
    std::array<sys::ControlBuffer<control_room>, control_room == 0 ? 1 : capacity> controls_;
    std::array<Name, VariableFamily<Family> ? capacity : 1> names_;
    char* room_ = nullptr;
    std::size_t part_ = 0;
    std::size_t longest_ = SIZE_MAX; // part_, of what was received
    std::size_t size_ = 0;
    std::size_t sent_ = 0;
    std::size_t named_ = 0; // names_ that are written,
    int named_for_ = -1;    // for a socket of this domain
    bool lacks_scope_ = false;
    bool is_received_ = false;
    opt::Target target_{};
};

} // namespace ferrule
