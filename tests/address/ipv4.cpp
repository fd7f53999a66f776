#include <ferrule/address/ipv4.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <string>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Address<Ipv4>{"255.255.255.254"}.next().value() == Address<Ipv4>{"255.255.255.255"});
static_assert(Address<Ipv4>{"192.0.2.1"} == Address<Ipv4>{192, 0, 2, 1});
static_assert(Address<Ipv4>::parse("255.255.255.255")->text() == "255.255.255.255");
static_assert(Address<Ipv4>::parse("127.0.0.01").error() ==
              Error{Errc::leading_zero, Operation::parse, 9});
static_assert(Address<Ipv4>{"10.1.2.3"}.is_private() && !Address<Ipv4>{"10.1.2.3"}.is_global());
static_assert(sizeof(Address<Ipv4>) == 4 && std::is_trivially_copyable_v<Address<Ipv4>>);

namespace {

static_assert(Address<Ipv4>{} == Address<Ipv4>::any());
static_assert(Address<Ipv4>::loopback().text() == "127.0.0.1");
static_assert(Address<Ipv4>::broadcast().number() == 0xffffffff);
static_assert(Address<Ipv4>::from_number(0xc0000201) == Address<Ipv4>{"192.0.2.1"});
static_assert(Address<Ipv4>{"192.0.2.1"}.bytes()[3] == 1);
static_assert(Address<Ipv4>{"9.255.255.255"} < Address<Ipv4>{"10.0.0.0"});
static_assert(Address<Ipv4>{"127.255.0.1"}.is_loopback() &&
              !Address<Ipv4>{"128.0.0.1"}.is_loopback());
static_assert(Address<Ipv4>{"239.1.1.1"}.is_multicast() &&
              !Address<Ipv4>{"240.1.1.1"}.is_multicast());

template <Address<Ipv4> address> struct Named {
    static constexpr auto text = address.text();
};
static_assert(Named<"192.0.2.1">::text == "192.0.2.1");

} // namespace

TEST_CASE("the IPv4 rows of ip_parse_valid.tsv are read and printed as they say") {
    for (const Row& row : rows_of("ip_parse_valid.tsv")) {
        CHECK(Address<Ipv4>::parse(row[0]).has_value() == (row[2] == "v4"));
        if (row[2] == "v4") {
            CHECK(outcome<Address<Ipv4>>(row[0]) == row[1]);
        }
    }
}

TEST_CASE("no row of ip_parse_invalid.tsv is an IPv4 address") {
    for (const Row& row : rows_of("ip_parse_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(Address<Ipv4>::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("the error of an IPv4 text is at the first character that can't stand there") {
    using A = Address<Ipv4>;
    CHECK(outcome<A>("") == "unexpected_end at 0");
    CHECK(outcome<A>("1.2.3") == "unexpected_end at 5");
    CHECK(outcome<A>("1.2.3.") == "unexpected_end at 6");
    CHECK(outcome<A>("1..2.3") == "unexpected_character at 2");
    CHECK(outcome<A>("1.2,3.4") == "unexpected_character at 3");
    CHECK(outcome<A>("0x10.0.0.1") == "unexpected_character at 1");
    CHECK(outcome<A>(" 1.2.3.4") == "unexpected_character at 0");
    CHECK(outcome<A>("1.2.3.4 ") == "unexpected_rest at 7");
    CHECK(outcome<A>("1.2.3.4.5") == "unexpected_rest at 7");
    CHECK(outcome<A>("1.2.3.256") == "octet_above_255 at 8");
    CHECK(outcome<A>("300.0.0.1") == "octet_above_255 at 2");
    CHECK(outcome<A>("1000.0.0.1") == "octet_above_255 at 3");
    CHECK(outcome<A>("1.2.3.1000") == "octet_above_255 at 9");
    CHECK(outcome<A>("01.2.3.4") == "leading_zero at 1");
    CHECK(outcome<A>("1.2.3.00") == "leading_zero at 7");
    CHECK(outcome<A>(std::string_view{"1.2.3.4\0", 8}) == "unexpected_rest at 7");
    CHECK(Address<Ipv4>::parse("1.2.3.256").error().text() ==
          "parse: A part of an IPv4 address is above 255 (octet_above_255) at position 8");
}

TEST_CASE("an IPv4 address is what inet_pton takes, and printed as inet_ntop prints it") {
    const std::string seeds[] = {"0.0.0.0", "127.0.0.1", "192.168.100.200", "255.255.255.255",
                                 "10.1.99.100"};
    Dice dice;
    int valid = 0;
    for (int turn = 0; turn < 200'000; ++turn) {
        const std::string text = mutated(seeds[dice.below(5)], "0123456789.. 0x:a-", dice);
        Address<Ipv4>::Bytes bytes{};
        const bool expected = inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
        const auto address = Address<Ipv4>::parse(text);
        REQUIRE_MESSAGE(address.has_value() == expected, text);
        if (expected) {
            ++valid;
            REQUIRE_MESSAGE(address->bytes() == bytes, text);
            REQUIRE_MESSAGE(address->text() == text, text);
        }
    }
    CHECK(valid > 40'000);
    CHECK(valid < 160'000);
}

TEST_CASE("a sample of all IPv4 addresses comes back from its text") {
    for (std::uint64_t number = 0; number <= 0xffffffff; number += 65'521) {
        const auto address = Address<Ipv4>::from_number(static_cast<std::uint32_t>(number));
        const auto back = Address<Ipv4>::parse(address.text());
        REQUIRE(back.has_value());
        REQUIRE(*back == address);
        REQUIRE(back->number() == number);
    }
}
