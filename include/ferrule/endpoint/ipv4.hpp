// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv4 address and a port: the kernel's sockaddr_in, written `192.0.2.1:80`.

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/ipv4.hpp"
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

/// An address and a port, written `192.0.2.1:80`.
template <> class Endpoint<Ipv4> {
public:
    /// 0.0.0.0:0
    constexpr Endpoint() { native_.sin_family = sys::af_inet; }
    constexpr Endpoint(Address<Ipv4> address, Port port) : Endpoint{} {
        native_.sin_addr.s_addr = std::bit_cast<in_addr_t>(address.bytes());
        native_.sin_port = std::bit_cast<in_port_t>(BigEndian<std::uint16_t>{port.number()});
    }

    /// Checked by the compiler: `Endpoint<Ipv4> endpoint = "192.0.2.1:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ipv4>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// 0.0.0.0: every address of this host. Port 0 lets bind(2) choose a free one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) {
        return {Address<Ipv4>::any(), port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return {Address<Ipv4>::loopback(), port};
    }

    /// Exactly `address:port`; the port is decimal, without leading zeros.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Address<Ipv4> address;
        std::uint16_t port = 0;
        const bool fits =
            address.read(parser) && parser.expect(':', Errc::missing_port) && parser.port(port);
        *this = Endpoint{address, port};
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = address().print(at);
        *at++ = ':';
        return print_decimal(at, port());
    }

    [[nodiscard]] constexpr Text<21> text() const { return Text<21>::printed(*this); }

    [[nodiscard]] constexpr Address<Ipv4> address() const {
        return Address<Ipv4>{std::bit_cast<Address<Ipv4>::Bytes>(native_.sin_addr.s_addr)};
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return std::bit_cast<BigEndian<std::uint16_t>>(native_.sin_port);
    }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const { return {address(), port}; }

    [[nodiscard]] static constexpr int domain() { return sys::af_inet; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address().hash(), port());
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.native_.sin_addr.s_addr == other.native_.sin_addr.s_addr &&
               one.native_.sin_port == other.native_.sin_port;
    }
    /// By address, then by port.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        const auto addresses = one.address() <=> other.address();
        return std::is_neq(addresses) ? addresses : one.port() <=> other.port();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return sizeof(sockaddr_in); }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`; anything but a whole IPv4 endpoint
    /// becomes 0.0.0.0:0.
    void native_resize(socklen_t size) {
        if (size < sizeof(sockaddr_in) || native_.sin_family != sys::af_inet) {
            *this = Endpoint{};
        }
    }

    /// Public only so that an endpoint can be a template argument.
    sockaddr_in native_{};
};

} // namespace ferrule
