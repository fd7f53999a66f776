// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket with a peer: of a stream, or of messages between two.

#include <cstddef>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/any.hpp" // IWYU pragma: export
#include "../endpoint/base.hpp"
#include "../endpoint/ip.hpp"   // IWYU pragma: export
#include "../endpoint/ipv4.hpp" // IWYU pragma: export
#include "../endpoint/ipv6.hpp" // IWYU pragma: export
#include "../endpoint/unix.hpp" // IWYU pragma: export
#include "../opt/rules.hpp"
#include "../opt/socket.hpp"
#include "../sys/numbers.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "handle.hpp"
#include "impl/pack.hpp"
#include "impl/steps.hpp"
#include "impl/widen.hpp"
#include "message_transfer.hpp"
#include "peer.hpp"
#include "stream_transfer.hpp"

namespace ferrule {

/// Which half of a connection to shut down.
enum class Shutdown : int {
    receiving = sys::shut_rd, ///< Nothing more will be read here.
    sending = sys::shut_wr,   ///< The peer sees the end of the stream.
    both = sys::shut_rdwr,
};

/// A socket with a peer. It sends and receives (see StreamTransfer and MessageTransfer) and knows
/// both endpoints.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Connection final
    : public std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                StreamTransfer<Family, Type, Protocol>> {
    using Base = std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                    StreamTransfer<Family, Type, Protocol>>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Connection(const Connection&) = delete; // std::move(it), std::move(result).value()
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) noexcept = default;
    Connection& operator=(Connection&&) noexcept = default;

    /// From a connection of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Connection(Connection<From, Type, FromProtocol>&& other)
        : Base{widen<Family>(std::move(other))} {}

    /// socket(2), the options, connect(2): `connect(peer, [wait], options...)`. A Unix datagram
    /// socket is then bound to a free abstract name, so that the peer can answer. With `no_wait` a
    /// TCP connect is `would_block`, because the handshake takes time: use Connecting.
    template <class... Options, class Refused = FirstRefusedAfterWait<state::Connection, Family,
                                                                      Type, Protocol, Options...>>
        requires Connectable<Family> &&
                 SettableOnTheWayTo<Refused, state::Connection, Family, Type, Protocol>
    [[nodiscard]] static Result<Connection> connect(const Peer& peer, Options&&... options) {
        const Endpoint<Family>& endpoint = peer.endpoint();
        if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
            return fits.error();
        }
        const Wait wait = steps::wait_of(options...);
        const auto blocking = steps::blocking_for(wait);
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, blocking);
        if (!opened) [[unlikely]] {
            return opened.error();
        }
        auto connected = steps::in_steps(
            *opened,
            [&]() __attribute__((__always_inline__)) {
                auto done = steps::connect(*opened, endpoint, wait, blocking);
                return done ? steps::make_answerable<Type>(opened->descriptor().number(),
                                                           opened->domain())
                            : done;
            },
            options...);
        if (!connected) [[unlikely]] {
            return connected.error();
        }
        return Connection{*std::move(opened)};
    }

    /// socketpair(2): two connections to each other, without names.
    [[nodiscard]] static Result<std::pair<Connection, Connection>> pair()
        requires FormsPairs<Family>
    {
        auto both = sys::pair(Family::number, Type::number, Protocol::number);
        if (!both) {
            return both.error();
        }
        return std::pair{Connection{Opened<Family>{std::move(both->first), Family::number}},
                         Connection{Opened<Family>{std::move(both->second), Family::number}}};
    }

    /// getpeername(2): who is at the other end.
    [[nodiscard]] Result<Endpoint<Family>> peer_endpoint() const {
        return this->name(Operation::peer_endpoint, sys::peer_name);
    }

    /// shutdown(2): ends one half of the connection, or both. The socket stays open.
    Result<void> shutdown(Shutdown half) const
        requires FormsConnections<Type>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::shutdown);
        }
        return sys::shutdown(this->descriptor(), static_cast<int>(half));
    }

    /// Ends the conversation so that the peer gets all that was sent: shutdown(2) of the sending
    /// half, recv(2) to the peer's end, close(2). Returns how many received bytes were discarded. A
    /// close with unread bytes would reset the connection, and data on the way to the peer would be
    /// lost (RFC 1122 section 4.2.2.13). The socket is closed in any case. After an error
    /// `error().transferred()` bytes had been discarded, and the peer may have seen a reset.
    [[nodiscard]] Result<std::size_t> finish(Wait wait) &&
        requires FormsConnections<Type>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::finish);
        }
        const auto opened = std::move(*this).take();
        const int number = opened.descriptor().number();
        if (auto ended = sys::shutdown(number, sys::shut_wr); !ended) {
            return ended.error().during(Operation::finish);
        }
        return detail::discard_to_the_end(number, wait);
    }
    detail::spent_by_this_step_so_write_std_move finish(Wait wait) &
        requires FormsConnections<Type>
    = delete;

    /// close(2) with SO_LINGER of 0 s: the peer's next call is `connection_reset`, and data on the
    /// way is lost. The socket is closed in any case.
    Result<void> abort() &&
        requires CanReset<Protocol>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::abort);
        }
        auto opened = std::move(*this).take();
        auto set = opt::AbortiveClose{true}.set(opened.target());
        auto closed = opened.descriptor().close();
        return set ? closed : set.error().during(Operation::abort);
    }
    detail::spent_by_this_step_so_write_std_move abort() &
        requires CanReset<Protocol>
    = delete;

    /// From Ip or Any to the family that the connection really is: `std::move(c).to<Ipv4>()`. On
    /// `wrong_family` or `wrong_protocol` this object keeps the connection.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Connection<To, Type, ToProtocol>>(*this);
    }
};

} // namespace ferrule
