// SPDX-License-Identifier: MIT
#include <ferrule/bridge/fmt.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ferrule/ferrule.hpp>

#include "../rows.hpp"

using namespace ferrule;

namespace {

// A type of the user's own.
struct TwoErrors {
    Error first;
    Error second;
    Text<330> text() const { return Text<330>{first.text()}.append("; ").append(second.text()); }
};

template <class Candidate> constexpr bool is_textual = Textual<Candidate>;
static_assert(is_textual<Error> && is_textual<Endpoint<Any>> && is_textual<TwoErrors>);
static_assert(!is_textual<int> && !is_textual<std::string> && !is_textual<Text<8>>);

} // namespace

TEST_CASE("the rows of socketaddr_format_spec.tsv are printed as they say") {
    for (const Row& row : rows_of("socketaddr_format_spec.tsv")) {
        const auto endpoint = Endpoint<Ip>::parse(row[0]).value();
        const std::string format = "|{:" + row[1] + "}|";
        CHECK(fmt::format(fmt::runtime(format), endpoint) == row[2]);
    }
}

TEST_CASE("whatever has a text is printed with fmt") {
    CHECK(fmt::format("{}", Address<Ipv4>("192.0.2.1")) == "192.0.2.1");
    CHECK(fmt::format("{}", Address<Ipv6>("2001:db8::1")) == "2001:db8::1");
    CHECK(fmt::format("{}", Address<Ip>("::ffff:192.0.2.1")) == "::ffff:192.0.2.1");
    CHECK(fmt::format("{}", Endpoint<Ipv4>("192.0.2.1:80")) == "192.0.2.1:80");
    CHECK(fmt::format("{}", Endpoint<Ipv6>("[fe80::1%2]:80")) == "[fe80::1%2]:80");
    CHECK(fmt::format("{}", Endpoint<Unix>("/run/x.sock")) == "/run/x.sock");
    CHECK(fmt::format("{}", Endpoint<Any>("unix:@name")) == "unix:@name");
    CHECK(fmt::format("{}", Network<Ipv4>("192.0.2.0/24")) == "192.0.2.0/24");
    CHECK(fmt::format("{:>20}", Network<Ip>("2001:db8::/32")) == "       2001:db8::/32");
    CHECK(fmt::format("{:*^16.9}", Network<Ipv6>("2001:db8::/32")) == "***2001:db8:****");
    CHECK(fmt::format("{}", Error{Errc::deadline_exceeded, Operation::accept}) ==
          "accept: The deadline passed (deadline_exceeded)");
    CHECK(fmt::format("[{:>4}]", Text<8>{"ab"}) == "[  ab]");
}

TEST_CASE("what a user gives a text is printed, too") {
    const TwoErrors both{{Errc::stopped, Operation::send}, {Errc::not_open, Operation::close}};
    CHECK(fmt::format("{}", both) ==
          "send: A stop was requested (stopped); close: The socket is not open (not_open)");
}

TEST_CASE("a width of run time and a precision work as for strings") {
    const Endpoint<Ipv4> endpoint = "192.0.2.1:80";
    CHECK(fmt::format("{:>{}}|", endpoint, 14) == "  192.0.2.1:80|");
    CHECK(fmt::format("{:.5}|", endpoint) == "192.0|");
}
