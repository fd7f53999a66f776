// SPDX-License-Identifier: MIT
#include <ferrule/server/poller.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/connecting.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Socket>
constexpr bool can_be_watched = requires(const Poller<int>& poller, const Socket& socket) {
    poller.add(socket, 1, Interest::reading);
};
static_assert(can_be_watched<Connection<Ipv4>> && can_be_watched<Listener<Unix>> &&
              can_be_watched<Connecting<Ip>> && can_be_watched<Bound<Ipv4, Datagram>> &&
              can_be_watched<Connection<Unix, Datagram>>);
static_assert(!can_be_watched<Socket<Ipv4, Stream>> && !can_be_watched<Bound<Ipv4, Stream>> &&
              !can_be_watched<Socket<Unix, SeqPacket>>);

enum class Name : unsigned char { listener = 3, client = 200 };

template <class Key> std::string told(const Result<std::span<Ready<Key>>>& ready) {
    if (!ready) {
        return std::string{describe(ready.error().code()).name};
    }
    std::string all;
    for (const auto& one : *ready) {
        all += std::to_string(static_cast<long long>(one.key())) + (one.readable() ? "r" : "") +
               (one.writable() ? "w" : "") + (one.ended() ? "e" : "") +
               (one.has_error() ? "!" : "") + " ";
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
    CHECK(told(poller.wait(room, no_wait)) == "");
    CHECK(told(poller.wait(room, within(1ms))) == "deadline_exceeded");

    CHECK(talk.server.send_all("x").has_value());
    CHECK(told(poller.wait(room)) == "200r ");
    CHECK(poller.change(talk.client, Name::client, Interest::both).has_value());
    CHECK(told(poller.wait(room, within(1min))) == "200rw ");
    CHECK(poller.remove(talk.client).has_value());
    CHECK(told(poller.wait(room, no_wait)) == "");

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
    CHECK(told(poller.wait(room, no_wait)) == "");
    CHECK(other.send_all("y").has_value());
    CHECK(told(poller.wait(room)) == "2r ");
    CHECK(poller.change(one, 3, Interest::reading, Trigger::once).has_value());
    CHECK(told(poller.wait(room)) == "3r ");
    CHECK(other.send_all("z").has_value());
    CHECK(told(poller.wait(room, no_wait)) == "");
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
    CHECK(poller.wait(room)->size() == 80);
    CHECK(poller.wait(std::span{room}.first(15))->size() == 15);
    CHECK(poller.wait(room)->size() == 5);
    CHECK(told(poller.wait(room, no_wait)) == "");
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
    CHECK(failure_of(poller.change(other, 1, Interest::reading)) ==
          Errc::no_such_file_or_directory);
    CHECK(failure_of(poller.remove(other)) == Errc::no_such_file_or_directory);
    CHECK(failure_of(poller.add(-1, 1, Interest::reading)) == Errc::bad_file_descriptor);
    const NoDescriptorLeft none;
    CHECK(failure_of(Poller<int>::open()) == Errc::too_many_files_open);
}

TEST_CASE("an error that waits is told from an end, and nobody spins for it") {
    const Conversation<Ipv4> talk;
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    REQUIRE(poller.add(talk.client, 1, Interest::reading, Trigger::edge).has_value());

    // A timestamp of what was sent lies in the error queue of a healthy connection.
    REQUIRE(talk.client.set(opt::Timestamping{opt::Moments{.sent = true}}).has_value());
    REQUIRE(talk.client.send_all("x").has_value());
    CHECK(told(poller.wait(room, within(10s))) == "1rw! ");
    CHECK(told(poller.wait(room, within(20ms))) == "deadline_exceeded");

    char buffer[8];
    const auto before = processor_time();
    CHECK(failure_of(talk.client.receive_some(buffer, within(300ms))) == Errc::deadline_exceeded);
    CHECK(processor_time() - before < 100ms);
    CHECK(talk.server.send_all("y").has_value());
    CHECK(talk.client.receive_some(buffer, within(10s)).value() == "y");
}

TEST_CASE("of a datagram socket the error of its peer is told, and received") {
    const auto dead = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value().local_endpoint().value();
    const auto client = Connection<Ipv4, Datagram>::connect(dead).value();
    const auto poller = Poller<int>::open().value();
    std::array<Ready<int>, 4> room;
    REQUIRE(poller.add(client, 1, Interest::none).has_value());
    REQUIRE(client.send("x").has_value());
    CHECK(told(poller.wait(room, within(10s))) == "1rw! ");
    char buffer[8];
    CHECK(failure_of(client.receive(buffer, no_wait)) == Errc::connection_refused);
    CHECK(told(poller.wait(room, no_wait)) == "");
}

TEST_CASE("that the peer has ended its half is told to who reads, the end of both to all") {
    auto [one, other] = Connection<Unix>::pair().value();
    std::array<Ready<int>, 4> room;
    const auto none = Poller<int>::open().value();
    const auto writing = Poller<int>::open().value();
    const auto reading = Poller<int>::open().value();
    REQUIRE(none.add(one, 1, Interest::none).has_value());
    REQUIRE(writing.add(one, 2, Interest::writing).has_value());
    REQUIRE(reading.add(one, 3, Interest::reading).has_value());
    REQUIRE(other.shutdown(Shutdown::sending).has_value());
    CHECK(told(none.wait(room, no_wait)) == "");
    CHECK(told(writing.wait(room, no_wait)) == "2w ");
    CHECK(told(reading.wait(room, no_wait)) == "3r ");
    REQUIRE(std::move(other).close().has_value());
    CHECK(told(none.wait(room, no_wait)) == "1rwe ");
    CHECK(told(writing.wait(room, no_wait)) == "2rwe ");
    CHECK(told(reading.wait(room, no_wait)) == "3rwe ");
}

TEST_CASE(
    "of several exclusive pollers not all are woken by one client, of several threads of one") {
    constexpr int threads = 6;
    for (const bool shared : {false, true}) {
        CAPTURE(shared);
        const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
        std::vector<Poller<int>> pollers;
        for (int at = 0; at < (shared ? 1 : threads); ++at) {
            pollers.push_back(Poller<int>::open().value());
            REQUIRE(pollers.back()
                        .add(listener, 1, Interest::reading,
                             shared ? Trigger::edge : Trigger::exclusive)
                        .has_value());
        }
        std::array<std::atomic<pid_t>, threads> ids{};
        std::array<std::atomic<bool>, threads> woken{};
        const auto count = [&] { return std::count(woken.begin(), woken.end(), true); };
        const auto end = within(60s);
        const auto connect = [&] {
            REQUIRE(Connection<Ipv4>::connect(listener.local_endpoint().value()).has_value());
        };
        std::ptrdiff_t woken_by_one = 0;
        {
            std::vector<std::unique_ptr<Thread>> waiting;
            for (std::size_t at = 0; at < threads; ++at) {
                waiting.push_back(std::make_unique<Thread>([&, at] {
                    ids[at] = ::gettid();
                    std::array<Ready<int>, 1> room;
                    woken[at] = pollers[shared ? 0 : at].wait(room, end).has_value();
                }));
            }
            for (auto& id : ids) {
                while (id == 0) {
                    std::this_thread::yield();
                }
                REQUIRE(becomes_asleep(id));
            }
            connect();
            // Whom the client has woken comes to its end; the others sleep on.
            while (count() == 0 && end.remaining() > 0) {
                std::this_thread::yield();
            }
            for (std::size_t at = 0; at < threads; ++at) {
                while (!woken[at] && !is_asleep(ids[at]) && end.remaining() > 0) {
                    std::this_thread::yield();
                }
            }
            woken_by_one = count();
            for (int more = 0; more < 500 && count() < threads; ++more) { // wake them, too
                connect();
            }
        }
        CHECK(woken_by_one >= 1);
        CHECK(woken_by_one < threads);
    }
}

TEST_CASE("every exclusive poller that waits with a Stop is told of a client") {
    constexpr int threads = 3;
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const Stop stop;
    std::array<std::atomic<pid_t>, threads> ids{};
    std::atomic<int> woken = 0;
    {
        std::vector<std::unique_ptr<Thread>> waiting;
        for (auto& id : ids) {
            waiting.push_back(std::make_unique<Thread>([&] {
                const auto poller = Poller<int>::open().value();
                poller.add(listener, 1, Interest::reading, Trigger::exclusive).value();
                id = ::gettid();
                std::array<Ready<int>, 1> room;
                woken += poller.wait(room, within(60s, stop)).has_value();
            }));
        }
        for (auto& id : ids) {
            while (id == 0) {
                std::this_thread::yield();
            }
            REQUIRE(becomes_asleep(id));
        }
        CHECK(Connection<Ipv4>::connect(listener.local_endpoint().value()).has_value());
    }
    CHECK(woken == threads);
}

TEST_CASE("one that was moved from is not open, of pollers and of sockets") {
    auto poller = Poller<int>::open().value();
    auto [one, other] = Connection<Unix>::pair().value();
    const auto gone = std::move(one);
    CHECK(failure_of(poller.add(one, 1, Interest::reading)) == Errc::not_open);
    CHECK(failure_of(poller.change(one, 1, Interest::reading)) == Errc::not_open);
    CHECK(failure_of(poller.remove(one)) == Errc::not_open);
    const auto moved = std::move(poller);
    std::array<Ready<int>, 1> room;
    CHECK(failure_of(poller.add(other, 1, Interest::reading)) == Errc::not_open);
    CHECK(failure_of(poller.change(other, 1, Interest::reading)) == Errc::not_open);
    CHECK(failure_of(poller.remove(other)) == Errc::not_open);
    CHECK(failure_of(poller.wait(room, no_wait)) == Errc::not_open);
    CHECK(failure_of(poller.wait(room)) == Errc::not_open);
}
