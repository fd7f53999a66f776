// SPDX-License-Identifier: MIT
#include <ferrule/socket/message_transfer.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

#include <ferrule/core/endian.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

// The size that a cut message is told to have, if the system tells it.
constexpr std::size_t told(std::size_t size) { return sys::msg_whole_size != 0 ? size : 0; }

// Connected sockets that keep boundaries, of every kind.
template <class TheFamily, class TheType> struct Kind {
    using Family = TheFamily;
    using Type = TheType;
};

template <class TheKind> struct Talk;
template <class Family> struct Talk<Kind<Family, Datagram>> : DatagramConversation<Family> {};
template <class Family> struct Talk<Kind<Family, SeqPacket>> {
    Conversation<Unix, SeqPacket> unix_talk;
    Connection<Family, SeqPacket> one = std::move(unix_talk.client);
    Connection<Family, SeqPacket> other = std::move(unix_talk.server);
};

#define EVERY_KIND                                                                                 \
    Kind<Ipv4, Datagram>, Kind<Ipv6, Datagram>, Kind<Unix, Datagram>, Kind<Ip, Datagram>,          \
        Kind<Any, Datagram>, Kind<Unix, SeqPacket>, Kind<Any, SeqPacket>

// An echo request without data, as icmp(7) wants it; the kernel fills in the rest.
struct EchoRequest {
    std::uint8_t type;
    std::uint8_t code = 0;
    BigEndian<std::uint16_t> checksum;
    BigEndian<std::uint16_t> id;
    BigEndian<std::uint16_t> number = 1;
    std::array<char, 16> data{'s', 'i', 'x', 't', 'e', 'e', 'n'};
};

} // namespace

TEST_CASE_TEMPLATE("one send is one receive", Each, EVERY_KIND) {
    const Talk<Each> talk;
    char buffer[64];
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        CHECK(talk.one.send("first", wait).has_value());
        CHECK(talk.one.send({"sec", "", "ond"}, wait).has_value());
        CHECK(talk.one.send(std::string(40, 'x'), wait).has_value());
        CHECK(talk.other.receive(buffer, wait).value() == "first");
        CHECK(talk.other.receive(buffer, wait).value() == "second");
        CHECK(talk.other.receive(buffer, wait)->size() == 40);
    }
    CHECK(talk.other.send("back").has_value());
    std::array<std::byte, 8> octets;
    CHECK(talk.one.receive(octets)->size() == 4);
    CHECK(talk.one.receive(buffer, no_wait).error() ==
          Error{Errc::would_block, Operation::receive});
    CHECK(talk.one.receive(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::receive});
    CHECK(talk.one.peek(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::peek});
    Stop stop;
    stop.request();
    CHECK(talk.one.receive(buffer, stop).error() == Error{Errc::stopped, Operation::receive});
    CHECK(talk.one.send("x", stop).error() == Error{Errc::stopped, Operation::send});
}

TEST_CASE_TEMPLATE("a message longer than the buffer is an error that tells its size", Each,
                   EVERY_KIND) {
    const Talk<Each> talk;
    char buffer[4];
    for (const Wait wait : {Wait{}, Wait{within(1min)}, Wait{no_wait}}) {
        CHECK(talk.one.send("0123456789").has_value());
        CHECK(talk.other.peek(buffer, wait).error() ==
              Error{Errc::message_truncated, Operation::peek, told(10)});
        CHECK(talk.other.receive(buffer, wait).error() ==
              Error{Errc::message_truncated, Operation::receive, told(10)});
        CHECK(std::string_view{buffer, 4} == "0123");
        CHECK(talk.one.send("next").has_value()); // the rest is gone
        CHECK(talk.other.receive(buffer, wait).value() == "next");
    }
    CHECK(talk.one.send("x").has_value());
    const std::span<char> none; // into which the message would be lost
    CHECK(talk.other.receive(none).error() == Error{Errc::empty_buffer, Operation::receive});
    CHECK(talk.other.peek(none).error() ==
          Error{Errc::message_truncated, Operation::peek, told(1)});
    CHECK(talk.other.receive(buffer).value() == "x");
}

TEST_CASE_TEMPLATE("peek leaves the message, whole", Each, EVERY_KIND) {
    const Talk<Each> talk;
    char buffer[16];
    CHECK(talk.one.send("message").has_value());
    CHECK(talk.other.peek(buffer).value() == "message");
    CHECK(failure_of(talk.other.peek(std::span{buffer, 2})) == Errc::message_truncated);
    CHECK(talk.other.receive(buffer).value() == "message");
}

TEST_CASE_TEMPLATE("an empty datagram is a message", Family, EVERY_FAMILY) {
    const DatagramConversation<Family> talk;
    char buffer[8];
    CHECK(talk.one.send("").has_value());
    CHECK(talk.one.send({"", ""}).has_value());
    CHECK(talk.one.send("after").has_value());
    CHECK(talk.other.peek(buffer)->empty());
    CHECK(talk.other.receive(buffer)->empty());
    CHECK(talk.other.receive(buffer, no_wait)->empty());
    CHECK(talk.other.receive(buffer).value() == "after");

    const TwoBound<Family> bound;
    CHECK(bound.one.send_to("", bound.other_endpoint).has_value());
    const std::span<char> none;
    CHECK(failure_of(bound.other.receive_from(none)) == Errc::empty_buffer);
    const auto empty = bound.other.receive_from(buffer).value();
    CHECK(empty.data.empty());
    CHECK(empty.peer == bound.one_endpoint);
}

TEST_CASE_TEMPLATE("a message goes to an endpoint and tells where it came from", Family,
                   EVERY_FAMILY) {
    const TwoBound<Family> bound;
    char buffer[16];
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        CHECK(bound.one.send_to("question", bound.other_endpoint, wait).has_value());
        CHECK(bound.other.peek(buffer, wait)->peer == bound.one_endpoint);
        const auto [data, peer] = bound.other.receive_from(buffer, wait).value();
        CHECK(data == "question");
        CHECK(peer == bound.one_endpoint);
        CHECK(bound.other.send_to({"ans", "wer"}, peer, wait).has_value());
        const auto answer = bound.one.receive_from(buffer, wait).value();
        CHECK(answer.data == "answer");
        CHECK(answer.peer == bound.other_endpoint);
    }
    CHECK(bound.one.receive_from(buffer, no_wait).error() ==
          Error{Errc::would_block, Operation::receive});
    CHECK(bound.one.receive_from(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::receive});
    CHECK(bound.one.peek(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::peek});
}

TEST_CASE_TEMPLATE("from anybody, too, one longer than the buffer tells its size", Family,
                   EVERY_FAMILY) {
    const TwoBound<Family> bound;
    char buffer[4];
    for (const Wait wait : {Wait{}, Wait{within(1min)}, Wait{no_wait}}) {
        CHECK(bound.one.send_to("0123456789", bound.other_endpoint).has_value());
        CHECK(bound.other.peek(buffer, wait).error() ==
              Error{Errc::message_truncated, Operation::peek, told(10)});
        CHECK(bound.other.receive_from(buffer, wait).error() ==
              Error{Errc::message_truncated, Operation::receive, told(10)});
        CHECK(std::string_view{buffer, 4} == "0123");
        CHECK(failure_of(bound.other.receive_from(buffer, no_wait)) == Errc::would_block);
    }
}

TEST_CASE("a Unix sender without a name shows as unnamed") {
    const TwoBound<Unix> bound;
    const auto nameless = sys::open(AF_UNIX, SOCK_DGRAM, 0, sys::Blocking::yes).value();
    CHECK(pause_and_try(Wait{}, Operation::send, [&] {
              return sys::send_to(nameless.number(), "x", 1, 0, bound.one_endpoint.native(),
                                  bound.one_endpoint.native_size());
          }).value() == 1);
    char buffer[8];
    CHECK(bound.one.receive_from(buffer)->peer.is_unnamed());
}

TEST_CASE_TEMPLATE("the largest datagram goes, a larger one does not, and says so", Family, Ipv4,
                   Ipv6) {
    const DatagramConversation<Family> talk;
    const std::size_t most = std::is_same_v<Family, Ipv4> ? 65'507 : 65'527; // RFC 768, RFC 8200
    std::vector<char> buffer(70'000);
    CHECK(talk.one.send(std::string(most, 'm')).has_value());
    CHECK(talk.other.receive(buffer)->size() == most);
    CHECK(talk.one.send(std::string(most + 1, 'm')).error() ==
          Error{Errc::message_size, Operation::send});
}

TEST_CASE_TEMPLATE("a UDP peer that refuses is seen at the next call", Family, Ipv4, Ipv6, Ip) {
    const auto nobody =
        Bound<Family, Datagram>::bind(Place<Family>{}.endpoint()).value().local_endpoint().value();
    const auto one = Connection<Family, Datagram>::connect(nobody).value();
    char buffer[8];
    CHECK(one.send("x").has_value());
    CHECK(one.receive(buffer, within(1min)).error() ==
          Error{Errc::connection_refused, Operation::receive});
    CHECK(one.send("x").has_value());
    for (;;) { // the refusal arrives a moment later
        const auto sent = one.send("x");
        if (!sent) {
            CHECK(sent.error() == Error{Errc::connection_refused, Operation::send});
            break;
        }
    }
}

TEST_CASE("a Unix datagram peer that is gone or does not read is told") {
    TwoBound<Unix> bound;
    Stop stop;
    for (;;) { // until its queue is full, which poll does not tell (unix(7))
        const auto sent = bound.one.send_to("x", bound.other_endpoint, no_wait);
        if (!sent) {
            CHECK(sent.error() == Error{Errc::would_block, Operation::send});
            break;
        }
    }
    CHECK(bound.one.send_to("x", bound.other_endpoint, within(5ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::send});
    CHECK(bound.one.send_to({"x"}, bound.other_endpoint, within(5ms, stop)).error() ==
          Error{Errc::deadline_exceeded, Operation::send});
    std::thread reads{[&] {
        char buffer[8];
        CHECK(bound.other.receive_from(buffer).has_value());
    }};
    CHECK(bound.one.send_to("x", bound.other_endpoint, within(1min)).has_value());
    reads.join();

    const auto connected = Connection<Unix, Datagram>::connect(bound.other_endpoint).value();
    CHECK(connected.send("x", no_wait).error() == Error{Errc::would_block, Operation::send});
    CHECK(connected.send({"x"}, within(5ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::send});
    CHECK(std::move(bound.other).close().has_value());
    CHECK(failure_of(connected.send("x")) == Errc::connection_refused);
    CHECK(failure_of(bound.one.send_to("x", bound.other_endpoint)) == Errc::connection_refused);
}

TEST_CASE_TEMPLATE("packets end when the peer ends", Family, Unix, Any) {
    const Talk<Kind<Family, SeqPacket>> talk;
    char buffer[8];
    CHECK(talk.one.send("last").has_value());
    CHECK(talk.one.shutdown(Shutdown::sending).has_value());
    CHECK(failure_of(talk.one.send("x")) == Errc::broken_pipe);
    CHECK(talk.other.receive(buffer).value() == "last");
    for (const Wait wait : {Wait{}, Wait{no_wait}, Wait{within(1min)}}) {
        CHECK(talk.other.receive(buffer, wait).error() ==
              Error{Errc::end_of_stream, Operation::receive});
        CHECK(talk.other.peek(buffer, wait).error() == Error{Errc::end_of_stream, Operation::peek});
    }
    CHECK(talk.other.send("back").has_value());
    CHECK(talk.one.receive(buffer).value() == "back");
    CHECK(talk.one.shutdown(Shutdown::both).has_value());
    CHECK(failure_of(talk.other.send("x")) == Errc::broken_pipe);
}

TEST_CASE_TEMPLATE("an empty packet looks like the end, unless credentials are passed", Family,
                   Unix, Any) {
    const Talk<Kind<Family, SeqPacket>> talk;
    char buffer[8];
    CHECK(talk.one.send("").has_value());
    CHECK(failure_of(talk.other.receive(buffer)) == Errc::end_of_stream);

    const int on = 1;
    REQUIRE(::setsockopt(talk.other.descriptor(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
    CHECK(talk.one.send("").has_value());
    CHECK(talk.one.send("full").has_value());
    CHECK(talk.one.send("").has_value());
    CHECK(talk.one.shutdown(Shutdown::sending).has_value());
    CHECK(talk.other.peek(buffer)->empty());
    CHECK(talk.other.receive(buffer)->empty());
    CHECK(failure_of(talk.other.peek(std::span{buffer, 2})) == Errc::message_truncated);
    CHECK(talk.other.receive(buffer).value() == "full");
    CHECK(talk.other.receive(buffer, within(1min))->empty());
    CHECK(failure_of(talk.other.receive(buffer)) == Errc::end_of_stream);
}

namespace {

// Four sizes, four truncations, the same again with a deadline; then Any.
constexpr auto all_truncations_seen = "24 24 24 24 truncated truncated truncated truncated "
                                      "24 24 24 24 truncated truncated truncated truncated "
                                      "24 truncated 24 truncated ";

// Echo requests to the kernel itself, through connected sockets, bound ones and an Any: what comes
// of a buffer that is too small for the reply, and of one that is not.
template <class Family, class Protocol> std::string ping(Endpoint<Family> here, std::uint8_t type) {
    const bool ours =
        enter_network_of_our_own() && write_file("/proc/sys/net/ipv4/ping_group_range", "0 0");
    auto opened = Socket<Family, Datagram, Protocol>::open();
    if (!ours && failure_of(opened) == Errc::permission_denied) {
        return all_truncations_seen; // as far as the user's rights go
    }
    auto connected = std::move(opened).value().connect(here).value();
    const auto bound = Bound<Family, Datagram, Protocol>::bind(here).value();
    EchoRequest request{};
    request.type = type;
    char small[10];
    char large[64];
    std::vector<Result<std::size_t>> outcomes;
    const auto size = [](const auto& data) { return data.size(); };
    const auto size_of_data = [](const auto& received) { return received.data.size(); };
    for (const Wait wait : {Wait{}, Wait{within(10s)}}) {
        for (const std::span<char> buffer : {std::span<char>{large}, std::span<char>{small}}) {
            connected.send(bytes_of(request)).value();
            outcomes.push_back(connected.peek(buffer, wait).transform(size));
            outcomes.push_back(connected.receive(buffer, wait).transform(size));
            bound.send_to(bytes_of(request), here).value();
            outcomes.push_back(bound.peek(buffer, wait).transform(size_of_data));
            outcomes.push_back(bound.receive_from(buffer, wait).transform(size_of_data));
        }
    }
    const Connection<Any, Datagram> any = std::move(connected);
    any.send(bytes_of(request)).value();
    outcomes.push_back(any.receive(large, within(10s)).transform(size));
    any.send(bytes_of(request)).value();
    outcomes.push_back(any.receive(small, within(10s)).transform(size));
    const Bound<Any, Datagram> any_bound = Bound<Family, Datagram, Protocol>::bind(here).value();
    any_bound.send_to(bytes_of(request), here).value();
    outcomes.push_back(any_bound.receive_from(large, within(10s)).transform(size_of_data));
    any_bound.send_to(bytes_of(request), here).value();
    outcomes.push_back(any_bound.receive_from(small, within(10s)).transform(size_of_data));

    std::string said;
    for (const auto& outcome : outcomes) {
        said += outcome                                          ? std::to_string(*outcome)
                : failure_of(outcome) == Errc::message_truncated ? "truncated"
                                                                 : "failed";
        said += ' ';
    }
    return said;
}

} // namespace

TEST_CASE("truncation of ICMP datagrams is seen, though the kernel does not tell their size") {
    CHECK(in_child([] { return ping<Ipv4, Icmp>(Endpoint<Ipv4>::loopback(), 8); }) ==
          all_truncations_seen);
    CHECK(in_child([] { return ping<Ipv6, Icmpv6>(Endpoint<Ipv6>::loopback(), 128); }) ==
          all_truncations_seen);
}

TEST_CASE_TEMPLATE("one that was moved from is not open for any of it", Each, EVERY_KIND) {
    Talk<Each> talk;
    const auto elsewhere = std::move(talk.one);
    const auto& moved = talk.one;
    char buffer[8];
    CHECK(moved.send("x").error() == Error{Errc::not_open, Operation::send});
    CHECK(moved.send({"x", "y"}).error() == Error{Errc::not_open, Operation::send});
    CHECK(moved.receive(buffer).error() == Error{Errc::not_open, Operation::receive});
    CHECK(moved.peek(buffer).error() == Error{Errc::not_open, Operation::peek});
    CHECK(moved.peer_endpoint().error() == Error{Errc::not_open, Operation::peer_endpoint});
    if constexpr (std::is_same_v<typename Each::Type, SeqPacket>) {
        CHECK(failure_of(moved.shutdown(Shutdown::both)) == Errc::not_open);
    }
}

TEST_CASE_TEMPLATE("nor is a bound one", Family, EVERY_FAMILY) {
    TwoBound<Family> bound;
    const auto elsewhere = std::move(bound.one);
    char buffer[8];
    CHECK(bound.one.send_to("x", bound.other_endpoint).error() ==
          Error{Errc::not_open, Operation::send});
    CHECK(bound.one.send_to({"x"}, bound.other_endpoint).error() ==
          Error{Errc::not_open, Operation::send});
    CHECK(bound.one.receive_from(buffer).error() == Error{Errc::not_open, Operation::receive});
    CHECK(bound.one.peek(buffer).error() == Error{Errc::not_open, Operation::peek});
}

TEST_CASE("a message to nobody is an error, never a signal") {
    CHECK(in_child([]() -> std::string {
              std::signal(SIGPIPE, SIG_DFL);
              auto ends = Connection<Unix, SeqPacket>::pair().value();
              std::move(ends.second).close().value();
              return std::string{describe(failure_of(ends.first.send("x"))).name} + " " +
                     std::string{describe(failure_of(ends.first.send({"x"}))).name};
          }) == "EPIPE EPIPE");
}

TEST_CASE_TEMPLATE("a message that was too long says who sent it", Family, EVERY_FAMILY) {
    const TwoBound<Family> bound;
    char small[2];
    char large[8];
    REQUIRE(bound.one.send_to("four", bound.other_endpoint).has_value());
    const auto peeked = bound.other.peek(small).error();
    CHECK(peeked == Error{Errc::message_truncated, Operation::peek, told(4)});
    CHECK(peeked.message_size() == told(4));
    CHECK(peeked.message_size().has_value() == (sys::msg_whole_size != 0));
    const auto failed = bound.other.receive_from(small, within(10s)).error();
    CHECK(failed == Error{Errc::message_truncated, Operation::receive, told(4)});
    const std::string sender{bound.one_endpoint.text().view()};
    if constexpr (sizeof(std::size_t) == 8 && !std::is_same_v<Family, Unix>) {
        const std::string size = sys::msg_whole_size != 0 ? ", its size is 4 bytes" : "";
        CHECK(std::string{failed.text()}.ends_with(size + ", from " + sender));
        CHECK(std::string{peeked.text()}.ends_with(size + ", from " + sender));
    }
    CHECK(failure_of(bound.other.receive_from(large, no_wait)) == Errc::would_block);
}

TEST_CASE("a broadcast without its option says which") {
    host::needs(host::own_network);
    CHECK(in_child([]() -> std::string {
              if (!enter_network_of_our_own() || std::system("ip route add default dev lo") != 0) {
                  return "no network of our own";
              }
              const auto sender = Bound<Ipv4, Datagram>::bind().value();
              const auto sent = sender.send_to("x", "255.255.255.255:9");
              return sent ? "sent" : std::string{sent.error().text().view()};
          }) == "send without SO_BROADCAST: Permission denied (EACCES)");
}
