// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// An IPv6 address: 16 bytes, written `2001:db8::1`. A scope (`%eth0`) belongs to the endpoint, not
/// to the address.

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
#include "ipv4.hpp"
#include "parser.hpp"
#include "printer.hpp"
#include "special.hpp"

namespace ferrule {

/// Sixteen bytes, written as RFC 5952 has it: `2001:db8::1`.
template <> class Address<Ipv6> : public Properties<Ipv6> {
public:
    using Bytes = std::array<unsigned char, 16>;

    /// ::
    constexpr Address() = default;
    /// From the bytes in the order in which they are sent.
    constexpr explicit Address(Bytes bytes) : bytes_{bytes} {}

    /// Checked by the compiler: `Address<Ipv6> address = "2001:db8::1";`
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// ::ffff:a.b.c.d, the form in which a socket for both families sees IPv4 (RFC 4291 2.5.5.2).
    [[nodiscard]] static constexpr Address mapped(Address<Ipv4> ipv4) {
        return Address{std::bit_cast<Bytes>(Words{0, 0, 0xffff, ipv4.number()})};
    }

    /// ::, in a bind: every address of this host.
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// ::1
    [[nodiscard]] static constexpr Address loopback() {
        return Address{Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    }

    /// The grammar of RFC 4291 2.2, as inet_pton(3) reads it: `::` stands for at least one group.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        return parse_whole<Address>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Parser ahead = parser; // of its own, which stays in registers
        const bool fits = read_groups(ahead);
        parser = ahead;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        if (is_ipv4_mapped()) {
            return unmapped().print(print_characters(at, "::ffff:"));
        }
        const auto [gap, gap_end] = longest_zeros();
        for (unsigned next = 0; next < 8; ++next) {
            if (next == gap) {
                at = print_characters(at, "::");
                next = gap_end;
                if (next == 8) {
                    break;
                }
            } else if (next != 0) {
                *at++ = ':';
            }
            at = print_group(at, group(next));
        }
        return at;
    }

    [[nodiscard]] constexpr Text<39> text() const { return Text<39>::printed(*this); }

    [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

    /// The address after this one; `value_out_of_range` after the last.
    [[nodiscard]] constexpr Result<Address> next() const {
        Address address = *this;
        for (std::size_t at = address.bytes_.size(); at-- != 0;) {
            if (++address.bytes_[at] != 0) {
                return address;
            }
        }
        return Error{Errc::value_out_of_range, Operation::convert};
    }
    /// The address before this one; `value_out_of_range` before `::`.
    [[nodiscard]] constexpr Result<Address> previous() const {
        Address address = *this;
        for (std::size_t at = address.bytes_.size(); at-- != 0;) {
            if (address.bytes_[at]-- != 0) {
                return address;
            }
        }
        return Error{Errc::value_out_of_range, Operation::convert};
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const {
        return is_ipv4_mapped() ? unmapped().special() : special_in(special_ipv6, bytes_);
    }

    /// RFC 7346 section 2.
    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        if (is_ipv4_mapped()) {
            return unmapped().multicast_scope();
        }
        const auto scope = static_cast<MulticastScope>(bytes_[1] & 0xf);
        switch (is_multicast() ? scope : MulticastScope::none) {
        case MulticastScope::interface_local:
        case MulticastScope::link_local:
        case MulticastScope::realm_local:
        case MulticastScope::admin_local:
        case MulticastScope::site_local:
        case MulticastScope::organization_local:
        case MulticastScope::global:
            return scope;
        default:
            return MulticastScope::none;
        }
    }

    /// ::ffff:0:0/96, RFC 4291 2.5.5.2.
    [[nodiscard]] constexpr bool is_ipv4_mapped() const {
        return half(0) == 0 && std::bit_cast<Words>(bytes_)[2] == std::uint32_t{0xffff};
    }

    /// The IPv4 address in the last four bytes; asks nothing about those before.
    [[nodiscard]] constexpr Address<Ipv4> unmapped() const {
        return Address<Ipv4>{std::bit_cast<std::array<Address<Ipv4>::Bytes, 4>>(bytes_)[3]};
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(hash_with(1, half(0)), half(8));
    }

    friend constexpr bool operator==(const Address& one, const Address& other) {
        return one.half(0) == other.half(0) && one.half(8) == other.half(8);
    }
    friend constexpr std::strong_ordering operator<=>(const Address& one, const Address& other) {
        const auto first = one.half(0) <=> other.half(0);
        return std::is_neq(first) ? first : one.half(8) <=> other.half(8);
    }

    /// Public only so that an address can be a template argument.
    Bytes bytes_{};

private:
    using Words = std::array<BigEndian<std::uint32_t>, 4>;

    [[gnu::__always_inline__]] constexpr bool read_groups(Parser& parser) {
        std::array<BigEndian<std::uint16_t>, 8> groups{};
        std::size_t filled = 0; // groups that have been read
        std::size_t limit = 8;  // that may be read: less once a :: has taken the place of some
        std::size_t gap = 8;    // where the :: stands
        if (parser.here() == ':') {
            parser.advance();
            if (!parser.expect(':')) {
                return false;
            }
            gap = 0;
            limit = 7;
        }
        while (filled != gap || parser.hexadecimal_here() <= 15) { // an address may end in ::
            if (filled == limit) {
                return parser.fail(Errc::too_many_groups);
            }
            const char* const start = parser.place();
            unsigned group = 0;
            if (!parser.group(group)) {
                return false;
            }
            const char next = parser.here();
            if (next == '.') { // no group, but the first number of an IPv4 address
                parser.back_to(start);
                if (limit - filled < 2) {
                    return parser.fail(Errc::too_many_groups);
                }
                Address<Ipv4> ipv4;
                Parser rest = parser;
                const bool fits = ipv4.read(rest);
                parser = rest;
                if (!fits) {
                    return false;
                }
                groups[filled++] = static_cast<std::uint16_t>(ipv4.number() >> 16);
                groups[filled++] = static_cast<std::uint16_t>(ipv4.number());
                break;
            }
            groups[filled++] = static_cast<std::uint16_t>(group);
            if (next != ':') {
                break;
            }
            if (filled == limit) {
                return parser.fail(Errc::too_many_groups);
            }
            parser.advance();
            if (parser.here() == ':') {
                if (limit == 7) {
                    return parser.fail(Errc::second_gap);
                }
                gap = filled;
                limit = 7;
                parser.advance();
            }
        }
        if (filled != 8 && limit == 8) {
            return parser.fail(Errc::too_few_groups);
        }
        // What was read after the :: belongs to the end.
        for (std::size_t to = 8; filled > gap;) {
            groups[--to] = groups[--filled];
            groups[filled] = 0;
        }
        bytes_ = std::bit_cast<Bytes>(groups);
        return true;
    }

    struct Range {
        unsigned begin;
        unsigned end;
    };

    // A bit for each of the four groups of a half that is zero, the lowest for the first. All at
    // once: printing would spend a third of its time on one after the other.
    static constexpr unsigned zero_groups(std::uint64_t half) {
        constexpr std::uint64_t low = 0x7fff'7fff'7fff'7fff; // all bits but the highest
        const std::uint64_t highest = ~(((half & low) + low) | half | low); // 0x8000 for a zero
        // The product moves the four bits to where they lie side by side.
        return static_cast<unsigned>((highest >> 15) * 0x0008'0004'0002'0001 >> 48 & 0xf);
    }

    // The first of the longest runs of zero groups; one group alone is no run.
    constexpr Range longest_zeros() const {
        unsigned zeros = zero_groups(half(0)) | zero_groups(half(8)) << 4;
        // Each turn makes every run one bit shorter and leaves its first bit: what is there last
        // began the longest.
        unsigned length = 0;
        unsigned starts = 0;
        for (; zeros != 0; zeros &= zeros >> 1) {
            starts = zeros;
            ++length;
        }
        if (length < 2) {
            return {8, 8};
        }
        const auto begin = static_cast<unsigned>(std::countr_zero(starts));
        return {begin, begin + length};
    }

    constexpr unsigned group(std::size_t at) const {
        return unsigned{bytes_[2 * at]} << 8 | bytes_[2 * at + 1];
    }

    // The eight bytes from `first` on, 0 or 8, as a number.
    constexpr std::uint64_t half(std::size_t first) const {
        const auto number = std::bit_cast<std::array<std::uint64_t, 2>>(bytes_)[first / 8];
        return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
    }
};

} // namespace ferrule
