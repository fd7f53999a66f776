// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv6 address, a port and perhaps a scope: the kernel's sockaddr_in6, written
/// `[2001:db8::1]:80` and
/// `[fe80::1%3]:80`.

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/ipv6.hpp"
#include "../address/parser.hpp"
#include "../address/printer.hpp"
#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "port.hpp"

namespace ferrule {

namespace detail {

// The bytes of an address from one array to another: by words, where no constant is evaluated.
template <class To, class From> constexpr void copy_address(To& to, const From& from) {
    if (std::is_constant_evaluated()) {
        for (std::size_t at = 0; at < sizeof to; ++at) {
            to[at] = from[at];
        }
    } else {
        __builtin_memcpy(&to, &from, sizeof to);
    }
}

} // namespace detail

/// An address, a port, and the scope of a link-local address, written `[fe80::1%2]:80`.
template <> class Endpoint<Ipv6> {
public:
    /// [::]:0
    constexpr Endpoint() { native_.sin6_family = sys::af_inet6; }
    /// `scope_id` is the index of an interface, which a link-local address needs (RFC 4007); 0 is
    /// none.
    constexpr Endpoint(const Address<Ipv6>& address, Port port, std::uint32_t scope_id = 0)
        : Endpoint{} {
        set(address, port.number(), scope_id);
    }

    /// Checked by the compiler: `Endpoint<Ipv6> endpoint = "[2001:db8::1]:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ipv6>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// [::]: every IPv6 address of this host. Port 0 lets bind(2) choose a free one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) {
        return {Address<Ipv6>::any(), port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return {Address<Ipv6>::loopback(), port};
    }

    /// Exactly `[address]:port` or `[address%scope]:port`; a scope is a number from 1, names are
    /// not looked up here.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Address<Ipv6> address;
        std::uint16_t port = 0;
        std::uint32_t scope_id = 0;
        if (parser.here() != '[') {
            return parser.fail(Errc::missing_bracket);
        }
        parser.advance();
        const bool fits = address.read(parser) && read_scope(parser, scope_id) &&
                          parser.expect(']', Errc::missing_bracket) &&
                          parser.expect(':', Errc::missing_port) && parser.port(port);
        set(address, port, scope_id);
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        *at++ = '[';
        at = address().print(at);
        if (scope_id() != 0) {
            *at++ = '%';
            at = print_decimal(at, scope_id());
        }
        return print_decimal(print_characters(at, "]:"), port());
    }

    [[nodiscard]] constexpr Text<58> text() const { return Text<58>::printed(*this); }

    [[nodiscard]] constexpr Address<Ipv6> address() const {
        Address<Ipv6> address;
        detail::copy_address(address.bytes_, native_.sin6_addr.s6_addr);
        return address;
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return std::bit_cast<BigEndian<std::uint16_t>>(native_.sin6_port);
    }
    /// The index of an interface, or 0.
    [[nodiscard]] constexpr std::uint32_t scope_id() const { return native_.sin6_scope_id; }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const {
        return Endpoint{address(), port, scope_id()}.with_flow_label(flow_label());
    }

    /// The flow label of packets to this endpoint, 20 bits (RFC 6437); opt::FlowLabel leases it. 0
    /// is none.
    [[nodiscard]] constexpr std::uint32_t flow_label() const {
        return std::bit_cast<BigEndian<std::uint32_t>>(native_.sin6_flowinfo) & 0xfffffU;
    }
    [[nodiscard]] constexpr Endpoint with_flow_label(std::uint32_t label) const {
        Endpoint labelled = *this;
        labelled.native_.sin6_flowinfo =
            std::bit_cast<std::uint32_t>(BigEndian<std::uint32_t>{label & 0xfffffU});
        return labelled;
    }

    [[nodiscard]] static constexpr int domain() { return sys::af_inet6; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address().hash(), std::uint64_t{scope_id()} << 16 | port());
    }

    /// By address, port and scope; not by the flow label.
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (const auto addresses = one.address() <=> other.address(); std::is_neq(addresses)) {
            return addresses;
        }
        const auto ports = one.port() <=> other.port();
        return std::is_neq(ports) ? ports : one.scope_id() <=> other.scope_id();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in6);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return sizeof(sockaddr_in6); }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`; anything but a whole IPv6 endpoint
    /// becomes [::]:0.
    void native_resize(socklen_t size) {
        if (size < sizeof(sockaddr_in6) || native_.sin6_family != sys::af_inet6) {
            *this = Endpoint{};
        }
    }

    /// Public only so that an endpoint can be a template argument.
    sockaddr_in6 native_{};

private:
    constexpr void set(const Address<Ipv6>& address, std::uint16_t port, std::uint32_t scope_id) {
        detail::copy_address(native_.sin6_addr.s6_addr, address.bytes_);
        native_.sin6_port = std::bit_cast<in_port_t>(BigEndian<std::uint16_t>{port});
        native_.sin6_scope_id = scope_id;
    }

    static constexpr bool read_scope(Parser& parser, std::uint32_t& scope_id) {
        if (parser.here() != '%') {
            return true;
        }
        parser.advance();
        if (parser.here() < '1' || parser.here() > '9' ||
            !parser.decimal(scope_id, 0xffffffff, Errc::bad_scope)) {
            return parser.fail(Errc::bad_scope);
        }
        return parser.here() == ']' || parser.at_end() || parser.fail(Errc::bad_scope);
    }
};

} // namespace ferrule
