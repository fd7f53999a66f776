#include <ferrule/address/ip.hpp>

#include <doctest/doctest.h>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Address<Ip>{"192.0.2.1"} < Address<Ip>{"::"} &&
              Address<Ip>{"192.0.2.1"} != Address<Ip>{"::ffff:192.0.2.1"});
static_assert(Address<Ip>{"192.0.2.1"}.to<Ipv4>()->text() == "192.0.2.1");
static_assert(Address<Ip>{"192.0.2.1"}.to<Ipv6>().error().code() == Errc::wrong_family);

namespace {

static_assert(Address<Ip>{}.domain() == AF_INET6 && Address<Ip>{} == Address<Ip>::any());
static_assert(Address<Ip>{"192.0.2.1"}.domain() == AF_INET);
static_assert(Address<Ip>{"192.0.2.1"} == Address<Ipv4>{"192.0.2.1"});
static_assert(Address<Ip>{"::1"}.to<Ipv6>().value() == Address<Ipv6>::loopback());
static_assert(Address<Ip>{"127.0.0.1"}.is_loopback() && Address<Ip>{"::1"}.is_loopback());
static_assert(Address<Ip>{"0.0.0.0"}.is_unspecified() && Address<Ip>{"ff02::1"}.is_multicast());
static_assert(std::is_trivially_copyable_v<Address<Ip>>);

template <Address<Ip> address> struct Named {
    static constexpr auto text = address.text();
};
static_assert(Named<"192.0.2.1">::text == "192.0.2.1");

} // namespace

TEST_CASE("the rows of ip_parse_valid.tsv are of the family that they say") {
    for (const Row& row : rows_of("ip_parse_valid.tsv")) {
        CHECK(outcome<Address<Ip>>(row[0]) == row[1]);
        const auto address = Address<Ip>::parse(row[0]);
        CHECK((address.has_value() && (address->domain() == AF_INET) == (row[2] == "v4")));
    }
}

TEST_CASE("no row of ip_parse_invalid.tsv is an address") {
    for (const Row& row : rows_of("ip_parse_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(Address<Ip>::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("addresses are ordered as order.tsv says") {
    for (const Row& row : rows_of("order.tsv")) {
        if (row[3] == "ip") {
            const auto one = Address<Ip>::parse(row[0]).value();
            const auto other = Address<Ip>::parse(row[1]).value();
            CHECK((one <=> other) ==
                  (row[2] == "<" ? std::strong_ordering::less : std::strong_ordering::equal));
            CHECK((one == other) == (row[2] == "="));
        }
    }
}

TEST_CASE("the error of an address of either family is that of the family it looks like") {
    using A = Address<Ip>;
    CHECK(outcome<A>("") == "unexpected_end at 0");
    CHECK(outcome<A>("localhost") == "unexpected_character at 0");
    CHECK(outcome<A>("1.2.3.400") == "octet_above_255 at 8");
    CHECK(outcome<A>("1:2:3") == "too_few_groups at 5");
    CHECK(outcome<A>("fe80::1%eth0") == "unexpected_rest at 7");
    CHECK(outcome<A>("1.2.3.4:80") == "unexpected_rest at 7");
}

TEST_CASE("an address is narrowed to the family that it has, and to no other") {
    const Address<Ip> address = "192.0.2.1";
    CHECK(address.to<Ipv4>().value() == Address<Ipv4>("192.0.2.1"));
    CHECK(address.to<Ipv6>().error() == Error{Errc::wrong_family, Operation::convert});
    const Address<Ip> mapped = "::ffff:192.0.2.1";
    CHECK(mapped.to<Ipv4>().error() == Error{Errc::wrong_family, Operation::convert});
}

TEST_CASE("an IPv4-mapped address becomes the IPv4 address on request, no other changes") {
    CHECK(Address<Ip>("::ffff:192.0.2.1").unmapped() == Address<Ip>("192.0.2.1"));
    CHECK(Address<Ip>("::192.0.2.1").unmapped() == Address<Ip>("::192.0.2.1"));
    CHECK(Address<Ip>("192.0.2.1").unmapped() == Address<Ip>("192.0.2.1"));
}
