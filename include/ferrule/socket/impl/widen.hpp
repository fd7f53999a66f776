// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Conversions from a fixed family to Ip or Any, and back.

#include <type_traits>

#include "../../core/error.hpp"
#include "../../core/one_of.hpp"
#include "../../core/result.hpp"
#include "../../endpoint/ip.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/option.hpp"
#include "../../sys/socket.hpp"
#include "../../tag/family.hpp"
#include "../../tag/type.hpp"
#include "../handle.hpp"
#include "native_form.hpp"

namespace ferrule {

/// A socket of `From` over `FromProtocol` can be one of `Family` over `Protocol`. Ipv4 can be an Ip
/// of the same protocol, and an Any.
template <class From, class FromProtocol, class Family, class Protocol>
concept Widens = Among<From, MembersOf<Family>> &&
                 (std::is_same_v<FromProtocol, Protocol> || std::is_same_v<Family, Any>);

/// Whether an AF_INET6 socket carries IPv4 (ipv6(7), IPV6_V6ONLY): its peer or its own address is
/// an IPv4-mapped one, or it has no address and accepts both. Such a socket is an Ip, not an Ipv6.
[[nodiscard]] inline bool may_be_ipv4(int descriptor) {
    Endpoint<Ip> endpoint;
    socklen_t size = Endpoint<Ip>::native_capacity;
    if (sys::peer_name(descriptor, endpoint.native_buffer(), &size)) {
        endpoint.native_resize(size);
        return endpoint.domain() == sys::af_inet;
    }
    size = Endpoint<Ip>::native_capacity;
    if (sys::local_name(descriptor, endpoint.native_buffer(), &size)) {
        endpoint.native_resize(size);
        if (endpoint.domain() == sys::af_inet) {
            return true;
        }
        if (!NativeForm<Ip>::is_any(endpoint)) {
            return false;
        }
    }
    const auto only = sys::get_option<int>(descriptor, sys::ipproto_ipv6, sys::ipv6_v6only);
    return only && *only == 0;
}

/// `wrong_family` or `wrong_protocol` if the socket is not what the tags say (SO_PROTOCOL,
/// socket(7)).
template <class Family, class Protocol, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Result<void> check_narrows(const Handle<State, From, Type, FromProtocol>& handle) {
    if (!handle.is_open()) {
        return Error{Errc::not_open, Operation::convert};
    }
    bool same = false;
    if constexpr (FixedFamily<Family>) {
        same = handle.domain() == Family::number;
    } else {
        same = handle.domain() == sys::af_inet || handle.domain() == sys::af_inet6;
    }
    if constexpr (std::is_same_v<Family, Ipv6> && !std::is_same_v<Type, Raw>) {
        same = same && !may_be_ipv4(handle.descriptor());
    }
    if (!same) {
        return Error{Errc::wrong_family, Operation::convert};
    }
    if constexpr (!std::is_same_v<Protocol, FromProtocol>) {
        const auto spoken =
            sys::get_option<int>(handle.descriptor(), sys::sol_socket, sys::so_protocol);
        if (!spoken) {
            return spoken.error().during(Operation::convert);
        }
        if (*spoken != Protocol::number) {
            return Error{Errc::wrong_protocol, Operation::convert};
        }
    }
    return {};
}

/// Converts to the socket class `To`, in the same state. On failure `from` keeps the socket.
template <class To, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Result<To> narrow(Handle<State, From, Type, FromProtocol>& from) {
    if (auto fits = check_narrows<typename To::family, typename To::protocol>(from); !fits) {
        return fits.error();
    }
    auto opened = std::move(from).take();
    const int domain = opened.domain();
    return To{Opened<typename To::family>{std::move(opened.descriptor()), domain}};
}

/// The same socket as one of a wider family.
template <class Family, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Opened<Family> widen(Handle<State, From, Type, FromProtocol>&& from) {
    auto opened = std::move(from).take();
    const int domain = opened.domain();
    return Opened<Family>{std::move(opened.descriptor()), domain};
}

} // namespace ferrule
