// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket on the way to a connection, for use in an event loop: start, poll the descriptor,
/// complete.

#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../sys/numbers.hpp"
#include "../sys/socket.hpp"
#include "../tag/legal.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "connection.hpp"
#include "handle.hpp"
#include "impl/native_form.hpp"
#include "impl/steps.hpp"
#include "peer.hpp"

namespace ferrule {

/// A socket that was told to connect and may not be there yet. Non-blocking inside.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Connecting final
    : public Handle<state::Connecting, Family, Type, Protocol> {
    using Base = Handle<state::Connecting, Family, Type, Protocol>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    Connecting(const Connecting&) = delete; // std::move(it), std::move(result).value()
    Connecting& operator=(const Connecting&) = delete;
    Connecting(Connecting&&) noexcept = default;
    Connecting& operator=(Connecting&&) noexcept = default;

    /// Takes a socket that is non-blocking, of these tags, and was told to connect to this peer,
    /// unchecked.
    Connecting(Opened<Family> opened, const Endpoint<Family>& peer)
        : Base{std::move(opened)}, peer_{peer} {}

    /// connect(2), begun on a socket that is non-blocking; for the states that lead here.
    [[nodiscard]] static Result<Connecting> start(Opened<Family> opened,
                                                  const Endpoint<Family>& peer) {
        if (auto begun = steps::begin_connect<Type, Protocol>(opened, peer); !begun) {
            return begun.error();
        }
        return Connecting{std::move(opened), peer};
    }

    /// socket(2), the options, connect(2) begun: `start_connect(peer, options...)`.
    template <class... Options,
              class Refused = FirstRefused<state::Connecting, Family, Type, Protocol, Options...>>
        requires SettableOnTheWayTo<Refused, state::Connecting, Family, Type, Protocol>
    [[nodiscard]] static Result<Connecting> start_connect(const Peer& peer,
                                                          const Options&... options) {
        auto opened = steps::in_steps(
            steps::open_to<Family, Type, Protocol>(peer.endpoint(), sys::Blocking::no),
            [&](const auto& socket) {
                return steps::begin_connect<Type, Protocol>(socket, peer.endpoint()).and_then([&] {
                    return steps::make_answerable<Type>(socket.descriptor().number(),
                                                        socket.domain());
                });
            },
            options...);
        if (!opened) {
            return opened.error();
        }
        return Connecting{*std::move(opened), peer.endpoint()};
    }

    /// What to poll the descriptor for before complete(no_wait) (poll(2)). A Unix backlog that is
    /// full can't be polled: complete() answers `would_block` then, so pause before the next.
    [[nodiscard]] static constexpr short events() { return sys::pollout; }

    /// How the connect(2) has ended, or an end of it within the wait. The connection moves out on
    /// success. After `would_block`, `deadline_exceeded` and `stopped` this object is still on the
    /// way and complete() can be called again; after any other error it is closed.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> complete(Wait wait = {}) {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto connected = attempt(wait);
        if (connected) {
            connected = sys::set_blocking(this->descriptor(), sys::Blocking::yes);
        }
        if (!connected) {
            const Errc code = connected.error().code();
            if (code != Errc::would_block && code != Errc::deadline_exceeded &&
                code != Errc::stopped) {
                static_cast<void>(std::move(*this).close());
            }
            return connected.error();
        }
        return Connection<Family, Type, Protocol>{std::move(*this).take()};
    }

private:
    Result<void> attempt(Wait wait) const {
        const NativeForm<Family> form{peer_, this->domain()};
        return steps::connect_to_the_end(this->descriptor(), form.address(), form.size(), wait,
                                         steps::Connects::further);
    }

    Endpoint<Family> peer_;
};

} // namespace ferrule
