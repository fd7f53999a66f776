// SPDX-License-Identifier: MIT
#include <ferrule/adopt.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "support/conversation.hpp"
#include "support/descriptors.hpp"
#include "support/failure.hpp"

using namespace ferrule;

namespace {

// Not taken, for this reason: it is still open and still with us.
template <class Adopted> std::string refusal(int descriptor) {
    const auto adopted = adopt<Adopted>(descriptor);
    CHECK(is_open(descriptor));
    return adopted ? "adopted" : std::string{adopted.error().text().view()};
}

} // namespace

TEST_CASE_TEMPLATE("what is what the type says is taken over, whatever the state", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    TwoBound<Family> bound;
    const int listening = talk.listener.release();
    const int connected = talk.client.release();
    const int named = bound.one.release();
    ::fcntl(connected, F_SETFD, 0);

    auto listener = adopt<Listener<Family>>(listening).value();
    CHECK_FALSE(is_blocking(listener.descriptor()));
    auto connection = adopt<Connection<Family>>(connected).value();
    CHECK(is_close_on_exec(connection.descriptor()));
    CHECK(connection.send_all("x").has_value());
    char byte[1];
    CHECK(talk.server.receive_some(byte).value() == "x");
    const auto datagrams = adopt<Bound<Family, Datagram>>(named).value();
    CHECK(datagrams.send_to("y", bound.other_endpoint).has_value());
    CHECK(Connection<Family>::connect(listener.local_endpoint().value()).has_value());
    CHECK(listener.accept().has_value());
}

TEST_CASE("a new socket is a Socket, and no Bound one") {
    const auto socket = Socket<Ipv4, Stream>::open().value();
    CHECK(refusal<Bound<Ipv4, Stream>>(socket.descriptor()) ==
          "adopt: Not in this state (wrong_state): it is not bound");
    CHECK(adopt<Socket<Ipv4, Stream>>(::dup(socket.descriptor())).has_value());
}

TEST_CASE("what is something else stays with the caller, and the error says both sides") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const int number = listener.descriptor();
    CHECK(refusal<Listener<Ipv6>>(number) == "adopt: Not of this address family (wrong_family): "
                                             "domain is 2 (AF_INET), not 10 (AF_INET6)");
    CHECK(refusal<Listener<Unix>>(number) == "adopt: Not of this address family (wrong_family): "
                                             "domain is 2 (AF_INET), not 1 (AF_UNIX)");
    CHECK(refusal<Bound<Ipv4, Datagram>>(number) ==
          "adopt: Not of this socket type (wrong_type): type is 1 (SOCK_STREAM), not 2 "
          "(SOCK_DGRAM)");
    CHECK(refusal<Listener<Ipv4, Stream, Mptcp>>(number) ==
          "adopt: Not of this protocol (wrong_protocol): protocol is 6 (IPPROTO_TCP), not 262 "
          "(IPPROTO_MPTCP)");
    CHECK(refusal<Connection<Ipv4>>(number) ==
          "adopt: Not in this state (wrong_state): it listens");
    CHECK(refusal<Socket<Ipv4, Stream>>(number) ==
          "adopt: Not in this state (wrong_state): it listens");

    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    CHECK(refusal<Listener<Ipv4>>(client.descriptor()) ==
          "adopt: Not in this state (wrong_state): it does not listen");
    CHECK(refusal<Bound<Ipv4, Stream>>(client.descriptor()) ==
          "adopt: Not in this state (wrong_state): it has a peer");
    const auto bound = bind_stream<Ipv4>("127.0.0.1:0").value();
    CHECK(refusal<Connection<Ipv4>>(bound.descriptor()) ==
          "adopt: Not in this state (wrong_state): it has no peer");
    CHECK(refusal<Socket<Ipv4, Stream>>(bound.descriptor()) ==
          "adopt: Not in this state (wrong_state): it is bound");
}

TEST_CASE("what is no socket, or nothing at all, is told") {
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(refusal<Connection<Ipv4>>(file) == "adopt: Not a socket (ENOTSOCK)");
    ::close(file);
    const auto nothing = adopt<Connection<Ipv4>>(file);
    CHECK(failure_of(nothing) == Errc::bad_descriptor);
    CHECK(nothing.error().aspect() == AdoptError::Aspect::call);
    CHECK(failure_of(adopt<Connection<Ipv4>>(-1)) == Errc::bad_descriptor);
}

TEST_CASE("a socket of a known family is adopted as Ip and as Any, with its domain") {
    Conversation<Ipv6> talk;
    const auto ip = adopt<Connection<Ip>>(talk.client.release()).value();
    CHECK(ip.domain() == AF_INET6);
    const auto any = adopt<Connection<Any>>(talk.server.release()).value();
    CHECK(any.domain() == AF_INET6);
    const auto [one, other] = Connection<Unix>::pair().value();
    CHECK(refusal<Connection<Ip>>(one.descriptor()) ==
          "adopt: Not of this address family (wrong_family): domain is 1 (AF_UNIX), not 10 "
          "(AF_INET6)");
    CHECK(adopt<Connection<Any>>(::dup(one.descriptor())).value().domain() == AF_UNIX);
}
