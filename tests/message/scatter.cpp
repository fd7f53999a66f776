// SPDX-License-Identifier: MIT
#include <ferrule/message/scatter.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

std::vector<BytesView> bytewise(const std::string& text) {
    std::vector<BytesView> pieces;
    for (const char& letter : text) {
        pieces.emplace_back(std::string_view{&letter, 1});
    }
    return pieces;
}

} // namespace

TEST_CASE_TEMPLATE("a stream fills several buffers in one receive", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    CHECK(talk.client.send_all("headbody!").has_value());
    char head[4];
    std::array<std::byte, 100> body{};
    CHECK(receive_some_into(talk.server, {head, body}, soon()).value() == 9);
    CHECK(std::string_view{head, 4} == "head");
    CHECK(std::string_view{reinterpret_cast<const char*>(body.data()), 5} == "body!");
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(receive_some_into(talk.server, {head, body}, soon()).value() == 0);
    CHECK(failure_of(receive_some_into(talk.server, {std::span<char>{}, std::span<char>{}})) ==
          Errc::empty_buffer);
}

TEST_CASE_TEMPLATE("a message fills several buffers, and says if it was longer", Family,
                   EVERY_FAMILY) {
    const TwoBound<Family> ends;
    CHECK(ends.one.send_to("headbody", ends.other_endpoint).has_value());
    CHECK(ends.one.send_to("headbody, and more", ends.other_endpoint).has_value());
    char head[4];
    char body[4];
    const auto message = receive_from_into(ends.other, {head, body}, soon()).value();
    CHECK(message.size == 8);
    CHECK(message.peer == ends.one_endpoint);
    CHECK(std::string_view{body, 4} == "body");
    CHECK(failure_of(receive_from_into(ends.other, {head, body}, soon())) ==
          Errc::message_truncated);
    CHECK(failure_of(receive_from_into(ends.other, {head, body}, no_wait)) == Errc::would_block);
}

TEST_CASE("packets with boundaries fill several buffers, and end") {
    auto [ours, theirs] = Connection<Unix, SeqPacket>::pair().value();
    CHECK(ours.send("headbody").has_value());
    char head[4];
    char body[8];
    CHECK(receive_into(theirs, {head, body}, soon()).value() == 8);
    CHECK(std::string_view{body, 4} == "body");
    std::move(ours).close().value();
    CHECK(failure_of(receive_into(theirs, {head, body}, soon())) == Errc::end_of_stream);
}

TEST_CASE_TEMPLATE("any number of pieces is one stretch of a stream", Family, Ipv4, Unix) {
    for (const std::size_t count : {0U, 1U, 1023U, 1024U, 1025U, 5000U}) {
        CAPTURE(count);
        const Conversation<Family> talk;
        const std::string text = pattern(count);
        const auto pieces = bytewise(text);
        CHECK(send_all_pieces(talk.client, pieces, soon()).has_value());
        CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        std::string received(count + 1, '\0');
        const auto all = talk.server.receive_exactly(received, soon());
        CHECK(all.error().transferred() == count);
        CHECK(received.substr(0, count) == text);
    }
}

TEST_CASE("pieces that are more than the buffers take say how much of them went") {
    const Conversation<Unix> talk;
    const std::string large = pattern(1'000'000);
    const std::vector<BytesView> pieces(2000, BytesView{large});
    const auto sent = send_all_pieces(talk.client, pieces, within(Nanoseconds{20'000'000}));
    CHECK(failure_of(sent) == Errc::deadline_exceeded);
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    std::size_t received = 0;
    std::vector<char> buffer(65536);
    for (const auto& piece : talk.server.pieces(buffer, soon())) {
        received += piece.value().size();
    }
    CHECK(received == sent.error().transferred());
    Stop stop;
    stop.request();
    CHECK(failure_of(send_all_pieces(talk.client, pieces, stop)) == Errc::stopped);
}

TEST_CASE("a message of up to 1024 pieces is one, more are refused and nothing goes out") {
    const DatagramConversation<Ipv4> talk;
    const TwoBound<Ipv4> ends;
    char buffer[2000];
    for (const std::size_t count : {0U, 1U, 1024U}) {
        const std::string text = pattern(count);
        const auto pieces = bytewise(text);
        CHECK(send_pieces(talk.one, pieces, soon()).has_value());
        CHECK(talk.other.receive(buffer, soon()).value() == text);
        CHECK(send_pieces_to(ends.one, pieces, ends.other_endpoint, soon()).has_value());
        CHECK(ends.other.receive_from(buffer, soon()).value().data == text);
    }
    const std::string text = pattern(1025);
    CHECK(failure_of(send_pieces(talk.one, bytewise(text))) == Errc::message_size);
    CHECK(failure_of(send_pieces_to(ends.one, bytewise(text), ends.other_endpoint)) ==
          Errc::message_size);
    CHECK(failure_of(talk.other.receive(buffer, no_wait)) == Errc::would_block);
    CHECK(failure_of(ends.other.receive_from(buffer, no_wait)) == Errc::would_block);
    CHECK(failure_of(send_pieces_to(ends.one, bytewise("x"), Endpoint<Ipv4>::any(80))) ==
          Errc::not_a_peer);
}
