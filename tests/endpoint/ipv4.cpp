#include <ferrule/endpoint/ipv4.hpp>

#include <arpa/inet.h>
#include <cstring>
#include <doctest/doctest.h>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Endpoint<Ipv4>{"127.0.0.1:80"} == Endpoint<Ipv4>::loopback(80));
static_assert(Endpoint<Ipv4>{Address<Ipv4>{192, 0, 2, 1}, 65535}.text() == "192.0.2.1:65535");
static_assert(Endpoint<Ipv4>::parse("127.0.0.1:65536").error() ==
              Error{Errc::port_above_65535, Operation::parse, 14});
static_assert(sizeof(Endpoint<Ipv4>) == sizeof(sockaddr_in) &&
              std::is_trivially_copyable_v<Endpoint<Ipv4>>);

namespace {

static_assert(Endpoint<Ipv4>{} == Endpoint<Ipv4>::any() && Endpoint<Ipv4>{}.text() == "0.0.0.0:0");
static_assert(Endpoint<Ipv4>{"127.0.0.1:80"}.address().is_loopback());
static_assert(Endpoint<Ipv4>{"127.0.0.1:80"}.port() == 80);
static_assert(Endpoint<Ipv4>{"127.0.0.1:80"} != Endpoint<Ipv4>{"127.0.0.1:81"} &&
              Endpoint<Ipv4>{"127.0.0.1:80"} != Endpoint<Ipv4>{"127.0.0.2:80"});
static_assert(Endpoint<Ipv4>{"127.0.0.1:80"}.with_port(81) == Endpoint<Ipv4>{"127.0.0.1:81"});
static_assert(Endpoint<Ipv4>{"127.0.0.1:65535"} < Endpoint<Ipv4>{"127.0.0.2:0"});
static_assert(Endpoint<Ipv4>{"127.0.0.1:255"} < Endpoint<Ipv4>{"127.0.0.1:256"});
static_assert(Endpoint<Ipv4>{"1.0.0.2:1"} < Endpoint<Ipv4>{"2.0.0.1:1"});

template <Endpoint<Ipv4> endpoint> struct Named {
    static constexpr auto text = endpoint.text();
};
static_assert(Named<"127.0.0.1:80">::text == "127.0.0.1:80");

} // namespace

TEST_CASE("an IPv4 endpoint is what the kernel calls a sockaddr_in") {
    const Endpoint<Ipv4> endpoint = "192.0.2.1:8080";
    sockaddr_in native{};
    REQUIRE(endpoint.native_size() == sizeof native);
    std::memcpy(&native, endpoint.native(), sizeof native);
    CHECK(native.sin_family == AF_INET);
    CHECK(ntohs(native.sin_port) == 8080);
    CHECK(ntohl(native.sin_addr.s_addr) == 0xc0000201);
}

TEST_CASE("the IPv4 rows of socketaddr_valid.tsv are read and printed as they say") {
    for (const Row& row : rows_of("socketaddr_valid.tsv")) {
        const bool is_ipv4 = row[0][0] != '[';
        CHECK(Endpoint<Ipv4>::parse(row[0]).has_value() == is_ipv4);
        if (is_ipv4) {
            CHECK(outcome<Endpoint<Ipv4>>(row[0]) == row[1]);
        }
    }
}

TEST_CASE("no row of socketaddr_invalid.tsv is an IPv4 endpoint") {
    for (const Row& row : rows_of("socketaddr_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(Endpoint<Ipv4>::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("the error of an IPv4 endpoint is at the first character that can't stand there") {
    using E = Endpoint<Ipv4>;
    CHECK(outcome<E>("") == "unexpected_end at 0");
    CHECK(outcome<E>("127.0.0.1") == "missing_port at 9");
    CHECK(outcome<E>("127.0.0.1:") == "unexpected_end at 10");
    CHECK(outcome<E>("127.0.0.1 :80") == "unexpected_character at 9");
    CHECK(outcome<E>("127.0.0.1: 80") == "unexpected_character at 10");
    CHECK(outcome<E>("127.0.0.1:+80") == "unexpected_character at 10");
    CHECK(outcome<E>("127.0.0.1:-1") == "unexpected_character at 10");
    CHECK(outcome<E>("127.0.0.1:080") == "leading_zero at 11");
    CHECK(outcome<E>("127.0.0.1:00") == "leading_zero at 11");
    CHECK(outcome<E>("127.0.0.1:65536") == "port_above_65535 at 14");
    CHECK(outcome<E>("127.0.0.1:18446744073709551696") == "port_above_65535 at 15");
    CHECK(outcome<E>("127.0.0.1:80 ") == "unexpected_rest at 12");
    CHECK(outcome<E>("127.0.0.1:http") == "unexpected_character at 10");
    CHECK(outcome<E>("256.0.0.1:80") == "octet_above_255 at 2");
    CHECK(outcome<E>("[::1]:80") == "unexpected_character at 0");
    CHECK(outcome<E>("127.0.0.1:0") == "127.0.0.1:0");
    CHECK(outcome<E>("127.0.0.1:65535") == "127.0.0.1:65535");
}

TEST_CASE("every port comes back from its text") {
    for (unsigned port = 0; port < 65536; ++port) {
        const auto endpoint = Endpoint<Ipv4>::loopback(static_cast<std::uint16_t>(port));
        REQUIRE(endpoint.port() == port);
        REQUIRE(Endpoint<Ipv4>::parse(endpoint.text()).value() == endpoint);
    }
}

TEST_CASE("the longest IPv4 endpoint fills its text") {
    const auto text = Endpoint<Ipv4>("255.255.255.255:65535").text();
    CHECK(text.size() == text.capacity);
}

TEST_CASE("what the kernel wrote is taken only if it is a whole IPv4 endpoint") {
    const Endpoint<Ipv4> before = "192.0.2.1:80";
    Endpoint<Ipv4> endpoint = before;
    endpoint.native_resize(sizeof(sockaddr_in));
    CHECK(endpoint == before);
    endpoint.native_resize(sizeof(sockaddr_in) - 1);
    CHECK(endpoint == Endpoint<Ipv4>{});
    endpoint = before;
    endpoint.native_resize(0);
    CHECK(endpoint == Endpoint<Ipv4>{});
    endpoint = before;
    endpoint.native_buffer()->sa_family = AF_UNIX;
    endpoint.native_resize(sizeof(sockaddr_in));
    CHECK(endpoint == Endpoint<Ipv4>{});
    CHECK(endpoint.native()->sa_family == AF_INET);
}
