// SPDX-License-Identifier: MIT
#include <ferrule/stream/outbox.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>

#include <ferrule/socket/connection.hpp>
#include <ferrule/stream/faulty_stream.hpp>

#include "../support/failure.hpp"
#include "../support/memory_stream.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;

TEST_CASE("what the peer takes at once does not wait") {
    MemoryStream stream;
    char buffer[16];
    Outbox outbox{buffer};
    CHECK(outbox.send(stream, "0123456789abcdef").has_value());
    CHECK(outbox.empty());
    CHECK(outbox.room() == 16);
    CHECK(stream.sent == "0123456789abcdef");
}

TEST_CASE("a message that does not fit is an answer, and nothing of it was taken") {
    MemoryStream stream;
    Outbox<16> outbox;
    CHECK(failure_of(outbox.send(stream, "0123456789abcdefg")) == Errc::no_buffer_space);
    CHECK(stream.sent.empty());
    CHECK(outbox.empty());
}

TEST_CASE("to a peer that reads slowly everything goes in order, whatever the ring does") {
    const std::string all = pattern(20'000);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        MemoryStream memory;
        FaultyStream stream{memory, RandomFaults{.seed = seed, .farthest = 50}};
        Outbox<64> outbox;
        std::string_view rest{all};
        int full = 0;
        for (std::size_t size = 1; !rest.empty(); size = size * 7 % 61) {
            const auto message = rest.substr(0, size);
            if (const auto taken = outbox.send(stream, message); taken) {
                rest.remove_prefix(message.size());
            } else {
                REQUIRE(failure_of(taken) == Errc::no_buffer_space);
                ++full;
                CHECK(outbox.flush(stream).has_value());
            }
        }
        while (!outbox.empty()) {
            CHECK(outbox.flush(stream).has_value());
        }
        CHECK(memory.sent == all);
        CHECK(full > 0);
        CHECK(stream.faults() > 100);
    }
}

TEST_CASE("a stream that is over is an error, of send and of flush") {
    MemoryStream memory;
    const Fault script[] = {{Fault::To::send, 3, FaultKind::would_block},
                            {Fault::To::send, 5, FaultKind::reset}};
    FaultyStream stream{memory, script};
    Outbox<16> outbox;
    CHECK(outbox.send(stream, "123456").has_value());
    CHECK(outbox.size() == 3);
    CHECK(failure_of(outbox.flush(stream)) == Errc::connection_reset);
    CHECK(failure_of(outbox.send(stream, "789")) == Errc::broken_pipe);
}

TEST_CASE("a client that does not read costs its outbox and no more, and gets everything later") {
    auto [ours, theirs] = Connection<Unix>::pair().value();
    const std::string message = pattern(1000);
    Outbox<10'000> outbox;
    std::size_t taken = 0;
    while (outbox.send(ours, message)) {
        ++taken;
    }
    CHECK(outbox.room() < 1000);
    for (std::size_t at = 0; at < taken; ++at) {
        char buffer[1000];
        CHECK(theirs.receive_exactly(buffer).value() == message);
        CHECK(outbox.flush(ours).has_value());
    }
    CHECK(outbox.empty());
}
