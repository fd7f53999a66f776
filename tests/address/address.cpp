#include <ferrule/address/address.hpp>

#include <doctest/doctest.h>
#include <unordered_set>

#include <ferrule/address/ip.hpp>

using namespace ferrule;

TEST_CASE_TEMPLATE("neighbouring addresses have different hashes, equal ones the same", Family,
                   Ipv4, Ipv6, Ip) {
    std::unordered_set<Address<Family>> addresses;
    std::unordered_set<std::size_t> hashes;
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
        hashes.insert(std::hash<Address<Family>>{}(address));
    }
    CHECK(addresses.size() == 70'000);
    CHECK(hashes.size() == 70'000);
}

TEST_CASE("an IPv4 address and the one that maps it have different hashes as Ip") {
    const Address<Ip> ipv4 = "192.0.2.1";
    const Address<Ip> mapped = "::ffff:192.0.2.1";
    CHECK(ipv4.hash() != mapped.hash());
}
