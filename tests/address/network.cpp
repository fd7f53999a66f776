// SPDX-License-Identifier: MIT
#include <ferrule/address/network.hpp>

#include <doctest/doctest.h>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Network<Ipv4>{"192.0.2.0/24"}.contains("192.0.2.255") &&
              !Network<Ipv4>{"192.0.2.0/24"}.contains("192.0.3.0"));
static_assert(Network<Ipv6>{"2001:db8::1/32"}.canonical().text() == "2001:db8::/32");
static_assert(!Network<Ip>{"0.0.0.0/0"}.contains("::1") &&
              !Network<Ip>{"0.0.0.0/0"}.overlaps("::/0"));
static_assert(Network<Ip>::parse("192.0.2.0").error() ==
              Error{Errc::missing_prefix_length, Operation::parse, 9});
static_assert(Network<Ipv4>{"192.0.2.0/25"}.netmask() == Address<Ipv4>{"255.255.255.128"});

namespace {

// What the compiler knows of networks.
static_assert(Network<Ipv4>{}.text() == "0.0.0.0/0" && Network<Ip>{}.text() == "::/0");
static_assert(Network<Ipv4>{Address<Ipv4>{"192.0.2.1"}}.text() == "192.0.2.1/32");
static_assert(Network<Ip>{Address<Ip>{"::1"}}.prefix_length() == 128);
static_assert(Network<Ipv4>{"192.0.2.7/24"} != Network<Ipv4>{"192.0.2.0/24"});
static_assert(Network<Ipv4>{"192.0.2.7/24"}.canonical() == Network<Ipv4>{"192.0.2.0/24"});
static_assert(!Network<Ipv4>{"192.0.2.7/24"}.is_canonical() &&
              Network<Ipv4>{"192.0.2.0/24"}.is_canonical());
static_assert(Network<Ipv4>{"192.0.2.7/24"}.broadcast() == Address<Ipv4>{"192.0.2.255"});
static_assert(Network<Ipv6>{"2001:db8::/33"}.last() ==
              Address<Ipv6>{"2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"});
static_assert(Network<Ipv6>{"::/128"}.netmask() ==
              Address<Ipv6>{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"});
static_assert(Network<Ip>{"10.0.0.0/8"}.netmask() == Address<Ip>{"255.0.0.0"});
static_assert(Network<Ip>{"10.0.0.0/8"} == Network<Ipv4>{"10.0.0.0/8"});
static_assert(Network<Ip>{"10.0.0.0/8"}.domain() == AF_INET);
static_assert(Network<Ipv4>{"10.0.0.0/8"}.covers("10.1.0.0/16") &&
              !Network<Ipv4>{"10.1.0.0/16"}.covers("10.0.0.0/8"));
static_assert(Network<Ipv4>{"10.0.0.0/8"} < Network<Ipv4>{"10.0.0.0/9"} &&
              Network<Ipv4>{"10.0.0.0/9"} < Network<Ipv4>{"10.0.0.1/8"});
static_assert(Network<Ip>{"255.0.0.0/8"} < Network<Ip>{"::/0"});
static_assert(std::is_trivially_copyable_v<Network<Ip>> && sizeof(Network<Ipv4>) == 5);

template <Network<Ip> network> struct Named {
    static constexpr auto text = network.text();
};
static_assert(Named<"192.0.2.0/24">::text == "192.0.2.0/24");

template <class Asked>
constexpr bool has_broadcast = requires(const Asked& network) { network.broadcast(); };
static_assert(has_broadcast<Network<Ipv4>> && !has_broadcast<Network<Ipv6>> &&
              !has_broadcast<Network<Ip>>);
static_assert(std::is_convertible_v<Network<Ipv6>, Network<Ip>> &&
              !std::is_convertible_v<Network<Ip>, Network<Ipv6>> &&
              !std::is_convertible_v<Address<Ipv4>, Network<Ipv4>>);

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream{text};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

Network<Ip> network_of(const std::string& text) { return Network<Ip>::parse(text).value(); }
Address<Ip> address_of(const std::string& text) { return Address<Ip>::parse(text).value(); }

// Bits counted one by one.
bool begin_alike_by_bit(const Address<Ipv6>& one, const Address<Ipv6>& other, unsigned length) {
    for (unsigned bit = 0; bit < length; ++bit) {
        if (((one.bytes()[bit / 8] ^ other.bytes()[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
            return false;
        }
    }
    return true;
}

template <class Family> std::string hosts_of(const Network<Family>& network) {
    std::string all;
    int left = 5;
    for (const auto& host : network.hosts()) {
        all += (all.empty() ? "" : " ") + std::string{host.text().view()};
        if (--left == 0) {
            return all + " ...";
        }
    }
    return all;
}

} // namespace

TEST_CASE("the rows of prefix_contains.tsv hold") {
    for (const Row& row : rows_of("prefix_contains.tsv")) {
        const auto network = network_of(row[0]);
        CHECK(network.text() == row[0]);
        CHECK(network.address() == address_of(row[1]));
        CHECK(network.prefix_length() == std::stoul(row[2]));
        for (const std::string& address : words_of(row[3])) {
            CHECK_MESSAGE(network.contains(address_of(address)), row[0] << ' ' << address);
        }
        for (const std::string& address : words_of(row[4])) {
            CHECK_FALSE_MESSAGE(network.contains(address_of(address)), row[0] << ' ' << address);
        }
    }
}

TEST_CASE("no row of prefix_invalid.tsv is a network") {
    for (const Row& row : rows_of("prefix_invalid.tsv")) {
        const std::string text = row[0] == "<empty>" ? "" : row[0];
        CHECK_FALSE_MESSAGE(Network<Ip>::parse(text).has_value(), text);
        CHECK_FALSE_MESSAGE(Network<Ipv4>::parse(text).has_value(), text);
        CHECK_FALSE_MESSAGE(Network<Ipv6>::parse(text).has_value(), text);
    }
}

TEST_CASE("the rows of prefix_masked.tsv hold") {
    for (const Row& row : rows_of("prefix_masked.tsv")) {
        CHECK(network_of(row[0]).canonical() == network_of(row[1]));
        CHECK(network_of(row[0]).canonical().text() == row[1]);
        CHECK(network_of(row[1]).is_canonical());
        CHECK(network_of(row[0]).covers(network_of(row[1])));
    }
}

TEST_CASE("the rows of prefix_overlaps.tsv hold either way round") {
    for (const Row& row : rows_of("prefix_overlaps.tsv")) {
        CHECK(network_of(row[0]).overlaps(network_of(row[1])) == (row[2] == "true"));
        CHECK(network_of(row[1]).overlaps(network_of(row[0])) == (row[2] == "true"));
    }
}

TEST_CASE("the error of a network is at the first character that can't stand there") {
    CHECK(outcome<Network<Ipv4>>("192.0.2.0") == "missing_prefix_length at 9");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/") == "unexpected_end at 10");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/33") == "prefix_too_long at 11");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/024") == "leading_zero at 11");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/00") == "leading_zero at 11");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/+8") == "unexpected_character at 10");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/-1") == "unexpected_character at 10");
    CHECK(outcome<Network<Ipv4>>("192.0.2.0/24 ") == "unexpected_rest at 12");
    CHECK(outcome<Network<Ipv4>>("192.0.2/24") == "unexpected_character at 7");
    CHECK(outcome<Network<Ipv4>>("2001:db8::/32") == "octet_above_255 at 3");
    CHECK(outcome<Network<Ipv6>>("192.0.2.0/24") == "too_few_groups at 9");
    CHECK(outcome<Network<Ipv6>>("::/129") == "prefix_too_long at 5");
    CHECK(outcome<Network<Ipv6>>("::/4294967297") == "prefix_too_long at 5");
    CHECK(outcome<Network<Ipv6>>("fe80::%2/64") == "unexpected_character at 6");
    CHECK(outcome<Network<Ipv6>>("[::]/64") == "unexpected_character at 0");
    CHECK(outcome<Network<Ip>>("192.0.2.0/33") == "prefix_too_long at 11");
    CHECK(outcome<Network<Ip>>("::/33") == "::/33");
    CHECK(Network<Ipv4>::parse("192.0.2.0/33").error().text() ==
          "parse: A prefix is longer than an address (prefix_too_long) at position 11");
}

TEST_CASE("a prefix length is checked against the family") {
    const Error too_long{Errc::prefix_too_long, Operation::convert};
    CHECK(Network<Ipv4>::of("192.0.2.1", 32).value() == Network<Ipv4>("192.0.2.1/32"));
    CHECK(Network<Ipv4>::of("192.0.2.1", 33).error() == too_long);
    CHECK(Network<Ipv6>::of("::1", 129).error() == too_long);
    CHECK(Network<Ip>::of("192.0.2.1", 33).error() == too_long);
    CHECK(Network<Ip>::of("::1", 33).value() == Network<Ip>("::1/33"));
    CHECK(Network<Ip>::of("::1", 128 + 256).error() == too_long);
}

TEST_CASE("a netmask is ones, then zeros, of the same family") {
    const Error bad{Errc::bad_netmask, Operation::convert};
    using V4 = Network<Ipv4>;
    CHECK(V4::from_netmask("192.0.2.1", "255.255.255.0").value() == V4("192.0.2.1/24"));
    CHECK(V4::from_netmask("192.0.2.1", "0.0.0.0").value() == V4("192.0.2.1/0"));
    CHECK(V4::from_netmask("192.0.2.1", "255.255.255.255").value() == V4("192.0.2.1/32"));
    CHECK(V4::from_netmask("192.0.2.1", "255.0.255.0").error() == bad);
    CHECK(V4::from_netmask("192.0.2.1", "0.0.0.255").error() == bad);
    CHECK(Network<Ip>::from_netmask("192.0.2.1", "ffff::").error() == bad);
    CHECK(Network<Ip>::from_netmask("::1", "ffff::").value() == Network<Ip>("::1/16"));
    for (unsigned length = 0; length <= 128; ++length) {
        const auto network = Network<Ipv6>::of("2001:db8::1", length).value();
        CHECK(Network<Ipv6>::from_netmask(network.address(), network.netmask()).value() == network);
    }
}

TEST_CASE("a network contains what begins with its bits, and nothing else") {
    Dice dice;
    int contained = 0;
    for (int turn = 0; turn < 20'000; ++turn) {
        Address<Ipv6>::Bytes bytes{};
        for (auto& byte : bytes) {
            byte = static_cast<unsigned char>(dice.below(256));
        }
        const Address<Ipv6> one{bytes};
        const unsigned bit = dice.below(128);
        bytes[bit / 8] ^= static_cast<unsigned char>(0x80 >> bit % 8);
        const Address<Ipv6> other{bytes};
        const auto network = Network<Ipv6>::of(one, dice.below(129)).value();
        const bool expected = begin_alike_by_bit(one, other, network.prefix_length());
        contained += expected;
        REQUIRE(network.contains(one));
        REQUIRE(network.contains(other) == expected);
        REQUIRE(network.contains(network.first()));
        REQUIRE(network.contains(network.last()));
        REQUIRE((network.first() <= one && one <= network.last()));
        REQUIRE((network.first() <= other && other <= network.last()) == expected);
        REQUIRE(network.overlaps(Network<Ipv6>::of(other, 128).value()) == expected);
    }
    CHECK(contained > 5'000);
    CHECK(contained < 15'000);
}

TEST_CASE("families are not mixed up, mapped or not, unless the address is unmapped") {
    const Address<Ip> mapped = "::ffff:10.1.2.3";
    CHECK(Network<Ip>("10.0.0.0/8").contains("10.1.2.3"));
    CHECK_FALSE(Network<Ip>("10.0.0.0/8").contains(mapped));
    CHECK(Network<Ip>("10.0.0.0/8").contains(mapped.unmapped()));
    CHECK(Network<Ip>("::ffff:0:0/96").contains(mapped));
    CHECK_FALSE(Network<Ip>("::ffff:0:0/96").contains("10.1.2.3"));
    CHECK_FALSE(Network<Ip>("::/0").contains("10.1.2.3"));
    CHECK_FALSE(Network<Ip>("::/64").contains("0.0.0.0"));
    CHECK_FALSE(Network<Ip>("0.0.0.0/0").covers("::/0"));
}

TEST_CASE("the hosts of a network leave out what is no host") {
    CHECK(hosts_of(Network<Ipv4>("192.0.2.9/29")) ==
          "192.0.2.9 192.0.2.10 192.0.2.11 192.0.2.12 192.0.2.13 ...");
    CHECK(hosts_of(Network<Ipv4>("192.0.2.9/30")) == "192.0.2.9 192.0.2.10");
    CHECK(hosts_of(Network<Ipv4>("192.0.2.9/31")) == "192.0.2.8 192.0.2.9");
    CHECK(hosts_of(Network<Ipv4>("192.0.2.9/32")) == "192.0.2.9");
    CHECK(hosts_of(Network<Ip>("255.255.255.252/30")) == "255.255.255.253 255.255.255.254");
    CHECK(hosts_of(Network<Ip>("255.255.255.255/32")) == "255.255.255.255");
    CHECK(hosts_of(Network<Ipv6>("2001:db8::/126")) == "2001:db8::1 2001:db8::2 2001:db8::3");
    CHECK(hosts_of(Network<Ipv6>("2001:db8::1/127")) == "2001:db8:: 2001:db8::1");
    CHECK(hosts_of(Network<Ipv6>("2001:db8::1/128")) == "2001:db8::1");
    CHECK(hosts_of(Network<Ipv6>("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127")) ==
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    CHECK(hosts_of(Network<Ip>("::/0")) == "::1 ::2 ::3 ::4 ::5 ...");
    CHECK(Network<Ipv4>("0.0.0.0/0").hosts().back() == Address<Ipv4>("255.255.255.254"));

    std::size_t count = 0;
    for ([[maybe_unused]] const auto& host : Network<Ipv4>("10.0.0.0/16").hosts()) {
        ++count;
    }
    CHECK(count == 65'534);
}

TEST_CASE("a network is narrowed to the family that it has, and to no other") {
    const Network<Ip> network = "192.0.2.0/24";
    CHECK(network.to<Ipv4>().value() == Network<Ipv4>("192.0.2.0/24"));
    CHECK(network.to<Ipv6>().error() == Error{Errc::wrong_family, Operation::convert});
    CHECK(Network<Ip>{Network<Ipv6>("::1/64")}.to<Ipv6>().value() == Network<Ipv6>("::1/64"));
}

TEST_CASE("networks are found by their hash") {
    std::unordered_set<Network<Ip>> networks;
    for (unsigned length = 0; length <= 32; ++length) {
        networks.insert(Network<Ip>::of("10.0.0.0", length).value());
        networks.insert(Network<Ip>::of("10.0.0.0", length).value());
    }
    CHECK(networks.size() == 33);
    CHECK(networks.contains(Network<Ip>("10.0.0.0/7")));
    CHECK(Network<Ip>("10.0.0.0/7").hash() != Network<Ip>("10.0.0.0/8").hash());
}

TEST_CASE("the longest networks fill their text") {
    CHECK(Network<Ipv4>("255.255.255.255/32").text().size() == 18);
    CHECK(Network<Ip>("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128").text().size() ==
          Network<Ip>::Printed::capacity);
}
