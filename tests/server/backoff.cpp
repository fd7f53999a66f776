// SPDX-License-Identifier: MIT
#include <ferrule/server/backoff.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <optional>
#include <vector>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Body> std::chrono::milliseconds time_of(Body body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

} // namespace

TEST_CASE("a pause doubles from 10 to 80 ms, and begins again after a reset") {
    Backoff backoff;
    const auto pause = [&] { CHECK(backoff.pause().has_value()); };
    for (const auto at_least : {10ms, 20ms, 40ms, 80ms, 80ms}) {
        CHECK(time_of(pause) >= at_least);
    }
    backoff.reset();
    CHECK(time_of(pause) >= 10ms);
}

TEST_CASE("after a reset the first pause is the first again") {
    Backoff backoff{1ms, 1h};
    for (int turn = 0; turn < 8; ++turn) {
        CHECK(backoff.pause().has_value());
    }
    backoff.reset(); // the next would be 256 ms
    CHECK(backoff.pause(within(200ms)).has_value());
    for (int turn = 0; turn < 7; ++turn) {
        CHECK(backoff.pause().has_value());
    }
    CHECK(failure_of(backoff.pause(within(200ms))) == Errc::deadline_exceeded);
}

TEST_CASE("a pause takes other bounds, even odd ones") {
    Backoff backoff{3ms, 10ms};
    for (const auto at_least : {3ms, 6ms, 10ms, 10ms}) {
        CHECK(time_of([&] { CHECK(backoff.pause().has_value()); }) >= at_least);
    }
}

TEST_CASE("a pause of no time, or less, is a millisecond") {
    for (Backoff backoff : {Backoff{0ms, 0ms}, Backoff{-5ms, -1ms}, Backoff{0ms, 1h}}) {
        const auto before = sys::now();
        CHECK(backoff.retry_at().nanoseconds() >= before + 1'000'000);
    }
}

TEST_CASE("a loop that can't pause is told until when it would") {
    Backoff backoff{10ms, 40ms};
    for (const auto pause : {10ms, 20ms, 40ms, 40ms}) {
        const auto before = within(pause);
        const auto again = backoff.retry_at();
        CHECK(again >= before);
        CHECK(again <= within(pause));
    }
}

TEST_CASE("a pause ends on a stop, on a deadline, and is none without a wait") {
    Backoff backoff{1h, 1h};
    Stop stop;
    Thread stopping{[&] { stop.request(); }};
    CHECK(failure_of(backoff.pause(stop)) == Errc::stopped);
    CHECK(failure_of(backoff.pause(within(1ms))) == Errc::deadline_exceeded);
    CHECK(failure_of(backoff.pause(no_wait)) == Errc::would_block);
}

TEST_CASE_TEMPLATE("accept pauses while descriptors are exhausted, and goes on by itself", Family,
                   Ipv4, Unix) {
    const Place<Family> place;
    const auto listener = Listener<Family>::listen(place.endpoint()).value();
    const auto client = Connection<Family>::connect(listener.local_endpoint().value()).value();
    std::optional<NoDescriptorLeft> none_left;
    Stop started;
    Stop exhausted;
    Thread freeing{[&] {
        started.request();
        exhausted.wait().value();
        Backoff{30ms, 30ms}.pause().value();
        none_left.reset();
    }};
    started.wait().value(); // a thread may need a descriptor to start, under a sanitizer
    none_left.emplace();
    exhausted.request();
    Backoff backoff;
    CHECK(backoff.accept(listener, within(1min)).has_value());
}

TEST_CASE("an accept loop without descriptors makes few calls, and ends on its wait") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    Backoff backoff;
    const NoDescriptorLeft none_left;
    CHECK(failure_of(backoff.accept(listener, within(200ms))) == Errc::deadline_exceeded);
}

TEST_CASE("an accept loop ends when the listener is broken") {
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    Backoff backoff;
    ::shutdown(listener.descriptor(), SHUT_RDWR);
    CHECK(failure_of(backoff.accept(listener)) == Errc::invalid_argument);
    const auto elsewhere = std::move(listener);
    CHECK(failure_of(backoff.accept(listener)) == Errc::not_open);
}
