#include <ferrule/endpoint/any.hpp>

#include <cstring>
#include <doctest/doctest.h>

#include "../rows.hpp"

using namespace ferrule;

static_assert(Endpoint<Any>{"127.0.0.1:80"} == Endpoint<Ipv4>::loopback(80));
static_assert(Endpoint<Any>{"unix:@x"}.to<Unix>()->name() == "x" &&
              Endpoint<Any>{"unix:@x"}.text() == "unix:@x");
static_assert(Endpoint<Any>{"[::1]:80"}.to<Ip>()->port() == 80 &&
              Endpoint<Any>{}.domain() == sys::af_unspec);
static_assert(Endpoint<Any>::parse("unix:").error() ==
              Error{Errc::empty_path, Operation::parse, 5});
static_assert(std::is_trivially_copyable_v<Endpoint<Any>>);

namespace {

using E = Endpoint<Any>;

static_assert(E{}.domain() == AF_UNSPEC && E{}.text().empty() && E{} == E{});
static_assert(E{"127.0.0.1:80"}.domain() == AF_INET && E{"[::1]:80"}.domain() == AF_INET6);
static_assert(E{"unix:/run/x.sock"}.domain() == AF_UNIX);
static_assert(E{Endpoint<Ip>{"127.0.0.1:80"}} == E{"127.0.0.1:80"});
static_assert(E{Endpoint<Ip>{"[::1]:80"}} == E{Endpoint<Ipv6>{"[::1]:80"}});
static_assert(E{"unix:@x"} != E{"unix:x"} && E{"unix:@x"} != E{} && E{} < E{"unix:@x"});
static_assert(E{"[::1%3]:80"}.to<Ip>()->to<Ipv6>()->scope_id() == 3);
static_assert(!std::is_convertible_v<E, Endpoint<Ip>> && !std::is_convertible_v<E, Endpoint<Unix>>);

// An endpoint changes its family while compiling, too.
static_assert([] {
    E endpoint = "unix:/run/x.sock";
    endpoint = E("[::1]:80");
    endpoint = E("unix:@x");
    return endpoint.to<Unix>()->is_abstract();
}());

template <class Family> E taken_in(const Endpoint<Family>& written, socklen_t size) {
    E endpoint = "unix:/what/was/there/before";
    std::memcpy(endpoint.native_buffer(), written.native(), written.native_size());
    endpoint.native_resize(size);
    return endpoint;
}

} // namespace

TEST_CASE("every form is read and printed") {
    for (const Row& row : rows_of("socketaddr_valid.tsv")) {
        CHECK(outcome<E>(row[0]) == row[1]);
    }
    for (const char* text : {"unix:/run/x.sock", "unix:x", "unix:@x", "unix:@", "unix:./@x"}) {
        CHECK(outcome<E>(text) == text);
    }
    const std::string longest = "unix:" + std::string(108, 'a');
    CHECK(outcome<E>(longest) == longest);
}

TEST_CASE("no row of socketaddr_invalid.tsv is an endpoint") {
    for (const Row& row : rows_of("socketaddr_invalid.tsv")) {
        CHECK_FALSE_MESSAGE(E::parse(row[0]).has_value(), row[0]);
    }
}

TEST_CASE("the position of an error counts from the start of the whole text") {
    CHECK(outcome<E>("unix:") == "empty_path at 5");
    CHECK(outcome<E>("unix:" + std::string(109, 'a')) == "path_too_long at 113");
    CHECK(outcome<E>(std::string_view{"unix:a\0b", 8}) == "nul_in_path at 6");
    CHECK(outcome<E>("[::1]:65536") == "port_above_65535 at 10");
    CHECK(outcome<E>("::1:80") == "missing_bracket at 0");
    CHECK(outcome<E>("run/x.sock") == "unexpected_character at 0");
    CHECK(outcome<E>("Unix:/run/x.sock") == "unexpected_character at 0");
    CHECK(outcome<E>("") == "unexpected_end at 0");
}

TEST_CASE("an endpoint is narrowed to the families that it has, and to no other") {
    const Error wrong{Errc::wrong_family, Operation::convert};
    const E ipv4 = "127.0.0.1:80";
    CHECK(ipv4.to<Ipv4>().value() == Endpoint<Ipv4>("127.0.0.1:80"));
    CHECK(ipv4.to<Ip>().value() == Endpoint<Ip>("127.0.0.1:80"));
    CHECK(ipv4.to<Ipv6>().error() == wrong);
    CHECK(ipv4.to<Unix>().error() == wrong);
    const E name = "unix:@x";
    CHECK(name.to<Unix>().value() == Endpoint<Unix>("@x"));
    CHECK(name.to<Ip>().error() == wrong);
    CHECK(E{}.to<Ip>().error() == wrong);
    CHECK(E{}.to<Unix>().error() == wrong);
}

TEST_CASE("the kernel sees the size of the family at hand") {
    CHECK(E("127.0.0.1:80").native_size() == sizeof(sockaddr_in));
    CHECK(E("[::1]:80").native_size() == sizeof(sockaddr_in6));
    CHECK(E("unix:@x").native_size() == offsetof(sockaddr_un, sun_path) + 2);
    CHECK(E("unix:/x").native_size() == offsetof(sockaddr_un, sun_path) + 3);
    CHECK(E{}.native()->sa_family == AF_UNSPEC);
    CHECK(E("unix:@x").native()->sa_family == AF_UNIX);
}

TEST_CASE("what the kernel wrote is taken as the family that it is") {
    const Endpoint<Ipv4> ipv4 = "192.0.2.1:80";
    const Endpoint<Ipv6> ipv6 = "[2001:db8::1%4]:80";
    const Endpoint<Unix> path = "/run/x.sock";
    CHECK(taken_in(ipv4, sizeof(sockaddr_in)) == E{ipv4});
    CHECK(taken_in(ipv6, sizeof(sockaddr_in6)) == E{ipv6});
    CHECK(taken_in(Endpoint<Ip>{ipv4}.mapped(), sizeof(sockaddr_in6)) == E{ipv4});
    CHECK(taken_in(path, path.native_size()) == E{path});
    CHECK(taken_in(path, sizeof(sa_family_t)) == E{Endpoint<Unix>{}});
    CHECK(E{Endpoint<Unix>{}}.text() == "unix:");
}

TEST_CASE("what is of no family here becomes none") {
    const Endpoint<Ipv4> ipv4 = "192.0.2.1:80";
    CHECK(taken_in(ipv4, 0) == E{});
    CHECK(taken_in(ipv4, sizeof(sockaddr_in) - 1) == E{});
    CHECK(taken_in(Endpoint<Ipv6>{}, sizeof(sockaddr_in6) - 1) == E{});
    Endpoint<Ipv4> strange = ipv4;
    strange.native_buffer()->sa_family = AF_PACKET;
    CHECK(taken_in(strange, sizeof(sockaddr_in)) == E{});
}

TEST_CASE("get_if borrows the endpoint as the family that it is of, and as no other") {
    const Endpoint<Ipv4> ipv4 = "192.0.2.1:80";
    const Endpoint<Ipv6> ipv6 = "[2001:db8::1]:80";
    const Endpoint<Unix> name = "./x";
    const Endpoint<Any> any_ipv4 = ipv4;
    const Endpoint<Any> any_ipv6 = ipv6;
    const Endpoint<Any> any_name = name;
    const Endpoint<Any> none;
    CHECK(*any_ipv4.get_if<Ipv4>() == ipv4);
    CHECK(*any_ipv6.get_if<Ipv6>() == ipv6);
    CHECK(*any_name.get_if<Unix>() == name);
    CHECK((any_ipv4.get_if<Ipv6>() == nullptr && any_ipv4.get_if<Unix>() == nullptr));
    CHECK((any_ipv6.get_if<Ipv4>() == nullptr && any_name.get_if<Ipv4>() == nullptr));
    CHECK(none.get_if<Ipv4>() == nullptr);
}
