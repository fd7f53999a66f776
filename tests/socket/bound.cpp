// SPDX-License-Identifier: MIT
#include <ferrule/socket/bound.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <utility>

#include <ferrule/opt/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Candidate>
constexpr bool listens = requires(Candidate c) { std::move(c).listen(); };
template <class Candidate>
constexpr bool sends_to = requires(Candidate c) { c.send_to("x", c.local_endpoint().value()); };
template <class Candidate>
constexpr bool knows_a_peer = requires(Candidate c) { c.peer_endpoint(); };

static_assert(listens<Bound<Ipv4, Stream>> && listens<Bound<Unix, SeqPacket>>);
static_assert(!listens<Bound<Ipv4, Datagram>> && !listens<Bound<Ipv4, Raw, Icmp>>);
static_assert(sends_to<Bound<Unix, Datagram>> && sends_to<Bound<Ipv4, Raw, Icmp>>);
static_assert(!sends_to<Bound<Ipv4, Stream>> && !sends_to<Bound<Unix, SeqPacket>>);
static_assert(!knows_a_peer<Bound<Ipv4, Datagram>>);

using UdpIpv4 = Bound<Ipv4, Datagram>;

struct OnceBound : opt::Broadcast {
    using Broadcast::Broadcast;
    using set_in = OneOf<state::Bound>;
};

} // namespace

TEST_CASE_TEMPLATE("binding takes the endpoint and tells which it got", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto bound = Bound<Family, Datagram>::bind(place.endpoint()).value();
    const auto got = bound.local_endpoint().value();
    CHECK(got.domain() == place.endpoint().domain());
    CHECK(Bound<Family, Datagram>::bind(got).error() ==
          Error{Errc::address_in_use, Operation::bind});
}

TEST_CASE("without an endpoint it is any free one") {
    CHECK(UdpIpv4::bind()->local_endpoint()->port() != 0);
    CHECK(UdpIpv4::bind()->local_endpoint()->address() == Address<Ipv4>::any());
    CHECK(Bound<Ipv6, Datagram>::bind()->local_endpoint()->address() == Address<Ipv6>::any());
    CHECK(Bound<Ip, Datagram>::bind()->local_endpoint()->domain() == AF_INET6);
    CHECK(Bound<Unix, Datagram>::bind()->local_endpoint()->is_abstract());
}

TEST_CASE("a Unix socket can be bound to every kind of name") {
    const TemporaryFolder folder;
    const auto longest = folder.file(std::string(108 - folder.path().size() - 1, 'x'));
    for (const auto& name : {folder.file("socket"), folder.file("@socket"), longest}) {
        const auto endpoint = Endpoint<Unix>::path(name).value();
        const auto bound = Bound<Unix, Datagram>::bind(endpoint).value();
        CHECK(bound.local_endpoint().value() == endpoint);
        CHECK(bound.local_endpoint()->name() == name);
    }
    const auto nowhere = Endpoint<Unix>::path(folder.file("no/such/folder")).value();
    CHECK(Bound<Unix, Datagram>::bind(nowhere).error() ==
          Error{Errc::no_such_file_or_directory, Operation::bind});
}

TEST_CASE("options are set before bind where they must be, after it where they can be") {
    const auto bound = UdpIpv4::bind("127.0.0.1:0", opt::Broadcast{true}, opt::ReuseAddress{true},
                                     opt::SendBuffer{20'000})
                           .value();
    CHECK(bound.get<opt::ReuseAddress>().value());
    CHECK(bound.get<opt::Broadcast>().value());
    CHECK(*bound.get<opt::SendBuffer>() == 20'000);
}

TEST_CASE("an option that works from bind on only is set after it") {
    const auto bound = UdpIpv4::bind("127.0.0.1:0", OnceBound{true}).value();
    CHECK(kernel_option(bound.descriptor(), SOL_SOCKET, SO_BROADCAST) == 1);
}

TEST_CASE_TEMPLATE("what fails on the way to a bound socket leaves no descriptor", Family,
                   EVERY_FAMILY) {
    const Place<Family> place;
    const auto bound = bind_stream<Family>(place.endpoint()).value();
    const auto taken = bound.local_endpoint().value();
    const auto before = open_descriptors();
    CHECK(failure_of(bind_stream<Family>(taken)) == Errc::address_in_use);
    CHECK(failure_of(Bound<Family, Datagram>::bind(Place<Family>{}.endpoint(),
                                                   opt::SendBuffer{at_run_time(1ULL << 40)})) ==
          Errc::value_out_of_range);
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("a client can choose its own endpoint before it connects", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto there = talk.listener.local_endpoint().value();
    const Place<Family> here;
    auto bound = bind_stream<Family>(here.endpoint()).value();
    const auto chosen = bound.local_endpoint().value();
    const auto client = std::move(bound).connect(there).value();
    CHECK(client.local_endpoint().value() == chosen);
    CHECK(talk.listener.accept()->peer == chosen);

    const Place<Family> elsewhere;
    auto connecting =
        bind_stream<Family>(elsewhere.endpoint()).value().start_connect(there).value();
    CHECK(connecting.complete().has_value());
    CHECK(talk.listener.accept().has_value());
}

TEST_CASE_TEMPLATE("a step that fails closes the bound socket", Family, EVERY_FAMILY) {
    Place<Family> gone;
    const auto nobody = bind_stream<Family>(gone.endpoint()).value().local_endpoint().value();
    const Place<Family> here;
    const auto before = open_descriptors();
    CHECK(bind_stream<Family>(here.endpoint()).value().connect(nobody).error() ==
          Error{Errc::connection_refused, Operation::connect});
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("a bound socket is spent by its step", Family, EVERY_FAMILY) {
    const Place<Family> place;
    auto bound = bind_stream<Family>(place.endpoint()).value();
    const auto name = bound.local_endpoint().value();
    const auto listener = std::move(bound).listen().value();
    CHECK(bound.local_endpoint().error() == Error{Errc::not_open, Operation::local_endpoint});
    CHECK(std::move(bound).listen().error() == Error{Errc::not_open, Operation::listen});
    CHECK(std::move(bound).connect(name).error() == Error{Errc::not_open, Operation::connect});
    CHECK(std::move(bound).start_connect(name).error() ==
          Error{Errc::not_open, Operation::connect});
}

TEST_CASE("one UDP socket of Ip talks to peers of both families and shows each as it is") {
    host::needs(host::ipv6);
    const auto both = Bound<Ip, Datagram>::bind("[::]:0").value();
    const auto port = both.local_endpoint()->port();
    const auto ipv4 = UdpIpv4::bind("127.0.0.1:0").value();
    const auto ipv6 = Bound<Ipv6, Datagram>::bind("[::1]:0").value();
    const auto ipv4_endpoint = ipv4.local_endpoint().value();
    const auto ipv6_endpoint = ipv6.local_endpoint().value();
    char buffer[16];

    CHECK(ipv4.send_to("four", Endpoint<Ipv4>::loopback(port)).has_value());
    const auto from_ipv4 = both.receive_from(buffer).value();
    CHECK(from_ipv4.data == "four");
    CHECK(from_ipv4.peer == ipv4_endpoint);

    CHECK(ipv6.send_to("six", Endpoint<Ipv6>::loopback(port)).has_value());
    CHECK(both.receive_from(buffer)->peer == ipv6_endpoint);

    CHECK(both.send_to("to four", ipv4_endpoint).has_value());
    CHECK(ipv4.receive_from(buffer)->data == "to four");
    CHECK(both.send_to({"to ", "six"}, ipv6_endpoint).has_value());
    CHECK(ipv6.receive_from(buffer)->data == "to six");
}

TEST_CASE("an Ip bound to an IPv4 endpoint is an IPv4 socket and says so of an IPv6 peer") {
    const auto ipv4 = Bound<Ip, Datagram>::bind("127.0.0.1:0").value();
    CHECK(ipv4.domain() == AF_INET);
    CHECK(failure_of(ipv4.send_to("x", "[::1]:9")) == Errc::address_family_not_supported);
}

namespace {

// On a host whose kernel refuses AF_INET6: [::] of Ip and Any is every address that there is.
std::string without_ipv6() {
    if (!refuse_sockets_of(AF_INET6, EAFNOSUPPORT)) {
        return "no filter";
    }
    const auto ip = Bound<Ip, Datagram>::bind().value();
    const auto any = Bound<Any, Datagram>::bind("[::]:0").value();
    const auto client = Bound<Ip, Datagram>::bind("127.0.0.1:0").value();
    const auto port = any.local_endpoint()->to<Ipv4>()->port();
    client.send_to("x", Endpoint<Ipv4>::loopback(port)).value();
    char buffer[8];
    any.receive_from(buffer).require();
    return std::string{Endpoint<Ip>{ip.local_endpoint()->address(), 0}.text()} + "\n" +
           Bound<Ip, Datagram>::bind("[::1]:0").error().text().c_str() + "\n" +
           Bound<Ipv6, Datagram>::bind().error().text().c_str();
}

} // namespace

TEST_CASE("where a host has no IPv6, [::] of Ip is 0.0.0.0, and nothing else pretends") {
    CHECK(in_child(without_ipv6) == "0.0.0.0:0\n"
                                    "open: Address family not supported (EAFNOSUPPORT)\n"
                                    "open: Address family not supported (EAFNOSUPPORT)");
}

TEST_CASE("a client bound to [::] of Ip connects to servers of both families") {
    host::needs(host::ipv6);
    const auto ipv4 = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto ipv6 = Listener<Ipv6>::listen("[::1]:0").value();
    for (const Endpoint<Ip>& there : {Endpoint<Ip>{ipv4.local_endpoint().value()},
                                      Endpoint<Ip>{ipv6.local_endpoint().value()}}) {
        auto one = bind_stream<Ip>("[::]:0").value();
        CHECK(std::move(one).connect(there)->peer_endpoint().value() == there);
        auto other = bind_stream<Ip>("[::]:0").value();
        auto connecting = std::move(other).start_connect(there).value();
        CHECK(connecting.complete()->peer_endpoint().value() == there);
    }
}

TEST_CASE("an Ip that was opened for IPv4 sends to a mapped endpoint as one for IPv6 does") {
    const auto receiver = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const Endpoint<Ip> mapped = Endpoint<Ip>{receiver.local_endpoint().value()}.mapped();
    CHECK(mapped.domain() == AF_INET6);
    const auto sender = Bound<Ip, Datagram>::bind("127.0.0.1:0").value();
    CHECK(sender.send_to("x", mapped).has_value());
    char buffer[8];
    CHECK(receiver.receive_from(buffer, within(10s)).value().data == "x");
}

TEST_CASE("what strangers had sent before a connect is still received after it") {
    auto one = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto stranger = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto peer = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto here = one.local_endpoint().value();
    REQUIRE(stranger.send_to("before", here).has_value());
    const auto connected = std::move(one).connect(peer.local_endpoint().value()).value();
    static_cast<void>(stranger.send_to("after", here));
    REQUIRE(peer.send_to("peer", here).has_value());
    char buffer[8];
    CHECK(connected.receive(buffer, within(10s)).value() == "before");
    CHECK(connected.receive(buffer, within(10s)).value() == "peer");
}

TEST_CASE("what could not be bound says where") {
    const auto taken = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto endpoint = taken.local_endpoint().value();
    const auto failed = Bound<Ipv4, Datagram>::bind(endpoint).error();
    CHECK(failed == Errc::address_in_use);
    CHECK(failed == Error{Errc::address_in_use, Operation::bind});
    CHECK(failed.transferred() == 0);
    CHECK(failed.text() ==
          "bind: Address already in use (EADDRINUSE): " + std::string{endpoint.text().view()});
    CHECK(Bound<Ip, Datagram>::bind(Endpoint<Ip>{endpoint}).error().text() == failed.text());
    CHECK(Bound<Ipv4, Datagram>::bind("192.0.2.1:7007").error().text() ==
          "bind: Address not available on this host (EADDRNOTAVAIL): 192.0.2.1:7007");
}

TEST_CASE("what could not be bound says where, on IPv6, too") {
    host::needs(host::ipv6);
    const auto all = Bound<Ipv6, Datagram>::bind("[::]:0").value().local_endpoint().value();
    const auto taken = Bound<Ipv6, Datagram>::bind(all).value();
    const std::string port = std::to_string(all.port());
    CHECK(Bound<Ipv6, Datagram>::bind(all).error().text() ==
          "bind: Address already in use (EADDRINUSE): [::]:" + port);
    CHECK(Bound<Ipv6, Datagram>::bind("[2001:db8::1]:7007").error().text() ==
          "bind: Address not available on this host (EADDRNOTAVAIL): port 7007");
    CHECK(Bound<Ipv6, Datagram>::bind("[fe80::1]:7007").error() == Errc::scope_missing);
}
