// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Reaching a host by name, over whichever of its addresses answers first.

#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/any.hpp"
#include "../endpoint/ip.hpp"
#include "../opt/rules.hpp"
#include "../socket/connection.hpp"
#include "../socket/impl/pack.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "dial_error.hpp"
#include "host_port.hpp"
#include "impl/race.hpp"
#include "resolve.hpp"

namespace ferrule {

namespace detail {

template <class Family, class Protocol>
using Dialled = Result<Connection<Family, Stream, Protocol>, DialError>;

// What Any speaks over IP.
template <class Family, class Protocol>
using RacingProtocol = std::conditional_t<std::is_same_v<Family, Any>, Tcp, Protocol>;

template <class Given>
concept Texts = std::is_convertible_v<const Given&, std::string_view>;

// The service of a host: its name, or the number of a port.
template <class Given>
concept Services = Texts<Given> || (std::integral<Given> && !std::same_as<Given, bool>);

template <class Given>
concept Destination =
    Texts<Given> || std::is_convertible_v<const Given&, std::span<const Endpoint<Ip>>>;

// The first option that dial refuses: the arguments are a destination, perhaps a service, perhaps a
// Wait, then options.
template <class Family, class Protocol, class First, class... Rest>
struct RefusedByDial : RefusedAfterWait<state::Connection, Family, Stream, Protocol, Rest...> {};
template <class Family, class Protocol, Texts First, class Second, class... Rest>
    requires Services<std::remove_cvref_t<Second>>
struct RefusedByDial<Family, Protocol, First, Second, Rest...>
    : RefusedAfterWait<state::Connection, Family, Stream, Protocol, Rest...> {};

// One function for each form of dial. Their options were checked by dial.
template <class Family, class Protocol> struct Dial {
    using Answer = Dialled<Family, Protocol>;

    template <class... Options>
    static Answer reach(std::span<const Endpoint<Ip>> endpoints, const Options&... options) {
        const Wait wait = steps::wait_of(options...);
        if (endpoints.size() == 1 && !wait.is_no_wait()) {
            return reach_one(endpoints[0], wait, options...);
        }
        return outcome_of(race<Spoken>(endpoints, wait, options...));
    }

    template <Texts Service, class... Options>
    static Answer reach(std::string_view host, const Service& service, const Options&... options) {
        const Wait wait = steps::wait_of(options...);
        if (const auto number = endpoint_of_numbers(host, service)) {
            return reach(std::span<const Endpoint<Ip>>{&*number, 1}, options...);
        }
        auto endpoints = resolve(host, service, wait);
        if (!endpoints) {
            return DialError{endpoints.error()};
        }
        return reach(std::span<const Endpoint<Ip>>{*endpoints}, options...);
    }

    template <std::integral Number, class... Options>
    static Answer reach(std::string_view host, Number port, const Options&... options) {
        return reach(host, std::string_view{port_text(port)}, options...);
    }

    template <class... Options>
    static Answer reach(std::string_view text, const Options&... options) {
        if constexpr (std::is_same_v<Family, Any>) {
            if (text.starts_with("unix:")) {
                const auto endpoint = Endpoint<Any>::parse(text);
                if (!endpoint) {
                    return DialError{endpoint.error()};
                }
                auto connected = Connection<Any>::connect(*endpoint, options...);
                if (!connected) {
                    DialError failure{connected.error()};
                    failure.add(*endpoint, connected.error().code());
                    return failure;
                }
                return *std::move(connected);
            }
        }
        if (text.starts_with("unix:")) {
            return DialError{Error{Errc::needs_any, Operation::dial}};
        }
        if (text.find("://") != text.npos) {
            return DialError{Error{Errc::is_a_url, Operation::dial}};
        }
        const auto parts = split_host_port(text);
        if (!parts) {
            return DialError{parts.error()};
        }
        return reach(parts->host, parts->service, options...);
    }

private:
    using Spoken = RacingProtocol<Family, Protocol>;

    static Answer outcome_of(Result<Connection<Ip, Stream, Spoken>, DialError> reached) {
        if (!reached) {
            return reached.error();
        }
        return Connection<Family, Stream, Protocol>{*std::move(reached)};
    }

    // One endpoint needs no race: a connect, and no poll or ioctl if it may take for ever.
    template <class... Options>
    static Answer reach_one(const Endpoint<Ip>& endpoint, Wait wait, const Options&... options) {
        if (!wait.may_begin()) {
            return DialError{wait.why_not(Operation::dial)};
        }
        Errc cause = Errc::none;
        for (int tries = 0; tries < most_tries; ++tries) {
            auto connected = Connection<Ip, Stream, Spoken>::connect(endpoint, options...);
            if (connected && !is_its_own_peer(*connected, endpoint)) {
                return Connection<Family, Stream, Protocol>{*std::move(connected)};
            }
            if (!connected) {
                cause = tries == 0 ? connected.error().code() : cause;
                break;
            }
            cause = Errc::connection_refused;
        }
        DialError failure{Error{cause, Operation::dial}};
        failure.add(endpoint, cause);
        return failure;
    }
};

} // namespace detail

/// Connects to a host by name: to whichever of its endpoints answers first.
///
///     dial("example.com:http")          [::1]:80, unix:/run/x.sock (dial<Any>)
///     dial("example.com", "http")       also "80"
///     dial("example.com", 80)
///     dial(endpoints)                   a span of Endpoint<Ip>: no name is resolved
///
/// After these an optional Wait, which spans the lookup and the connect, then options:
/// `dial("example.com:http", within(5s), opt::NoDelay{true})`.
///
/// IPv6 and IPv4 by turns, each 250 ms after the one before or as soon as that one fails. The first
/// that connects wins (RFC 8305, Happy Eyeballs).
// One template for all forms, so that a refusal speaks of one candidate.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>,
          detail::Destination Where, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             SettableOnTheWayTo<
                 typename detail::RefusedByDial<Family, Protocol, Where, Options...>::type,
                 state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(const Where& where, Options&&... options) {
    return detail::Dial<Family, Protocol>::reach(where, options...);
}

} // namespace ferrule
