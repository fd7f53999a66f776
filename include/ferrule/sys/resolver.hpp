// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getaddrinfo(3): from names to addresses, as the system is set up to do it (nsswitch.conf(5)).

#include <netdb.h>
#include <unistd.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "numbers.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// Owns the list that getaddrinfo(3) made.
class AddressList {
public:
    constexpr AddressList() = default;
    explicit AddressList(addrinfo* first) : first_{first} {}
    AddressList(const AddressList&) = delete;
    AddressList& operator=(const AddressList&) = delete;
    AddressList(AddressList&& other) noexcept : first_{other.first_} { other.first_ = nullptr; }
    AddressList& operator=(AddressList&& other) noexcept {
        addrinfo* const first = other.first_;
        other.first_ = first_;
        first_ = first;
        return *this;
    }
    ~AddressList() {
        if (first_ != nullptr) {
            ::freeaddrinfo(first_);
        }
    }

    [[nodiscard]] const addrinfo* first() const { return first_; }

private:
    addrinfo* first_ = nullptr;
};

// The words of getaddrinfo(3) and getnameinfo(3) for a failure.
inline Error resolver_error(int answer) {
    switch (answer) {
    case EAI_SERVICE:
        return {Errc::service_not_found, Operation::resolve};
    case EAI_AGAIN:
        return {Errc::resolver_busy, Operation::resolve};
    case EAI_MEMORY:
        return {Errc::not_enough_memory, Operation::resolve};
    case EAI_SYSTEM:
        return Error::from_errno(Operation::resolve);
    case EAI_NONAME:
    case -5: // EAI_NODATA, which needs _GNU_SOURCE: the name has no address of the family
    case -9: // EAI_ADDRFAMILY, likewise
        return {Errc::host_not_found, Operation::resolve};
    default:
        return {Errc::resolver_failed, Operation::resolve};
    }
}

/// getaddrinfo(3): the addresses of `host` with the port of `service`, both NUL-terminated; a null
/// pointer for none. It blocks, for as long as the name servers take.
inline Result<AddressList> look_up(const char* host, const char* service, int domain, int type) {
    addrinfo hints{};
    hints.ai_family = domain;
    hints.ai_socktype = type;
    addrinfo* first = nullptr;
    const int answer = ::getaddrinfo(host, service, &hints, &first);
    if (answer != 0) {
        return resolver_error(answer);
    }
    return AddressList{first};
}

/// A host and a service by their names; the service by its number if it has none.
struct HostName {
    Text<254> host;
    Text<32> service;
};

/// getnameinfo(3): the name of an address; an address without a name is `host_not_found`. It
/// blocks, for as long as the name servers take.
inline Result<HostName> look_up_name(const sockaddr* address, socklen_t size, int type) {
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    const int answer = ::getnameinfo(address, size, host, sizeof host, service, sizeof service,
                                     NI_NAMEREQD | (type == sock_dgram ? NI_DGRAM : 0));
    if (answer != 0) {
        return resolver_error(answer);
    }
    return HostName{Text<254>{host}, Text<32>{service}};
}

/// gethostname(2).
inline Result<Text<255>> host_name() {
    char name[256]{}; // one byte stays 0: a name that is cut may come without its NUL
    if (::gethostname(name, sizeof name - 1) != 0) {
        return Error::from_errno(Operation::resolve);
    }
    return Text<255>{name};
}

} // namespace ferrule::sys
