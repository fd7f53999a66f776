// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket that accepts connections.

#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../opt/rules.hpp"
#include "../opt/socket.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "connection.hpp"
#include "handle.hpp"
#include "impl/pack.hpp"
#include "impl/steps.hpp"
#include "impl/widen.hpp"
#include "named.hpp"

namespace ferrule {

/// What accept gives back.
template <class Family, class Type, class Protocol>
struct [[nodiscard("a connection that nobody keeps is closed at once")]] Accepted {
    Connection<Family, Type, Protocol> connection;
    Endpoint<Family> peer; ///< Of a Unix peer that was not bound: unnamed.
};

/// A socket that accepts connections. Non-blocking inside: of several threads that wait in accept()
/// with a deadline, none waits too long when another thread takes the connection.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol> && FormsConnections<Type>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Listener final
    : public Named<state::Listener, Family, Type, Protocol> {
    using Base = Named<state::Listener, Family, Type, Protocol>;

public:
    using Base::Base;
    Listener(const Listener&) = delete; // std::move(it), std::move(result).value()
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) noexcept = default;

    /// From a listener of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Listener(Listener<From, Type, FromProtocol>&& other) : Base{widen<Family>(std::move(other))} {}

    /// socket(2), the options, bind(2), listen(2): `listen(endpoint, [backlog], options...)`. Over
    /// IP it sets ReuseAddress, so that a server can be restarted at once, unless the options say
    /// otherwise.
    template <class... Options, class Refused = FirstRefusedAfterBacklog<
                                    state::Listener, Family, Type, Protocol, Options...>>
        requires SettableOnTheWayTo<Refused, state::Listener, Family, Type, Protocol>
    [[nodiscard]] static Result<Listener> listen(const Endpoint<Family>& endpoint,
                                                 const Options&... options) {
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::no);
        if (!opened) {
            return opened.error();
        }
        auto listening = Result<void>{};
        // Also for an Any that listens on IP, though Any has no such option.
        if ((opened->domain() == sys::af_inet || opened->domain() == sys::af_inet6) &&
            !(std::is_same_v<Options, opt::ReuseAddress> || ...)) {
            listening = opt::ReuseAddress{true}.set(opened->target());
        }
        if (listening) {
            listening = steps::in_steps(
                *opened,
                [&] {
                    auto done = steps::bind(*opened, endpoint);
                    return done ? sys::listen(opened->descriptor().number(),
                                              steps::backlog_of(options...).connections())
                                : done;
                },
                options...);
        }
        if (!listening) {
            return listening.error();
        }
        return Listener{*std::move(opened)};
    }

    /// accept4(2): the next connection, blocking and close-on-exec, and its peer. Errors that
    /// concern one client are retried and not reported (accept(2), Error handling); those that may
    /// as well concern every call (EPERM, EOPNOTSUPP, ENOPROTOOPT) are reported after ten retries
    /// with pauses. `is_resource_exhausted()` errors are reported and should be followed by a
    /// pause. Several threads may accept on one listener.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Accepted<Family, Type, Protocol>>
    accept(Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::accept);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::accept);
        }
        return accept_within(wait);
    }

    /// From Ip or Any to the family that the listener really is.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Listener<To, Type, ToProtocol>>(*this);
    }

private:
    // accept4(2), once.
    [[gnu::__noinline__]] Result<Accepted<Family, Type, Protocol>> accept_now() const {
        Endpoint<Family> peer;
        socklen_t size = Endpoint<Family>::native_capacity;
        auto descriptor = sys::accept(this->descriptor(), peer.native_buffer(), &size);
        if (!descriptor) {
            return descriptor.error();
        }
        peer.native_resize(size);
        return Accepted<Family, Type, Protocol>{Connection<Family, Type, Protocol>{Opened<Family>{
                                                    *std::move(descriptor), this->domain()}},
                                                peer};
    }

    [[FERRULE_ALWAYS_INLINE]] Result<Accepted<Family, Type, Protocol>>
    accept_within(Wait wait) const {
        auto accepted = accept_now(); // the one variable that is returned: it is never moved
        if (!accepted && !(wait.is_no_wait() && accepted.error() == Errc::would_block)) {
            accept_later(accepted, wait);
        }
        return accepted;
    }

    // The rest of accept, after a call that has failed.
    [[gnu::__cold__, gnu::__noinline__]] void
    accept_later(Result<Accepted<Family, Type, Protocol>>& accepted, Wait wait) const {
        for (Tries tries; !accepted;) {
            if (auto going = before_next(accepted.error(), tries, this->descriptor(), wait);
                !going) {
                accepted = going.error();
                return;
            }
            accepted = accept_now();
        }
    }

    // How often accept(2) was in vain: because nobody was there, and for a reason that may be there
    // for ever.
    struct Tries {
        int for_now = 0;
        int for_ever = 0;
    };

    // What happens between two calls, after the error of the last: a wait, or an error that is
    // returned.
    static Result<void> before_next(Error error, Tries& tries, int descriptor, Wait wait) {
        if (may_be_for_ever(error.code()) && tries.for_ever < most_tries_in_vain) {
            return wait_for(-1, 0, wait, Operation::accept, GrowingPause::end_of(tries.for_ever++));
        }
        if (is_over_when_tried_again(error.code())) {
            return wait.check(Operation::accept);
        }
        return detail::before_next_try(error, tries.for_now, descriptor, sys::pollin, wait,
                                       Operation::accept);
    }

    // Errors of one connection that accept(2) has taken off the queue, or of every call: EPERM may
    // be a firewall's or a sandbox's (seccomp(2)). They are retried with pauses, then reported.
    static constexpr int most_tries_in_vain = 10;
    static constexpr bool may_be_for_ever(Errc code) {
        return code == Errc::operation_not_permitted || code == Errc::operation_not_supported ||
               code == Errc::no_protocol_option;
    }

    // A signal, or an error already pending on the new connection (accept(2)).
    static constexpr bool is_over_when_tried_again(Errc code) {
        switch (code) {
        case Errc::interrupted:
        case Errc::connection_aborted:
        case Errc::protocol_error:
        case Errc::network_down:
        case Errc::host_down:
        case Errc::machine_not_on_network:
        case Errc::host_unreachable:
        case Errc::network_unreachable:
        case Errc::connection_timed_out:
            return true;
        default:
            return false;
        }
    }
};

} // namespace ferrule
