// SPDX-License-Identifier: MIT
#include <ferrule/socket/impl/widen.hpp>

#include <doctest/doctest.h>
#include <string_view>
#include <sys/socket.h>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferrule/socket/socket.hpp>

#include "../../support/conversation.hpp"
#include "../../support/descriptors.hpp"
#include "../../support/failure.hpp"
#include "../../support/host.hpp"

using namespace ferrule;

namespace {

template <class From, class To> constexpr bool becomes = std::is_convertible_v<From, To>;

static_assert(becomes<Connection<Ipv4>, Connection<Ip>> &&
              becomes<Connection<Ipv6>, Connection<Ip>>);
static_assert(becomes<Connection<Ipv4>, Connection<Any>> &&
              becomes<Connection<Ip>, Connection<Any>>);
static_assert(becomes<Connection<Unix, SeqPacket>, Connection<Any, SeqPacket>>);
#ifndef FERRULE_SYSTEM_POSIX
static_assert(becomes<Connection<Ipv4, Stream, Mptcp>, Connection<Any>> &&
              becomes<Connection<Ipv4, Stream, Mptcp>, Connection<Ip, Stream, Mptcp>>);
#endif
static_assert(becomes<Listener<Ipv4>, Listener<Ip>> && becomes<Listener<Unix>, Listener<Any>>);
static_assert(becomes<Bound<Ipv6, Datagram>, Bound<Ip, Datagram>> &&
              becomes<Bound<Unix, Datagram>, Bound<Any, Datagram>>);

static_assert(!becomes<Connection<Ip>, Connection<Ipv4>> &&
              !becomes<Connection<Any>, Connection<Ip>>);
static_assert(!becomes<Connection<Unix>, Connection<Ip>>);
static_assert(!becomes<Connection<Ipv4, Datagram>, Connection<Any>>);
#ifndef FERRULE_SYSTEM_POSIX
static_assert(!becomes<Connection<Ipv4, Stream, Mptcp>, Connection<Ip>>);
#endif
static_assert(!becomes<Connection<Ipv4>&, Connection<Ip>>); // it is spent
static_assert(!becomes<Listener<Ipv4>, Connection<Ip>> &&
              !becomes<Connection<Ipv4>, Connection<Ipv6>>);

template <class From, class To>
constexpr bool may_be = requires(From from) { std::move(from).template to<To>(); };
static_assert(may_be<Connection<Ip>, Ipv4> && may_be<Connection<Any>, Unix> &&
              may_be<Connection<Any>, Ip>);
static_assert(!may_be<Connection<Ip>, Unix> && !may_be<Connection<Ipv4>, Ip> &&
              !may_be<Connection<Any>, Any>);

// A text through both ends shows that they are still what they were.
bool talk_works(const auto& from, const auto& to) {
    char buffer[16];
    const auto sent = from.send_all("still here");
    const auto received = to.receive_some(buffer);
    return sent.has_value() && received.has_value() && *received == "still here";
}

} // namespace

TEST_CASE_TEMPLATE("a connection, listener and bound socket become Any and what they were again",
                   Family, Ipv4, Ipv6, Unix, Ip) {
    Conversation<Family> talk;
    const int number = talk.client.descriptor();
    const auto descriptors = open_descriptors();

    Connection<Any> any = std::move(talk.client);
    CHECK_FALSE(talk.client.is_open());
    CHECK(any.descriptor() == number);
    CHECK(talk_works(any, talk.server));
    CHECK(any.peer_endpoint().value() == Endpoint<Any>{talk.listener.local_endpoint().value()});

    auto back = std::move(any).template to<Family>().value();
    static_assert(std::is_same_v<decltype(back), Connection<Family>>);
    CHECK(back.descriptor() == number);
    CHECK_FALSE(any.is_open());
    CHECK(talk_works(talk.server, back));
    CHECK(open_descriptors() == descriptors);

    Listener<Any> listener = std::move(talk.listener);
    const auto another = Connection<Any>::connect(listener.local_endpoint().value()).value();
    CHECK(listener.accept().has_value());
    CHECK(std::move(listener).template to<Family>().has_value());

    const Place<Family> place;
    Bound<Any, Stream> bound = bind_stream<Family>(place.endpoint()).value();
    CHECK(std::move(bound).template to<Family>().has_value());
}

TEST_CASE("the way back to a family that it is not fails and leaves it usable") {
    Conversation<Unix> talk;
    Connection<Any> any = std::move(talk.client);
    CHECK(std::move(any).to<Ipv4>().error() == Error{Errc::wrong_family, Operation::convert});
    CHECK(std::move(any).to<Ipv6>().error() == Error{Errc::wrong_family, Operation::convert});
    CHECK(std::move(any).to<Ip>().error() == Error{Errc::wrong_family, Operation::convert});
    CHECK(talk_works(any, talk.server));

    Conversation<Ipv6> over_ipv6;
    Connection<Ip> ip = std::move(over_ipv6.client);
    CHECK(failure_of(std::move(ip).to<Ipv4>()) == Errc::wrong_family);
    CHECK(talk_works(ip, over_ipv6.server));
    CHECK(std::move(ip).to<Ipv6>().has_value());
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("the way back to a protocol that it does not speak fails and leaves it usable") {
    auto listener = Listener<Ipv4, Stream, Mptcp>::listen("127.0.0.1:0").value();
    Connection<Any> any =
        Connection<Ipv4, Stream, Mptcp>::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    CHECK(std::move(any).to<Ipv4>().error() == Error{Errc::wrong_protocol, Operation::convert});
    CHECK(talk_works(any, server));
    auto mptcp = std::move(any).to<Ipv4, Mptcp>();
    REQUIRE(mptcp.has_value());
    CHECK(talk_works(*mptcp, server));
}
#endif

TEST_CASE("an Ip that was opened for IPv4 is an Ipv4, one that was mapped on the way is not") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    auto ip = Connection<Ip>::connect(listener.local_endpoint().value()).value();
    CHECK(ip.domain() == AF_INET);
    CHECK(std::move(ip).to<Ipv4>().has_value());

    const auto dual = Listener<Ip>::listen("[::]:0").value();
    const auto port = dual.local_endpoint()->port();
    const auto client = Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(port)).value();
    auto server = dual.accept().value().connection;
    CHECK(server.domain() == AF_INET6);
    CHECK(failure_of(std::move(server).to<Ipv4>()) == Errc::wrong_family);
    CHECK(failure_of(std::move(server).to<Ipv6>()) == Errc::wrong_family);
    CHECK(server.send_all("still open").has_value());
}

TEST_CASE("one that was moved from can't be converted back") {
    auto [one, other] = Connection<Unix>::pair().value();
    Connection<Any> any = std::move(one);
    Connection<Any> moved = std::move(any);
    CHECK(std::move(any).to<Unix>().error() == Error{Errc::not_open, Operation::convert});
}

TEST_CASE("connections of all families stand in one vector") {
    Conversation<Ipv4> ipv4;
    Conversation<Unix> unix_one;
    Conversation<Ip> ip;
    std::vector<Connection<Any>> all;
    all.emplace_back(std::move(ipv4.client));
    all.emplace_back(std::move(unix_one.client));
    all.emplace_back(std::move(ip.client));
    CHECK(talk_works(all[0], ipv4.server));
    CHECK(talk_works(all[1], unix_one.server));
    CHECK(talk_works(all[2], ip.server));
}

TEST_CASE("what takes IPv4, too, is no Ipv6") {
    host::needs(host::ipv6);
    auto both = Listener<Ip>::listen("[::]:0").value();
    CHECK(failure_of(std::move(both).to<Ipv6>()) == Errc::wrong_family);
    CHECK(both.is_open());
    auto datagrams = Bound<Ip, Datagram>::bind("[::]:0").value();
    CHECK(failure_of(std::move(datagrams).to<Ipv6>()) == Errc::wrong_family);
    auto alone = Listener<Ip>::listen("[::1]:0").value();
    CHECK(std::move(alone).to<Ipv6>().has_value());
    Listener<Ip> was_alone = Listener<Ipv6>::listen("[::]:0").value();
    CHECK(std::move(was_alone).to<Ipv6>().has_value());
    const auto listener = Listener<Ipv6>::listen("[::1]:0").value();
    auto client = Connection<Ip>::connect(listener.local_endpoint().value()).value();
    CHECK(std::move(client).to<Ipv6>().has_value());
}
