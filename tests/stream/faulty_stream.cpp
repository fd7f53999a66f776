// SPDX-License-Identifier: MIT
#include <ferrule/stream/faulty_stream.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/memory_stream.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

static_assert(ByteStream<FaultyStream<MemoryStream>>);
static_assert(ByteStream<FaultyStream<const Connection<Ipv4>>>);
static_assert(ByteStream<FaultyStream<FaultyStream<MemoryStream>>>);

namespace {

using To = Fault::To;

struct Scripted {
    MemoryStream memory{"0123456789"};
    FaultyStream<MemoryStream> stream;
    char buffer[64]{};

    explicit Scripted(std::span<const Fault> script) : stream{memory, script} {}
    auto receive(Wait wait = {}) { return stream.receive_some(buffer, wait); }
};

} // namespace

TEST_CASE("without faults it is the stream itself") {
    Scripted scripted{{}};
    CHECK(scripted.receive().value() == "0123456789");
    CHECK(scripted.receive().value().empty());
    CHECK(scripted.stream.send_all("bytes").has_value());
    CHECK(scripted.memory.sent == "bytes");
    CHECK(scripted.memory.sends == 1);
    CHECK(scripted.stream.received() == 10);
    CHECK(scripted.stream.sent() == 5);
    CHECK(scripted.stream.faults() == 0);
}

TEST_CASE("a cut ends a piece") {
    const Fault script[] = {{.at = 3}, {To::send, 2}, {.at = 4}};
    Scripted scripted{script};
    CHECK(scripted.receive().value() == "012");
    CHECK(scripted.receive().value() == "3");
    CHECK(scripted.receive().value() == "456789");
    CHECK(scripted.stream.send_all("bytes").has_value());
    CHECK(scripted.memory.sends == 2);
    CHECK(scripted.memory.sent == "bytes");
}

TEST_CASE("nothing moves for now: what a real stream says depends on the wait") {
    const Fault script[] = {{.at = 3, .kind = FaultKind::would_block},
                            {.at = 5, .kind = FaultKind::would_block},
                            {.at = 7, .kind = FaultKind::would_block},
                            {To::send, 2, FaultKind::would_block}};
    Scripted scripted{script};
    CHECK(scripted.receive(no_wait).value() == "012");
    CHECK(failure_of(scripted.receive(no_wait)) == Errc::would_block);
    CHECK(scripted.receive(no_wait).value() == "34");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(failure_of(scripted.receive(within(1h))) == Errc::deadline_exceeded);
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
    CHECK(scripted.receive().value() == "56");
    CHECK(scripted.receive().value() == "789"); // who waits for ever gets it
    CHECK(scripted.stream.send_all("bytes", no_wait).error() ==
          Error{Errc::would_block, Operation::send, 2});
    CHECK(scripted.stream.send_all("tes", no_wait).has_value());
    CHECK(scripted.memory.sent == "bytes");
    CHECK(scripted.stream.faults() == 4);
}

TEST_CASE("an end stays, in its direction only") {
    const Fault script[] = {{.at = 3, .kind = FaultKind::end}};
    Scripted scripted{script};
    CHECK(scripted.receive().value() == "012");
    CHECK(scripted.receive().value().empty());
    CHECK(scripted.receive().value().empty());
    CHECK(scripted.stream.send_all("bytes").has_value());

    const Fault other[] = {{To::send, 2, FaultKind::end}};
    Scripted sender{other};
    CHECK(sender.stream.send_all("bytes").error() == Error{Errc::broken_pipe, Operation::send, 2});
    CHECK(sender.stream.send_all("bytes").error() == Error{Errc::broken_pipe, Operation::send, 0});
    CHECK(sender.receive().value() == "0123456789");
}

TEST_CASE("a reset is told once, then both directions are over") {
    const Fault script[] = {{.at = 3, .kind = FaultKind::reset}};
    Scripted scripted{script};
    CHECK(scripted.receive().value() == "012");
    CHECK(failure_of(scripted.receive()) == Errc::connection_reset);
    CHECK(scripted.receive().value().empty());
    CHECK(failure_of(scripted.stream.send_all("bytes")) == Errc::broken_pipe);

    const Fault other[] = {{To::send, 2, FaultKind::reset}};
    Scripted sender{other};
    CHECK(sender.stream.send_all("bytes").error() ==
          Error{Errc::connection_reset, Operation::send, 2});
    CHECK(failure_of(sender.stream.send_all("bytes")) == Errc::broken_pipe);
    CHECK(sender.receive().value().empty());
}

TEST_CASE("a delay lasts as long as it says, over several waits") {
    const Fault script[] = {{.at = 3, .kind = FaultKind::delay, .delay = Nanoseconds{20'000'000}}};
    Scripted scripted{script};
    CHECK(scripted.receive().value() == "012");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(failure_of(scripted.receive(no_wait)) == Errc::would_block);
    CHECK(failure_of(scripted.receive(within(1ms))) == Errc::deadline_exceeded);
    CHECK(scripted.receive(within(10s)).value() == "3456789");
    CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
}

TEST_CASE("before the first byte and at the end faults happen, too") {
    const Fault script[] = {{.at = 0, .kind = FaultKind::would_block},
                            {.at = 10, .kind = FaultKind::reset}};
    Scripted scripted{script};
    CHECK(failure_of(scripted.receive(no_wait)) == Errc::would_block);
    CHECK(scripted.receive(no_wait).value() == "0123456789");
    CHECK(failure_of(scripted.receive(no_wait)) == Errc::connection_reset);
}

TEST_CASE("the same seed gives the same faults, another seed gives others") {
    const auto pieces = [](std::uint64_t seed) {
        MemoryStream memory{pattern(10'000)};
        FaultyStream stream{memory, RandomFaults{.seed = seed, .farthest = 100}};
        std::string sizes;
        for (char buffer[64];;) {
            const auto piece = stream.receive_some(buffer, no_wait);
            if (piece && piece->empty()) {
                CHECK(stream.faults() > 50);
                return sizes;
            }
            sizes += piece ? std::to_string(piece->size()) + ' ' : "- ";
        }
    };
    CHECK(pieces(1) == pieces(1));
    CHECK(pieces(1) != pieces(2));
    CHECK(pieces(1).find('-') != std::string::npos);
}

TEST_CASE("random faults are of the kinds asked for") {
    const FaultKind only[] = {FaultKind::reset};
    MemoryStream memory{pattern(1000)};
    FaultyStream stream{memory, RandomFaults{.seed = 5, .farthest = 100, .kinds = only}};
    char buffer[1000];
    CHECK(stream.receive_some(buffer).has_value());
    CHECK(failure_of(stream.receive_some(buffer)) == Errc::connection_reset);

    FaultyStream none{memory, RandomFaults{.kinds = {}}};
    CHECK(none.receive_some(buffer).has_value());
    CHECK(none.faults() == 0);
}

TEST_CASE_TEMPLATE("it stands over connections, too", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    const Fault script[] = {{.at = 3, .kind = FaultKind::reset}};
    FaultyStream stream{talk.server, script};
    CHECK(talk.client.send_all("abcdef").has_value());
    char buffer[64];
    CHECK(stream.receive_some(buffer, within(10s)).value() == "abc");
    CHECK(failure_of(stream.receive_some(buffer, within(10s))) == Errc::connection_reset);
}
