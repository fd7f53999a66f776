#include <ferrule/address/impl/literal.hpp>

#include <doctest/doctest.h>
#include <type_traits>

#include <ferrule/address/ip.hpp>
#include <ferrule/endpoint/any.hpp>

using namespace ferrule;

namespace {

template <class Value>
inline constexpr bool takes_literals = std::is_convertible_v<const char (&)[8], Value>;
template <class Value>
inline constexpr bool takes_text_of_run_time =
    std::is_constructible_v<Value, std::string_view> || std::is_constructible_v<Value, const char*>;

static_assert(takes_literals<Address<Ipv4>> && takes_literals<Address<Ip>>);
static_assert(takes_literals<Endpoint<Unix>> && takes_literals<Endpoint<Any>>);
static_assert(!takes_text_of_run_time<Address<Ipv6>> && !takes_text_of_run_time<Endpoint<Unix>>);

// How a user's function takes an endpoint.
std::uint16_t port_of(Endpoint<Ip> endpoint) { return endpoint.port(); }

} // namespace

TEST_CASE("a literal is an endpoint wherever an endpoint is expected") {
    CHECK(port_of("127.0.0.1:80") == 80);
    CHECK(port_of("[::1]:81") == 81);
    const Endpoint<Unix> endpoint = "/run/x.sock";
    CHECK(endpoint.name().size() == 11);
    const Address<Ipv4> addresses[] = {"10.0.0.1", "10.0.0.2"};
    CHECK(addresses[1].number() == 0x0a000002);
}

TEST_CASE("the final NUL of a literal does not count, a NUL within it does") {
    static_assert(Endpoint<Unix>{"@a\0b"}.name().size() == 3);
    CHECK(Endpoint<Unix>("@a\0b").name() == std::string_view{"a\0b", 3});
}
