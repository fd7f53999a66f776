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
#include "../tag/family.hpp"
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

/// A socket whose connect(2) has begun and may not have ended. Non-blocking inside.
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

    /// Takes a non-blocking socket of these tags that is connecting to this peer. Nothing is
    /// checked.
    Connecting(Opened<Family> opened, const Endpoint<Family>& peer)
        : Base{std::move(opened)}, peer_{peer} {}

    /// Begins a connect(2) on a non-blocking socket; for the states before this one.
    [[nodiscard]] static Result<Connecting> start(Opened<Family> opened,
                                                  const Endpoint<Family>& peer) {
        if (auto fits = check_peer<Type, Protocol>(peer, Operation::connect); !fits) {
            return fits.error();
        }
        if (auto begun = steps::begin_connect(opened, peer); !begun) {
            return begun.error();
        }
        return Connecting{std::move(opened), peer};
    }

    /// socket(2), sets the options, begins a connect(2): `start_connect(peer, options...)`.
    template <class... Options,
              class Refused = FirstRefused<state::Connecting, Family, Type, Protocol, Options...>>
        requires Connectable<Family> &&
                 SettableOnTheWayTo<Refused, state::Connecting, Family, Type, Protocol>
    [[nodiscard]] static Result<Connecting> start_connect(const Peer& peer,
                                                          const Options&... options) {
        const Endpoint<Family>& endpoint = peer.endpoint();
        if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
            return fits.error();
        }
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::no);
        if (!opened) {
            return opened.error();
        }
        auto begun = steps::in_steps(
            *opened,
            [&] {
                auto done = steps::begin_connect(*opened, endpoint);
                return done ? steps::make_answerable<Type>(opened->descriptor().number(),
                                                           opened->domain())
                            : done;
            },
            options...);
        if (!begun) {
            return begun.error();
        }
        return Connecting{*std::move(opened), endpoint};
    }

    /// The events of poll(2) to wait for before complete(no_wait). A full Unix backlog can't be
    /// polled: when complete() returns `would_block`, pause before the next try.
    [[nodiscard]] static constexpr short events() { return sys::pollout; }

    /// Waits for the end of the connect(2) and says how it ended. On success the connection moves
    /// out. After `would_block`, `deadline_exceeded` and `stopped` the connect goes on, and
    /// complete() can be called again. After any other error this object is closed.
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
        if (auto going = wait.check_stop(Operation::connect); !going) {
            return going;
        }
        return steps::connect_to_the_end(
            this->descriptor(), form.address(), form.size(), wait,
            sys::connect_outcome(this->descriptor(), form.address(), form.size()));
    }

    Endpoint<Family> peer_;
};

} // namespace ferrule
