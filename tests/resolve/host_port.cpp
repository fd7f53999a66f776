// SPDX-License-Identifier: MIT
#include <ferrule/resolve/host_port.hpp>

#include <doctest/doctest.h>
#include <string>

#include "../rows.hpp"

using namespace ferrule;

static_assert(split_host_port("[::1]:http")->host == "::1" && split_host_port(":80")->host.empty());
static_assert(split_host_port("::1:80").error() ==
              Error{Errc::missing_bracket, Operation::parse, 0});
static_assert(is_host_name("example.com.") && is_host_name("7.example") && !is_host_name("127.1"));
static_assert(is_service_name("http") && !is_service_name(" 80") && !is_service_name("80"));

TEST_CASE("a host and a port are split as the table says") {
    for (const Row& row : rows_of("socketaddr_split_host_port.tsv")) {
        CAPTURE(row[0]);
        const auto parts = split_host_port(row[0]);
        CHECK(parts.has_value() == (row[1] == "ok"));
        if (parts) {
            CHECK(parts->host == (row[2] == "<empty>" ? "" : row[2]));
            CHECK(parts->service == (row[3] == "<empty>" ? "" : row[3]));
        } else {
            CHECK(parts.error().operation() == Operation::parse);
            CHECK(parts.error().position() <= row[0].size());
        }
    }
}

TEST_CASE("what can't be split says where") {
    CHECK(split_host_port("example.com").error() ==
          Error{Errc::missing_port, Operation::parse, 11});
    CHECK(split_host_port("").error() == Error{Errc::missing_port, Operation::parse, 0});
    CHECK(split_host_port("fe80::1:80").error() ==
          Error{Errc::missing_bracket, Operation::parse, 4});
    CHECK(split_host_port("[::1:80").error() == Error{Errc::missing_bracket, Operation::parse, 7});
    CHECK(split_host_port("[::1]80:1").error() == Error{Errc::missing_port, Operation::parse, 5});
    CHECK(split_host_port("[[::1]:80").error() ==
          Error{Errc::unexpected_character, Operation::parse, 1});
    CHECK(split_host_port("a[b:80").error() ==
          Error{Errc::unexpected_character, Operation::parse, 1});
}

TEST_CASE("a host whose last label is a number is no name") {
    for (const char* name : {"localhost", "example.com", "example.com.", "1.example", "a-b.c_d",
                             "3com", "1.2.3.4x", "0xyz", "x0x1"}) {
        CAPTURE(name);
        CHECK(is_host_name(name));
    }
    for (const char* number : {"1", "127.1", "0177.0.0.1", "0x7f.1", "1.0x7f", "1.2.3.256",
                               "1.2.3.4.5", "127.0.0.1.", "0x", "a.1"}) {
        CAPTURE(number);
        CHECK_FALSE(is_host_name(number));
    }
}

TEST_CASE("a host is 1 to 253 characters that a name may have") {
    const std::string longest = std::string(252, 'a') + "b";
    CHECK(is_host_name(longest));
    CHECK(is_host_name(longest + "."));
    CHECK_FALSE(is_host_name(longest + "c"));
    using namespace std::string_view_literals;
    for (const std::string_view host :
         {""sv, "."sv, "a b"sv, "a\0b"sv, "a\n"sv, "a:b"sv, "a%b"sv}) {
        CAPTURE(host);
        CHECK_FALSE(is_host_name(host));
    }
}

TEST_CASE("a service name has a letter and nothing that a number could be read from") {
    for (const char* name : {"http", "domain-s", "3com-tsmux", "x11", "z39.50"}) {
        CAPTURE(name);
        CHECK(is_service_name(name));
    }
    for (const char* other : {"", "80", " 80", "+80", "-1", "0x50x ", "ht tp", "65536", "8 0",
                              "a123456789012345678901234567890123"}) {
        CAPTURE(other);
        CHECK_FALSE(is_service_name(other));
    }
}

namespace {

constexpr bool joins(std::string_view host, std::string_view service, std::string_view text) {
    const auto joined = join_host_port(host, service);
    return joined && *joined == text;
}
static_assert(joins("example.com", "http", "example.com:http") && joins("", "80", ":80") &&
              joins("2001:db8::1", "80", "[2001:db8::1]:80") &&
              joins("fe80::1%eth0", "1", "[fe80::1%eth0]:1") &&
              joins("192.0.2.1", "", "192.0.2.1:"));
static_assert(join_host_port("[::1]", "80").error().code() == Errc::bad_host &&
              join_host_port("::1", "8:0").error().code() == Errc::bad_service &&
              join_host_port("", "a service of thirty-two letters.").has_value() &&
              join_host_port("", "a service of thirty-three letters").error().code() ==
                  Errc::bad_service);

} // namespace

TEST_CASE("what was joined is split in the same parts") {
    for (const char* const host : {"", "example.com", "::1", "2001:db8::1", "192.0.2.1"}) {
        for (const char* const service : {"", "80", "http"}) {
            const auto joined = join_host_port(host, service).value();
            const auto parts = split_host_port(joined).value();
            CHECK(parts.host == host);
            CHECK(parts.service == service);
        }
    }
    CHECK(join_host_port(std::string(253, ':'), std::string(32, 'x')).value().size() == 288);
    CHECK(join_host_port(std::string(254, 'x'), "1").error().code() == Errc::bad_host);
}
