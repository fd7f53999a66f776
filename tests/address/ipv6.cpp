#include <ferrule/address/ipv6.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <string>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Address<Ipv6>{"2001:DB8:0:0:0::1"}.text() == "2001:db8::1");
static_assert(Address<Ipv6>{"::ffff:192.0.2.1"} == Address<Ipv6>::mapped("192.0.2.1"));
static_assert(Address<Ipv6>::parse("1:2:3:4:5:6:7").error() ==
              Error{Errc::too_few_groups, Operation::parse, 13});
static_assert(Address<Ipv6>{"::1"}.is_loopback() &&
              Address<Ipv6>{"::ffff:127.0.0.1"}.is_loopback());
static_assert(sizeof(Address<Ipv6>) == 16 && std::is_trivially_copyable_v<Address<Ipv6>>);

namespace {

static_assert(Address<Ipv6>{} == Address<Ipv6>::any() && Address<Ipv6>{"::"} == Address<Ipv6>{});
static_assert(Address<Ipv6>::loopback().text() == "::1");
static_assert(Address<Ipv6>{"2001:db8::"} < Address<Ipv6>{"2001:db8::1"});
static_assert(Address<Ipv6>{"0:0:0:1::"} > Address<Ipv6>{"::ffff:ffff:ffff:ffff"});
static_assert(Address<Ipv6>{"::ffff:192.0.2.1"}.is_ipv4_mapped());
static_assert(Address<Ipv6>{"::ffff:192.0.2.1"}.unmapped() == Address<Ipv4>{"192.0.2.1"});
static_assert(!Address<Ipv6>{"::192.0.2.1"}.is_ipv4_mapped());
static_assert(Address<Ipv6>{"fe80::1"}.is_link_local() &&
              !Address<Ipv6>{"fec0::1"}.is_link_local());
static_assert(Address<Ipv6>{"ff02::1"}.is_multicast() && Address<Ipv6>{"::1"}.is_loopback());

// A selection of ip_parse_valid.tsv, as constant expressions.
static_assert(Address<Ipv6>::parse("0:0:0:0:0:0:0:0")->text() == "::");
static_assert(Address<Ipv6>::parse("2001:0:0:4:0:0:0:8")->text() == "2001:0:0:4::8");
static_assert(Address<Ipv6>::parse("0:0:0:4:0:0:0:ffff")->text() == "::4:0:0:0:ffff");
static_assert(Address<Ipv6>::parse("::7:6:5:4:3:2:1")->text() == "0:7:6:5:4:3:2:1");
static_assert(Address<Ipv6>::parse("FF01::Fb")->text() == "ff01::fb");
static_assert(Address<Ipv6>::parse("0:0:0:0::ffff:127.1.2.3")->text() == "::ffff:127.1.2.3");
static_assert(!Address<Ipv6>::parse("1:1:1:1::1:1:1:1") && !Address<Ipv6>::parse("::00000"));

template <Address<Ipv6> address> struct Named {
    static constexpr auto text = address.text();
};
static_assert(Named<"2001:db8::1">::text == "2001:db8::1");

Address<Ipv6>::Bytes bytes_of_hex(const std::string& digits) {
    Address<Ipv6>::Bytes bytes{};
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] = static_cast<unsigned char>(std::stoul(digits.substr(2 * at, 2), nullptr, 16));
    }
    return bytes;
}

// inet_ntop prints ::1.2.3.4 where RFC 5952 has ::102:304: the one difference, of addresses whose
// first 96 bits are zero.
bool printed_alike(const Address<Ipv6>& address) {
    for (std::size_t at = 0; at < 12; ++at) {
        if (address.bytes()[at] != 0) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("the IPv6 rows of ip_parse_valid.tsv are read and printed as they say") {
    for (const Row& row : rows_of("ip_parse_valid.tsv")) {
        CHECK(Address<Ipv6>::parse(row[0]).has_value() == (row[2] == "v6"));
        if (row[2] == "v6") {
            CHECK(outcome<Address<Ipv6>>(row[0]) == row[1]);
            CHECK(outcome<Address<Ipv6>>(row[1]) == row[1]);
        }
    }
}

TEST_CASE("no row of ip_parse_invalid.tsv is an IPv6 address") {
    for (const Row& row : rows_of("ip_parse_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(Address<Ipv6>::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("the rows of ip_format_from_bytes.tsv are printed as they say") {
    for (const Row& row : rows_of("ip_format_from_bytes.tsv")) {
        if (row[0].size() == 32) {
            CHECK(Address<Ipv6>{bytes_of_hex(row[0])}.text() == row[1]);
        } else {
            const auto number = static_cast<std::uint32_t>(std::stoul(row[0], nullptr, 16));
            CHECK(Address<Ipv4>::from_number(number).text() == row[1]);
        }
    }
}

TEST_CASE("the error of an IPv6 text is at the first character that can't stand there") {
    using A = Address<Ipv6>;
    CHECK(outcome<A>("") == "unexpected_end at 0");
    CHECK(outcome<A>(":") == "unexpected_end at 1");
    CHECK(outcome<A>("1:") == "unexpected_end at 2");
    CHECK(outcome<A>("::1:") == "unexpected_end at 4");
    CHECK(outcome<A>(":1") == "unexpected_character at 1");
    CHECK(outcome<A>("1:g") == "unexpected_character at 2");
    CHECK(outcome<A>("x::") == "unexpected_character at 0");
    CHECK(outcome<A>(":::") == "unexpected_rest at 2");
    CHECK(outcome<A>("::1%3") == "unexpected_rest at 3");
    CHECK(outcome<A>("::1/64") == "unexpected_rest at 3");
    CHECK(outcome<A>("[::1]") == "unexpected_character at 0");
    CHECK(outcome<A>("1:2:3:4:5:6:7") == "too_few_groups at 13");
    CHECK(outcome<A>("1.2.3.4") == "too_few_groups at 7");
    CHECK(outcome<A>("1:2:3:4:5:6:7:8:9") == "too_many_groups at 15");
    CHECK(outcome<A>("1:2:3:4:5:6:7:8::") == "too_many_groups at 15");
    CHECK(outcome<A>("1:2:3:4:5:6:7::8") == "too_many_groups at 15");
    CHECK(outcome<A>("::1:2:3:4:5:6:7:8") == "too_many_groups at 15");
    CHECK(outcome<A>("1:2:3:4:5:6:7:1.2.3.4") == "too_many_groups at 14");
    CHECK(outcome<A>("1:2:3:4:5:6::1.2.3.4") == "too_many_groups at 13");
    CHECK(outcome<A>("1::2::3") == "second_gap at 5");
    CHECK(outcome<A>("1:23456::") == "group_too_long at 6");
    CHECK(outcome<A>("00001::") == "group_too_long at 4");
    CHECK(outcome<A>("::1.2.3.256") == "octet_above_255 at 10");
    CHECK(outcome<A>("::ffff:01.2.3.4") == "leading_zero at 8");
    CHECK(outcome<A>("::1.2.3") == "unexpected_end at 7");
    CHECK(outcome<A>("::a.2.3.4") == "unexpected_character at 2");
    CHECK(outcome<A>("1:2:3:4:5:6:7::") == "1:2:3:4:5:6:7:0");
    CHECK(outcome<A>("::2:3:4:5:6:7:8") == "0:2:3:4:5:6:7:8");
}

TEST_CASE("an IPv6 address is what inet_pton takes") {
    const std::string seeds[] = {"::",
                                 "::1",
                                 "1::",
                                 "2001:db8::8a2e:370:7334",
                                 "1:2:3:4:5:6:7:8",
                                 "::ffff:192.0.2.1",
                                 "1:2:3:4:5:6:1.2.3.4",
                                 "fe80::a8bb:ccff:fedd:eeff",
                                 "1::2:3:4:5:6:7"};
    Dice dice;
    int valid = 0;
    for (int turn = 0; turn < 200'000; ++turn) {
        const std::string text = mutated(seeds[dice.below(9)], "0123456789abcDEF::::..%g/ ", dice);
        Address<Ipv6>::Bytes bytes{};
        const bool expected = inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
        const auto address = Address<Ipv6>::parse(text);
        REQUIRE_MESSAGE(address.has_value() == expected, text);
        if (expected) {
            ++valid;
            REQUIRE_MESSAGE(address->bytes() == bytes, text);
        }
    }
    CHECK(valid > 40'000);
    CHECK(valid < 160'000);
}

TEST_CASE("an IPv6 address is printed as inet_ntop prints it, and comes back") {
    Dice dice;
    for (int turn = 0; turn < 200'000; ++turn) {
        Address<Ipv6>::Bytes bytes{};
        for (std::size_t at = 0; at < bytes.size(); at += 2) {
            if (dice.below(2) == 0) { // half of the groups zero, some with leading zeros
                bytes[at] = static_cast<unsigned char>(dice.below(256) >> dice.below(9));
                bytes[at + 1] = static_cast<unsigned char>(dice.below(256) >> dice.below(9));
            }
        }
        if (dice.below(8) == 0) {
            bytes = Address<Ipv6>::mapped(Address<Ipv4>{bytes[0], bytes[1], bytes[2], 7}).bytes();
        }
        const Address<Ipv6> address{bytes};
        const auto text = address.text();
        char expected[INET6_ADDRSTRLEN];
        REQUIRE(inet_ntop(AF_INET6, bytes.data(), expected, sizeof expected) != nullptr);
        if (printed_alike(address)) {
            REQUIRE(text.view() == std::string_view{expected});
        } else {
            REQUIRE(text.view().find('.') == std::string_view::npos);
        }
        const auto back = Address<Ipv6>::parse(text);
        REQUIRE_MESSAGE(back.has_value(), text.view());
        REQUIRE(*back == address);
    }
}

TEST_CASE("the longest IPv6 address fills its text") {
    const Address<Ipv6> address = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    CHECK(address.text().size() == address.text().capacity);
}
