// SPDX-License-Identifier: MIT
#include <ferrule/bridge/ostream.hpp>

#include <doctest/doctest.h>
#include <iomanip>
#include <sstream>
#include <string>

#include <ferrule/ferrule.hpp>

#include "../rows.hpp"

using namespace ferrule;

namespace {

template <class... Printed> std::string written(const Printed&... printed) {
    std::ostringstream stream;
    (stream << ... << printed);
    return stream.str();
}

} // namespace

TEST_CASE("whatever has a text is written to a stream") {
    CHECK(written(Address<Ipv4>("192.0.2.1")) == "192.0.2.1");
    CHECK(written(Address<Ip>("2001:db8::1")) == "2001:db8::1");
    CHECK(written(Endpoint<Ipv6>("[fe80::1%2]:80")) == "[fe80::1%2]:80");
    CHECK(written(Endpoint<Unix>("/run/x.sock")) == "/run/x.sock");
    CHECK(written(Endpoint<Any>("unix:@name")) == "unix:@name");
    CHECK(written(Network<Ipv4>("192.0.2.0/24"), ' ', Network<Ip>("::/0")) == "192.0.2.0/24 ::/0");
    CHECK(written(Error{Errc::deadline_exceeded, Operation::accept}) ==
          "accept: The deadline passed (deadline_exceeded)");
    CHECK(written(Text<8>{"text"}) == "text");
}

TEST_CASE("the width of a stream counts once, with its fill and alignment") {
    const Endpoint<Ip> endpoint = "192.168.0.1:8080";
    CHECK(written('|', std::setw(20), endpoint, '|') == "|    192.168.0.1:8080|");
    CHECK(written('|', std::setw(20), std::left, endpoint, '|') == "|192.168.0.1:8080    |");
    CHECK(written(std::setfill('*'), std::setw(18), endpoint, endpoint) ==
          "**192.168.0.1:8080192.168.0.1:8080");
    CHECK(written(std::setw(6), Text<8>{"text"}) == "  text");
}

TEST_CASE("the rows of socketaddr_format_spec.tsv that a stream can say are written as they say") {
    int written_rows = 0;
    for (const Row& row : rows_of("socketaddr_format_spec.tsv")) {
        const char first = row[1].front();
        if (first == '^' || first == '.') {
            continue; // a stream knows no centre and no precision of a string
        }
        ++written_rows;
        const auto width = std::stoi(row[1].substr(first == '<' || first == '>' ? 1 : 0));
        const auto endpoint = Endpoint<Ip>::parse(row[0]).value();
        CHECK(written('|', std::setw(width), first == '>' ? std::right : std::left, endpoint,
                      '|') == row[2]);
    }
    CHECK(written_rows == 8);
}
