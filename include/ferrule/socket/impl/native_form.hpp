// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The sockaddr that a socket takes for an endpoint. For Ip and Any it depends on the domain of the
/// socket; for all other families it is the endpoint itself.

#include <new> // IWYU pragma: keep

#include "../../address/ipv4.hpp"
#include "../../address/ipv6.hpp"
#include "../../endpoint/base.hpp"
#include "../../endpoint/ipv4.hpp"
#include "../../endpoint/ipv6.hpp"
#include "../../sys/numbers.hpp"
#include "../../sys/platform.hpp"
#include "../../tag/family.hpp"

namespace ferrule {

/// Borrows the endpoint.
template <class Family> class NativeForm {
public:
    NativeForm(const Endpoint<Family>& endpoint, int) : endpoint_{endpoint} {}

    [[nodiscard]] const sockaddr* address() const { return endpoint_.native(); }
    [[nodiscard]] socklen_t size() const { return endpoint_.native_size(); }

private:
    const Endpoint<Family>& endpoint_;
};

/// An AF_INET6 socket takes an IPv4 endpoint as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). An
/// AF_INET socket takes such an address as the IPv4 endpoint, and `[::]` as 0.0.0.0, for a host
/// without IPv6.
template <VariableFamily Family> class NativeForm<Family> {
public:
    NativeForm(const Endpoint<Family>& endpoint, int domain) {
        const auto* const ipv4 = endpoint.template get_if<Ipv4>();
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        if (domain == sys::af_inet6 && ipv4 != nullptr) {
            use(*::new (&ipv6_)
                    Endpoint<Ipv6>{Address<Ipv6>::mapped(ipv4->address()), ipv4->port()});
        } else if (domain == sys::af_inet && ipv6 != nullptr && is_any(endpoint)) {
            use(*::new (&ipv4_) Endpoint<Ipv4>{Address<Ipv4>::any(), ipv6->port()});
        } else if (domain == sys::af_inet && ipv6 != nullptr && ipv6->address().is_ipv4_mapped()) {
            use(*::new (&ipv4_) Endpoint<Ipv4>{ipv6->address().unmapped(), ipv6->port()});
        } else {
            use(endpoint);
        }
    }
    NativeForm(const NativeForm&) = delete;
    NativeForm& operator=(const NativeForm&) = delete;

    /// `[::]`: every address of the host, of both families.
    [[nodiscard]] static bool is_any(const Endpoint<Family>& endpoint) {
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv6 != nullptr && ipv6->address() == Address<Ipv6>::any();
    }

    [[nodiscard]] const sockaddr* address() const { return address_; }
    [[nodiscard]] socklen_t size() const { return size_; }

private:
    template <class Other> void use(const Other& form) {
        address_ = form.native();
        size_ = form.native_size();
    }

    union {
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
    };
    const sockaddr* address_;
    socklen_t size_;
};

} // namespace ferrule
