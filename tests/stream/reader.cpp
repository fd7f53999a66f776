// SPDX-License-Identifier: MIT
#include <ferrule/stream/reader.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <ferrule/core/endian.hpp>
#include <ferrule/stream/faulty_stream.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/memory_stream.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

static_assert(ByteStream<Reader<Connection<Ipv4>>> && ByteStream<Reader<MemoryStream, 100>>);
static_assert(!std::is_copy_constructible_v<Reader<MemoryStream>>);
static_assert(!std::is_constructible_v<Reader<MemoryStream>, MemoryStream&, std::string>); // dies

namespace {

// Each read of this text, in pieces of every size.
template <class Read> void in_pieces_of_every_size(std::string_view text, Read read) {
    for (std::size_t longest = 1; longest <= text.size() + 1; ++longest) {
        CAPTURE(longest);
        MemoryStream stream{std::string{text}, longest};
        Reader<MemoryStream, 64> reader{stream};
        read(reader);
    }
}

} // namespace

TEST_CASE("lines, delimiters, sizes and the end come out the same however the bytes come") {
    in_pieces_of_every_size(
        "GET /\r\nHost: x\n\r\n\r\nbody:12345rest, to the end", [](auto& reader) {
            CHECK(reader.line().value() == "GET /");
            CHECK(reader.line().value() == "Host: x");
            CHECK(reader.until("\r\n\r\n").value().empty());
            CHECK(reader.until(":").value() == "body");
            CHECK(reader.exactly(0).value().empty());
            CHECK(reader.exactly(5).value() == "12345");
            CHECK(reader.peek(4).value().starts_with("rest"));
            char rest[4];
            CHECK(reader.receive_exactly(rest).value() == "rest");
            CHECK(reader.skip(1).has_value());
            CHECK(reader.at_least(1).value().starts_with(' '));
            CHECK(std::string{" to the end"}.ends_with(reader.to_the_end().value()));
            CHECK(reader.to_the_end().value().empty());
            CHECK(reader.some().value().empty());
            CHECK(reader.line().error() == Error{Errc::end_of_stream, Operation::receive});
        });
}

TEST_CASE("frames come out the same however the bytes come") {
    in_pieces_of_every_size("\0\5hello\0\0\3\0abc\2hi\x81\1x"sv, [](auto& reader) {
        CHECK(reader.template frame<BigEndian<std::uint16_t>>().value() == "hello");
        CHECK(reader.template frame<BigEndian<std::uint16_t>>().value().empty());
        CHECK(reader.template frame<LittleEndian<std::uint16_t>>().value() == "abc");
        CHECK(reader.template frame<std::uint8_t>().value() == "hi");
        // 129 bytes are more than the buffer holds: an error before any of them is waited for
        const auto frame = reader.template frame<Varint>();
        CHECK(frame.error() == Error{Errc::message_size, Operation::receive});
        CHECK(reader.ahead().size() >= 1);
        CHECK(reader.exactly(3).value() == "\x81\1x"sv);
    });
}

TEST_CASE("a part may be as long as its limit and no longer, however it comes") {
    for (const std::size_t limit : {0U, 1U, 9U, 10U, 11U, 100U}) {
        CAPTURE(limit);
        in_pieces_of_every_size("0123456789\r\n0123456789--\x0a!0123456789", [=](auto& reader) {
            CHECK(failure_of(reader.line(limit)) ==
                  (limit < 11 ? Errc::message_size : Errc::none)); // "\r" counts
            if (limit < 11) {
                CHECK(reader.line(11).value() == "0123456789");
            }
            CHECK(failure_of(reader.until("--", limit)) ==
                  (limit < 10 ? Errc::message_size : Errc::none));
            if (limit < 10) {
                CHECK(reader.until("--", 10).value() == "0123456789");
            }
            CHECK(failure_of(reader.template frame<std::uint8_t>(limit)) ==
                  (limit < 10 ? Errc::message_size : Errc::none));
        });
    }
    MemoryStream stream{"0123456789"};
    Reader<MemoryStream, 64> reader{stream};
    CHECK(failure_of(reader.to_the_end(9)) == Errc::message_size);
    CHECK(reader.to_the_end(10).value() == "0123456789");
}

TEST_CASE("a delimiter that never comes fills the buffer, and no more") {
    char buffer[16];
    MemoryStream stream{std::string(1000, 'x')};
    Reader reader{stream, buffer};
    CHECK(failure_of(reader.line()) == Errc::message_size);
    CHECK(failure_of(reader.until("\r\n")) == Errc::message_size);
    CHECK(reader.ahead().size() == 16);
    CHECK(failure_of(reader.to_the_end()) == Errc::message_size);
    CHECK(failure_of(reader.exactly(17)) == Errc::message_size);
    CHECK(reader.exactly(16).value() == std::string(16, 'x'));
    CHECK(stream.text.size() == 984); // the Reader has not asked for more
}

TEST_CASE("a part that is too long is refused as soon as that is clear, not a byte later") {
    MemoryStream stream{"0123456789x"}; // nothing comes after it
    Reader<MemoryStream, 64> reader{stream};
    CHECK(failure_of(reader.line(10)) == Errc::message_size);
    CHECK(failure_of(reader.until("--", 9)) == Errc::message_size);
    CHECK(failure_of(reader.until("--", 10)) == Errc::end_of_stream);
    CHECK(failure_of(reader.some(0)) == Errc::empty_buffer); // or it would look like the end
}

TEST_CASE("the longest part fills the buffer, with its end or its prefix") {
    char buffer[8];
    MemoryStream stream;
    stream.text = std::string{"1234567\n123456\r\n\0\6abcdef\0\7", 26};
    Reader reader{stream, buffer};
    CHECK(reader.line().value() == "1234567");
    CHECK(reader.line().value() == "123456");
    CHECK(reader.frame<BigEndian<std::uint16_t>>().value() == "abcdef");
    CHECK(failure_of(reader.frame<BigEndian<std::uint16_t>>()) == Errc::message_size);
}

TEST_CASE("an announced length that no host has is refused before anything is taken for it") {
    MemoryStream stream{std::string(8, '\xff')};
    Reader<MemoryStream, 64> reader{stream};
    CHECK(failure_of(reader.frame<BigEndian<std::uint64_t>>()) == Errc::message_size);
    CHECK(failure_of(reader.frame<LittleEndian<std::uint32_t>>()) == Errc::message_size);
    CHECK(failure_of(reader.frame<Varint>()) == Errc::end_of_stream);
    CHECK(failure_of(reader.exactly(std::numeric_limits<std::size_t>::max())) ==
          Errc::message_size);
    CHECK(failure_of(reader.until("x", std::numeric_limits<std::size_t>::max())) ==
          Errc::end_of_stream);
    CHECK(reader.exactly(8).has_value());
}

TEST_CASE("a stream that ends inside a part says how much of it came") {
    MemoryStream stream{"half a line"};
    Reader<MemoryStream, 64> reader{stream};
    CHECK(reader.line().error() == Error{Errc::end_of_stream, Operation::receive, 11});
    CHECK(reader.exactly(12).error() == Error{Errc::end_of_stream, Operation::receive, 11});
    char buffer[20];
    CHECK(reader.receive_exactly(buffer).error() ==
          Error{Errc::end_of_stream, Operation::receive, 11});
    CHECK(reader.ahead().empty()); // the first 11 bytes of the buffer have them
}

TEST_CASE("the empty delimiter is refused") {
    MemoryStream stream{"x"};
    Reader<MemoryStream, 64> reader{stream};
    CHECK(failure_of(reader.until("")) == Errc::invalid_argument);
}

TEST_CASE("a failure before whichever byte loses nothing: the same read goes on") {
    const auto text = "a line\r\nuntil;exact\0\4body"sv;
    for (const auto kind : {FaultKind::would_block, FaultKind::cut}) {
        for (std::uint64_t at = 0; at < text.size(); ++at) {
            CAPTURE(at);
            MemoryStream memory{std::string{text}};
            const Fault script[] = {{.at = at, .kind = kind}};
            FaultyStream stream{memory, script};
            Reader<decltype(stream), 64> reader{stream};
            int failures = 0;
            const auto again = [&](auto read) {
                auto part = read();
                if (!part) {
                    ++failures;
                    CHECK(part.error().code() == Errc::would_block);
                    CHECK(part.error().transferred() == reader.ahead().size());
                    part = read();
                }
                return std::string{part.value()};
            };
            CHECK(again([&] { return reader.line(no_wait); }) == "a line");
            CHECK(again([&] { return reader.until(";", no_wait); }) == "until");
            CHECK(again([&] { return reader.exactly(5, no_wait); }) == "exact");
            CHECK(again([&] { return reader.template frame<BigEndian<std::uint16_t>>(no_wait); }) ==
                  "body");
            CHECK(failures == (kind == FaultKind::cut ? 0 : 1));
        }
    }
}

TEST_CASE("a range over lines, frames or pieces ends at the end") {
    MemoryStream stream{"one\ntwo\n\nfour\n", 3};
    Reader<MemoryStream, 64> reader{stream};
    std::vector<std::string> lines;
    for (const auto& line : reader.lines()) {
        lines.emplace_back(line.value());
    }
    CHECK(lines == std::vector<std::string>{"one", "two", "", "four"});

    stream.text = std::string{"\0\1a\0\0\0\2bc", 9};
    std::string frames;
    for (const auto& frame : reader.frames<BigEndian<std::uint16_t>>()) {
        frames.append(frame.value()).append(".");
    }
    CHECK(frames == "a..bc.");

    stream.text = "all of it";
    std::string all;
    for (const auto& piece : reader.pieces()) {
        CHECK_FALSE(piece.value().empty());
        all += *piece;
    }
    CHECK(all == "all of it");
}

TEST_CASE("a range whose stream ends inside a part has the error as its last element") {
    MemoryStream stream{"one\ntw"};
    Reader<MemoryStream, 64> reader{stream};
    std::vector<Errc> lines;
    for (const auto& line : reader.lines()) {
        lines.push_back(failure_of(line));
    }
    CHECK(lines == std::vector<Errc>{Errc::none, Errc::end_of_stream});
}

TEST_CASE("pieces of a known size end there, and say when the stream ends before") {
    for (const std::size_t size : {0U, 1U, 9U, 10U, 11U}) {
        CAPTURE(size);
        MemoryStream stream{"0123456789", 4};
        Reader<MemoryStream, 16> reader{stream};
        std::string all;
        Error last{Errc::none, Operation::receive};
        for (const auto& piece : reader.pieces(size)) {
            if (piece) {
                all += *piece;
            } else {
                last = piece.error();
            }
        }
        CHECK(all == std::string{"0123456789"}.substr(0, size));
        CHECK(last == (size <= 10 ? Error{Errc::none, Operation::receive}
                                  : Error{Errc::end_of_stream, Operation::receive, 10}));
        CHECK(reader.to_the_end().value().size() == (size < 10 ? 10 - size : 0));
    }
    MemoryStream nothing;
    Reader<MemoryStream, 8> reader{nothing};
    std::vector<Errc> pieces;
    for (const auto& piece : reader.pieces(5)) {
        pieces.push_back(failure_of(piece));
    }
    CHECK(pieces == std::vector<Errc>{Errc::end_of_stream}); // five were announced
    CHECK(reader.skip(5).error() == Error{Errc::end_of_stream, Operation::receive, 0});
}

TEST_CASE("code that goes on with the stream gets from the Reader what has come") {
    MemoryStream stream{"CONNECT\r\nearly bytes"};
    Reader<MemoryStream, 64> reader{stream};
    CHECK(reader.line().value() == "CONNECT");
    char little[5];
    CHECK(reader.receive_some(little).value() == "early");
    char buffer[64];
    CHECK(reader.receive_some(buffer).value() == " bytes");
    CHECK(reader.receive_some(buffer).value().empty());
    CHECK(reader.send_all("answer").has_value());
    CHECK(stream.sent == "answer");
}

TEST_CASE("a stop ends reads, those too that need no call") {
    MemoryStream stream{"one\ntwo\n"};
    Reader<MemoryStream, 64> reader{stream};
    Stop stop;
    CHECK(reader.line(stop).value() == "one");
    stop.request();
    CHECK(failure_of(reader.line(stop)) == Errc::stopped);
    CHECK(failure_of(reader.exactly(1, stop)) == Errc::stopped);
    char one[1];
    CHECK(failure_of(reader.receive_some(one, stop)) == Errc::stopped);
    stop.reset();
    CHECK(reader.line(stop).value() == "two");
}

TEST_CASE_TEMPLATE("one deadline spans a read of many bytes that come one by one", Family, Ipv4,
                   Unix) {
    const Conversation<Family> talk;
    Reader<const Connection<Family>, 64> reader{talk.server};
    CHECK(talk.client.send_all("sl").has_value());
    const auto begin = std::chrono::steady_clock::now();
    CHECK(reader.line(within(20ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::receive, 2});
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(talk.client.send_all("ow\n").has_value());
    CHECK(reader.line(within(10s)).value() == "slow");
    CHECK(failure_of(reader.line(no_wait)) == Errc::would_block);
}

// A peer that always has one byte more, and no end: without a look at the clock it would be read
// for ever.
TEST_CASE("a deadline ends a read of a peer that dribbles") {
    struct Endless : MemoryStream {
        Result<std::span<std::byte>> receive_some(std::span<std::byte> buffer, Wait) {
            return buffer.first(1);
        }
    } stream;
    std::vector<char> buffer(std::size_t{1} << 30);
    Reader reader{stream, buffer};
    CHECK(failure_of(reader.exactly(buffer.size(), within(5ms))) == Errc::deadline_exceeded);
    CHECK(failure_of(reader.until("\xff", within(5ms))) == Errc::deadline_exceeded);
    CHECK(failure_of(reader.skip(UINT64_MAX, within(5ms))) == Errc::deadline_exceeded);
    CHECK(failure_of(reader.receive_exactly(buffer, within(5ms))) == Errc::deadline_exceeded);
}

TEST_CASE("bytes are moved in the buffer no more often than they come") {
    MemoryStream stream;
    for (int line = 0; line < 1000; ++line) {
        stream.text += "0123456789\n";
    }
    Reader<MemoryStream, 100> reader{stream};
    int lines = 0;
    for (const auto& line : reader.lines()) {
        CHECK(line.value() == "0123456789");
        ++lines;
    }
    CHECK(lines == 1000);
    CHECK(stream.receives < 150); // 11,000 bytes, at most 100 at once
}
