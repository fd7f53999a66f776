// SPDX-License-Identifier: MIT
#include <ferrule/address/special.hpp>

#include <doctest/doctest.h>
#include <map>
#include <string>

#include <ferrule/address/ip.hpp>

#include "../rows.hpp"

using namespace ferrule;

namespace {

// No row is hidden by one above it, and no block has a bit set beyond its length.
template <class Table> constexpr bool every_row_counts(const Table& table) {
    for (std::size_t row = 0; row < table.size(); ++row) {
        auto bytes = table[row].bytes;
        for (unsigned bit = table[row].length; bit < 8 * bytes.size(); ++bit) {
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        for (std::size_t above = 0; above < row; ++above) {
            if (table[above].length <= table[row].length &&
                begin_alike(table[above].bytes, bytes, table[above].length)) {
                return false;
            }
        }
    }
    return true;
}
static_assert(every_row_counts(special_ipv4) && every_row_counts(special_ipv6));

static_assert(Address<Ipv4>{"192.0.0.8"}.purpose() == Purpose::assigned);
static_assert(!Address<Ipv4>{"192.88.99.2"}.is_global() && !Address<Ipv4>{"0.1.2.3"}.is_global());
static_assert(Address<Ipv6>{"2606:4700::1111"}.purpose() == Purpose::none);
static_assert(Address<Ipv6>{"2001:1::3"}.is_global() && !Address<Ipv6>{"2001:1::4"}.is_global());
static_assert(Address<Ip>{"fd00::1"}.is_unique_local() && Address<Ip>{"10.0.0.1"}.is_private());
static_assert(Address<Ip>{"::ffff:192.168.0.1"}.is_private());
static_assert(Address<Ip>{"::ffff:192.168.0.1"}.is_ipv4_mapped() &&
              !Address<Ip>{"192.168.0.1"}.is_ipv4_mapped());
static_assert(!Address<Ipv4>{"255.255.255.255"}.is_reserved() &&
              Address<Ipv4>{"255.255.255.254"}.is_reserved());

using Scope = MulticastScope;
static_assert(Address<Ipv4>{"224.0.0.251"}.multicast_scope() == Scope::link_local);
static_assert(Address<Ipv4>{"224.0.1.1"}.multicast_scope() == Scope::global);
static_assert(Address<Ipv4>{"238.255.255.255"}.multicast_scope() == Scope::global);
static_assert(Address<Ipv4>{"239.0.0.1"}.multicast_scope() == Scope::none);
static_assert(Address<Ipv4>{"239.192.0.1"}.multicast_scope() == Scope::organization_local);
static_assert(Address<Ipv4>{"239.196.0.1"}.multicast_scope() == Scope::none);
static_assert(Address<Ipv4>{"239.255.255.250"}.multicast_scope() == Scope::realm_local);
static_assert(Address<Ipv4>{"192.0.2.1"}.multicast_scope() == Scope::none);
static_assert(Address<Ipv6>{"ff32::8000:1"}.multicast_scope() == Scope::link_local);
static_assert(Address<Ipv6>{"ff07::1"}.multicast_scope() == Scope::none);
static_assert(Address<Ip>{"::ffff:224.0.0.1"}.multicast_scope() == Scope::link_local);

// The names of the table ask the same of either family; Go's are put together from ours.
using Question = bool (*)(const Address<Ip>&);
const std::map<std::string, Question>& questions() {
    static const std::map<std::string, Question> all{
        {"is_unspecified", [](const auto& a) { return a.is_unspecified(); }},
        {"is_loopback", [](const auto& a) { return a.is_loopback(); }},
        {"is_private", [](const auto& a) { return a.is_private(); }},
        {"is_shared", [](const auto& a) { return a.is_shared(); }},
        {"is_link_local", [](const auto& a) { return a.is_link_local(); }},
        {"is_unicast_link_local", [](const auto& a) { return a.is_link_local(); }},
        {"is_link_local_unicast", [](const auto& a) { return a.is_link_local(); }},
        {"is_unique_local", [](const auto& a) { return a.is_unique_local(); }},
        {"is_private_or_ula", [](const auto& a) { return a.is_private() || a.is_unique_local(); }},
        {"is_multicast", [](const auto& a) { return a.is_multicast(); }},
        {"is_link_local_multicast",
         [](const auto& a) { return a.multicast_scope() == Scope::link_local; }},
        {"is_interface_local_multicast",
         [](const auto& a) { return a.multicast_scope() == Scope::interface_local; }},
        {"is_documentation", [](const auto& a) { return a.is_documentation(); }},
        {"is_benchmarking", [](const auto& a) { return a.is_benchmarking(); }},
        {"is_reserved", [](const auto& a) { return a.is_reserved(); }},
        {"is_broadcast", [](const auto& a) { return a.is_broadcast(); }},
        {"is_global", [](const auto& a) { return a.is_global(); }},
        {"is_unicast_global", [](const auto& a) { return a.is_unicast_global(); }},
        {"is_global_unicast",
         [](const auto& a) {
             return !a.is_unspecified() && !a.is_loopback() && !a.is_link_local() &&
                    !a.is_multicast() && !a.is_broadcast();
         }},
        {"is_ipv4_mapped", [](const auto& a) { return a.is_ipv4_mapped(); }},
    };
    return all;
}

std::string scope_name(Scope scope) {
    switch (scope) {
    case Scope::interface_local:
        return "InterfaceLocal";
    case Scope::link_local:
        return "LinkLocal";
    case Scope::realm_local:
        return "RealmLocal";
    case Scope::admin_local:
        return "AdminLocal";
    case Scope::site_local:
        return "SiteLocal";
    case Scope::organization_local:
        return "OrganizationLocal";
    case Scope::global:
        return "Global";
    case Scope::none:
        break;
    }
    return "none";
}

} // namespace

TEST_CASE("the rows of ip_properties.tsv hold") {
    int asked = 0;
    for (const Row& row : rows_of("ip_properties.tsv")) {
        const std::string& property = row[1];
        const auto address = Address<Ip>::parse(row[0].substr(0, row[0].find('%'))).value();
        // Rust has an opinion of its own on IPv4-mapped addresses, Python on what is private.
        if ((row[3] == "rust" && address.is_ipv4_mapped()) || property.starts_with("py_")) {
            continue;
        }
        ++asked;
        if (property == "multicast_scope") {
            CHECK_MESSAGE(scope_name(address.multicast_scope()) == row[2], row[0]);
        } else {
            REQUIRE_MESSAGE(questions().contains(property), property);
            CHECK_MESSAGE(questions().at(property)(address) == (row[2] == "true"),
                          row[0] << ' ' << property);
        }
    }
    CHECK(asked > 500);
}

TEST_CASE("an IPv4-mapped address answers as the IPv4 address that it is, of whatever type") {
    for (const Row& row : rows_of("ip_properties.tsv")) {
        const auto ipv4 = Address<Ipv4>::parse(row[0]);
        if (!ipv4) {
            continue;
        }
        const auto mapped = Address<Ipv6>::mapped(*ipv4);
        for (const auto& question : questions()) {
            if (question.first != "is_ipv4_mapped") {
                CHECK_MESSAGE(question.second(mapped) == question.second(*ipv4),
                              row[0] << ' ' << question.first);
            }
        }
        CHECK(mapped.purpose() == ipv4->purpose());
        CHECK(mapped.is_loopback() == ipv4->is_loopback());
        CHECK(mapped.multicast_scope() == ipv4->multicast_scope());
    }
}
