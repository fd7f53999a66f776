// SPDX-License-Identifier: MIT
#include <ferrule/message/batch.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <tuple>
#include <type_traits>
#include <vector>

#include <ferrule/message/control.hpp>
#include <ferrule/message/receive.hpp>
#include <ferrule/message/segments.hpp>
#include <ferrule/socket/impl/transfer.hpp>
#include <ferrule/sys/descriptor.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"

using namespace ferrule;

namespace {

template <class Family, std::size_t capacity>
concept CanBeBatch = requires { typename Batch<Family, capacity>; };
static_assert(CanBeBatch<Ipv4, 1> && CanBeBatch<Unix, 1024> && !CanBeBatch<Ipv4, 0> &&
              !CanBeBatch<Ipv4, 1025>);
static_assert(!std::is_copy_constructible_v<Batch<Ipv4, 4>>);

#ifndef FERRULE_SYSTEM_POSIX
template <class Batch, class Control>
concept CanAttach = requires(Batch batch, Control control) { batch.attach(0, control); };
using WithTimes = Batch<Ipv4, 4, control::Timestamp, control::HopLimit>;
static_assert(CanAttach<WithTimes, control::HopLimit>);
static_assert(!CanAttach<WithTimes, control::Timestamp>);  // can't be sent
static_assert(!CanAttach<WithTimes, control::PacketInfo>); // is not on its list
template <class Batch, class Protocol>
concept CanSend = requires(Batch batch, const Bound<Ipv4, Datagram, Protocol>& socket) {
    batch.send(socket);
    batch.receive(socket);
};
using Segmented = Batch<Ipv4, 4, control::SegmentSize>;
static_assert(CanSend<Segmented, Udp> && !CanSend<Segmented, UdpLite>);
static_assert(!CanSend<Batch<Ipv4, 4, control::Credentials>, Udp>);
#endif

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

} // namespace

TEST_CASE_TEMPLATE("many datagrams go out in one call and come in in one", Family, EVERY_FAMILY) {
    const TwoBound<Family> ends;
    Batch<Family, 8> out;
    std::vector<std::string> texts;
    for (std::size_t size = 0; size < 8; ++size) {
        texts.emplace_back(size * 10, static_cast<char>('a' + size));
    }
    for (const auto& text : texts) {
        CHECK(out.add(text, ends.other_endpoint).has_value());
    }
    CHECK(out.size() == 8);
    CHECK(out.send(ends.one, soon()).has_value());
    CHECK(out.sent() == 8);

    std::vector<char> room(16 * 100);
    Batch<Family, 16> in{room};
    std::size_t at = 0;
    while (at < 8) {
        CHECK(in.receive(ends.other, soon()).has_value());
        for (const auto& message : in) {
            CHECK(message.text() == texts[at]);
            CHECK(message.peer() == ends.one_endpoint);
            CHECK_FALSE(message.is_truncated());
            ++at;
        }
    }
    CHECK(failure_of(in.receive(ends.other, no_wait)) == Errc::would_block);
    CHECK(in.empty());
}

TEST_CASE_TEMPLATE("what was received can be sent back as it is", Family, EVERY_FAMILY) {
    const TwoBound<Family> ends;
    CHECK(ends.one.send_to("one", ends.other_endpoint).has_value());
    CHECK(ends.one.send_to("", ends.other_endpoint).has_value());
    CHECK(ends.one.send_to("three", ends.other_endpoint).has_value());
    std::vector<char> room(400);
    Batch<Family, 4> batch{room};
    for (int round = 0; round < 3; ++round) {
        for (std::size_t done = 0; done < 3;) {
            CHECK(batch.receive(ends.other, soon()).has_value());
            for (const auto& message : batch) {
                for (char& letter : message.data()) {
                    letter = static_cast<char>(letter ^ 0x20);
                }
            }
            done += batch.size();
            CHECK(batch.send(ends.other, soon()).has_value());
        }
        char buffer[16];
        const char* const expected[] = {"ONE", "", "THREE"};
        for (const char* const text : expected) {
            const auto answer = ends.one.receive_from(buffer, soon()).value();
            CHECK(answer.data == text);
            CHECK(answer.peer == ends.other_endpoint);
        }
        for (const char* const text : {"one", "", "three"}) {
            CHECK(ends.one.send_to(std::string_view{text}, ends.other_endpoint).has_value());
        }
    }
}

TEST_CASE(
    "a datagram that is too long for its part says so, with its size, and the others are whole") {
    const TwoBound<Ipv4> ends;
    for (const std::string_view text : {"short", "far too long", "exactly8"}) {
        CHECK(ends.one.send_to(text, ends.other_endpoint).has_value());
    }
    char room[3 * 8];
    Batch<Ipv4, 3> batch{room};
    for (std::size_t done = 0; done < 3;) {
        CHECK(batch.receive(ends.other, soon()).has_value());
        for (const auto& message : batch) {
            CHECK(message.is_truncated() == (done == 1));
            CHECK(message.text() == (done == 0 ? "short" : done == 1 ? "far too " : "exactly8"));
#ifndef FERRULE_SYSTEM_POSIX
            CHECK(message.whole_size() == (done == 1 ? OptionalSize{12} : OptionalSize{}));
#endif
            ++done;
        }
    }
}

TEST_CASE("how many went is known after an error, and the rest can go") {
    const TwoBound<Ipv4> ends;
    const std::string too_large(70'000, 'x');
    Batch<Ipv4, 4> batch;
    CHECK(batch.add("one", ends.other_endpoint).has_value());
    CHECK(batch.add(too_large, ends.other_endpoint).has_value());
    CHECK(batch.add("three", ends.other_endpoint).has_value());
    CHECK(failure_of(batch.send(ends.one, soon())) == Errc::message_size);
    CHECK(batch.sent() == 1);
    CHECK(failure_of(batch.send(ends.one, soon())) == Errc::message_size); // the same again
    CHECK(batch.sent() == 1);
    batch.skip();
    CHECK(batch.send(ends.one, soon()).has_value());
    CHECK(batch.sent() == 3);
    char buffer[16];
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "one");
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "three");
    CHECK(failure_of(ends.other.receive_from(buffer, no_wait)) == Errc::would_block);
}

TEST_CASE("the same batch is sent again") {
    const TwoBound<Ipv6> ends;
    Batch<Ipv6, 2> batch;
    CHECK(batch.add("again", ends.other_endpoint).has_value());
    char buffer[16];
    for (int round = 0; round < 3; ++round) {
        CHECK(batch.send(ends.one).has_value());
        CHECK(ends.other.receive_from(buffer, soon()).value().data == "again");
    }
    batch.clear();
    CHECK(batch.send(ends.one).has_value()); // of nothing
    CHECK(failure_of(ends.other.receive_from(buffer, no_wait)) == Errc::would_block);
}

TEST_CASE("a full batch takes no more, and nobody is no peer") {
    const TwoBound<Ipv4> ends;
    Batch<Ipv4, 1> batch;
    CHECK(failure_of(batch.add("x", Endpoint<Ipv4>::any(80))) == Errc::not_a_peer);
    CHECK(batch.empty());
    CHECK(batch.add("x", ends.other_endpoint).has_value());
    CHECK(failure_of(batch.add("x", ends.other_endpoint)) == Errc::no_buffer_space);
    CHECK(failure_of(batch.add("x")) == Errc::no_buffer_space);
    Batch<Ipv6, 1> other;
    constexpr Endpoint<Ipv6> without_scope = "[fe80::1]:80";
    const auto socket = Bound<Ipv6, Datagram>::bind(Place<Ipv6>{}.endpoint()).value();
    CHECK(other.add("x", without_scope).has_value());
    CHECK(failure_of(other.send(socket)) == Errc::scope_missing);
    CHECK(other.sent() == 0);
}

TEST_CASE("a batch without room can't receive, a closed socket neither") {
    TwoBound<Ipv4> ends;
    Batch<Ipv4, 2> batch;
    CHECK(failure_of(batch.receive(ends.one, no_wait)) == Errc::empty_buffer);
    std::move(ends.one).close().value();
    CHECK(failure_of(batch.send(ends.one)) == Errc::not_open);
    char room[8];
    Batch<Ipv4, 2> with_room{room};
    CHECK(failure_of(with_room.receive(ends.one)) == Errc::not_open);
}

TEST_CASE_TEMPLATE("batches go over connections, to their one peer", Family, Ipv4, Ip, Unix) {
    const DatagramConversation<Family> talk;
    Batch<Family, 4> out;
    CHECK(out.add("one").has_value());
    CHECK(out.add("two").has_value());
    CHECK(out.send(talk.one, soon()).has_value());
    std::vector<char> room(100);
    Batch<Family, 4> in{room};
    std::string all;
    while (all.size() < 6) {
        CHECK(in.receive(talk.other, soon()).has_value());
        for (const auto& message : in) {
            all += message.text();
        }
    }
    CHECK(all == "onetwo");
}

TEST_CASE("what came over a connection goes back over it, also between ends without names") {
    const auto [one, other] = Connection<Unix, Datagram>::pair().value();
    const DatagramConversation<Unix> named;
    const DatagramConversation<Ipv4> ipv4;
    const auto there_and_back = [](const auto& from, const auto& to) {
        using Family = typename std::remove_cvref_t<decltype(from)>::family;
        char room[64];
        Batch<Family, 2> batch{room};
        CHECK(from.send("back").has_value());
        CHECK(batch.receive(to, soon()).has_value());
        CHECK(batch.send(to, soon()).has_value());
        char buffer[16];
        CHECK(from.receive(buffer, soon()).value() == "back");
    };
    there_and_back(one, other);
    there_and_back(named.one, named.other);
    there_and_back(ipv4.one, ipv4.other);
}

TEST_CASE("a sender without a name is no peer to answer, and the others are answered") {
    const TwoBound<Unix> ends;
    { // past the library, which names its own
        const Descriptor unnamed{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        while (::connect(unnamed.number(), ends.other_endpoint.native(),
                         ends.other_endpoint.native_size()) != 0) {
            REQUIRE(errno == EINTR);
        }
        REQUIRE(detail::send(unnamed.number(), "x", 1, soon()).has_value());
    }
    CHECK(ends.one.send_to("named", ends.other_endpoint).has_value());
    char room[64];
    Batch<Unix, 2> batch{room};
    for (std::size_t done = 0; done < 2; done += batch.size()) {
        CHECK(batch.receive(ends.other, soon()).has_value());
        for (auto sent = batch.send(ends.other, soon()); !sent;
             sent = batch.send(ends.other, soon())) {
            CHECK(failure_of(sent) == Errc::not_a_peer);
            batch.skip();
            if (batch.sent() == batch.size()) {
                break;
            }
        }
    }
    char buffer[16];
    CHECK(ends.one.receive_from(buffer, soon()).value().data == "named");
}

TEST_CASE("a batch that was cleared takes longer names than the ones before") {
    const TwoBound<Unix> ends;
    const TemporaryFolder folder;
    const auto named =
        Bound<Unix, Datagram>::bind(Endpoint<Unix>::parse(folder.file("a_longer_name")).value())
            .value();
    char room[64];
    Batch<Unix, 1> batch{room};
    CHECK(ends.one.send_to("from a short name", ends.other_endpoint).has_value());
    CHECK(batch.receive(ends.other, soon()).value() == 1);
    batch.clear();
    CHECK(named.send_to("from a longer name", ends.other_endpoint).has_value());
    CHECK(batch.receive(ends.other, soon()).value() == 1);
    CHECK(batch[0].peer() == named.local_endpoint().value());
}

TEST_CASE("a socket of both IPs sends one batch to peers of each") {
    host::needs(host::ipv6);
    const auto socket = Bound<Ip, Datagram>::bind("[::]:0").value();
    const auto ipv4 = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto ipv6 = Bound<Ipv6, Datagram>::bind("[::1]:0").value();
    Batch<Ip, 4> batch;
    CHECK(batch.add("to IPv4", ipv4.local_endpoint().value()).has_value());
    CHECK(batch.add("to IPv6", ipv6.local_endpoint().value()).has_value());
    for (int round = 0; round < 2; ++round) {
        CHECK(batch.send(socket).has_value());
        char buffer[16];
        CHECK(ipv4.receive_from(buffer, soon()).value().data == "to IPv4");
        CHECK(ipv6.receive_from(buffer, soon()).value().data == "to IPv6");
    }
    CHECK(batch[0].peer() == Endpoint<Ip>{ipv4.local_endpoint().value()});
}

TEST_CASE("a wait ends a receive of nothing") {
    const TwoBound<Ipv4> ends;
    char room[64];
    Batch<Ipv4, 2> batch{room};
    CHECK(failure_of(batch.receive(ends.one, within(Nanoseconds{5'000'000}))) ==
          Errc::deadline_exceeded);
    Stop stop;
    stop.request();
    CHECK(failure_of(batch.receive(ends.one, stop)) == Errc::stopped);
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE_TEMPLATE("each datagram of a batch comes with its control messages", Family, Ipv4, Ipv6) {
    const TwoBound<Family> ends;
    CHECK(ends.other.set(opt::ReceivePacketInfo{true}).has_value());
    for (int round = 0; round < 3; ++round) {
        for (int message = 0; message < 3; ++message) {
            CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
        }
        std::vector<char> room(4 * 16);
        Batch<Family, 4, control::PacketInfo, control::HopLimit> batch{room};
        for (std::size_t done = 0; done < 3; done += batch.size()) {
            CHECK(batch.receive(ends.other, soon()).has_value());
            for (std::size_t at = 0; at < batch.size(); ++at) {
                auto controls = batch[at].controls();
                const auto info = controls.template take<control::PacketInfo>().value();
                CHECK(info.destination == Address<Ip>{ends.other_endpoint.address()});
                const auto hops = controls.template take<control::HopLimit>();
                CHECK(failure_of(hops) == Errc::option_off);
                CHECK(hops.error().option_name() ==
                      (std::is_same_v<Family, Ipv4> ? "IP_RECVTTL" : "IPV6_RECVHOPLIMIT"));
            }
        }
    }
}

TEST_CASE_TEMPLATE("each datagram goes out with its own control messages", Family, Ipv4, Ipv6, Ip) {
    const TwoBound<Family> ends;
    CHECK(ends.other.set(opt::ReceiveTrafficClass{true}).has_value());
    CHECK(ends.other.set(opt::ReceiveHopLimit{true}).has_value());
    using control::HopLimit;
    using control::TrafficClass;
    Batch<Family, 4, HopLimit, TrafficClass> batch;
    CHECK(batch.add("both", ends.other_endpoint).has_value());
    batch.attach(0, HopLimit{7});
    batch.attach(0, TrafficClass{opt::Ecn::capable_1});
    CHECK(batch.add("none", ends.other_endpoint).has_value());
    CHECK(batch.add("one", ends.other_endpoint).has_value());
    batch.attach(2, HopLimit{5});
    batch.attach(2, HopLimit{9}); // in its place
    CHECK(batch.add("later", ends.other_endpoint).has_value());
    for (int round = 0; round < 3; ++round) {
        batch.attach(3, HopLimit{20 + round});
        CHECK(batch.send(ends.one, soon()).has_value());
        for (const auto& [text, hops, ecn] :
             {std::tuple{"both", 7, opt::Ecn::capable_1},
              std::tuple{"none", 64, opt::Ecn::not_capable},
              std::tuple{"one", 9, opt::Ecn::not_capable},
              std::tuple{"later", 20 + round, opt::Ecn::not_capable}}) {
            char buffer[16];
            auto message = receive_from<HopLimit, TrafficClass>(ends.other, buffer, soon()).value();
            CHECK(message.data == text);
            CHECK(message.template take<HopLimit>().value().value == hops);
            CHECK(message.template take<TrafficClass>().value().value.ecn == ecn);
        }
    }
    batch.clear(); // what went along is gone, too
    CHECK(batch.add("new", ends.other_endpoint).has_value());
    CHECK(batch.send(ends.one, soon()).has_value());
    char buffer[16];
    auto message = receive_from<HopLimit>(ends.other, buffer, soon()).value();
    CHECK(message.template take<HopLimit>().value().value == 64);
}

TEST_CASE("a batch answers from the address that was asked") {
    const auto server =
        Bound<Ipv4, Datagram>::bind("0.0.0.0:0", opt::ReceivePacketInfo{true}).value();
    const auto port = server.local_endpoint().value().port();
    const auto first = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto second = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const Endpoint<Ipv4> first_asks{Address<Ipv4>{127, 0, 0, 2}, port};
    const Endpoint<Ipv4> second_asks{Address<Ipv4>{127, 0, 0, 3}, port};
    char room[4 * 16];
    Batch<Ipv4, 4, control::PacketInfo> batch{room};
    for (int round = 0; round < 3; ++round) {
        CHECK(first.send_to("one", first_asks).has_value());
        CHECK(second.send_to("two", second_asks).has_value());
        for (std::size_t done = 0; done < 2; done += batch.size()) {
            CHECK(batch.receive(server, soon()).has_value());
            for (std::size_t at = 0; at < batch.size(); ++at) {
                batch.attach(at, batch[at].controls().take<control::PacketInfo>().value());
            }
            CHECK(batch.send(server, soon()).has_value());
        }
        char buffer[16];
        const auto to_first = first.receive_from(buffer, soon()).value();
        CHECK(to_first.data == "one");
        CHECK(to_first.peer == first_asks);
        const auto to_second = second.receive_from(buffer, soon()).value();
        CHECK(to_second.data == "two");
        CHECK(to_second.peer == second_asks);
    }
}

TEST_CASE("each datagram goes out with its own control messages, also one that is sent back") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.one.set(opt::ReceiveHopLimit{true}).has_value());
    char room[16];
    Batch<Ipv4, 1, control::HopLimit> batch{room};
    for (const int hops : {9, 64, 7}) { // 64: none is attached, and the last one is gone
        CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
        CHECK(batch.receive(ends.other, soon()).has_value());
        if (hops != 64) {
            batch.attach(0, control::HopLimit{hops});
        }
        CHECK(batch.send(ends.other, soon()).has_value());
        char buffer[16];
        auto message = receive_from<control::HopLimit>(ends.one, buffer, soon()).value();
        CHECK(message.take<control::HopLimit>().value().value == hops);
    }
}

TEST_CASE("a control message that can't be sent stops only its own datagram") {
    const TwoBound<Ipv4> ends;
    Batch<Ipv4, 4, control::HopLimit> batch;
    CHECK(batch.add("one", ends.other_endpoint).has_value());
    CHECK(batch.add("two", ends.other_endpoint).has_value());
    batch.attach(1, control::HopLimit{0});
    CHECK(batch.add("three", ends.other_endpoint).has_value());
    batch.attach(2, control::HopLimit{3});
    for (int round = 0; round < 2; ++round) {
        CHECK(failure_of(batch.send(ends.one, soon())) == Errc::value_out_of_range);
        CHECK(batch.sent() == 1);
        batch.skip();
        CHECK(batch.send(ends.one, soon()).has_value());
        CHECK(batch.sent() == 3);
        char buffer[16];
        CHECK(ends.other.receive_from(buffer, soon()).value().data == "one");
        CHECK(ends.other.receive_from(buffer, soon()).value().data == "three");
    }
}

TEST_CASE("what can only be sent, or only be received, is in a batch, too") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.other.set(opt::ReceiveTimestamps{true}).has_value());
    Batch<Ipv4, 1, control::SegmentSize> out;
    CHECK(out.add("aaabbbcc", ends.other_endpoint).has_value());
    out.attach(0, control::SegmentSize{3});
    if (const auto sent = out.send(ends.one, soon()); !sent) {
        CHECK(detail::refuses_segments(sent.error())); // of a kernel or a device
        return;
    }
    char room[4 * 16];
    Batch<Ipv4, 4, control::SegmentSize, control::Timestamp> in{room};
    std::string all;
    while (all.size() < 8) {
        CHECK(in.receive(ends.other, soon()).has_value());
        for (const auto& message : in) {
            all += message.text();
            CHECK(message.controls().take<control::Timestamp>().has_value());
        }
    }
    CHECK(all == "aaabbbcc");
}
#endif

TEST_CASE("a peer whose interface is missing stops only its own datagram") {
    const auto socket = Bound<Ipv6, Datagram>::bind(Place<Ipv6>{}.endpoint()).value();
    const TwoBound<Ipv6> ends;
    constexpr Endpoint<Ipv6> without_scope = "[fe80::1]:80";
    Batch<Ipv6, 4> batch;
    CHECK(batch.add("one", ends.other_endpoint).has_value());
    CHECK(batch.add("two", without_scope).has_value());
    CHECK(batch.add("three", ends.other_endpoint).has_value());
    CHECK(failure_of(batch.send(socket)) == Errc::scope_missing);
    CHECK(batch.sent() == 1);
    batch.skip();
    CHECK(batch.send(socket).has_value());
    char buffer[16];
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "one");
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "three");
}
