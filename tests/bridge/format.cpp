// SPDX-License-Identifier: MIT
#include <ferrule/bridge/format.hpp>

#include <doctest/doctest.h>
#include <string>
#include <version>

#include <ferrule/ferrule.hpp>

#include "../rows.hpp"

using namespace ferrule;

#if defined(__cpp_lib_format)

TEST_CASE("the rows of socketaddr_format_spec.tsv are printed as they say") {
    for (const Row& row : rows_of("socketaddr_format_spec.tsv")) {
        const auto endpoint = Endpoint<Ip>::parse(row[0]).value();
        const std::string format = "|{:" + row[1] + "}|";
        CHECK(std::vformat(format, std::make_format_args(endpoint)) == row[2]);
    }
}

TEST_CASE("whatever has a text is printed with std::format") {
    CHECK(std::format("{}", Address<Ipv4>("192.0.2.1")) == "192.0.2.1");
    CHECK(std::format("{}", Address<Ipv6>("2001:db8::1")) == "2001:db8::1");
    CHECK(std::format("{}", Address<Ip>("::ffff:192.0.2.1")) == "::ffff:192.0.2.1");
    CHECK(std::format("{}", Endpoint<Ipv4>("192.0.2.1:80")) == "192.0.2.1:80");
    CHECK(std::format("{}", Endpoint<Ipv6>("[fe80::1%2]:80")) == "[fe80::1%2]:80");
    CHECK(std::format("{}", Endpoint<Unix>("/run/x.sock")) == "/run/x.sock");
    CHECK(std::format("{}", Endpoint<Any>("unix:@name")) == "unix:@name");
    CHECK(std::format("{}", Network<Ipv4>("192.0.2.0/24")) == "192.0.2.0/24");
    CHECK(std::format("{:>20}", Network<Ip>("2001:db8::/32")) == "       2001:db8::/32");
    CHECK(std::format("{:*^16.9}", Network<Ipv6>("2001:db8::/32")) == "***2001:db8:****");
    CHECK(std::format("{}", Error{Errc::deadline_exceeded, Operation::accept}) ==
          "accept: The deadline passed (deadline_exceeded)");
    CHECK(std::format("[{:>4}]", Text<8>{"ab"}) == "[  ab]");
}

#else

TEST_CASE("the header is there and does nothing where there is no std::format") {
    CHECK(Textual<Network<Ip>>);
    CHECK(Textual<Error>);
    CHECK_FALSE(Textual<Text<8>>);
}

#endif
