// SPDX-License-Identifier: MIT
#include <ferrule/opt/ip.hpp>
#include <ferrule/opt/keep_alive.hpp>
#include <ferrule/opt/raw.hpp>
#include <ferrule/opt/setting.hpp>
#include <ferrule/opt/udp.hpp>
#include <ferrule/opt/unix.hpp>

#include <climits>
#include <cstddef>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <type_traits>

#include <ferrule/opt/socket.hpp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace ferrule::opt {

static_assert(HopLimit{64}.value == 64);
static_assert(TrafficClass{expedited_forwarding}.value == TrafficBits{Dscp{46}, Ecn::not_capable});
static_assert(KeepAliveIdle{Milliseconds{1500}}.value == Seconds{2});
static_assert(IcmpFilter::Types::none().with(0).has(0) &&
              !IcmpFilter::Types::none().with(0).has(8));
static_assert(AppliesTo<SegmentSize, Ip, Datagram, Udp> &&
              !AppliesTo<SegmentSize, Ipv4, Stream, Tcp>);
static_assert(AppliesTo<PeerCredentials, Unix, Stream, Unspecified> &&
              !AppliesTo<PeerCredentials, Ipv4, Stream, Tcp>);

} // namespace ferrule::opt

namespace {

// Options that a user adds: one for every socket, one that only some have and in some states.
struct KeepAlive
    : opt::Setting<opt::Switch, opt::Kernel<SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE">> {
    using Setting::Setting;
};

struct Accepting
    : opt::Setting<opt::Switch, opt::Kernel<SOL_SOCKET, SO_ACCEPTCONN, "SO_ACCEPTCONN">> {
    using Setting::Setting;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = OneOf<>; // the kernel only tells
};

struct LowMark : opt::Setting<opt::Bytes<1>, opt::Kernel<SOL_SOCKET, SO_RCVLOWAT, "SO_RCVLOWAT">> {
    using Setting::Setting;
    using families = OneOf<Ipv4, Unix>;
    using set_in = OneOf<state::Connection>;
    using get_in = OneOf<state::Connection>;
};

template <class Candidate> constexpr bool is_option = SocketOption<Candidate>;
template <class Option, class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
constexpr bool applies = AppliesTo<Option, Family, Type, Protocol>;

static_assert(is_option<KeepAlive> && is_option<LowMark> && is_option<opt::NoDelay>);
static_assert(!is_option<int> && !is_option<opt::Everywhere> && !is_option<Stream>);

static_assert(applies<KeepAlive, Ipv4, Stream> && applies<KeepAlive, Any, SeqPacket>);
static_assert(applies<Accepting, Unix, SeqPacket> && !applies<Accepting, Unix, Datagram>);
static_assert(applies<LowMark, Unix, Datagram> && !applies<LowMark, Ipv6, Stream> &&
              !applies<LowMark, Ip, Stream> && !applies<LowMark, Any, Stream>);
static_assert(!applies<int, Ipv4, Stream>);

template <class Option, class State> constexpr bool settable = SettableIn<Option, State>;
template <class Option, class State> constexpr bool readable = ReadableIn<Option, State>;

static_assert(settable<KeepAlive, state::Socket> && settable<KeepAlive, state::Connection> &&
              readable<KeepAlive, state::Connecting>);
static_assert(!settable<Accepting, state::Socket> && readable<Accepting, state::Listener>);
static_assert(settable<LowMark, state::Connection> && !settable<LowMark, state::Socket> &&
              !readable<LowMark, state::Bound>);

template <class... Options>
using Refused = FirstRefused<state::Listener, Ipv4, Stream, Tcp, Options...>;
static_assert(std::is_same_v<Refused<KeepAlive, opt::Broadcast, int>, opt::Broadcast>);
static_assert(!is_socket_option<Refused<int, opt::Broadcast>> &&
              !is_socket_option<Refused<KeepAlive, KeepAlive>>);
static_assert(applies<Refused<>, Ipv4, Stream> && applies<Refused<KeepAlive>, Ipv4, Stream>);

template <class Handle, class Option>
constexpr bool sets = requires(const Handle& handle, Option option) { handle.set(option); };
template <class Handle, class Option>
constexpr bool gets = requires(const Handle& handle) { handle.template get<Option>(); };

static_assert(sets<Socket<Ipv4, Stream>, KeepAlive> && !sets<Socket<Ipv4, Stream>, Accepting>);
static_assert(gets<Socket<Ipv4, Stream>, Accepting> && !gets<Socket<Ipv4, Datagram>, Accepting>);
static_assert(sets<Connection<Ipv4>, LowMark> && gets<Connection<Ipv4>, LowMark>);
static_assert(!sets<Connection<Ipv6>, LowMark> && !sets<Socket<Ipv4, Stream>, LowMark> &&
              !gets<Listener<Ipv4>, LowMark>);
static_assert(!sets<Socket<Ipv4, Stream>, int> && !sets<Socket<Ipv4, Stream>, bool>);

// A value is given with its name; a number that is no flag is none.
static_assert(!std::is_convertible_v<bool, KeepAlive> &&
              !std::is_convertible_v<std::size_t, LowMark>);

} // namespace

TEST_CASE("a flag that a user adds is set, cleared and read") {
    const auto socket = Socket<Unix, Stream>::open().value();
    for (const bool on : {true, false, true}) {
        CHECK(socket.set(KeepAlive{on}).has_value());
        CHECK((kernel_option(socket.descriptor(), SOL_SOCKET, SO_KEEPALIVE) != 0) == on);
        CHECK(socket.get<KeepAlive>().value() == on);
    }
}

TEST_CASE("what can only be read is read") {
    const auto listener = Listener<Unix>::listen(Endpoint<Unix>{}).value();
    CHECK(listener.get<Accepting>().value());
    CHECK_FALSE(Socket<Unix, Stream>::open().value().get<Accepting>().value());
}

TEST_CASE("a number of bytes is set and read, in the states that have it") {
    const auto [one, other] = Connection<Unix>::pair().value();
    CHECK(one.set(LowMark{5}).has_value());
    CHECK(*one.get<LowMark>() == 5);
    CHECK(kernel_option(one.descriptor(), SOL_SOCKET, SO_RCVLOWAT) == 5);
}

TEST_CASE("a size that the kernel's int can't hold is an error before any call") {
    const auto [one, other] = Connection<Unix>::pair().value();
    for (const std::size_t size : {std::size_t{INT_MAX} + 1, SIZE_MAX / 2 + 1, SIZE_MAX}) {
        CHECK(std::string{one.set(LowMark{at_run_time(size)}).error().text().view()} ==
              "set option SO_RCVLOWAT: The value is out of range (value_out_of_range)");
    }
    CHECK(one.set(LowMark{INT_MAX}).has_value());
}

TEST_CASE("what the kernel says of an option is told") {
    struct NoSuch : opt::Setting<opt::Switch, opt::Kernel<SOL_SOCKET, 9999, "NO_SUCH">> {
        using Setting::Setting;
    };
    const auto socket = Socket<Unix, Stream>::open().value();
    const auto set = socket.set(NoSuch{true}).error();
    CHECK(set.code() == Errc::no_protocol_option);
    CHECK(set.option_name() == "NO_SUCH");
    CHECK(std::string{socket.get<NoSuch>().error().text().view()} ==
          "get option NO_SUCH: Option not available (ENOPROTOOPT)");
}
