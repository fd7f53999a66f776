// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Whether an endpoint can be a peer. connect and send_to check before the kernel does: the kernel
/// takes 0.0.0.0 for this host and AF_UNSPEC as an order to disconnect, and picks an interface if
/// none is named.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "../address/ipv4.hpp"
#include "../address/ipv6.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/any.hpp" // IWYU pragma: export
#include "../endpoint/base.hpp"
#include "../endpoint/ip.hpp" // IWYU pragma: export
#include "../endpoint/ipv4.hpp"
#include "../endpoint/ipv6.hpp"
#include "../endpoint/unix.hpp" // IWYU pragma: export
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/type.hpp"

namespace ferrule {

/// Whether this is a link-local IPv6 endpoint (RFC 4291 section 2.5.6) without an interface. The
/// kernel would refuse it, or pick an interface.
template <class Family> [[nodiscard]] constexpr bool lacks_scope(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Ipv6>) {
        const auto& address = endpoint.native_.sin6_addr.s6_addr;
        return address[0] == 0xfe && (address[1] & 0xc0) == 0x80 && endpoint.scope_id() == 0;
    } else if constexpr (VariableFamily<Family>) {
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv6 != nullptr && lacks_scope(*ipv6);
    } else {
        return false;
    }
}

namespace detail {

// Types and protocols whose endpoints have ports. An Any of datagrams may be one of ICMP.
template <class Family, class Type, class Protocol>
inline constexpr bool has_ports = among<Protocol, OneOf<Tcp, Mptcp, Udp, UdpLite>> ||
                                  (std::is_same_v<Family, Any> && std::is_same_v<Type, Stream>);

// 224.0.0.0/4 and ff00::/8 (RFC 5771, RFC 4291 section 2.7), without a look at the registries, as
// is_multicast() takes it: this is asked in every connect.
constexpr bool is_group(const Address<Ipv4>& address) { return address.number() >> 28 == 0xe; }
constexpr bool is_group(const Address<Ipv6>& address) { return address.bytes_[0] == 0xff; }

template <class Type, class Protocol, class SocketFamily>
constexpr bool is_nobody_of(const Endpoint<Ipv4>& endpoint) {
    const auto address = endpoint.address();
    return address == Address<Ipv4>::any() ||
           (has_ports<SocketFamily, Type, Protocol> && endpoint.port() == 0) ||
           (FormsConnections<Type> && (is_group(address) || address == Address<Ipv4>::broadcast()));
}

template <class Type, class Protocol, class SocketFamily>
constexpr bool is_nobody_of(const Endpoint<Ipv6>& endpoint) {
    const auto address = endpoint.address();
    if (address.is_ipv4_mapped()) {
        return is_nobody_of<Type, Protocol, SocketFamily>(
            Endpoint<Ipv4>{address.unmapped(), endpoint.port()});
    }
    return address == Address<Ipv6>::any() ||
           (has_ports<SocketFamily, Type, Protocol> && endpoint.port() == 0) ||
           (FormsConnections<Type> && is_group(address));
}

} // namespace detail

/// Whether nobody can be there: no endpoint at all, a Unix socket without a name, 0.0.0.0 or [::],
/// port 0 of a protocol that has ports, and for a stream a group. Raw sockets may mean any of them.
template <class Type, class Protocol, class Family>
[[nodiscard]] constexpr bool is_nobody(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Type, Raw> || !among<Family, OneOf<Ipv4, Ipv6, Unix, Ip, Any>>) {
        return false; // of a family of the user's own the endpoints are not known here
    } else if constexpr (std::is_same_v<Family, Unix>) {
        return endpoint.is_unnamed();
    } else if constexpr (VariableFamily<Family>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return detail::is_nobody_of<Type, Protocol, Family>(*ipv4);
        }
        if (const auto* const ipv6 = endpoint.template get_if<Ipv6>()) {
            return detail::is_nobody_of<Type, Protocol, Family>(*ipv6);
        }
        if constexpr (std::is_same_v<Family, Any>) {
            const auto* const unix_name = endpoint.template get_if<Unix>();
            return unix_name == nullptr || unix_name->is_unnamed();
        }
        return true;
    } else {
        return detail::is_nobody_of<Type, Protocol, Family>(endpoint);
    }
}

namespace detail {

// Not constexpr, so that the compiler shows the name when a literal reaches it.
inline void nobody_can_be_at_this_endpoint() {}

struct NoAddress;
template <class Endpoint> struct Addressed {
    using Address = NoAddress;
};
template <class Endpoint>
    requires requires(const Endpoint& endpoint) { endpoint.address(); }
struct Addressed<Endpoint> {
    using Address = decltype(std::declval<const Endpoint&>().address());
};
template <class Endpoint> using AddressOf = typename Addressed<Endpoint>::Address;

} // namespace detail

/// The peer of a connect or send_to: an endpoint, borrowed for the call; or a literal, which does
/// not compile if it can't be a peer.
template <class Endpoint, class Type, class Protocol> class PeerAt {
public:
    constexpr PeerAt(const Endpoint& endpoint [[clang::lifetimebound]]) : borrowed_{&endpoint} {}

    /// From an endpoint of a family that this one includes.
    template <class Part>
        requires std::convertible_to<const Part&, Endpoint>
    constexpr PeerAt(const Part& part) : own_(part) {}
    constexpr PeerAt(const detail::AddressOf<Endpoint>& address, Port port) : own_{address, port} {}

    template <std::size_t size> consteval PeerAt(const char (&literal)[size]) : own_{literal} {
        if (is_nobody<Type, Protocol>(own_)) {
            detail::nobody_can_be_at_this_endpoint();
        }
    }
    /// Text of run time: Endpoint::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    PeerAt(const Text&) = delete;

    [[nodiscard]] constexpr const Endpoint& endpoint() const {
        return borrowed_ != nullptr ? *borrowed_ : own_;
    }

private:
    const Endpoint* borrowed_ = nullptr;
    union {
        Endpoint own_; // or nothing
    };
};

namespace detail {

// Whether the socket has an interface already: it is bound to a device or to a link-local endpoint
// with a scope, or an interface for sending is set (ipv6(7), IPV6_UNICAST_IF).
[[gnu::__cold__, gnu::__noinline__]] inline bool has_interface(int descriptor) {
    const auto bound = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_bindtoifindex);
    if (bound && *bound != 0) {
        return true;
    }
    const auto chosen = sys::get_option<int>(descriptor, sys::ipproto_ipv6, sys::ipv6_unicast_if);
    return chosen && *chosen != 0;
}

} // namespace detail

/// `not_a_peer` if nobody can be there.
template <class Type, class Protocol, class Family>
[[nodiscard, FERRULE_ALWAYS_INLINE]] inline Result<void> check_peer(const Endpoint<Family>& peer,
                                                                    Operation operation) {
    if (is_nobody<Type, Protocol>(peer)) [[unlikely]] {
        return Error{Errc::not_a_peer, operation};
    }
    return {};
}

/// `scope_missing` for a link-local endpoint without a scope, unless the socket has an interface.
template <class Family>
[[nodiscard]] Result<void> check_scope(int descriptor, const Endpoint<Family>& peer,
                                       Operation operation) {
    if (lacks_scope(peer) && !detail::has_interface(descriptor)) [[unlikely]] {
        return Error{Errc::scope_missing, operation};
    }
    return {};
}

/// Adds the endpoint to the text of the error, if there is room for it. There is none for a path or
/// a name.
template <class Family>
[[nodiscard, gnu::__cold__]] Error at_endpoint(Error error, const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Ipv4>) {
        return Error::at_endpoint(error.code(), error.operation(), false,
                                  endpoint.address().number(), endpoint.port(),
                                  *error.message_size());
    } else if constexpr (std::is_same_v<Family, Ipv6>) {
        const auto address = endpoint.address();
        const std::uint32_t known = address == Address<Ipv6>::any()        ? 0
                                    : address == Address<Ipv6>::loopback() ? 1
                                                                           : UINT32_MAX;
        return Error::at_endpoint(error.code(), error.operation(), true, known, endpoint.port(),
                                  *error.message_size());
    } else if constexpr (VariableFamily<Family>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return at_endpoint(error, *ipv4);
        }
        if (const auto* const ipv6 = endpoint.template get_if<Ipv6>()) {
            return at_endpoint(error, *ipv6);
        }
    }
    return error;
}

} // namespace ferrule
