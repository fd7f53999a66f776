// SPDX-License-Identifier: MIT
#include <ferrule/stream/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <type_traits>

#include <ferrule/core/endian.hpp>
#include <ferrule/stream/faulty_stream.hpp>
#include <ferrule/stream/reader.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/memory_stream.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;
using namespace std::string_view_literals;

static_assert(!std::is_copy_constructible_v<Writer<MemoryStream, 8>>);

TEST_CASE("many small parts are one send") {
    MemoryStream stream;
    char buffer[64];
    Writer writer{stream, buffer};
    CHECK(writer.write("HELLO ").has_value());
    CHECK(writer.write("world").has_value());
    CHECK(writer.write("\r\n").has_value());
    CHECK(stream.sends == 0);
    CHECK(writer.pending() == 13);
    CHECK(writer.flush().has_value());
    CHECK(stream.sent == "HELLO world\r\n");
    CHECK(stream.sends == 1);
    CHECK(writer.pending() == 0);
    CHECK(writer.flush().has_value()); // there is nothing to send
    CHECK(stream.sends == 1);
}

TEST_CASE("what is written comes out in order, whatever the sizes") {
    const std::string all = pattern(5000);
    for (const std::size_t step : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 100U, 5000U}) {
        CAPTURE(step);
        MemoryStream stream;
        Writer<MemoryStream, 16> writer{stream};
        for (std::size_t at = 0; at < all.size(); at += step) {
            CHECK(writer.write(std::string_view{all}.substr(at, step)).has_value());
        }
        CHECK(writer.flush().has_value());
        CHECK(stream.sent == all);
        CHECK(stream.sends <= 5000 / 16 * 2 + 2);
    }
}

TEST_CASE("what is longer than the buffer is sent as it is, after what was written before") {
    MemoryStream stream;
    Writer<MemoryStream, 8> writer{stream};
    CHECK(writer.write("1234").has_value());
    CHECK(writer.write(std::string(1000, 'x')).has_value());
    CHECK(stream.sends == 2); // the buffer, then the rest
    CHECK(writer.pending() == 0);
    CHECK(stream.sent == "1234" + std::string(1000, 'x'));
}

TEST_CASE("frames are what a Reader takes off again") {
    MemoryStream stream;
    Writer<MemoryStream, 16> writer{stream};
    const std::string sizes[] = {"", "a", pattern(13), pattern(14), pattern(200)};
    for (const auto& body : sizes) {
        CHECK(writer.frame<BigEndian<std::uint16_t>>(body).has_value());
        CHECK(writer.frame<LittleEndian<std::uint32_t>>(body).has_value());
        CHECK(writer.frame<std::uint8_t>(body).has_value());
        CHECK(writer.frame<Varint>(body).has_value());
    }
    CHECK(writer.flush().has_value());
    stream.text = stream.sent;
    Reader<MemoryStream, 256> reader{stream};
    for (const auto& body : sizes) {
        CHECK(reader.frame<BigEndian<std::uint16_t>>().value() == body);
        CHECK(reader.frame<LittleEndian<std::uint32_t>>().value() == body);
        CHECK(reader.frame<std::uint8_t>().value() == body);
        CHECK(reader.frame<Varint>().value() == body);
    }
    CHECK(reader.to_the_end().value().empty());
}

TEST_CASE("a frame that its prefix can't announce, or a buffer without room for one, is refused") {
    MemoryStream stream;
    Writer<MemoryStream, 4> writer{stream};
    CHECK(failure_of(writer.frame<std::uint8_t>(std::string(256, 'x'))) == Errc::message_size);
    CHECK(failure_of(writer.frame<BigEndian<std::uint32_t>>("x")) == Errc::no_buffer_space);
    CHECK(writer.pending() == 0);
    CHECK(writer.frame<BigEndian<std::uint16_t>>(std::string(300, 'x')).has_value());
    CHECK(writer.flush().has_value());
    CHECK(stream.sent == "\x01\x2c" + std::string(300, 'x'));
}

TEST_CASE("a failure before whichever byte loses nothing of what was written") {
    const std::string body = pattern(40);
    MemoryStream expected;
    Writer<MemoryStream, 16> straight{expected};
    straight.write("12345").require();
    straight.frame<BigEndian<std::uint16_t>>(body).require();
    straight.write(body).require();
    straight.flush().require();
    for (std::uint64_t at = 0; at < expected.sent.size(); ++at) {
        CAPTURE(at);
        MemoryStream memory;
        const Fault script[] = {{Fault::To::send, at, FaultKind::would_block}};
        FaultyStream stream{memory, script};
        Writer<decltype(stream), 16> writer{stream};
        const auto write = [&](std::string_view bytes) {
            if (const auto written = writer.write(bytes, no_wait); !written) {
                CHECK(failure_of(written) == Errc::would_block);
                writer.write(bytes.substr(written.error().transferred()), no_wait).require();
            }
        };
        write("12345");
        if (const auto framed = writer.frame<BigEndian<std::uint16_t>>(body, no_wait); !framed) {
            if (framed.error().transferred() == 0) {
                writer.frame<BigEndian<std::uint16_t>>(body, no_wait).require();
            } else {
                write(std::string_view{body}.substr(framed.error().transferred()));
            }
        }
        write(body);
        if (const auto flushed = writer.flush(no_wait); !flushed) {
            CHECK(writer.pending() > 0);
            writer.flush(no_wait).require();
        }
        CHECK(memory.sent == expected.sent);
        CHECK(stream.faults() == 1);
    }
}

TEST_CASE("a stop ends a write, and nothing of it was written") {
    MemoryStream stream;
    Writer<MemoryStream, 16> writer{stream};
    Stop stop;
    stop.request();
    CHECK(failure_of(writer.write("x", stop)) == Errc::stopped);
    CHECK(failure_of(writer.frame<std::uint8_t>("x", stop)) == Errc::stopped);
    CHECK(writer.pending() == 0);
}

TEST_CASE_TEMPLATE("a conversation of lines over a connection", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    Writer<const Connection<Family>, 512> writer{talk.client};
    Reader<const Connection<Family>, 512> reader{talk.server};
    for (int line = 0; line < 100; ++line) {
        CHECK(writer.write("a line of text\r\n").has_value());
    }
    CHECK(writer.flush().has_value());
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    int lines = 0;
    for (const auto& line : reader.lines()) {
        CHECK(line.value() == "a line of text");
        ++lines;
    }
    CHECK(lines == 100);
}
