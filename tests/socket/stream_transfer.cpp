// SPDX-License-Identifier: MIT
#include <ferrule/socket/stream_transfer.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <iterator>
#include <poll.h>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

#include <ferrule/opt/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/in_child.hpp"
#include "../support/pattern.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint8_t> octets(std::size_t size) {
    const std::string bytes = pattern(size);
    return {bytes.begin(), bytes.end()};
}

// A buffer so small that a large send is many.
template <class Family> struct NarrowConversation : Conversation<Family> {
    NarrowConversation() { this->client.set(opt::SendBuffer{50'000}).value(); }
};

// All that comes, until the end.
std::vector<std::uint8_t> drained(const auto& connection) {
    std::vector<std::uint8_t> all;
    std::array<std::uint8_t, 5000> buffer;
    for (;;) {
        const auto received = connection.receive_some(buffer).value();
        if (received.empty()) {
            return all;
        }
        all.insert(all.end(), received.begin(), received.end());
    }
}

// Fills both buffers; how many bytes went.
std::size_t fill(const auto& connection) {
    const std::string bytes(4096, 'f');
    std::size_t filled = 0;
    for (;;) {
        const auto sent = connection.send_some(bytes, no_wait);
        if (!sent) {
            CHECK(sent.error() == Error{Errc::would_block, Operation::send});
            return filled;
        }
        filled += *sent;
    }
}

} // namespace

TEST_CASE_TEMPLATE("what one side sends the other receives", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    char buffer[16];
    CHECK(*talk.client.send_some("hello") == 5);
    CHECK(talk.server.receive_some(buffer).value() == "hello");
    CHECK(talk.server.send_all("and back").has_value());
    CHECK(talk.client.receive_some(buffer).value() == "and back");
}

TEST_CASE("the part of the buffer that was filled comes in the kind of the buffer") {
    const Conversation<Unix> talk;
    CHECK(talk.client.send_all("0123456789").has_value());

    char letters[2];
    const std::string_view text = talk.server.receive_some(letters).value();
    CHECK(text == "01");
    CHECK(text.data() == letters);

    std::array<std::byte, 3> octets;
    const std::span<std::byte> bytes = talk.server.receive_some(octets).value();
    CHECK(bytes.size() == 3);
    CHECK(bytes.data() == octets.data());
    CHECK(std::to_integer<char>(bytes[0]) == '2');

    std::string string(3, '\0');
    CHECK(talk.server.receive_exactly(string).value() == "567");
    CHECK(talk.server.receive_some(std::span{letters}).value() == "89");
}

TEST_CASE_TEMPLATE("a large send_all arrives whole and in order through small buffers", Family,
                   EVERY_FAMILY) {
    const auto bytes = octets(1'000'000);
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        const NarrowConversation<Family> talk;
        std::thread sends{[&] {
            CHECK(talk.client.send_all(bytes, wait).has_value());
            CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        }};
        const bool same = drained(talk.server) == bytes;
        sends.join();
        CHECK(same);
    }
}

TEST_CASE_TEMPLATE("pieces arrive as one, whatever their sizes", Family, EVERY_FAMILY) {
    const auto bytes = octets(1'000'000);
    const std::span<const std::uint8_t> all{bytes};
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        const NarrowConversation<Family> talk;
        std::thread sends{[&] {
            CHECK(talk.client
                      .send_all({"", all.first(1), all.subspan(1, 599'999), "", BytesView{},
                                 all.subspan(600'000, 7), all.subspan(600'007), ""},
                                wait)
                      .has_value());
            CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        }};
        const bool same = drained(talk.server) == bytes;
        sends.join();
        CHECK(same);
    }
}

TEST_CASE("nothing to send is sent at once") {
    const Conversation<Unix> talk;
    CHECK(talk.client.send_all("").has_value());
    CHECK(talk.client.send_all({"", ""}).has_value());
    CHECK(*talk.client.send_some("") == 0);
    char buffer[8];
    CHECK(failure_of(talk.server.receive_some(buffer, no_wait)) == Errc::would_block);
}

TEST_CASE_TEMPLATE("full buffers end a send on its wait, and it tells how much had gone", Family,
                   EVERY_FAMILY) {
    const auto bytes = octets(1'000'000);
    const auto check = [&](auto&& send, Errc expected) {
        const NarrowConversation<Family> talk;
        const Result<void> sent = send(talk);
        CHECK(failure_of(sent) == expected);
        CHECK(sent.error().operation() == Operation::send);
        const auto gone = sent.error().transferred();
        CHECK(gone > 0);
        CHECK(gone < bytes.size());
        CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        CHECK(drained(talk.server) ==
              std::vector<std::uint8_t>(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(gone)));
    };
    const std::span<const std::uint8_t> all{bytes};
    for (const bool in_pieces : {false, true}) {
        const auto send = [&](const auto& client, Wait wait) {
            return in_pieces ? client.send_all({all.first(10), all.subspan(10)}, wait)
                             : client.send_all(all, wait);
        };
        check([&](const auto& talk) { return send(talk.client, within(5ms)); },
              Errc::deadline_exceeded);
        check([&](const auto& talk) { return send(talk.client, within(-1s)); },
              Errc::deadline_exceeded);
        check([&](const auto& talk) { return send(talk.client, no_wait); }, Errc::would_block);
        Stop stop;
        std::thread stops;
        check(
            [&](const auto& talk) {
                const int server = talk.server.descriptor();
                stops = std::thread{[&stop, server] {
                    CHECK(wait_for(server, POLLIN, {}, Operation::wait));
                    static_cast<void>(stop.wait(within(10ms)));
                    stop.request();
                }};
                return send(talk.client, stop);
            },
            Errc::stopped);
        stops.join();
    }
}

TEST_CASE_TEMPLATE("send_some sends what there is room for", Family, EVERY_FAMILY) {
    const NarrowConversation<Family> talk;
    const auto bytes = octets(1'000'000);
    const auto sent = talk.client.send_some(bytes, no_wait).value();
    CHECK(sent > 0);
    CHECK(sent < bytes.size());
    fill(talk.client);
    auto late = talk.client.send_some(bytes, within(2ms));
    while (late) { // now and then TCP finds room for a little more
        late = talk.client.send_some(bytes, within(2ms));
    }
    CHECK(late.error() == Error{Errc::deadline_exceeded, Operation::send});
}

TEST_CASE_TEMPLATE("the end of the stream is an empty receive_some, again and again", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    char buffer[16];
    CHECK(talk.client.send_all("last words").has_value());
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(talk.server.receive_some(buffer).value() == "last words");
    for (const Wait wait : {Wait{}, Wait{no_wait}, Wait{within(1min)}}) {
        CHECK(talk.server.receive_some(buffer, wait)->empty());
        CHECK(talk.server.peek(buffer, wait)->empty());
    }
}

TEST_CASE("an empty buffer is an error, which can't be taken for the end of the stream") {
    const Conversation<Unix> talk;
    CHECK(talk.client.send_all("x").has_value());
    std::vector<char> none;
    CHECK(talk.server.receive_some(none).error() == Error{Errc::empty_buffer, Operation::receive});
    CHECK(talk.server.peek(none).error() == Error{Errc::empty_buffer, Operation::peek});
    CHECK(talk.server.receive_exactly(none)->empty());
    char buffer[8];
    CHECK(talk.server.receive_some(buffer).value() == "x"); // still there
}

TEST_CASE_TEMPLATE("receive_exactly fills the whole buffer, however it comes", Family,
                   EVERY_FAMILY) {
    const auto bytes = octets(500'000);
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        const NarrowConversation<Family> talk;
        std::thread sends{[&] { CHECK(talk.client.send_all(bytes).has_value()); }};
        std::vector<std::uint8_t> first(3);
        std::vector<std::uint8_t> rest(bytes.size() - 3);
        CHECK(talk.server.receive_exactly(first, wait)->size() == 3);
        CHECK(talk.server.receive_exactly(rest, wait)->data() == rest.data());
        sends.join();
        first.insert(first.end(), rest.begin(), rest.end());
        const bool same = first == bytes;
        CHECK(same);
    }
}

TEST_CASE_TEMPLATE("receive_exactly tells how much had come before the end", Family, EVERY_FAMILY) {
    for (const Wait wait : {Wait{}, Wait{within(1min)}}) {
        const Conversation<Family> talk;
        char buffer[8];
        CHECK(talk.client.send_all("four").has_value());
        CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        CHECK(talk.server.receive_exactly(buffer, wait).error() ==
              Error{Errc::end_of_stream, Operation::receive, 4});
        CHECK(std::string_view{buffer, 4} == "four");
        CHECK(talk.server.receive_exactly(buffer, wait).error() ==
              Error{Errc::end_of_stream, Operation::receive});
    }
}

TEST_CASE_TEMPLATE("receive_exactly tells how much had come before its wait was over", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    char buffer[8];
    CHECK(talk.client.send_all("four").has_value());
    CHECK(talk.server.receive_exactly(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::receive, 4});
    CHECK(std::string_view{buffer, 4} == "four");
    CHECK(talk.client.send_all("five!").has_value());
    CHECK(talk.server.receive_exactly(buffer, no_wait).error() ==
          Error{Errc::would_block, Operation::receive, 5});
    CHECK(talk.client.send_all("six six").has_value());
    CHECK(talk.server.receive_exactly(buffer, within(-1s)).error() ==
          Error{Errc::deadline_exceeded, Operation::receive, 7});
    CHECK(talk.client.send_all("all eight").has_value());
    CHECK(talk.server.receive_exactly(buffer, within(-1s)).value() == "all eigh");
}

TEST_CASE_TEMPLATE("peek looks without taking", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    char buffer[16];
    CHECK(talk.server.peek(buffer, no_wait).error() == Error{Errc::would_block, Operation::peek});
    CHECK(talk.client.send_all("hello").has_value());
    CHECK(talk.server.peek(buffer).value() == "hello");
    CHECK(talk.server.peek(std::span{buffer, 2}).value() == "he");
    CHECK(talk.server.receive_some(buffer).value() == "hello");
    CHECK(talk.server.peek(buffer, within(2ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::peek});
}

TEST_CASE_TEMPLATE("each half is shut down for itself", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    char buffer[16];
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(failure_of(talk.client.send_all("x")) == Errc::broken_pipe);
    CHECK(talk.server.receive_some(buffer)->empty());
    CHECK(talk.server.send_all("still").has_value());
    CHECK(talk.client.receive_some(buffer).value() == "still");

    CHECK(talk.client.shutdown(Shutdown::receiving).has_value());
    CHECK(talk.client.receive_some(buffer)->empty());

    const Conversation<Family> another;
    CHECK(another.client.shutdown(Shutdown::both).has_value());
    CHECK(another.client.is_open());
    CHECK(another.client.receive_some(buffer)->empty());
    CHECK(failure_of(another.client.send_some("x")) == Errc::broken_pipe);
    CHECK(another.server.receive_some(buffer)->empty());
}

namespace {

// Of a peer that is gone: what send_all says in the end, with SIGPIPE as it is by default.
template <class Family> std::string sent_to_nobody() {
    std::signal(SIGPIPE, SIG_DFL);
    Conversation<Family> talk;
    std::move(talk.server).close().value();
    for (;;) {
        const auto sent = talk.client.send_all({"x", "y"});
        if (!sent && failure_of(sent) != Errc::connection_reset) {
            return std::string{describe(failure_of(sent)).name} + " " +
                   std::string{describe(failure_of(talk.client.send_some("x"))).name};
        }
    }
}

} // namespace

TEST_CASE_TEMPLATE("a peer that is gone is an error, never a signal", Family, EVERY_FAMILY) {
    if constexpr (std::is_same_v<Family, Ipv6>) {
        host::needs(host::ipv6);
    }
    CHECK(in_child(sent_to_nobody<Family>) == "EPIPE EPIPE");
}

TEST_CASE("a connection that the peer reset says so once, then it has ended") {
    Conversation<Ipv4> talk;
    CHECK(talk.client.send_all("never read").has_value());
    char buffer[8];
    CHECK(talk.server.peek(buffer).has_value());
    CHECK(std::move(talk.server).close().has_value()); // with bytes unread: a reset, RFC 1122
    CHECK(talk.client.receive_some(buffer, within(1min)).error() ==
          Error{Errc::connection_reset, Operation::receive});
    CHECK(talk.client.receive_some(buffer)->empty());
}

TEST_CASE("one thread sends while another receives on the same end") {
    const auto bytes = octets(1'000'000);
    const Conversation<Ipv4> talk;
    std::thread echoes{[&] {
        std::array<char, 10'000> buffer;
        for (;;) {
            const auto received = talk.server.receive_some(buffer).value();
            if (received.empty()) {
                CHECK(talk.server.shutdown(Shutdown::sending).has_value());
                return;
            }
            CHECK(talk.server.send_all(received).has_value());
        }
    }};
    std::thread sends{[&] {
        CHECK(talk.client.send_all(bytes).has_value());
        CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    }};
    const bool same = drained(talk.client) == bytes;
    sends.join();
    echoes.join();
    CHECK(same);
}

TEST_CASE_TEMPLATE("one that was moved from is not open for any of it", Family, EVERY_FAMILY) {
    Conversation<Family> talk;
    const auto elsewhere = std::move(talk.client);
    const auto& moved = talk.client;
    char buffer[8];
    CHECK(moved.send_some("x").error() == Error{Errc::not_open, Operation::send});
    CHECK(moved.send_all("x").error() == Error{Errc::not_open, Operation::send});
    CHECK(moved.send_all({"x", "y"}).error() == Error{Errc::not_open, Operation::send});
    CHECK(moved.receive_some(buffer).error() == Error{Errc::not_open, Operation::receive});
    CHECK(moved.receive_exactly(buffer).error() == Error{Errc::not_open, Operation::receive});
    CHECK(moved.peek(buffer).error() == Error{Errc::not_open, Operation::peek});
    CHECK(moved.shutdown(Shutdown::both).error() == Error{Errc::not_open, Operation::shutdown});
}

TEST_CASE_TEMPLATE("a loop over pieces ends with the stream, and an error is its last", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    char buffer[4];
    Thread sending{[&] {
        static_cast<void>(talk.client.send_all("whatever there is"));
        static_cast<void>(talk.client.shutdown(Shutdown::sending));
    }};
    std::string all;
    for (const auto& piece : talk.server.pieces(buffer)) {
        REQUIRE(piece.has_value());
        CHECK_FALSE(piece->empty());
        all += *piece;
    }
    CHECK(all == "whatever there is");
    for (const auto& piece : talk.server.pieces(buffer, within(1min))) {
        FAIL(piece.has_value()); // it stays ended
    }

    int errors = 0;
    for (const auto& piece : talk.client.pieces(buffer, within(1ms))) {
        CHECK(failure_of(piece) == Errc::deadline_exceeded);
        ++errors;
    }
    CHECK(errors == 1);
    const auto moved = std::move(talk.server);
    for (const auto& piece : talk.server.pieces(buffer)) {
        CHECK(failure_of(piece) == Errc::not_open);
        ++errors;
    }
    CHECK(errors == 2);

    auto pieces = moved.pieces(buffer);
    static_assert(std::input_iterator<decltype(pieces.begin())>);
    static_assert(std::ranges::input_range<decltype(pieces)&>);
}
