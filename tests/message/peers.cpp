// SPDX-License-Identifier: MIT
#include <ferrule/message/peers.hpp>

#include <doctest/doctest.h>
#include <string>
#include <type_traits>
#include <utility>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

template <class Socket>
concept CanSendBesidePeer =
    requires(const Socket& socket, const Endpoint<typename Socket::family>& to) {
        send_aside(socket, "x", to);
    };
static_assert(CanSendBesidePeer<Connection<Ipv4, Datagram>> &&
              CanSendBesidePeer<Connection<Ip, Datagram>> &&
              CanSendBesidePeer<Connection<Unix, Datagram>> &&
              !CanSendBesidePeer<Connection<Ipv4>>);

template <class Family> struct Three {
    TwoBound<Family> ends;
    Place<Family> place;
    Bound<Family, Datagram> third = Bound<Family, Datagram>::bind(place.endpoint()).value();
    Endpoint<Family> third_endpoint = third.local_endpoint().value();
};

} // namespace

TEST_CASE_TEMPLATE("a datagram socket gets another peer, then none", Family, EVERY_FAMILY) {
    Three<Family> three;
    auto connection = std::move(three.ends.one).connect(three.ends.other_endpoint).value();
    char buffer[16];
    CHECK(connection.send("to other").has_value());
    CHECK(three.ends.other.receive_from(buffer, soon()).value().data == "to other");

    CHECK(reconnect(connection, three.third_endpoint).has_value());
    CHECK(connection.peer_endpoint().value() == three.third_endpoint);
    CHECK(connection.send("to third").has_value());
    CHECK(three.third.receive_from(buffer, soon()).value().data == "to third");

    const auto socket = disconnect(std::move(connection)).value();
    CHECK(socket.local_endpoint().value() == three.ends.one_endpoint);
    CHECK(three.ends.other.send_to("from other", three.ends.one_endpoint).has_value());
    CHECK(three.third.send_to("from third", three.ends.one_endpoint).has_value());
    CHECK(socket.receive_from(buffer, soon()).value().data == "from other");
    CHECK(socket.receive_from(buffer, soon()).value().data == "from third");
    CHECK(socket.send_to("and back", three.third_endpoint).has_value());
    CHECK(three.third.receive_from(buffer, soon()).value().peer == three.ends.one_endpoint);
}

TEST_CASE_TEMPLATE("a socket whose port connect has chosen can be reached after it has no peer",
                   Family, Ipv4, Ipv6, Ip) {
    const TwoBound<Family> ends;
    auto connection = Connection<Family, Datagram>::connect(ends.one_endpoint).value();
    const auto socket = disconnect(std::move(connection)).value();
    const auto port = socket.local_endpoint().value().port();
    CHECK(port != 0);
    CHECK(ends.one.send_to("x", ends.one_endpoint.with_port(port)).has_value());
    char buffer[16];
    CHECK(socket.receive_from(buffer, soon()).value().data == "x");
}

TEST_CASE("after an error the peer is the one it was; nobody is no peer") {
    const DatagramConversation<Ipv4> talk;
    CHECK(failure_of(reconnect(talk.one, Endpoint<Ipv4>::any(80))) == Errc::not_a_peer);
    const Endpoint<Ipv4> broadcast = "255.255.255.255:9";
    CHECK(failure_of(reconnect(talk.one, broadcast)) == Errc::permission_denied);
    CHECK(talk.one.send("still").has_value());
    char buffer[16];
    CHECK(talk.other.receive(buffer, soon()).value() == "still");
}

TEST_CASE_TEMPLATE("beside a fixed peer others can be sent to", Family, EVERY_FAMILY) {
    Three<Family> three;
    const auto connection = std::move(three.ends.one).connect(three.ends.other_endpoint).value();
    CHECK(send_aside(connection, "aside", three.third_endpoint, soon()).has_value());
    char buffer[16];
    const auto received = three.third.receive_from(buffer, soon()).value();
    CHECK(received.data == "aside");
    CHECK(received.peer == three.ends.one_endpoint);
    CHECK(connection.send("straight").has_value());
    CHECK(three.ends.other.receive_from(buffer, soon()).value().data == "straight");
}

TEST_CASE("a socket that is closed has no peer") {
    DatagramConversation<Ipv4> talk;
    const auto peer = talk.bound.other_endpoint;
    std::move(talk.one).close().value();
    CHECK(failure_of(reconnect(talk.one, peer)) == Errc::not_open);
    CHECK(failure_of(send_aside(talk.one, "x", peer)) == Errc::not_open);
    CHECK(failure_of(disconnect(std::move(talk.one))) == Errc::not_open);
}
