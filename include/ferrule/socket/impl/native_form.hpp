// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The sockaddr that a socket takes for an endpoint. For Ip and Any it depends on the domain of the
/// socket; for all other families it is the endpoint itself.

#include "../../address/ipv6.hpp"
#include "../../endpoint/base.hpp"
#include "../../endpoint/ip.hpp"
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
    NativeForm(const Endpoint<Family>& endpoint, int domain)
        : address_{endpoint.native()}, size_{endpoint.native_size()} {
        if (domain == sys::af_inet6 && endpoint.domain() == sys::af_inet) {
            ipv6_ = Endpoint<Ip>{*endpoint.template to<Ipv4>()}.mapped();
            address_ = ipv6_.native();
            size_ = ipv6_.native_size();
        } else if (domain == sys::af_inet && endpoint.domain() == sys::af_inet6) {
            const auto ipv6 = *endpoint.template to<Ipv6>();
            if (is_any(endpoint)) {
                ipv4_ = Endpoint<Ipv4>::any(ipv6.port());
            } else if (ipv6.address().is_ipv4_mapped()) {
                ipv4_ = {ipv6.address().unmapped(), ipv6.port()};
            } else {
                return;
            }
            address_ = ipv4_.native();
            size_ = ipv4_.native_size();
        }
    }
    NativeForm(const NativeForm&) = delete;
    NativeForm& operator=(const NativeForm&) = delete;

    /// `[::]`: every address of the host, of both families.
    [[nodiscard]] static bool is_any(const Endpoint<Family>& endpoint) {
        const auto ipv6 = endpoint.template to<Ipv6>();
        return ipv6 && ipv6->address() == Address<Ipv6>::any();
    }

    [[nodiscard]] const sockaddr* address() const { return address_; }
    [[nodiscard]] socklen_t size() const { return size_; }

private:
    Endpoint<Ipv4> ipv4_;
    Endpoint<Ipv6> ipv6_;
    const sockaddr* address_;
    socklen_t size_;
};

} // namespace ferrule
