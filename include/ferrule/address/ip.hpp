// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv4 or an IPv6 address, known at run time.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "impl/literal.hpp"
#include "ipv4.hpp"
#include "ipv6.hpp"
#include "parser.hpp"
#include "special.hpp"

namespace ferrule {

/// An IPv4 address and its IPv4-mapped IPv6 address are different here. All IPv4 addresses come
/// before all IPv6 addresses.
template <> class Address<Ip> : public Properties<Ip> {
public:
    /// ::
    constexpr Address() = default;
    constexpr Address(Address<Ipv4> ipv4) : bytes_{Address<Ipv6>::mapped(ipv4)}, is_ipv4_{true} {}
    constexpr Address(const Address<Ipv6>& ipv6) : bytes_{ipv6} {}

    /// Checked by the compiler.
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// ::
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// ::1
    [[nodiscard]] static constexpr Address loopback() { return Address<Ipv6>::loopback(); }

    /// Either grammar; a text is IPv6 if a ':' ends its first number.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        return parse_whole<Address>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Parser ahead = parser;
        while (ahead.hexadecimal_here() <= 15) {
            ahead.advance();
        }
        if (ahead.here() == ':') {
            is_ipv4_ = false;
            return bytes_.read(parser);
        }
        Address<Ipv4> ipv4;
        const bool fits = ipv4.read(parser);
        *this = ipv4;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        return is_ipv4_ ? bytes_.unmapped().print(at) : bytes_.print(at);
    }

    [[nodiscard]] constexpr Text<39> text() const { return Text<39>::printed(*this); }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const { return is_ipv4_ ? sys::af_inet : sys::af_inet6; }

    /// The address as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr Result<Address<Family>> to() const {
        if (domain() != Family::number) {
            return Error{Errc::wrong_family, Operation::convert};
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return bytes_.unmapped();
        } else {
            return bytes_;
        }
    }

    /// An IPv4-mapped IPv6 address becomes its IPv4 address; all others do not change.
    [[nodiscard]] constexpr Address unmapped() const {
        return bytes_.is_ipv4_mapped() ? Address{bytes_.unmapped()} : *this;
    }

    /// The address of the same family after this one; `value_out_of_range` after the last.
    [[nodiscard]] constexpr Result<Address> next() const {
        return is_ipv4_ ? Result<Address>{bytes_.unmapped().next()} : bytes_.next();
    }
    /// The address of the same family before this one; `value_out_of_range` before the first.
    [[nodiscard]] constexpr Result<Address> previous() const {
        return is_ipv4_ ? Result<Address>{bytes_.unmapped().previous()} : bytes_.previous();
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const { return bytes_.special(); }

    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        return bytes_.multicast_scope();
    }
    /// An IPv6 address that maps an IPv4 address.
    [[nodiscard]] constexpr bool is_ipv4_mapped() const {
        return !is_ipv4_ && bytes_.is_ipv4_mapped();
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(bytes_.hash(), is_ipv4_);
    }

    friend constexpr bool operator==(const Address&, const Address&) = default;
    friend constexpr std::strong_ordering operator<=>(const Address& one, const Address& other) {
        return one.is_ipv4_ != other.is_ipv4_ ? other.is_ipv4_ <=> one.is_ipv4_
                                              : one.bytes_ <=> other.bytes_;
    }

    /// Public only so that an address can be a template argument. IPv4 is kept in its mapped form.
    Address<Ipv6> bytes_;
    bool is_ipv4_ = false;
};

} // namespace ferrule
