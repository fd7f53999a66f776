#include <ferrule/address/base.hpp>

#include <doctest/doctest.h>
#include <unordered_set>

#include <ferrule/address/ip.hpp>

using namespace ferrule;

TEST_CASE_TEMPLATE("neighbouring addresses have different hashes, equal ones the same", Family,
                   Ipv4, Ipv6, Ip) {
    std::unordered_set<Address<Family>> addresses;
    std::unordered_set<std::uint64_t> hashes;
    for (std::uint32_t number = 0; number < 70'000; ++number) {
        const auto ipv4 = Address<Ipv4>::from_number(0x0a000000 + number);
        Address<Family> address;
        if constexpr (std::is_same_v<Family, Ipv6>) {
            address = Address<Ipv6>::mapped(ipv4);
        } else {
            address = ipv4;
        }
        addresses.insert(address);
        addresses.insert(address);
        hashes.insert(address.hash());
    }
    CHECK(addresses.size() == 70'000);
    CHECK(hashes.size() == 70'000);
}

TEST_CASE("an IPv4 address and the one that maps it have different hashes as Ip") {
    const Address<Ip> ipv4 = "192.0.2.1";
    const Address<Ip> mapped = "::ffff:192.0.2.1";
    CHECK(ipv4.hash() != mapped.hash());
}

TEST_CASE("two addresses begin alike up to the first bit that differs") {
    const auto one = Address<Ipv6>("2001:db8:1234:5678:9abc:def0:1234:5678").bytes();
    CHECK(begin_alike(one, one, 128));
    for (unsigned bit = 0; bit < 128; ++bit) {
        auto other = one;
        other[bit / 8] ^= static_cast<unsigned char>(0x80 >> bit % 8);
        CHECK(begin_alike(one, other, bit));
        CHECK_FALSE(begin_alike(one, other, bit + 1));
        CHECK_FALSE(begin_alike(one, other, 128));
    }
}

TEST_CASE_TEMPLATE("the next address and the one before are neighbours, and there is an end",
                   Family, Ipv4, Ipv6, Ip) {
    const Error end{Errc::value_out_of_range, Operation::convert};
    struct Neighbours {
        const char* one;
        const char* other;
    };
    const Neighbours ipv4[] = {{"0.0.0.0", "0.0.0.1"},
                               {"10.0.0.255", "10.0.1.0"},
                               {"127.255.255.255", "128.0.0.0"},
                               {"255.255.255.254", "255.255.255.255"}};
    const Neighbours ipv6[] = {
        {"::", "::1"},
        {"2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"},
        {"::fffe:ffff:ffff", "::ffff:0:0"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}};
    const auto check = [&](const auto& all) {
        for (const auto& [first, second] : all) {
            const auto one = Address<Family>::parse(first).value();
            const auto other = Address<Family>::parse(second).value();
            CHECK(one.next().value() == other);
            CHECK(other.previous().value() == one);
            CHECK(one < other);
        }
        CHECK(Address<Family>::parse(all[0].one)->previous().error() == end);
        CHECK(Address<Family>::parse(std::end(all)[-1].other)->next().error() == end);
    };
    if constexpr (!std::is_same_v<Family, Ipv6>) {
        check(ipv4);
    }
    if constexpr (!std::is_same_v<Family, Ipv4>) {
        check(ipv6);
    }
}
