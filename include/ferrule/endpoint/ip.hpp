// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv4 or an IPv6 endpoint, known at run time.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/ip.hpp"
#include "../address/ipv6.hpp"
#include "../address/parser.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "ipv4.hpp"
#include "ipv6.hpp"
#include "port.hpp"

namespace ferrule {

/// All IPv4 endpoints are ordered before all IPv6 endpoints.
template <> class Endpoint<Ip> {
public:
    /// [::]:0
    constexpr Endpoint() : ipv6_{}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Endpoint<Ipv4>& ipv4) : ipv4_{ipv4}, domain_{sys::af_inet} {}
    constexpr Endpoint(const Endpoint<Ipv6>& ipv6) : ipv6_{ipv6}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Address<Ip>& address, Port port) : Endpoint{} {
        if (const auto ipv4 = address.to<Ipv4>()) {
            *this = Endpoint<Ipv4>{*ipv4, port};
        } else {
            *this = Endpoint<Ipv6>{*address.to<Ipv6>(), port};
        }
    }

    /// Checked by the compiler: `Endpoint<Ip> endpoint = "192.0.2.1:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ip>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// [::]: every address of this host, IPv4 addresses included. Port 0 lets bind(2) choose a free
    /// one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) { return Endpoint<Ipv6>::any(port); }
    /// [::1]
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return Endpoint<Ipv6>::loopback(port);
    }

    /// `192.0.2.1:80` or `[2001:db8::1]:80`.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        if (parser.here() == '[') {
            Endpoint<Ipv6> ipv6;
            const bool fits = ipv6.read(parser);
            *this = ipv6;
            return fits;
        }
        const Parser start = parser;
        Endpoint<Ipv4> ipv4;
        if (!ipv4.read(parser)) {
            const auto colon = start.rest().find(':');
            if (colon != start.rest().rfind(':')) { // an IPv6 address without brackets
                parser = start;
                parser.fail(Errc::missing_bracket);
            }
            return false;
        }
        *this = ipv4;
        return true;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const { return is_ipv4() ? ipv4_.print(at) : ipv6_.print(at); }

    [[nodiscard]] constexpr Text<58> text() const { return Text<58>::printed(*this); }

    [[nodiscard]] constexpr Address<Ip> address() const {
        return is_ipv4() ? Address<Ip>{ipv4_.address()} : Address<Ip>{ipv6_.address()};
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return is_ipv4() ? ipv4_.port() : ipv6_.port();
    }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const {
        return is_ipv4() ? Endpoint{ipv4_.with_port(port)} : Endpoint{ipv6_.with_port(port)};
    }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const { return domain_; }

    /// The endpoint as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr Result<Endpoint<Family>> to() const {
        if (domain_ != Family::number) {
            return Error{Errc::wrong_family, Operation::convert};
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return ipv4_;
        } else {
            return ipv6_;
        }
    }

    /// The same, borrowed: nullptr if it is of the other family.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr const Endpoint<Family>* get_if() const {
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return is_ipv4() ? &ipv4_ : nullptr;
        } else {
            return is_ipv4() ? nullptr : &ipv6_;
        }
    }

    /// The form for a socket of AF_INET6: an IPv4 endpoint as [::ffff:a.b.c.d]:port.
    [[nodiscard]] constexpr Endpoint<Ipv6> mapped() const {
        return is_ipv4() ? Endpoint<Ipv6>{Address<Ipv6>::mapped(ipv4_.address()), ipv4_.port()}
                         : ipv6_;
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return is_ipv4() ? ipv4_.hash() : ipv6_.hash();
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (one.domain_ != other.domain_) {
            return one.domain_ <=> other.domain_;
        }
        return one.is_ipv4() ? one.ipv4_ <=> other.ipv4_ : one.ipv6_ <=> other.ipv6_;
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in6);
    [[nodiscard]] const sockaddr* native() const { return ipv6_.native(); }
    [[nodiscard]] socklen_t native_size() const {
        return is_ipv4() ? Endpoint<Ipv4>::native_size() : Endpoint<Ipv6>::native_size();
    }
    [[nodiscard]] sockaddr* native_buffer() { return ipv6_.native_buffer(); }

    /// Takes in what the kernel wrote into `native_buffer()`. An IPv4-mapped endpoint becomes the
    /// IPv4 endpoint, so that it can't bypass a list of IPv4 addresses. Anything but a whole IP
    /// endpoint becomes [::]:0.
    [[FERRULE_ALWAYS_INLINE]] void native_resize(socklen_t size) {
        if (size >= sizeof(sockaddr_in6) && native()->sa_family == sys::af_inet6) {
            const auto address = ipv6_.address();
            domain_ = address.is_ipv4_mapped() ? sys::af_inet : sys::af_inet6;
            if (is_ipv4()) {
                ipv4_ = {address.unmapped(), ipv6_.port()};
            }
        } else if (size >= sizeof(sockaddr_in) && native()->sa_family == sys::af_inet) {
            domain_ = sys::af_inet;
        } else {
            *this = Endpoint{};
        }
    }

private:
    constexpr bool is_ipv4() const { return domain_ == sys::af_inet; }

    union {
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
    };
    int domain_;
};

} // namespace ferrule
