// SPDX-License-Identifier: MIT
#include <ferrule/fmt.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <iterator>
#include <string>
#include <vector>

#include <ferrule/endpoint/any.hpp>
#include <ferrule/error.hpp>

using namespace ferrule;

namespace {

// Richer errors print themselves, too.
struct TwoErrors {
    Error first;
    Error second;
    Text<330> text() const { return Text<330>{first.text()}.append("; ").append(second.text()); }
};

template <class Candidate> constexpr bool is_textual = Textual<Candidate>;
static_assert(is_textual<Error> && is_textual<Endpoint<Any>> && is_textual<Address<Ip>> &&
              is_textual<TwoErrors>);
static_assert(!is_textual<int> && !is_textual<std::string> && !is_textual<Text<8>>);

} // namespace

TEST_CASE("addresses, endpoints and errors print as their text") {
    CHECK(fmt::format("{}", Address<Ipv4>{"192.0.2.1"}) == "192.0.2.1");
    CHECK(fmt::format("{}", Address<Ipv6>{"2001:DB8:0::1"}) == "2001:db8::1");
    CHECK(fmt::format("{}", Address<Ip>{"192.0.2.1"}) == "192.0.2.1");
    CHECK(fmt::format("{}", Endpoint<Ipv4>{"192.0.2.1:80"}) == "192.0.2.1:80");
    CHECK(fmt::format("{}", Endpoint<Ipv6>{"[::1]:80"}) == "[::1]:80");
    CHECK(fmt::format("{}", Endpoint<Ip>{"[::1]:80"}) == "[::1]:80");
    CHECK(fmt::format("{}", Endpoint<Unix>{"@name"}) == "@name");
    CHECK(fmt::format("{}", Endpoint<Any>{"unix:/run/x.sock"}) == "unix:/run/x.sock");
    CHECK(fmt::format("{}", Endpoint<Any>{}).empty());
    CHECK(fmt::format("{}", Error{Errc::connection_refused, Operation::connect}) ==
          "connect: Connection refused (ECONNREFUSED)");
    CHECK(fmt::format("{}", Text<8>{"text"}) == "text");
    CHECK(fmt::format("{}", TwoErrors{{Errc::stopped, Operation::send},
                                      {Errc::not_open, Operation::close}}) ==
          "send: A stop was requested (stopped); close: The socket is not open (not_open)");
}

TEST_CASE("width, fill, alignment and precision work as for strings") {
    const Endpoint<Ipv4> endpoint = "192.0.2.1:80";
    CHECK(fmt::format("{:16}|", endpoint) == "192.0.2.1:80    |");
    CHECK(fmt::format("{:>16}|", endpoint) == "    192.0.2.1:80|");
    CHECK(fmt::format("{:*^16}|", endpoint) == "**192.0.2.1:80**|");
    CHECK(fmt::format("{:.5}|", endpoint) == "192.0|");
    CHECK(fmt::format("{:>{}}|", endpoint, 14) == "  192.0.2.1:80|");
    CHECK(fmt::format("{:<6}|{:>6}|", Text<8>{"ab"}, Text<8>{"cd"}) == "ab    |    cd|");
}

TEST_CASE("several print side by side, and into a buffer of one's own") {
    std::vector<char> line;
    fmt::format_to(std::back_inserter(line), "{} -> {}", Endpoint<Ipv4>{"192.0.2.1:1"},
                   Endpoint<Unix>{"/run/x.sock"});
    CHECK(std::string(line.begin(), line.end()) == "192.0.2.1:1 -> /run/x.sock");
}
