// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getaddrinfo(3): from names to addresses, as the system is set up to do it (nsswitch.conf(5)).

#include <cerrno>
#include <netdb.h>

#include "../core/error.hpp"
#include "../core/result.hpp"

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

/// getaddrinfo(3): the addresses of `host` with the port of `service`, both NUL-terminated; a null
/// pointer for none. It blocks, for as long as the name servers take.
inline Result<AddressList> look_up(const char* host, const char* service, int domain, int type) {
    addrinfo hints{};
    hints.ai_family = domain;
    hints.ai_socktype = type;
    addrinfo* first = nullptr;
    switch (::getaddrinfo(host, service, &hints, &first)) {
    case 0:
        return AddressList{first};
    case EAI_SERVICE:
        return Error{Errc::service_not_found, Operation::resolve};
    case EAI_AGAIN:
        return Error{Errc::resolver_busy, Operation::resolve};
    case EAI_MEMORY:
        return Error{Errc::not_enough_memory, Operation::resolve};
    case EAI_SYSTEM:
        return Error::from_errno(Operation::resolve);
    case EAI_NONAME:
    case -5: // EAI_NODATA, which needs _GNU_SOURCE: the name has no address of the family
    case -9: // EAI_ADDRFAMILY, likewise
        return Error{Errc::host_not_found, Operation::resolve};
    default:
        return Error{Errc::resolver_failed, Operation::resolve};
    }
}

} // namespace ferrule::sys
