// SPDX-License-Identifier: MIT
#include <ferrule/opt/tcp.hpp>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <ferrule/opt/keep_alive.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;
using ferrule::opt::NoDelay;

namespace ferrule::opt {

static_assert(AppliesTo<NoDelay, Ip, Stream, Mptcp> && !AppliesTo<NoDelay, Ipv4, Datagram, Udp>);

} // namespace ferrule::opt

namespace {

template <class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
constexpr bool applies = AppliesTo<NoDelay, Family, Type, Protocol>;

static_assert(applies<Ipv4, Stream> && applies<Ipv6, Stream> && applies<Ip, Stream>);
static_assert(applies<Ipv4, Stream, Mptcp>);
static_assert(!applies<Ipv4, Datagram> && !applies<Unix, Stream> && !applies<Any, Stream>);
static_assert(SettableIn<NoDelay, state::Socket> && SettableIn<NoDelay, state::Listener> &&
              SettableIn<NoDelay, state::Connection>);

} // namespace

TEST_CASE_TEMPLATE("Nagle's algorithm is as the kernel has it until it is switched off", Family,
                   Ipv4, Ipv6, Ip) {
    const Conversation<Family> talk;
    CHECK_FALSE(talk.client.template get<NoDelay>().value());
    for (const bool on : {true, false}) {
        CHECK(talk.client.set(NoDelay{on}).has_value());
        CHECK(kernel_option(talk.client.descriptor(), IPPROTO_TCP, TCP_NODELAY) == (on ? 1 : 0));
        CHECK(talk.client.template get<NoDelay>().value() == on);
    }
}

TEST_CASE("the connections of a listener have it, too") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", NoDelay{true}).value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    CHECK(listener.accept().value().connection.get<NoDelay>().value());
    CHECK_FALSE(client.get<NoDelay>().value());
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a time that the kernel does not take is refused before it") {
    const auto socket = Socket<Ipv4, Stream>::open().value();
    CHECK(socket.set(opt::KeepAliveIdle{at_run_time(Seconds{32'767})}).has_value());
    CHECK(failure_of(socket.set(opt::KeepAliveIdle{at_run_time(Seconds{32'768})})) ==
          Errc::value_out_of_range);
    CHECK(failure_of(socket.set(opt::KeepAliveIdle{at_run_time(Seconds{0})})) ==
          Errc::value_out_of_range);
    CHECK(socket.get<opt::KeepAliveIdle>().value() == Seconds{32'767});
}

TEST_CASE("MPTCP has it") {
    const auto socket = Socket<Ipv4, Stream, Mptcp>::open().value();
    CHECK(socket.set(NoDelay{true}).has_value());
    CHECK(socket.get<NoDelay>().value());
}
#endif
