// SPDX-License-Identifier: MIT
// What Stop promises: whatever waits ends when it is requested, and nothing begins after.

#include "blocked.hpp"

#include "../support/threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <sys/types.h>
#include <unistd.h>

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

constexpr int times = 1000;

// Counts up, and is waited for by another thread.
class Counter {
public:
    void raise() {
        ++value_;
        value_.notify_all();
    }
    void await(int target) const {
        for (int value = value_; value < target; value = value_) {
            value_.wait(value);
        }
    }

private:
    std::atomic<int> value_ = 0;
};

// Makes the call again and again in a thread of its own, each until the stop is requested: every
// other time not before it sleeps, else at any moment. How many ended as they should.
int stopped_calls(const Blocked& blocked) {
    Stop stop;
    Counter allowed;
    Counter begun;
    Counter ended;
    pid_t caller = 0;
    int stopped = 0;
    int said = 0; // not atomic: what is done before the request is seen after the call
    Thread thread{[&] {
        caller = ::gettid();
        for (int turn = 1; turn <= times; ++turn) {
            allowed.await(turn);
            const Wait wait = turn % 4 < 2 ? Wait{stop} : within(60s, stop);
            begun.raise();
            stopped += blocked.call(wait).code() == Errc::stopped && said == turn;
            ended.raise();
        }
    }};
    bool slept = true;
    for (int turn = 1; turn <= times; ++turn) {
        allowed.raise();
        begun.await(turn);
        slept = (turn % 2 == 0 || becomes_asleep(caller)) && slept;
        said = turn;
        stop.request();
        ended.await(turn);
        stop.reset();
    }
    thread.join();
    return slept ? stopped : -1;
}

} // namespace

TEST_CASE("whatever waits ends when a stop is requested, a thousand times over") {
    for (const Blocked& blocked : every_blocked_call()) {
        CAPTURE(blocked.name);
        CHECK(stopped_calls(blocked) == times);
    }
}

TEST_CASE("a stop that is requested and withdrawn all the time loses no byte and ends no program") {
    const auto both = Connection<Unix>::pair().value();
    Stop stop;
    std::atomic<bool> is_over = false;
    Thread other{[&] {
        while (!is_over) {
            stop.request();
            stop.reset();
        }
    }};
    int sent = 0;
    char byte[1];
    for (int turn = 0; turn < 100'000; ++turn) {
        const int kinds = turn % 3;
        const Result<void> outcome = kinds == 0   ? both.first.send_all("x", stop)
                                     : kinds == 1 ? both.first.send_all({"x", ""}, stop)
                                                  : Result<void>{};
        if (kinds == 2) {
            sent -= both.second.receive_exactly(byte, within(0s, stop)).has_value() ? 1 : 0;
            sent -= both.second.receive_some(byte, within(0s, stop)).has_value() ? 1 : 0;
        } else if (outcome) {
            ++sent;
        } else {
            CHECK(outcome.error() == Errc::stopped);
        }
    }
    is_over = true;
    other.join();
    REQUIRE(both.first.shutdown(Shutdown::sending).has_value());
    while (both.second.receive_exactly(byte).has_value()) { // to the end of the stream
        --sent;
    }
    CHECK(sent == 0);
}

TEST_CASE("a stop that was asked before ends a call at once, even one that need not wait") {
    Stop stop;
    stop.request();
    const auto is_stopped = [&stop](const std::string& name, auto call) {
        CAPTURE(name);
        CHECK(error_of(call(Wait{stop})).code() == Errc::stopped);
        CHECK(error_of(call(within(60s, stop))).code() == Errc::stopped);
        CHECK(error_of(call(within(0s, stop))).code() == Errc::stopped);
        CHECK(error_of(call(Wait{Deadline{INT64_MIN}, stop})).code() == Errc::stopped);
    };
    char buffer[8];

    Conversation<Ipv4> tcp;
    const auto waiting = Connection<Ipv4>::connect(tcp.listener.local_endpoint().value()).value();
    is_stopped("accept", [&](Wait wait) { return tcp.listener.accept(wait); });
    is_stopped("connect", [&](Wait wait) {
        return Connection<Ipv4>::connect(tcp.listener.local_endpoint().value(), wait);
    });
    CHECK(tcp.listener.accept(within(60s)).has_value());
    CHECK(error_of(tcp.listener.accept(no_wait)).code() == Errc::would_block);
    is_stopped("complete", [&](Wait wait) {
        return Connecting<Ipv4>::start_connect(tcp.listener.local_endpoint().value())
            .value()
            .complete(wait);
    });

    REQUIRE(tcp.server.send_all("ready").has_value());
    is_stopped("receive_some", [&](Wait wait) { return tcp.client.receive_some(buffer, wait); });
    is_stopped("receive_exactly",
               [&](Wait wait) { return tcp.client.receive_exactly(buffer, wait); });
    is_stopped("peek", [&](Wait wait) { return tcp.client.peek(buffer, wait); });
    is_stopped("send_some", [&](Wait wait) { return tcp.client.send_some("x", wait); });
    is_stopped("send_all", [&](Wait wait) { return tcp.client.send_all("x", wait); });
    is_stopped("send_all of pieces",
               [&](Wait wait) { return tcp.client.send_all({"x", "y"}, wait); });
    CHECK(tcp.client.receive_some(buffer).value() == "ready");
    CHECK(error_of(tcp.server.receive_some(buffer, no_wait)).code() == Errc::would_block);

    const auto packets = Connection<Unix, SeqPacket>::pair().value();
    REQUIRE(packets.first.send("ready").has_value());
    is_stopped("receive", [&](Wait wait) { return packets.second.receive(buffer, wait); });
    is_stopped("peek of a message", [&](Wait wait) { return packets.second.peek(buffer, wait); });
    is_stopped("send", [&](Wait wait) { return packets.second.send("x", wait); });
    is_stopped("send of pieces", [&](Wait wait) { return packets.second.send({"x", "y"}, wait); });
    CHECK(packets.second.receive(buffer).value() == "ready");
    CHECK(error_of(packets.first.receive(buffer, no_wait)).code() == Errc::would_block);

    TwoBound<Ipv4> udp;
    REQUIRE(udp.one.send_to("ready", udp.other_endpoint).has_value());
    is_stopped("receive_from", [&](Wait wait) { return udp.other.receive_from(buffer, wait); });
    is_stopped("peek from anybody", [&](Wait wait) { return udp.other.peek(buffer, wait); });
    is_stopped("send_to",
               [&](Wait wait) { return udp.other.send_to("x", udp.one_endpoint, wait); });
    is_stopped("send_to of pieces",
               [&](Wait wait) { return udp.other.send_to({"x", "y"}, udp.one_endpoint, wait); });
    CHECK(udp.other.receive_from(buffer).value().data == "ready");
    CHECK(error_of(udp.one.receive_from(buffer, no_wait)).code() == Errc::would_block);
}

#ifndef FERRULE_SYSTEM_POSIX // where a pipe wakes, the descriptor can be read only
TEST_CASE("a stop requested while another thread resets it leaves nobody spinning") {
    // What the race leaves behind: the descriptor is ready, the flag is not set.
    Stop stop;
    sys::raise_event(stop.descriptor());
    REQUIRE_FALSE(stop.requested());
    const auto both = Connection<Unix>::pair().value();
    char buffer[8];
    CHECK(error_of(both.first.receive_some(buffer, within(2s, stop))).code() == Errc::stopped);
    CHECK(stop.wait(within(2s)).has_value());
    stop.reset();
    CHECK(error_of(both.first.receive_some(buffer, within(1ms, stop))).code() ==
          Errc::deadline_exceeded);
}
#endif
