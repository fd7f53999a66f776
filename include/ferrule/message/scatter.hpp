// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// One receive into several buffers, and one send of pieces whose number shows at run time.

#include <cstddef>
#include <span>
#include <type_traits>

#include "../core/bytes.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../socket/bound.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/message.hpp"
#include "../socket/impl/native_form.hpp"
#include "../socket/impl/transfer.hpp"
#include "../socket/message_transfer.hpp"
#include "../socket/peer.hpp"
#include "../socket/stream_transfer.hpp"
#include "../sys/call.hpp"
#include "../sys/number.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/transfer.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "receive.hpp"

namespace ferrule {

/// A buffer to fill, borrowed: one of several.
class BufferView {
public:
    template <ByteBuffer Buffer>
        requires(!std::is_same_v<std::remove_cvref_t<Buffer>, BufferView>)
    constexpr BufferView(Buffer&& buffer)
        : data_{std::data(buffer)}, size_{detail::size_of(buffer)} {}

    [[nodiscard]] constexpr void* data() const { return data_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }

private:
    void* data_;
    std::size_t size_;
};

namespace detail {

// Buffers as recvmsg(2) takes them.
template <std::size_t count> class Scattered {
public:
    explicit Scattered(const BufferView (&buffers)[count]) {
        for (std::size_t at = 0; at < count; ++at) {
            pieces_[at] = {buffers[at].data(), buffers[at].size()};
            size_ += buffers[at].size();
        }
    }

    /// In bytes, all together.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Borrows this object.
    [[nodiscard]] msghdr message() {
        msghdr message{};
        message.msg_iov = pieces_;
        message.msg_iovlen = count;
        return message;
    }

private:
    iovec pieces_[count];
    std::size_t size_ = 0;
};

// recvmsg(2) into all of them; `message` comes back as the kernel has written it.
template <class Socket>
Result<std::size_t> receive_scattered(const Socket& socket, msghdr& message, std::size_t size,
                                      Wait wait) {
    using Type = typename Socket::type;
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    if (size == 0) {
        return Error{Errc::empty_buffer, Operation::receive};
    }
    const auto received =
        wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                     sys::Calls<receive_at>{}, socket.descriptor(), &message,
                     (KeepsBoundaries<Type> ? sys::msg_whole_size : 0) | flags_for(wait));
    if (!received) {
        return received;
    }
    return judged<Type>(*received, message, size, false);
}

inline constexpr std::size_t most_pieces = 1024; // IOV_MAX

// Pieces of a number of run time as sendmsg(2) takes them: from `begin` on, at most 1024.
class GatheredSpan {
public:
    explicit GatheredSpan(std::span<const BytesView> bytes, std::size_t begin = 0) {
        for (std::size_t at = begin; at < bytes.size() && count_ < most_pieces; ++at) {
            pieces_[count_++] = {const_cast<void*>(bytes[at].data()), bytes[at].size()};
            size_ += bytes[at].size();
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] msghdr message() {
        msghdr message{};
        message.msg_iov = pieces_;
        message.msg_iovlen = sys::number_as<decltype(message.msg_iovlen)>(count_);
        return message;
    }

private:
    iovec pieces_[most_pieces];
    std::size_t count_ = 0;
    std::size_t size_ = 0;
};

} // namespace detail

/// recvmsg(2): what is there of a stream, at least one byte, into the buffers one after another;
/// returns how many bytes. 0 is the end of the stream.
template <class Family, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<std::size_t>
receive_some_into(const Connection<Family, Stream, Protocol>& connection,
                  const BufferView (&buffers)[count], Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    msghdr message = scattered.message();
    return detail::receive_scattered(connection, message, scattered.size(), wait);
}

/// recvmsg(2): one message into the buffers one after another; returns its size. Errors as of
/// Connection::receive.
template <class Family, KeepsBoundaries Type, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<std::size_t> receive_into(const Connection<Family, Type, Protocol>& connection,
                                               const BufferView (&buffers)[count], Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    msghdr message = scattered.message();
    return detail::receive_scattered(connection, message, scattered.size(), wait);
}

/// The same, and who sent it.
template <class Family, class Type, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<NextMessage<Family>>
receive_from_into(const Bound<Family, Type, Protocol>& socket, const BufferView (&buffers)[count],
                  Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    NextMessage<Family> next;
    msghdr message = scattered.message();
    message.msg_name = next.peer.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    const auto received = detail::receive_scattered(socket, message, scattered.size(), wait);
    if (!received && received.error() != Errc::message_truncated) {
        return received.error();
    }
    next.peer.native_resize(message.msg_namelen);
    if (!received) {
        return at_endpoint(received.error(), next.peer);
    }
    next.size = *received;
    return next;
}

/// sendmsg(2), repeated: any number of pieces as one stretch of the stream, up to 1024 of them a
/// call. After an error `error().transferred()` bytes of all of them have gone out.
template <class Family, class Protocol>
[[nodiscard("the bytes may not have been sent")]] Result<void>
send_all_pieces(const Connection<Family, Stream, Protocol>& connection,
                std::span<const BytesView> pieces, Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (auto going = wait.check_stop(Operation::send); !going) {
        return going;
    }
    std::size_t done = 0;
    for (std::size_t begun = 0; begun < pieces.size();) {
        detail::GatheredSpan gathered{pieces, begun};
        begun += gathered.count();
        msghdr message = gathered.message();
        const auto first =
            sys::send_message(connection.descriptor(), message, detail::flags_for(wait));
        auto sent = first && *first == gathered.size()
                        ? Result<void>{}
                        : detail::send_rest_of(connection.descriptor(), message, gathered.size(),
                                               first, wait);
        done += sent ? gathered.size() : sent.error().transferred();
        if (sent && begun < pieces.size()) {
            sent = wait.check(Operation::send);
        }
        if (!sent) {
            return Error{sent.error().code(), Operation::send, done};
        }
    }
    return {};
}

/// sendmsg(2): the pieces as one message. More than 1024 are `message_size`, and nothing goes out.
template <class Family, KeepsBoundaries Type, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_pieces(const Connection<Family, Type, Protocol>& connection, std::span<const BytesView> pieces,
            Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (pieces.size() > detail::most_pieces) {
        return Error{Errc::message_size, Operation::send};
    }
    detail::GatheredSpan gathered{pieces};
    return detail::without_size(
        detail::send_gathered(connection.descriptor(), sys::pollout, gathered.message(), wait));
}

/// The same to this peer.
template <class Family, class Type, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_pieces_to(const Bound<Family, Type, Protocol>& socket, std::span<const BytesView> pieces,
               const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
               Wait wait = {}) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (pieces.size() > detail::most_pieces) {
        return Error{Errc::message_size, Operation::send};
    }
    if (auto fits = check_peer<Type, Protocol>(peer.endpoint(), Operation::send); !fits) {
        return fits;
    }
    if (auto fits = check_scope(socket.descriptor(), peer.endpoint(), Operation::send); !fits) {
        return fits;
    }
    const NativeForm<Family> form{peer.endpoint(), socket.domain()};
    detail::GatheredSpan gathered{pieces};
    msghdr message = gathered.message();
    message.msg_name = const_cast<sockaddr*>(form.address());
    message.msg_namelen = form.size();
    const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
    return detail::without_size(detail::send_gathered(socket.descriptor(), events, message, wait));
}

} // namespace ferrule
