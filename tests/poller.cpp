// SPDX-License-Identifier: MIT
#include <ferrule/poller.hpp>

#include <array>
#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include <ferrule/connecting.hpp>

#include "support/conversation.hpp"
#include "support/descriptors.hpp"
#include "support/failure.hpp"
#include "support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

enum class Name : unsigned char { listener = 3, client = 200 };

template <class Key> std::string told(const Result<std::span<Ready<Key>>>& ready) {
    if (!ready) {
        return std::string{describe(ready.error().code()).name};
    }
    std::string all;
    for (const auto& one : *ready) {
        all += std::to_string(static_cast<long long>(one.key)) + (one.readable ? "r" : "") +
               (one.writable ? "w" : "") + (one.ended ? "e" : "") + " ";
    }
    return all;
}

} // namespace

TEST_CASE_TEMPLATE("a poller tells which socket is ready for what", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto poller = Poller<Name>::open().value();
    std::array<Ready<Name>, 8> room;
    CHECK(poller.add(talk.listener, Name::listener, Interest::reading).has_value());
    CHECK(poller.add(talk.client, Name::client, Interest::reading).has_value());
    CHECK(told(poller.wait(room, no_wait)) == "EAGAIN");
    CHECK(told(poller.wait(room, within(1ms))) == "timed_out");

    CHECK(talk.server.send_all("x").has_value());
    CHECK(told(poller.wait(room)) == "200r ");
    CHECK(poller.change(talk.client, Name::client, Interest::both).has_value());
    CHECK(told(poller.wait(room, within(1min))) == "200rw ");
    CHECK(poller.remove(talk.client).has_value());
    CHECK(told(poller.wait(room, no_wait)) == "EAGAIN");

    const auto another =
        Connection<Family>::connect(talk.listener.local_endpoint().value()).value();
    CHECK(told(poller.wait(room, within(1min))) == "3r ");
}

TEST_CASE("a level is told again, an edge once, and once is once until changed") {
    const auto [one, other] = Connection<Unix>::pair().value();
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    CHECK(other.send_all("x").has_value());
    CHECK(poller.add(one, -1, Interest::reading).has_value());
    CHECK(told(poller.wait(room)) == "-1r ");
    CHECK(told(poller.wait(room)) == "-1r ");
    CHECK(poller.change(one, 2, Interest::reading, Trigger::edge).has_value());
    CHECK(told(poller.wait(room)) == "2r ");
    CHECK(told(poller.wait(room, no_wait)) == "EAGAIN");
    CHECK(other.send_all("y").has_value());
    CHECK(told(poller.wait(room)) == "2r ");
    CHECK(poller.change(one, 3, Interest::reading, Trigger::once).has_value());
    CHECK(told(poller.wait(room)) == "3r ");
    CHECK(other.send_all("z").has_value());
    CHECK(told(poller.wait(room, no_wait)) == "EAGAIN");
    CHECK(poller.change(one, 4, Interest::reading, Trigger::once).has_value());
    CHECK(told(poller.wait(room)) == "4r ");
}

TEST_CASE("the end of a peer is readable, and an end of both halves is told as such") {
    const auto [one, other] = Connection<Unix>::pair().value();
    const auto poller = Poller<long long>::open().value();
    std::array<Ready<long long>, 4> room;
    CHECK(poller.add(one, 1LL << 60, Interest::reading).has_value());
    CHECK(other.shutdown(Shutdown::sending).has_value());
    CHECK(told(poller.wait(room)) == std::to_string(1LL << 60) + "r ");
    CHECK(other.shutdown(Shutdown::both).has_value());
    CHECK(one.shutdown(Shutdown::sending).has_value());
    CHECK(told(poller.wait(room)) == std::to_string(1LL << 60) + "rwe ");
}

TEST_CASE("of more ready sockets than there is room for the rest comes next") {
    std::vector<std::pair<Connection<Unix>, Connection<Unix>>> pairs;
    const auto poller = Poller<int>::open().value();
    for (int key = 0; key < 100; ++key) {
        pairs.push_back(Connection<Unix>::pair().value());
        CHECK(pairs.back().second.send_all("x").has_value());
        CHECK(poller.add(pairs.back().first, key, Interest::reading, Trigger::edge).has_value());
    }
    std::array<Ready<int>, 80> room;
    CHECK(poller.wait(room)->size() == 64);
    CHECK(poller.wait(std::span{room}.first(30))->size() == 30);
    CHECK(poller.wait(room)->size() == 6);
    CHECK(told(poller.wait(room, no_wait)) == "EAGAIN");
    CHECK(told(poller.wait(std::span<Ready<int>>{})) == "empty_buffer");
}

TEST_CASE("a stop ends a wait at once, even if something is ready") {
    const auto [one, other] = Connection<Unix>::pair().value();
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    CHECK(poller.add(one, 1, Interest::reading).has_value());
    for (int turn = 0; turn < 100; ++turn) {
        Stop stop;
        Thread stopping{[&] { stop.request(); }};
        CHECK(told(poller.wait(room, stop)) == "stopped");
    }
    CHECK(other.send_all("x").has_value());
    Stop stop;
    stop.request();
    CHECK(told(poller.wait(room, stop)) == "stopped");
}

TEST_CASE("a connection under way is writable when it is there") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    auto connecting = Connecting<Ipv4>::start_connect(listener.local_endpoint().value()).value();
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    CHECK(poller.add(connecting, 5, Interest::writing).has_value());
    CHECK(told(poller.wait(room, within(1min))) == "5w ");
    CHECK(connecting.complete(no_wait).has_value());
}

TEST_CASE("what can't be watched is told") {
    const auto poller = Poller<int>::open().value();
    const auto [one, other] = Connection<Unix>::pair().value();
    CHECK(is_close_on_exec(poller.descriptor()));
    CHECK(poller.add(one, 1, Interest::reading).has_value());
    CHECK(failure_of(poller.add(one, 1, Interest::reading)) == Errc::file_exists);
    CHECK(failure_of(poller.change(other, 1, Interest::reading)) == Errc::no_such_file);
    CHECK(failure_of(poller.remove(other)) == Errc::no_such_file);
    CHECK(failure_of(poller.add(-1, 1, Interest::reading)) == Errc::bad_descriptor);
    const NoDescriptorLeft none;
    CHECK(failure_of(Poller<int>::open()) == Errc::too_many_descriptors);
}
