// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv4 address: four bytes, written `192.0.2.1`.

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "impl/literal.hpp"
#include "impl/octets.hpp"
#include "parser.hpp"
#include "printer.hpp"
#include "special.hpp"

namespace ferrule {

/// Four bytes (RFC 791), written `192.0.2.1`.
template <> class Address<Ipv4> : public Properties<Ipv4> {
public:
    using Bytes = std::array<unsigned char, 4>;

    /// 0.0.0.0
    constexpr Address() = default;
    /// From the bytes in the order in which they are sent and written.
    constexpr explicit Address(Bytes bytes) : bytes_{bytes} {}
    constexpr Address(unsigned char first, unsigned char second, unsigned char third,
                      unsigned char fourth)
        : bytes_{first, second, third, fourth} {}

    /// Checked by the compiler: `Address<Ipv4> address = "192.0.2.1";`
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// From a number in the byte order of the host: 127.0.0.1 is 0x7f000001.
    [[nodiscard]] static constexpr Address from_number(std::uint32_t number) {
        return Address{std::bit_cast<Bytes>(BigEndian<std::uint32_t>{number})};
    }

    /// 0.0.0.0: in a bind, every address of this host.
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// 127.0.0.1
    [[nodiscard]] static constexpr Address loopback() { return {127, 0, 0, 1}; }
    /// 255.255.255.255: every host on the local network.
    [[nodiscard]] static constexpr Address broadcast() { return {255, 255, 255, 255}; }

    /// The grammar of inet_pton(3): four decimal numbers up to 255 without leading zeros, dots
    /// between them.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        if (text.size() >= Octets::shortest) {
            Octets octets{text};
            if (octets.octet_and_dot() && octets.octet_and_dot() && octets.octet_and_dot() &&
                octets.last_octet()) {
                return from_number(octets.number());
            }
        }
        return parse_carefully(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        return parser.octet(bytes_[0]) && parser.expect('.') && parser.octet(bytes_[1]) &&
               parser.expect('.') && parser.octet(bytes_[2]) && parser.expect('.') &&
               parser.octet(bytes_[3]);
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = print_octet(at, bytes_[0]);
        for (std::size_t next = 1; next < bytes_.size(); ++next) {
            *at++ = '.';
            at = print_octet(at, bytes_[next]);
        }
        return at;
    }

    [[nodiscard]] constexpr Text<15> text() const { return Text<15>::printed(*this); }

    [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

    /// In the byte order of the host.
    [[nodiscard]] constexpr std::uint32_t number() const {
        return std::bit_cast<BigEndian<std::uint32_t>>(bytes_);
    }

    /// The address after this one; `value_out_of_range` after 255.255.255.255.
    [[nodiscard]] constexpr Result<Address> next() const {
        if (number() == 0xffffffff) {
            return Error{Errc::value_out_of_range, Operation::convert};
        }
        return from_number(number() + 1);
    }
    /// The address before this one; `value_out_of_range` before 0.0.0.0.
    [[nodiscard]] constexpr Result<Address> previous() const {
        if (number() == 0) {
            return Error{Errc::value_out_of_range, Operation::convert};
        }
        return from_number(number() - 1);
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const { return special_in(special_ipv4, bytes_); }

    /// RFC 5771 section 4 and RFC 2365 section 8.
    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        if (!is_multicast()) {
            return MulticastScope::none;
        }
        if (number() >> 8 == 0xe00000) { // 224.0.0.0/24
            return MulticastScope::link_local;
        }
        if (number() >> 16 == 0xefff) { // 239.255.0.0/16
            return MulticastScope::realm_local;
        }
        if (number() >> 18 == 0xefc0 >> 2) { // 239.192.0.0/14
            return MulticastScope::organization_local;
        }
        return number() >> 24 == 0xef ? MulticastScope::none : MulticastScope::global;
    }

    [[nodiscard]] constexpr std::uint64_t hash() const { return hash_with(0, number()); }

    friend constexpr bool operator==(Address one, Address other) {
        return one.number() == other.number();
    }
    friend constexpr std::strong_ordering operator<=>(Address one, Address other) {
        return one.number() <=> other.number();
    }

    /// Public only so that an address can be a template argument.
    Bytes bytes_{};

private:
    // Finds the mistake. Out of line, so that the fast path is short.
    [[gnu::__noinline__, gnu::__cold__]] static constexpr Result<Address>
    parse_carefully(std::string_view text) {
        return parse_whole<Address>(text);
    }
};

} // namespace ferrule
