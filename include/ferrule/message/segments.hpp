// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Segments (udp(7), UDP_SEGMENT, UDP_GRO): one call sends up to 64 datagrams of one size to one
/// peer, and one receive takes as many that came from one peer. The kernel takes them through its
/// layers as one: many times as many datagrams a second.

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/peer.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "batch.hpp"
#include "control/rules.hpp"
#include "control/segments.hpp"
#include "receive.hpp"
#include "send.hpp"

namespace ferrule {

/// How a block of bytes became datagrams.
enum class SegmentedBy {
    kernel, ///< In calls of up to 64 datagrams.
    batch,  ///< One by one, in batches: the kernel or the device does not do it.
};

namespace detail {

// Every kernel that segments takes 64 of them, and no more than fits a datagram of IPv4.
[[nodiscard]] constexpr std::size_t bytes_of_a_call(std::size_t size) {
    constexpr std::size_t most = 65'507;
    return (most / size < 64 ? most / size : 64) * size;
}

// Errors of a kernel or a device that does not segment, or not into this size.
[[nodiscard]] constexpr bool refuses_segments(Error error) {
    return error == Errc::io_error || error == Errc::invalid_argument ||
           error == Errc::no_protocol_option;
}

// The rest in batches; `add(batch, bytes)` and `send(batch)` know to whom.
template <class Family, class Add, class Send>
Result<void> send_in_batches(std::string_view rest, std::size_t size, std::size_t& done, Add add,
                             Send send) {
    Batch<Family, 64> batch;
    while (!rest.empty()) {
        std::string_view ahead = rest;
        while (!ahead.empty() && add(batch, ahead.substr(0, size))) {
            ahead.remove_prefix(ahead.size() < size ? ahead.size() : size);
        }
        if (batch.empty()) { // refused: say why
            return add(batch, rest.substr(0, size));
        }
        const auto sent = send(batch);
        const std::size_t bytes = batch.sent() * size;
        done += bytes < rest.size() ? bytes : rest.size();
        if (!sent) {
            return sent;
        }
        rest = ahead;
        batch.clear();
    }
    return {};
}

template <class Family, class SendWith, class SendPlain, class Add, class Send>
Result<SegmentedBy> send_segmented(BytesView bytes, std::size_t size, SendWith send_with,
                                   SendPlain send_plain, Add add, Send send) {
    if (size == 0 || size > 65'507) {
        return Error{Errc::value_out_of_range, Operation::send};
    }
    std::string_view rest{static_cast<const char*>(bytes.data()), bytes.size()};
    std::size_t done = 0;
    while (!rest.empty()) {
        const std::string_view block = rest.substr(0, bytes_of_a_call(size));
        constexpr bool is_known = KnownToThisSystem<control::SegmentSize>;
        auto sent = Result<void>{};
        if (is_known && block.size() <= size) {
            sent = send_plain(block);
        } else if constexpr (is_known) {
            sent = send_with(block);
        }
        const bool is_refused =
            !is_known || (!sent && block.size() > size && refuses_segments(sent.error()));
        if (is_refused) {
            sent = send_in_batches<Family>(rest, size, done, add, send);
            return sent ? Result<SegmentedBy>{SegmentedBy::batch}
                        : Error{sent.error().code(), Operation::send, done};
        }
        if (!sent) {
            return Error{sent.error().code(), Operation::send, done};
        }
        done += block.size();
        rest.remove_prefix(block.size());
    }
    return SegmentedBy::kernel;
}

} // namespace detail

/// Sends the bytes to `peer` as datagrams of `size` bytes each, the last one perhaps shorter: up to
/// 64 of them a call. `size` is 1 to 65507; what does not fit the path, such as 1472 bytes over
/// Ethernet and IPv4, is fragmented, and no longer fast. After an error `error().transferred()`
/// bytes have gone out, in whole datagrams.
template <class Family>
    requires Among<Family, opt::EitherIp>
[[nodiscard]] Result<SegmentedBy>
send_segments(const Bound<Family, Datagram, Udp>& socket, BytesView bytes, std::size_t size,
              const std::type_identity_t<PeerAt<Endpoint<Family>, Datagram, Udp>>& peer,
              Wait wait = {}) {
    return detail::send_segmented<Family>(
        bytes, size,
        [&](auto block) { // only where the system has it
            return send_to(socket, block, peer, wait, control::SegmentSize{size});
        },
        [&](std::string_view block) { return socket.send_to(block, peer, wait); },
        [&](auto& batch, std::string_view block) { return batch.add(block, peer.endpoint()); },
        [&](auto& batch) { return batch.send(socket, wait); });
}

/// The same to the one peer of a connection.
template <class Family>
    requires Among<Family, opt::EitherIp>
[[nodiscard]] Result<SegmentedBy> send_segments(const Connection<Family, Datagram, Udp>& connection,
                                                BytesView bytes, std::size_t size, Wait wait = {}) {
    return detail::send_segmented<Family>(
        bytes, size,
        [&](auto block) { return send(connection, block, wait, control::SegmentSize{size}); },
        [&](std::string_view block) { return connection.send(block, wait); },
        [](auto& batch, std::string_view block) { return batch.add(block); },
        [&](auto& batch) { return batch.send(connection, wait); });
}

/// Datagrams of one peer that came together. A range over them, in order.
template <class Family> class Segments {
public:
    Segments() = default;
    Segments(std::string_view data, std::size_t size, const Endpoint<Family>& peer)
        : data_{data}, size_{size}, peer_{peer} {}

    [[nodiscard]] const Endpoint<Family>& peer() const { return peer_; }
    /// How many datagrams: at least one, which may be empty.
    [[nodiscard]] std::size_t count() const {
        return data_.size() <= size_ ? 1 : (data_.size() + size_ - 1) / size_;
    }
    /// All their bytes together.
    [[nodiscard]] std::string_view all() const { return data_; }

    /// Over the datagrams, as they came.
    class iterator {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const Segments* segments, std::size_t at) : segments_{segments}, at_{at} {}
        std::string_view operator*() const {
            return segments_->data_.substr(at_ * segments_->size_, segments_->size_);
        }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return iterator{segments_, at_++}; }
        friend bool operator==(const iterator&, const iterator&) = default;

    private:
        const Segments* segments_ = nullptr;
        std::size_t at_ = 0;
    };
    [[nodiscard]] iterator begin() const { return {this, 0}; }
    [[nodiscard]] iterator end() const { return {this, count()}; }

private:
    std::string_view data_{};
    std::size_t size_ = 0;
    Endpoint<Family> peer_{};
};

/// A UDP socket whose datagrams come in segments (UDP_GRO). It owns the socket: a plain receive
/// there would take several datagrams for one. Where the kernel has no UDP_GRO, each receive gives
/// one datagram.
template <class Family>
    requires Among<Family, opt::EitherIp>
class SegmentReceiver {
public:
    using Socket = Bound<Family, Datagram, Udp>;

    /// setsockopt(2) of UDP_GRO.
    [[nodiscard]] static Result<SegmentReceiver> on(Socket socket) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::set_option};
        }
        const bool coalesces = set(socket, 1).has_value();
        return SegmentReceiver{std::move(socket), coalesces};
    }

    /// Gives the socket back, whose datagrams come one by one again. Those that are there already
    /// may still be several in one.
    [[nodiscard]] Result<Socket> off() && {
        if (coalesces_) {
            if (auto done = set(socket_, 0); !done) {
                return done.error();
            }
        }
        return std::move(socket_);
    }

    /// Whether the kernel puts datagrams together.
    [[nodiscard]] bool coalesces() const { return coalesces_; }
    [[nodiscard]] int descriptor() const& { return socket_.descriptor(); }
    [[nodiscard]] Result<Endpoint<Family>> local_endpoint() const {
        return socket_.local_endpoint();
    }

    /// sendto(2): one datagram, as of the socket.
    [[nodiscard("the message may not have been sent")]] Result<void>
    send_to(BytesView bytes, const PeerAt<Endpoint<Family>, Datagram, Udp>& peer,
            Wait wait = {}) const {
        return socket_.send_to(bytes, peer, wait);
    }

    /// recvmsg(2): one datagram, or several of one peer, 65535 bytes together. The buffer has room
    /// for as many (`no_buffer_space`), so that none is cut.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<Segments<Family>> receive(Buffer&& buffer, Wait wait = {}) const {
        const auto bytes =
            std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)});
        const std::span<char> room{reinterpret_cast<char*>(bytes.data()), bytes.size()};
        if (room.size() < 65'535) {
            return Error{Errc::no_buffer_space, Operation::receive};
        }
        if constexpr (KnownToThisSystem<control::CoalescedSize>) {
            auto message = receive_from<control::CoalescedSize>(socket_, room, wait);
            if (!message) {
                return message.error();
            }
            const auto* const size = message->template get_if<control::CoalescedSize>();
            return Segments<Family>{
                message->data, size == nullptr ? message->data.size() : size->value, message->peer};
        } else {
            auto message = socket_.receive_from(room, wait);
            if (!message) {
                return message.error();
            }
            return Segments<Family>{message->data, message->data.size(), message->peer};
        }
    }

private:
    SegmentReceiver(Socket socket, bool coalesces)
        : socket_{std::move(socket)}, coalesces_{coalesces} {}

    static Result<void> set(const Socket& socket, int on) {
        if constexpr (sys::udp_gro != sys::absent) {
            return sys::set_option(socket.descriptor(), sys::ipproto_udp, sys::udp_gro, on);
        } else {
            return Error{Errc::no_protocol_option, Operation::set_option};
        }
    }

    Socket socket_;
    bool coalesces_;
};

} // namespace ferrule
