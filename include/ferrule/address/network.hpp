// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The addresses that begin with the same bits: CIDR (RFC 4632), written `192.0.2.0/24`.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../tag/family.hpp"
#include "base.hpp"
#include "impl/literal.hpp"
#include "ip.hpp" // IWYU pragma: export
#include "ipv4.hpp"
#include "ipv6.hpp" // IWYU pragma: export
#include "parser.hpp"
#include "printer.hpp"
#include "range.hpp"

namespace ferrule {

/// How many bits an address has: 32 or 128.
template <class Family> [[nodiscard]] constexpr unsigned bits_of(const Address<Family>& address) {
    if constexpr (std::is_same_v<Family, Ip>) {
        return address.domain() == Ipv4::number ? 32 : 128;
    } else {
        return 8 * sizeof address;
    }
}

/// The first `length` bits of an address, and those of `rest` in place of all others.
template <class Family>
[[nodiscard]] constexpr Address<Family> prefix_of(const Address<Family>& address, unsigned length,
                                                  unsigned char rest = 0) {
    if constexpr (std::is_same_v<Family, Ip>) {
        if (const auto ipv4 = address.template to<Ipv4>()) {
            return prefix_of(*ipv4, length, rest);
        }
        return prefix_of(*address.template to<Ipv6>(), length, rest);
    } else {
        auto bytes = address.bytes();
        unsigned begin = 0;
        for (auto& byte : bytes) {
            const unsigned kept = length > begin ? length - begin : 0; // bits, from here on
            const unsigned mask = kept >= 8 ? 0xff : 0xff00U >> kept & 0xff;
            byte = static_cast<unsigned char>((byte & mask) | (rest & ~mask));
            begin += 8;
        }
        return Address<Family>{bytes};
    }
}

/// An address and the number of its first bits that make the network. The other bits are kept as
/// written, so that it can also be the address of an interface in a network. `canonical()` clears
/// them.
///
/// An IPv4 address is in no IPv6 network, and an IPv6 address in no IPv4 network, IPv4-mapped
/// (`::ffff:192.0.2.1`) or not: to judge a peer, ask with `address.unmapped()`. Endpoints of `Ip`
/// that the kernel gave are unmapped already.
template <Among<OneOf<Ipv4, Ipv6, Ip>> Family> class Network {
public:
    /// 0.0.0.0/0 or ::/0: all addresses.
    constexpr Network() = default;
    /// An address alone: /32 or /128.
    constexpr explicit Network(const Address<Family>& address)
        : address_{address}, length_{static_cast<unsigned char>(bits_of(address))} {}

    /// A network of either family as one that is known at run time.
    template <Among<Ip::members> Member>
        requires std::is_same_v<Family, Ip>
    constexpr Network(const Network<Member>& network)
        : address_{network.address_}, length_{network.length_} {}

    /// Checked by the compiler: `Network<Ipv4> network = "192.0.2.0/24";`
    template <std::size_t Size>
    consteval Network(const char (&literal)[Size]) : Network{from_literal<Network>(literal)} {}

    /// The first `length` bits of an address; `prefix_too_long` if it has fewer.
    [[nodiscard]] static constexpr Result<Network> of(const Address<Family>& address,
                                                      unsigned length) {
        if (length > bits_of(address)) {
            return Error{Errc::prefix_too_long, Operation::convert};
        }
        Network network{address};
        network.length_ = static_cast<unsigned char>(length);
        return network;
    }

    /// With a mask such as 255.255.255.0; `bad_netmask` if it is of the other family or has a one
    /// after a zero.
    [[nodiscard]] static constexpr Result<Network> from_netmask(const Address<Family>& address,
                                                                const Address<Family>& netmask) {
        for (Network network{address};; --network.length_) {
            if (network.netmask() == netmask) {
                return network;
            }
            if (network.length_ == 0) {
                return Error{Errc::bad_netmask, Operation::convert};
            }
        }
    }

    /// Exactly `address/length`; the length is decimal, without leading zeros. No scope (`%eth0`):
    /// it belongs to an endpoint.
    [[nodiscard]] static constexpr Result<Network> parse(std::string_view text) {
        return parse_whole<Network>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        std::uint32_t length = 0;
        const bool fits = address_.read(parser) &&
                          parser.expect('/', Errc::missing_prefix_length) &&
                          parser.decimal(length, bits_of(address_), Errc::prefix_too_long);
        length_ = static_cast<unsigned char>(length);
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = address_.print(at);
        *at++ = '/';
        return print_octet(at, length_);
    }

    using Printed = Text<std::is_same_v<Family, Ipv4> ? 18 : 43>;
    [[nodiscard]] constexpr Printed text() const { return Printed::printed(*this); }

    /// As it was written.
    [[nodiscard]] constexpr Address<Family> address() const { return address_; }
    /// How many bits all of its addresses have in common.
    [[nodiscard]] constexpr unsigned prefix_length() const { return length_; }
    /// The same as an address: 255.255.255.0.
    [[nodiscard]] constexpr Address<Family> netmask() const {
        const auto all_ones = prefix_of(address_, 0, 0xff);
        return prefix_of(all_ones, length_);
    }

    [[nodiscard]] constexpr Address<Family> first() const { return prefix_of(address_, length_); }
    [[nodiscard]] constexpr Address<Family> last() const {
        return prefix_of(address_, length_, 0xff);
    }

    /// The same network with its first address: 192.0.2.0/24 for 192.0.2.7/24.
    [[nodiscard]] constexpr Network canonical() const {
        Network network = *this;
        network.address_ = first();
        return network;
    }
    [[nodiscard]] constexpr bool is_canonical() const { return address_ == first(); }

    [[nodiscard]] constexpr bool contains(const Address<Family>& address) const {
        return prefix_of(address, length_) == first();
    }
    /// Contains all addresses of the other.
    [[nodiscard]] constexpr bool covers(const Network& other) const {
        return length_ <= other.length_ && contains(other.address_);
    }
    /// Has an address in common.
    [[nodiscard]] constexpr bool overlaps(const Network& other) const {
        return covers(other) || other.covers(*this);
    }

    /// The addresses that a host may have. Those of IPv4 leave out the first, which names the
    /// network, and the last, its broadcast; those of IPv6 leave out the first, which is any router
    /// (RFC 4291 2.6.1). A network of two addresses (/31, RFC 3021; /127, RFC 6164) or of one has
    /// none to spare.
    [[nodiscard]] constexpr AddressRange<Family> hosts() const {
        const unsigned bits = bits_of(address_);
        if (bits - length_ < 2) {
            return {first(), last()};
        }
        return {*first().next(), bits == 32 ? *last().previous() : last()};
    }

    /// To all hosts of the network: its last address. /31 and /32 have no broadcast.
    [[nodiscard]] constexpr Address<Ipv4> broadcast() const
        requires std::is_same_v<Family, Ipv4>
    {
        return last();
    }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const {
        return bits_of(address_) == 32 ? Ipv4::number : Ipv6::number;
    }

    /// The network as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Member>
        requires std::is_same_v<Family, Ip>
    [[nodiscard]] constexpr Result<Network<Member>> to() const {
        const auto address = address_.template to<Member>();
        if (!address) {
            return address.error();
        }
        return Network<Member>::of(*address, length_);
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address_.hash(), length_);
    }

    /// Compares them as written: 192.0.2.7/24 is not equal to 192.0.2.0/24; compare `canonical()`
    /// networks for that.
    friend constexpr bool operator==(const Network&, const Network&) = default;
    /// By address, then by length: a network comes before those that it contains.
    friend constexpr std::strong_ordering operator<=>(const Network&, const Network&) = default;

    /// Public only so that a network can be a template argument.
    Address<Family> address_;
    unsigned char length_ = 0;
};

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Network<Family>> {
    constexpr std::size_t operator()(const ferrule::Network<Family>& network) const noexcept {
        return static_cast<std::size_t>(network.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
