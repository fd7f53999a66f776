// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The steps of the states and of their one-line factories: open, bind, connect, set options.

#include <type_traits>
#include <utility>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../../endpoint/base.hpp"
#include "../../opt/rules.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/option.hpp"
#include "../../sys/platform.hpp"
#include "../../sys/socket.hpp"
#include "../../tag/family.hpp"
#include "../../tag/state.hpp"
#include "../../tag/type.hpp"
#include "../../wait/wait.hpp"
#include "../handle.hpp"
#include "../peer.hpp"
#include "native_form.hpp"

namespace ferrule::steps {

/// socket(2). For AF_INET6 it sets IPV6_V6ONLY as the family promises, whatever net.ipv6.bindv6only
/// says: Ipv6 is IPv6 alone, Ip and Any are both.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<Opened<Family>> open(int domain, sys::Blocking blocking) {
    auto descriptor = sys::open(domain, Type::number, Protocol::number, blocking);
    if (!descriptor) {
        return descriptor.error();
    }
    if constexpr (!std::is_same_v<Type,
                                  Raw>) { // a raw socket never sees IPv4 and refuses the option
        if (domain == sys::af_inet6) {
            const int only = std::is_same_v<Family, Ipv6> ? 1 : 0;
            if (auto set = sys::set_option(descriptor->number(), sys::ipproto_ipv6,
                                           sys::ipv6_v6only, only);
                !set) {
                return set.error().during(Operation::open);
            }
        }
    }
    return Opened<Family>{*std::move(descriptor), domain};
}

/// The same, for the endpoint that the socket will use. On a host without IPv6, `[::]` of Ip
/// becomes 0.0.0.0.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<Opened<Family>> open_for(const Endpoint<Family>& endpoint,
                                                                 sys::Blocking blocking) {
    if constexpr (FixedFamily<Family>) {
        return open<Family, Type, Protocol>(Family::number, blocking);
    } else {
        auto opened = open<Family, Type, Protocol>(endpoint.domain(), blocking);
        if (!opened && opened.error().code() == Errc::address_family_not_supported &&
            NativeForm<Family>::is_any(endpoint)) {
            return open<Family, Type, Protocol>(sys::af_inet, blocking);
        }
        return opened;
    }
}

/// bind(2).
template <class Family>
Result<void> bind(const Opened<Family>& opened, const Endpoint<Family>& endpoint) {
    const int descriptor = opened.descriptor().number();
    const NativeForm<Family> form{endpoint, opened.domain()};
    auto bound = sys::bind(descriptor, form.address(), form.size());
    if (!bound && bound.error().code() == Errc::invalid_argument && lacks_scope(endpoint)) {
        return Error{Errc::scope_missing, Operation::bind}; // ipv6(7), sin6_scope_id
    }
    return bound ? bound : at_endpoint(bound.error(), endpoint);
}

/// getpeername(2): whether the socket has a peer already.
inline bool has_peer(int descriptor) {
    sockaddr peer{};
    socklen_t size = sizeof peer;
    return sys::peer_name(descriptor, &peer, &size).has_value();
}

/// Goes on with a connect(2) that has not succeeded at once, and returns when it has ended: after a
/// signal, after EINPROGRESS, and after the EAGAIN of a full Unix backlog, which can't be polled.
/// poll(2) can't say how the connect ended: a socket that never connected polls ready, too. For a
/// Unix socket that has filled the backlog itself, Linux returns EAGAIN rather than EISCONN.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
connect_to_the_end(int descriptor, const sockaddr* address, socklen_t size, Wait wait,
                   Result<void> connected) {
    for (GrowingPause pause; !connected;
         connected = sys::connect_outcome(descriptor, address, size)) {
        auto waited = Result<void>{};
        switch (connected.error().code()) {
        case Errc::already_connected:
            return {};
        case Errc::interrupted:
            waited = wait.check(Operation::connect);
            break;
        case Errc::operation_in_progress:
        case Errc::connection_already_in_progress:
            waited = wait_for(descriptor, sys::pollout, wait, Operation::connect);
            break;
        case Errc::would_block:
            if (address->sa_family != sys::af_unix) {
                // There is no free local port for a datagram socket. Waiting does not help. TCP
                // returns EADDRNOTAVAIL for the same (connect(2)).
                return Error{Errc::address_not_available, Operation::connect};
            }
            if (has_peer(descriptor)) {
                return {};
            }
            waited = wait_for(-1, 0, wait, Operation::connect, pause.next());
            break;
        default:
            return connected;
        }
        if (!waited) {
            return waited;
        }
    }
    return connected;
}

/// connect(2) within the wait, to somebody: the caller has checked the endpoint.
template <class Family>
[[FERRULE_ALWAYS_INLINE]] inline Result<void>
connect_within(const Opened<Family>& opened, const Endpoint<Family>& endpoint, Wait wait) {
    const int descriptor = opened.descriptor().number();
    if (auto fits = check_scope(descriptor, endpoint, Operation::connect); !fits) [[unlikely]] {
        return fits;
    }
    if (!wait.may_begin()) [[unlikely]] {
        return wait.why_not(Operation::connect);
    }
    const NativeForm<Family> form{endpoint, opened.domain()};
    auto connected = sys::connect(descriptor, form.address(), form.size());
    if (!connected) [[unlikely]] {
        connected = connect_to_the_end(descriptor, form.address(), form.size(), wait, connected);
    }
    return connected;
}

/// The same with a deadline or a stop, on a socket that is non-blocking for as long as this takes;
/// `blocking` is what it is now.
template <class Family>
[[gnu::__noinline__]] Result<void> connect_in_time(const Opened<Family>& opened,
                                                   const Endpoint<Family>& endpoint, Wait wait,
                                                   sys::Blocking blocking) {
    const int descriptor = opened.descriptor().number();
    if (blocking == sys::Blocking::yes) {
        if (auto set = sys::set_blocking(descriptor, sys::Blocking::no); !set) {
            return set;
        }
    }
    auto connected = connect_within(opened, endpoint, wait);
    return connected ? sys::set_blocking(descriptor, sys::Blocking::yes) : connected;
}

/// connect(2) within the wait. The descriptor is blocking afterwards.
template <class Family>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> connect(const Opened<Family>& opened,
                                                      const Endpoint<Family>& endpoint, Wait wait,
                                                      sys::Blocking blocking) {
    return wait.is_for_ever() ? connect_within(opened, endpoint, wait)
                              : connect_in_time(opened, endpoint, wait, blocking);
}

/// Begins a connect(2) on a non-blocking socket. It succeeds, too, if the connect has not ended.
template <class Family>
Result<void> begin_connect(const Opened<Family>& opened, const Endpoint<Family>& endpoint) {
    auto connected = connect_within(opened, endpoint, no_wait);
    if (!connected && connected.error().code() == Errc::would_block) {
        return {};
    }
    return connected;
}

/// Whether a socket that will connect within `wait` is opened blocking.
[[nodiscard]] constexpr sys::Blocking blocking_for(Wait wait) {
    return wait.is_for_ever() ? sys::Blocking::yes : sys::Blocking::no;
}

/// Gives a connected Unix datagram socket a free abstract name (unix(7), autobind), so that the
/// peer can answer. Only Linux has such names. It comes after connect(2), so that only the peer can
/// send to that name. Does nothing for all other sockets.
template <class Type> Result<void> make_answerable(int descriptor, int domain) {
    if constexpr (std::is_same_v<Type, Datagram> && sys::unix_has_autobind) {
        if (domain == sys::af_unix) {
            sockaddr unnamed{};
            unnamed.sa_family = sys::af_unix;
            return sys::bind(descriptor, &unnamed, sizeof unnamed.sa_family);
        }
    }
    return {};
}

/// The same for the result of a connect: a Connection or a Connecting.
template <class Type, class State> Result<State> answerable(Result<State> connected) {
    if (connected) {
        if (auto named = make_answerable<Type>(connected->descriptor(), connected->domain());
            !named) {
            return named.error();
        }
    }
    return connected;
}

/// When a factory sets an option: right after socket(2) if the option can be set there, otherwise
/// after the last step.
enum class Moment { opened, finished };

/// Sets each option of the pack that is set at this moment.
template <Moment moment, class Family, class... Options>
Result<void> set(const Opened<Family>& opened, const Options&... options) {
    auto done = Result<void>{};
    [[maybe_unused]] auto set_one = [&](const auto& option) {
        using Option = std::remove_cvref_t<decltype(option)>;
        if constexpr (SocketOption<Option>) { // a Wait or Backlog may come first
            if constexpr (SettableIn<Option, state::Socket> == (moment == Moment::opened)) {
                done = option.set(opened.target());
            }
        }
        return done.has_value();
    };
    static_cast<void>((set_one(options) && ...));
    return done;
}

/// What every factory does with a new socket: sets the options that can be set after socket(2),
/// takes the step into the state, sets the other options.
template <class Family, class Step, class... Options>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> in_steps(const Opened<Family>& opened, Step step,
                                                       const Options&... options) {
    auto done = set<Moment::opened>(opened, options...);
    if (done) {
        done = step();
    }
    return done ? set<Moment::finished>(opened, options...) : done;
}

} // namespace ferrule::steps
