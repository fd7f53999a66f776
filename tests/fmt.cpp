// SPDX-License-Identifier: MIT
#include <ferrule/fmt.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ferrule/ferrule.hpp>

#include "rows.hpp"

using namespace ferrule;

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
    CHECK(fmt::format("{}", Error{Errc::timed_out, Operation::accept}) ==
          "accept: The deadline passed (timed_out)");
    CHECK(fmt::format("[{:>4}]", Text<8>{"ab"}) == "[  ab]");
}
