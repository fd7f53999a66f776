// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What an address is for: the special-purpose registries of IANA as a table, and the questions
/// that every address answers from it.
///
/// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry as of
/// 2025, when their newest entry was that of RFC 9780; for multicast RFC 5771 and RFC 4291 section
/// 2.7. Entries that say no more than the block around them are left out.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base.hpp"

namespace ferrule {

/// What a block of addresses was set aside for.
enum class Purpose : unsigned char {
    none, ///< In no row of the tables.
    unspecified,
    this_network,
    loopback,
    link_local,
    private_use,
    unique_local,
    shared,
    documentation,
    benchmarking,
    reserved,
    broadcast,
    multicast,
    assigned, ///< To a protocol: translation, tunnels, anycast services.
};

/// How far a multicast address reaches: the field of RFC 7346 section 2.
enum class MulticastScope : unsigned char {
    none = 0, ///< No multicast, or a scope that has no name yet.
    interface_local = 0x1,
    link_local = 0x2,
    realm_local = 0x3,
    admin_local = 0x4,
    site_local = 0x5,
    organization_local = 0x8,
    global = 0xe,
};

/// What the tables say of an address.
struct Special {
    Purpose purpose = Purpose::none;
    bool is_global = true; ///< "Globally Reachable"; for what IANA calls "N/A" it is false.
};

/// A row: the first bytes of the block, how many bits of them count, what it is.
struct SpecialIpv4 {
    std::array<unsigned char, 4> bytes;
    unsigned length;
    Special special;
};

/// The same, written in groups of 16 bits.
struct SpecialIpv6 {
    constexpr SpecialIpv6(std::array<std::uint16_t, 8> groups, unsigned bits, Special what)
        : length{bits}, special{what} {
        for (std::size_t at = 0; at < groups.size(); ++at) {
            bytes[2 * at] = static_cast<unsigned char>(groups[at] >> 8);
            bytes[2 * at + 1] = static_cast<unsigned char>(groups[at]);
        }
    }

    std::array<unsigned char, 16> bytes{};
    unsigned length;
    Special special;
};

// clang-format off

/// The first row that fits counts: an exception stands above the block that it is taken from.
inline constexpr auto special_ipv4 = [] {
    using enum Purpose;
    constexpr bool yes = true;
    constexpr bool no = false;
    return std::array{
        //           block             purpose        global
        SpecialIpv4{{0, 0, 0, 0}, 32,      {unspecified,   no}},  // RFC 1122 3.2.1.3
        SpecialIpv4{{0}, 8,                {this_network,  no}},  // RFC 791 3.2
        SpecialIpv4{{10}, 8,               {private_use,   no}},  // RFC 1918
        SpecialIpv4{{100, 64}, 10,         {shared,        no}},  // RFC 6598: carrier-grade NAT
        SpecialIpv4{{127}, 8,              {loopback,      no}},  // RFC 1122 3.2.1.3
        SpecialIpv4{{169, 254}, 16,        {link_local,    no}},  // RFC 3927
        SpecialIpv4{{172, 16}, 12,         {private_use,   no}},  // RFC 1918
        SpecialIpv4{{192, 0, 0, 9}, 32,    {assigned,      yes}}, // RFC 7723: Port Control Protocol
        SpecialIpv4{{192, 0, 0, 10}, 32,   {assigned,      yes}}, // RFC 8155: TURN
        SpecialIpv4{{192, 0, 0}, 24,       {assigned,      no}},  // RFC 6890 2.1
        SpecialIpv4{{192, 0, 2}, 24,       {documentation, no}},  // RFC 5737
        SpecialIpv4{{192, 31, 196}, 24,    {assigned,      yes}}, // RFC 7535: AS112
        SpecialIpv4{{192, 52, 193}, 24,    {assigned,      yes}}, // RFC 7450: AMT
        SpecialIpv4{{192, 88, 99}, 24,     {assigned,      no}},  // RFC 7526, RFC 6751: 6to4 relays
        SpecialIpv4{{192, 168}, 16,        {private_use,   no}},  // RFC 1918
        SpecialIpv4{{192, 175, 48}, 24,    {assigned,      yes}}, // RFC 7534: AS112
        SpecialIpv4{{198, 18}, 15,         {benchmarking,  no}},  // RFC 2544
        SpecialIpv4{{198, 51, 100}, 24,    {documentation, no}},  // RFC 5737
        SpecialIpv4{{203, 0, 113}, 24,     {documentation, no}},  // RFC 5737
        SpecialIpv4{{224}, 4,              {multicast,     yes}}, // RFC 5771
        SpecialIpv4{{255, 255, 255, 255}, 32, {broadcast,  no}},  // RFC 8190, RFC 919
        SpecialIpv4{{240}, 4,              {reserved,      no}},  // RFC 1112 4
    };
}();

/// IPv4-mapped addresses (::ffff:0:0/96) are not here: they are IPv4 addresses.
inline constexpr auto special_ipv6 = [] {
    using enum Purpose;
    constexpr bool yes = true;
    constexpr bool no = false;
    return std::array{
        //           block                              purpose        global
        SpecialIpv6{{0, 0, 0, 0, 0, 0, 0, 0}, 128,      {unspecified,   no}},  // RFC 4291 2.5.2
        SpecialIpv6{{0, 0, 0, 0, 0, 0, 0, 1}, 128,      {loopback,      no}},  // RFC 4291 2.5.3
        SpecialIpv6{{0x64, 0xff9b}, 96,                 {assigned,      yes}}, // RFC 6052: NAT64
        SpecialIpv6{{0x64, 0xff9b, 1}, 48,              {assigned,      no}},  // RFC 8215: NAT64
        SpecialIpv6{{0x100}, 64,                        {assigned,      no}},  // RFC 6666: discard
        SpecialIpv6{{0x100, 0, 0, 1}, 64,               {assigned,      no}},  // RFC 9780: dummy
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 1}, 128, {assigned,      yes}}, // RFC 7723: PCP
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 2}, 128, {assigned,      yes}}, // RFC 8155: TURN
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 3}, 128, {assigned,      yes}}, // RFC 9665: DNS-SD
        SpecialIpv6{{0x2001, 2}, 48,                    {benchmarking,  no}},  // RFC 5180
        SpecialIpv6{{0x2001, 3}, 32,                    {assigned,      yes}}, // RFC 7450: AMT
        SpecialIpv6{{0x2001, 4, 0x112}, 48,             {assigned,      yes}}, // RFC 7535: AS112
        SpecialIpv6{{0x2001, 0x20}, 28,                 {assigned,      yes}}, // RFC 7343: ORCHIDv2
        SpecialIpv6{{0x2001, 0x30}, 28,                 {assigned,      yes}}, // RFC 9374: DRIP
        SpecialIpv6{{0x2001}, 23,                       {assigned,      no}},  // RFC 2928
        SpecialIpv6{{0x2001, 0xdb8}, 32,                {documentation, no}},  // RFC 3849
        SpecialIpv6{{0x2002}, 16,                       {assigned,      no}},  // RFC 3056: 6to4
        SpecialIpv6{{0x2620, 0x4f, 0x8000}, 48,         {assigned,      yes}}, // RFC 7534: AS112
        SpecialIpv6{{0x3fff}, 20,                       {documentation, no}},  // RFC 9637
        SpecialIpv6{{0x5f00}, 16,                       {assigned,      no}},  // RFC 9602: SRv6
        SpecialIpv6{{0xfc00}, 7,                        {unique_local,  no}},  // RFC 4193
        SpecialIpv6{{0xfe80}, 10,                       {link_local,    no}},  // RFC 4291 2.5.6
        SpecialIpv6{{0xff00}, 8,                        {multicast,     yes}}, // RFC 4291 2.7
    };
}();

// clang-format on

/// What a table says of an address.
template <class Table, class Bytes>
[[nodiscard]] constexpr Special special_in(const Table& table, const Bytes& bytes) {
    for (const auto& row : table) {
        if (begin_alike(row.bytes, bytes, row.length)) {
            return row.special;
        }
    }
    return {};
}

/// What `Address<Ipv4>`, `Address<Ipv6>` and `Address<Ip>` have in common. An IPv4-mapped IPv6
/// address answers as the IPv4 address that it is: `::ffff:127.0.0.1` is loopback.
template <class Family> class Properties {
public:
    [[nodiscard]] constexpr Purpose purpose() const {
        return static_cast<const Address<Family>&>(*this).special().purpose;
    }

    /// 0.0.0.0 and ::
    [[nodiscard]] constexpr bool is_unspecified() const { return is(Purpose::unspecified); }
    /// 127.0.0.0/8 and ::1
    [[nodiscard]] constexpr bool is_loopback() const { return is(Purpose::loopback); }
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16; IPv6 has `is_unique_local`.
    [[nodiscard]] constexpr bool is_private() const { return is(Purpose::private_use); }
    /// fc00::/7
    [[nodiscard]] constexpr bool is_unique_local() const { return is(Purpose::unique_local); }
    /// 100.64.0.0/10: between a provider and the homes behind its address translation.
    [[nodiscard]] constexpr bool is_shared() const { return is(Purpose::shared); }
    /// 169.254.0.0/16 and fe80::/10, which means something only together with a scope.
    [[nodiscard]] constexpr bool is_link_local() const { return is(Purpose::link_local); }
    /// 224.0.0.0/4 and ff00::/8
    [[nodiscard]] constexpr bool is_multicast() const { return is(Purpose::multicast); }
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24; 2001:db8::/32 and 3fff::/20
    [[nodiscard]] constexpr bool is_documentation() const { return is(Purpose::documentation); }
    /// 198.18.0.0/15 and 2001:2::/48
    [[nodiscard]] constexpr bool is_benchmarking() const { return is(Purpose::benchmarking); }
    /// 240.0.0.0/4 but 255.255.255.255. IPv6 has no such block.
    [[nodiscard]] constexpr bool is_reserved() const { return is(Purpose::reserved); }
    /// 255.255.255.255; that of a network is `Network<Ipv4>::broadcast()`.
    [[nodiscard]] constexpr bool is_broadcast() const { return is(Purpose::broadcast); }

    /// No registry says that it is not globally reachable. That does not mean that it can be
    /// reached: multicast of any scope counts as global here.
    [[nodiscard]] constexpr bool is_global() const {
        return static_cast<const Address<Family>&>(*this).special().is_global;
    }

    /// The address of one host, and not limited to a part of the network or to a local purpose (RFC
    /// 4291 section 2.4). Addresses that are assigned to protocols count, too, reachable or not.
    [[nodiscard]] constexpr bool is_unicast_global() const {
        return is(Purpose::none) || is(Purpose::assigned);
    }

private:
    constexpr bool is(Purpose one) const { return purpose() == one; }

    friend constexpr bool operator==(const Properties&, const Properties&) = default;
};

} // namespace ferrule
