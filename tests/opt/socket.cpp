// SPDX-License-Identifier: MIT
#include <ferrule/opt/socket.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;
using namespace ferrule::opt;

namespace ferrule::opt {

static_assert(AppliesTo<ReuseAddress, Ipv4, Stream, Tcp> &&
              !AppliesTo<ReuseAddress, Unix, Stream, Unspecified>);
static_assert(AppliesTo<Broadcast, Ipv4, Datagram, Udp> &&
              !AppliesTo<Broadcast, Ipv4, Stream, Tcp>);

} // namespace ferrule::opt

namespace {

template <class Option, class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
constexpr bool applies = AppliesTo<Option, Family, Type, Protocol>;

static_assert(applies<ReuseAddress, Ipv4, Stream> && applies<ReuseAddress, Ip, Datagram>);
static_assert(!applies<ReuseAddress, Ipv6, Raw, Icmpv6>); // raw sockets share addresses anyway
static_assert(!applies<ReuseAddress, Unix, Stream> && !applies<ReuseAddress, Any, Stream>);
static_assert(SettableIn<ReuseAddress, state::Socket> && !SettableIn<ReuseAddress, state::Bound> &&
              !SettableIn<ReuseAddress, state::Listener> &&
              ReadableIn<ReuseAddress, state::Listener>);

static_assert(applies<Broadcast, Ipv4, Datagram> && applies<Broadcast, Ip, Datagram> &&
              applies<Broadcast, Ipv4, Raw, Icmp>);
static_assert(!applies<Broadcast, Ipv4, Stream> && !applies<Broadcast, Ipv6, Datagram> &&
              !applies<Broadcast, Unix, Datagram> && !applies<Broadcast, Any, Datagram>);
static_assert(SettableIn<Broadcast, state::Bound> && SettableIn<Broadcast, state::Connection>);

static_assert(applies<SendBuffer, Any, SeqPacket> && applies<ReceiveBuffer, Unix, Datagram>);
static_assert(SettableIn<ReceiveBuffer, state::Listener> &&
              SettableIn<SendBuffer, state::Connecting>);

template <class Option, int name> struct Row {
    using type = Option;
    static constexpr int number = name;
};

} // namespace

TEST_CASE_TEMPLATE("a flag arrives at the kernel as itself", Case, Row<ReuseAddress, SO_REUSEADDR>,
                   Row<Broadcast, SO_BROADCAST>) {
    const auto socket = Socket<Ipv4, Datagram>::open().value();
    using Option = typename Case::type;
    for (const bool on : {true, false}) {
        CHECK(socket.set(Option{on}).has_value());
        CHECK(kernel_option(socket.descriptor(), SOL_SOCKET, Case::number) == (on ? 1 : 0));
        CHECK(socket.template get<Option>().value() == on);
    }
}

TEST_CASE_TEMPLATE("a buffer holds twice what was asked for, on every family", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    CHECK(talk.client.set(SendBuffer{20'000}).has_value());
    CHECK(talk.client.set(ReceiveBuffer{30'000}).has_value());
    CHECK(*talk.client.template get<SendBuffer>() == 20'000);
    CHECK(*talk.client.template get<ReceiveBuffer>() == 30'000);
    CHECK(*talk.client.template get<EffectiveSendBuffer>() == 40'000);
    CHECK(*talk.client.template get<EffectiveReceiveBuffer>() == 60'000);
    CHECK(kernel_option(talk.client.descriptor(), SOL_SOCKET, SO_SNDBUF) == 40'000);
    CHECK(kernel_option(talk.client.descriptor(), SOL_SOCKET, SO_RCVBUF) == 60'000);
}

TEST_CASE("a buffer set on a listener is that of its connections") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", ReceiveBuffer{20'000}).value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    CHECK(*server.get<ReceiveBuffer>() == 20'000);
}

TEST_CASE("sending to a broadcast address takes Broadcast") {
    const auto socket = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    CHECK(failure_of(socket.send_to("x", "127.255.255.255:9")) == Errc::permission_denied);
    CHECK(socket.set(Broadcast{true}).has_value());
    CHECK(socket.send_to("x", "127.255.255.255:9").has_value());
}

TEST_CASE("two sockets share a port with ReuseAddress on both only") {
    const auto first = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", ReuseAddress{true}).value();
    const auto taken = first.local_endpoint().value();
    CHECK(failure_of(Bound<Ipv4, Datagram>::bind(taken)) == Errc::address_in_use);
    CHECK(Bound<Ipv4, Datagram>::bind(taken, ReuseAddress{true}).has_value());
}
