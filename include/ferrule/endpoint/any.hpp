// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv4, IPv6 or Unix endpoint, known at run time, or none. Unix is written `unix:/run/x.sock`
/// and `unix:@x`.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "../address/impl/literal.hpp"
#include "../address/parser.hpp"
#include "../address/printer.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "ip.hpp"
#include "ipv4.hpp"
#include "ipv6.hpp"
#include "unix.hpp"

namespace ferrule {

/// Ordered by the number of the domain first: none, Unix, IPv4, IPv6 on Linux.
template <> class Endpoint<Any> {
public:
    /// None: AF_UNSPEC.
    constexpr Endpoint() : none_{}, domain_{sys::af_unspec} {}
    constexpr Endpoint(const Endpoint<Ipv4>& ipv4) : ipv4_{ipv4}, domain_{sys::af_inet} {}
    constexpr Endpoint(const Endpoint<Ipv6>& ipv6) : ipv6_{ipv6}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Endpoint<Unix>& unix_name) : unix_{unix_name}, domain_{sys::af_unix} {}
    constexpr Endpoint(const Endpoint<Ip>& ip)
        : Endpoint{ip.domain() == sys::af_inet ? Endpoint{*ip.get_if<Ipv4>()}
                                               : Endpoint{*ip.get_if<Ipv6>()}} {}

    /// Checked by the compiler: `Endpoint<Any> endpoint = "unix:/run/x.sock";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Any>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// `192.0.2.1:80`, `[2001:db8::1]:80`, `unix:/run/x.sock`, `unix:@x`. Without `unix:` only
    /// texts that can be nothing else are Unix endpoints: `/run/x.sock`, `./x.sock`, `../x.sock`,
    /// `@x`.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        const std::string_view rest = parser.rest();
        if (rest.starts_with(Endpoint<Unix>::prefix) || rest.starts_with('/') ||
            rest.starts_with("./") || rest.starts_with("../") || rest.starts_with('@')) {
            Endpoint<Unix> unix_name;
            const bool fits = unix_name.read(parser);
            *this = unix_name;
            return fits;
        }
        Endpoint<Ip> ip;
        const bool fits = ip.read(parser);
        *this = ip;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.print(at);
        case sys::af_inet6:
            return ipv6_.print(at);
        case sys::af_unix:
            return unix_.print(print_characters(at, Endpoint<Unix>::prefix));
        default:
            return at;
        }
    }

    /// What `parse` reads. An unnamed Unix endpoint is `unix:`, none is empty.
    [[nodiscard]] constexpr Text<115> text() const { return Text<115>::printed(*this); }

    /// AF_UNSPEC, AF_INET, AF_INET6 or AF_UNIX.
    [[nodiscard]] constexpr int domain() const { return domain_; }

    /// The endpoint as one of the families, or the error `wrong_family`.
    template <Among<OneOf<Ipv4, Ipv6, Unix, Ip>> Family>
    [[nodiscard]] constexpr Result<Endpoint<Family>> to() const {
        if constexpr (std::is_same_v<Family, Ip>) {
            if (domain_ == sys::af_inet) {
                return Endpoint<Ip>{ipv4_};
            } else if (domain_ == sys::af_inet6) {
                return Endpoint<Ip>{ipv6_};
            }
        } else if (domain_ == Family::number) {
            if constexpr (std::is_same_v<Family, Ipv4>) {
                return ipv4_;
            } else if constexpr (std::is_same_v<Family, Ipv6>) {
                return ipv6_;
            } else {
                return unix_;
            }
        }
        return Error{Errc::wrong_family, Operation::convert};
    }

    /// The same, borrowed: nullptr if it is of another family.
    template <Among<OneOf<Ipv4, Ipv6, Unix>> Family>
    [[nodiscard]] constexpr const Endpoint<Family>* get_if() const {
        if (domain_ != Family::number) {
            return nullptr;
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return &ipv4_;
        } else if constexpr (std::is_same_v<Family, Ipv6>) {
            return &ipv6_;
        } else {
            return &unix_;
        }
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.hash();
        case sys::af_inet6:
            return ipv6_.hash();
        case sys::af_unix:
            return unix_.hash();
        default:
            return 0;
        }
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (one.domain_ != other.domain_) {
            return one.domain_ <=> other.domain_;
        }
        switch (one.domain_) {
        case sys::af_inet:
            return one.ipv4_ <=> other.ipv4_;
        case sys::af_inet6:
            return one.ipv6_ <=> other.ipv6_;
        case sys::af_unix:
            return one.unix_ <=> other.unix_;
        default:
            return std::strong_ordering::equal;
        }
    }

    static constexpr socklen_t native_capacity = Endpoint<Unix>::native_capacity;
    [[nodiscard]] const sockaddr* native() const { return unix_.native(); }
    /// For none it is a sockaddr of AF_UNSPEC, which makes connect(2) disconnect a datagram socket.
    [[nodiscard]] socklen_t native_size() const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.native_size();
        case sys::af_inet6:
            return ipv6_.native_size();
        case sys::af_unix:
            return unix_.native_size();
        default:
            return sizeof(sockaddr);
        }
    }
    [[nodiscard]] sockaddr* native_buffer() { return unix_.native_buffer(); }

    /// Takes in what the kernel wrote into `native_buffer()`. An IPv4-mapped endpoint becomes the
    /// IPv4 endpoint; an endpoint of another family becomes none.
    void native_resize(socklen_t size) {
        const int family = size < sizeof(sa_family_t) ? sys::af_unspec : native()->sa_family;
        if (family == sys::af_unix) {
            domain_ = sys::af_unix;
            unix_.native_resize(size);
        } else if (family == sys::af_inet && size >= sizeof(sockaddr_in)) {
            domain_ = sys::af_inet;
        } else if (family == sys::af_inet6 && size >= sizeof(sockaddr_in6)) {
            domain_ = sys::af_inet6;
            if (const auto address = ipv6_.address(); address.is_ipv4_mapped()) {
                ipv4_ = {address.unmapped(), ipv6_.port()};
                domain_ = sys::af_inet;
            }
        } else {
            *this = Endpoint{};
        }
    }

private:
    union {
        sockaddr none_;
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
        Endpoint<Unix> unix_;
    };
    int domain_;
};

} // namespace ferrule
