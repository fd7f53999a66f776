#include <ferrule/endpoint/ipv6.hpp>

#include <arpa/inet.h>
#include <cstring>
#include <doctest/doctest.h>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Endpoint<Ipv6>{"[::1]:80"} == Endpoint<Ipv6>::loopback(80));
static_assert(Endpoint<Ipv6>{"[fe80::1%3]:80"}.scope_id() == 3);
static_assert(Endpoint<Ipv6>::parse("[fe80::1%eth0]:80").error() ==
              Error{Errc::bad_scope, Operation::parse, 9});
static_assert(sizeof(Endpoint<Ipv6>) == sizeof(sockaddr_in6) &&
              std::is_trivially_copyable_v<Endpoint<Ipv6>>);

namespace {

static_assert(Endpoint<Ipv6>{} == Endpoint<Ipv6>::any() && Endpoint<Ipv6>{}.text() == "[::]:0");
static_assert(Endpoint<Ipv6>{"[fe80::1%3]:80"}.text() == "[fe80::1%3]:80");
static_assert(Endpoint<Ipv6>{"[fe80::1%3]:80"}.with_port(81) == Endpoint<Ipv6>{"fe80::1", 81, 3});
static_assert(Endpoint<Ipv6>{"[::1]:80"} != Endpoint<Ipv6>{"[::1%1]:80"});
static_assert(Endpoint<Ipv6>{"[::1%9]:80"} < Endpoint<Ipv6>{"[::1]:81"});
static_assert(Endpoint<Ipv6>{"[::1%9]:80"} < Endpoint<Ipv6>{"[::1%10]:80"});
static_assert(!Endpoint<Ipv6>::parse("[::1]:65536"));

// clang before 18 has no unions in template arguments, and in6_addr has one.
#if !defined(__clang__) || __clang_major__ >= 18
template <Endpoint<Ipv6> endpoint> struct Named {
    static constexpr auto text = endpoint.text();
};
static_assert(Named<"[::1]:80">::text == "[::1]:80");
#endif

} // namespace

TEST_CASE("an IPv6 endpoint is what the kernel calls a sockaddr_in6") {
    const Endpoint<Ipv6> endpoint = "[2001:db8::1%7]:8080";
    sockaddr_in6 native{};
    REQUIRE(endpoint.native_size() == sizeof native);
    std::memcpy(&native, endpoint.native(), sizeof native);
    CHECK(native.sin6_family == AF_INET6);
    CHECK(ntohs(native.sin6_port) == 8080);
    CHECK(native.sin6_scope_id == 7);
    CHECK(native.sin6_flowinfo == 0);
    in6_addr address{};
    REQUIRE(inet_pton(AF_INET6, "2001:db8::1", &address) == 1);
    CHECK(std::memcmp(&address, &native.sin6_addr, sizeof address) == 0);
}

TEST_CASE("the IPv6 rows of socketaddr_valid.tsv are read and printed as they say") {
    for (const Row& row : rows_of("socketaddr_valid.tsv")) {
        const bool is_ipv6 = row[0][0] == '[';
        CHECK(Endpoint<Ipv6>::parse(row[0]).has_value() == is_ipv6);
        if (is_ipv6) {
            CHECK(outcome<Endpoint<Ipv6>>(row[0]) == row[1]);
        }
    }
}

TEST_CASE("no row of socketaddr_invalid.tsv is an IPv6 endpoint") {
    for (const Row& row : rows_of("socketaddr_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(Endpoint<Ipv6>::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("the error of an IPv6 endpoint is at the first character that can't stand there") {
    using E = Endpoint<Ipv6>;
    CHECK(outcome<E>("") == "missing_bracket at 0");
    CHECK(outcome<E>("::1") == "missing_bracket at 0");
    CHECK(outcome<E>("127.0.0.1:80") == "missing_bracket at 0");
    CHECK(outcome<E>("[::1:80") == "missing_bracket at 7");
    CHECK(outcome<E>("[::1") == "missing_bracket at 4");
    CHECK(outcome<E>("[") == "unexpected_end at 1");
    CHECK(outcome<E>("[]:80") == "unexpected_character at 1");
    CHECK(outcome<E>("[127.0.0.1]:80") == "too_few_groups at 10");
    CHECK(outcome<E>("[::1]") == "missing_port at 5");
    CHECK(outcome<E>("[::1]80") == "unexpected_character at 5");
    CHECK(outcome<E>("[::1]:") == "unexpected_end at 6");
    CHECK(outcome<E>("[::1]:65536") == "port_above_65535 at 10");
    CHECK(outcome<E>("[::1]:080") == "leading_zero at 7");
    CHECK(outcome<E>("[::1]:80]") == "unexpected_rest at 8");
    CHECK(outcome<E>("[::1 ]:80") == "unexpected_character at 4");
    CHECK(outcome<E>("[1:2]:80") == "too_few_groups at 4");
}

TEST_CASE("a scope is a number from 1 to 4294967295; a name is an error at its first letter") {
    using E = Endpoint<Ipv6>;
    CHECK(outcome<E>("[fe80::1%1]:80") == "[fe80::1%1]:80");
    CHECK(outcome<E>("[fe80::1%4294967295]:80") == "[fe80::1%4294967295]:80");
    CHECK(outcome<E>("[fe80::1%4294967296]:80") == "bad_scope at 18");
    CHECK(outcome<E>("[fe80::1%eth0]:80") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%3x]:80") == "bad_scope at 10");
    CHECK(outcome<E>("[fe80::1%]:80") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%0]:80") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%03]:80") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%+3]:80") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%3%4]:80") == "bad_scope at 10");
    CHECK(outcome<E>("[fe80::1%") == "bad_scope at 9");
    CHECK(outcome<E>("[fe80::1%3") == "missing_bracket at 10");
}

TEST_CASE("the longest IPv6 endpoint fills its text") {
    const auto text =
        Endpoint<Ipv6>("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535").text();
    CHECK(text.size() == text.capacity);
}

TEST_CASE("what the kernel wrote is taken only if it is a whole IPv6 endpoint") {
    const Endpoint<Ipv6> before = "[2001:db8::1%7]:80";
    Endpoint<Ipv6> endpoint = before;
    endpoint.native_resize(sizeof(sockaddr_in6));
    CHECK(endpoint == before);
    endpoint.native_resize(sizeof(sockaddr_in6) - 1);
    CHECK(endpoint == Endpoint<Ipv6>{});
    endpoint = before;
    endpoint.native_buffer()->sa_family = AF_INET;
    endpoint.native_resize(sizeof(sockaddr_in6));
    CHECK(endpoint == Endpoint<Ipv6>{});
    CHECK(endpoint.native()->sa_family == AF_INET6);
}

TEST_CASE("another port is the same endpoint in all else") {
    constexpr Endpoint<Ipv6> before = "[fe80::1%3]:80";
    const auto endpoint = before.with_flow_label(0x12345).with_port(81);
    CHECK(endpoint.text() == "[fe80::1%3]:81");
    CHECK(endpoint.flow_label() == 0x12345);
}

TEST_CASE("a flow label that the kernel reports makes no other endpoint") {
    Endpoint<Ipv6> endpoint = "[2001:db8::1]:80";
    const auto hash = endpoint.hash();
    endpoint.native_.sin6_flowinfo = 7;
    CHECK(endpoint == Endpoint<Ipv6>("[2001:db8::1]:80"));
    CHECK(endpoint.hash() == hash);
}
