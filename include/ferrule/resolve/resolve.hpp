// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// From the name of a host to the endpoints that reach it.

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/ip.hpp"
#include "../sys/numbers.hpp"
#include "../sys/resolver.hpp"
#include "../tag/family.hpp"
#include "../tag/legal.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"
#include "endpoints.hpp"
#include "host_port.hpp"
#include "impl/lookup.hpp"

namespace ferrule {

/// getaddrinfo(3): the endpoints of a host and a service, in the order that the system prefers (RFC
/// 6724), each once. `host` is a name, an address, or empty: this host
/// itself, `[::1]` and `127.0.0.1`; anything else is `bad_host`. Numbers are read
/// as Address<Ip>::parse reads them, and in no other way. `service` is a port from 0 to 65535 or a
/// name (services(5)). Without a Wait it blocks as long as the name servers take. With a Wait it
/// runs in its own thread; when the wait is over, that thread is left alone and ends by itself.
/// With `no_wait` a name is `would_block`. More than 128 such threads at once: `too_many_lookups`.
/// A library that has called this must stay loaded (dlclose(3)) until its threads have ended. It
/// allocates.
template <class Family = Ip, class Type = Stream>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, std::string_view service,
                                                Wait wait = {}) {
    const auto port = detail::port_of(service);
    if (!port) {
        return port.error();
    }
    const bool service_is_name = is_service_name(service);
    const auto literal = detail::literal_endpoint(host, *port);
    if (!literal && !host.empty() &&
        (literal.error().code() != Errc::bad_host || !is_host_name(host))) {
        return literal.error();
    }

    // An address with a port needs no lookup. An address with the name of a service needs a lookup
    // of the port only.
    sys::AddressList found;
    const bool is_this_host = host.empty() && !service_is_name;
    if ((!literal && !is_this_host) || service_is_name) {
        int domain = sys::af_unspec;
        if (literal) {
            domain = literal->domain();
        } else if constexpr (FixedFamily<Family>) {
            domain = Family::number;
        }
        const detail::Question question{Text<254>{literal ? std::string_view{} : host},
                                        Text<32>{service_is_name ? service : std::string_view{}},
                                        domain, Type::number};
        auto answer = wait.is_for_ever() ? question.ask() : detail::ask_aside(question, wait);
        if (!answer) {
            return answer.error();
        }
        found = *std::move(answer);
    }

    std::size_t count = 2;
    for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
        ++count;
    }
    auto endpoints = Endpoints<Family>::with_room(count);
    if (!endpoints) {
        return endpoints;
    }
    if (is_this_host) {
        detail::add_if_of_family(*endpoints, Endpoint<Ipv6>::loopback(*port));
        detail::add_if_of_family(*endpoints, Endpoint<Ipv4>::loopback(*port));
    } else if (literal) {
        detail::add_if_of_family(
            *endpoints, found.first() == nullptr
                            ? *literal
                            : literal->with_port(detail::endpoint_of(*found.first()).port()));
    } else {
        for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
            const auto endpoint = detail::endpoint_of(*at);
            detail::add_if_of_family(*endpoints,
                                     service_is_name ? endpoint : endpoint.with_port(*port));
        }
    }
    if (endpoints->empty()) {
        return Error{Errc::host_not_found, Operation::resolve};
    }
    return endpoints;
}

/// The same, with the port as a number. A port above 65535 is `bad_service`.
template <class Family = Ip, class Type = Stream, std::integral Number>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, Number port,
                                                Wait wait = {}) {
    return resolve<Family, Type>(host, detail::port_text(port), wait);
}

} // namespace ferrule
