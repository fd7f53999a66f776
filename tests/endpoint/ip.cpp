#include <ferrule/endpoint/ip.hpp>

#include <cstring>
#include <doctest/doctest.h>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Endpoint<Ip>{"127.0.0.1:80"} == Endpoint<Ipv4>::loopback(80));
static_assert(Endpoint<Ip>{"[::1]:80"}.to<Ipv4>().error() ==
              Error{Errc::wrong_family, Operation::convert});
static_assert(Endpoint<Ip>::parse("::1:80").error() ==
              Error{Errc::missing_bracket, Operation::parse, 0});
static_assert(Endpoint<Ip>{"127.0.0.1:80"}.mapped().text() == "[::ffff:127.0.0.1]:80");
static_assert(std::is_trivially_copyable_v<Endpoint<Ip>>);

namespace {

using E = Endpoint<Ip>;

static_assert(E{} == E::any() && E{}.domain() == AF_INET6);
static_assert(E{"127.0.0.1:80"}.domain() == AF_INET && E{"[::1]:80"}.domain() == AF_INET6);
static_assert(E{"127.0.0.1:80"} != E{"127.0.0.1:81"} && E{"[::1%1]:80"} != E{"[::1%2]:80"});
static_assert(E{"127.0.0.1:80"}.address() == Address<Ip>{"127.0.0.1"});
static_assert(E{"127.0.0.1:80"}.with_port(81) == E{Address<Ip>{"127.0.0.1"}, 81});
static_assert(E{"[fe80::1%3]:80"}.with_port(81).to<Ipv6>()->scope_id() == 3);
static_assert(E{"[fe80::1%3]:80"}.mapped() == Endpoint<Ipv6>{"[fe80::1%3]:80"});
static_assert(std::is_convertible_v<Endpoint<Ipv4>, E> && std::is_convertible_v<Endpoint<Ipv6>, E>);
static_assert(!std::is_convertible_v<E, Endpoint<Ipv4>>);

// An endpoint changes its family while compiling, too.
static_assert([] {
    E endpoint = "127.0.0.1:80";
    endpoint = E("[::1]:80");
    endpoint = E("127.0.0.1:81");
    return endpoint.port();
}() == 81);

/// What native_resize makes of an endpoint that the kernel wrote.
template <class Family> E taken_in(const Endpoint<Family>& written, socklen_t size) {
    E endpoint = "192.0.2.99:99";
    std::memcpy(endpoint.native_buffer(), written.native(), written.native_size());
    endpoint.native_resize(size);
    return endpoint;
}

} // namespace

TEST_CASE("the rows of socketaddr_valid.tsv are read and printed as they say") {
    for (const Row& row : rows_of("socketaddr_valid.tsv")) {
        CHECK(outcome<E>(row[0]) == row[1]);
    }
}

TEST_CASE("no row of socketaddr_invalid.tsv is an endpoint") {
    for (const Row& row : rows_of("socketaddr_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(E::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("endpoints are ordered as order.tsv says") {
    for (const Row& row : rows_of("order.tsv")) {
        if (row[3] == "socketaddr") {
            const auto one = E::parse(row[0]).value();
            const auto other = E::parse(row[1]).value();
            CHECK((one <=> other) ==
                  (row[2] == "<" ? std::strong_ordering::less : std::strong_ordering::equal));
            CHECK((one == other) == (row[2] == "="));
        }
    }
    CHECK(E("255.255.255.255:65535") < E("[::]:0"));
}

TEST_CASE("IPv6 without brackets is told from text that is no address at all") {
    CHECK(outcome<E>("::1:80") == "missing_bracket at 0");
    CHECK(outcome<E>("2001:db8::1") == "missing_bracket at 0");
    CHECK(outcome<E>("fe80::1") == "missing_bracket at 0");
    CHECK(outcome<E>("localhost:80") == "unexpected_character at 0");
    CHECK(outcome<E>(":80") == "unexpected_character at 0");
    CHECK(outcome<E>("80") == "unexpected_end at 2");
    CHECK(outcome<E>("127.0.0.1:80:90") == "unexpected_rest at 12");
    CHECK(outcome<E>("127.0.0.1") == "missing_port at 9");
    CHECK(outcome<E>("[::1]") == "missing_port at 5");
    CHECK(outcome<E>("[::1]:70000") == "port_above_65535 at 10");
}

TEST_CASE("an endpoint is narrowed to the family that it has, and to no other") {
    CHECK(E("127.0.0.1:80").to<Ipv4>().value() == Endpoint<Ipv4>("127.0.0.1:80"));
    CHECK(E("[::1]:80").to<Ipv6>().value() == Endpoint<Ipv6>("[::1]:80"));
    CHECK(E("127.0.0.1:80").to<Ipv6>().error() == Error{Errc::wrong_family, Operation::convert});
    CHECK(E("[::ffff:127.0.0.1]:80").to<Ipv4>().error().code() == Errc::wrong_family);
}

TEST_CASE("the kernel sees the size of the family at hand") {
    CHECK(E("127.0.0.1:80").native_size() == sizeof(sockaddr_in));
    CHECK(E("127.0.0.1:80").native()->sa_family == AF_INET);
    CHECK(E("[::1]:80").native_size() == sizeof(sockaddr_in6));
    CHECK(E("[::1]:80").native()->sa_family == AF_INET6);
}

TEST_CASE("a mapped IPv4 endpoint from the kernel is the IPv4 endpoint") {
    const auto mapped = E("192.0.2.1:80").mapped();
    CHECK(mapped.text() == "[::ffff:192.0.2.1]:80");
    CHECK(taken_in(mapped, sizeof(sockaddr_in6)) == E("192.0.2.1:80"));
    CHECK(taken_in(mapped, sizeof(sockaddr_in6)).native()->sa_family == AF_INET);
    CHECK(taken_in(Endpoint<Ipv4>("192.0.2.1:80"), sizeof(sockaddr_in)) == E("192.0.2.1:80"));
    CHECK(taken_in(Endpoint<Ipv6>("[::1%4]:80"), sizeof(sockaddr_in6)) == E("[::1%4]:80"));
}

TEST_CASE("what is no whole IP endpoint becomes [::]:0") {
    const Endpoint<Ipv4> ipv4 = "192.0.2.1:80";
    const Endpoint<Ipv6> ipv6 = "[2001:db8::1]:80";
    CHECK(taken_in(ipv4, sizeof(sockaddr_in) - 1) == E{});
    CHECK(taken_in(ipv6, sizeof(sockaddr_in6) - 1) == E{});
    CHECK(taken_in(ipv4, 0) == E{});
    Endpoint<Ipv6> strange = ipv6;
    strange.native_buffer()->sa_family = AF_UNIX;
    CHECK(taken_in(strange, sizeof(sockaddr_in6)) == E{});
}

TEST_CASE("get_if borrows the endpoint as the family that it is of, and as no other") {
    const Endpoint<Ipv4> ipv4 = "192.0.2.1:80";
    const Endpoint<Ipv6> ipv6 = "[2001:db8::1]:80";
    const Endpoint<Ip> either_ipv4 = ipv4;
    const Endpoint<Ip> either_ipv6 = ipv6;
    CHECK(*either_ipv4.get_if<Ipv4>() == ipv4);
    CHECK(*either_ipv6.get_if<Ipv6>() == ipv6);
    CHECK((either_ipv4.get_if<Ipv6>() == nullptr && either_ipv6.get_if<Ipv4>() == nullptr));
}
