// SPDX-License-Identifier: MIT
#include <ferrule/server/conversations.hpp>

#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

#include <ferrule/socket/connection.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/in_child.hpp"
#include "../support/threads.hpp"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RUNS_UNDER_THREAD_SANITIZER 1
#endif
#endif
#if !defined(RUNS_UNDER_THREAD_SANITIZER)
#define RUNS_UNDER_THREAD_SANITIZER 0
#endif

using namespace ferrule;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<Conversations::Running> &&
              !std::is_copy_constructible_v<Conversations::Running> &&
              !std::is_move_constructible_v<Conversations>);

namespace {

using Ends = std::pair<Connection<Unix>, Connection<Unix>>;

} // namespace

TEST_CASE("a conversation runs as long as its object, wherever that is moved") {
    Conversations conversations;
    CHECK(conversations.running() == 0);
    {
        auto one = conversations.begin().value();
        auto other = std::make_optional(conversations.begin().value());
        CHECK(conversations.running() == 2);
        const auto moved = std::move(one);
        other.reset();
        CHECK(conversations.running() == 1);
        one = conversations.begin().value();
        CHECK(conversations.running() == 2);
    }
    CHECK(conversations.running() == 0);
    CHECK(conversations.end(within(1h)).value() == 0);
}

TEST_CASE("those that end by themselves are waited for, and none is stopped") {
    for (int turn = 0; turn < 100; ++turn) {
        Conversations conversations;
        std::atomic<int> done = 0;
        std::list<Thread> threads;
        for (int at = 0; at < 5; ++at) {
            threads.emplace_back([&, running = conversations.begin().value()] { ++done; });
        }
        CHECK(conversations.end(within(1min)).value() == 0);
        CHECK(done == 5);
    }
}

TEST_CASE("those that run on get the stop when the grace is over, and are waited for") {
    const Ends ends = Connection<Unix>::pair().value();
    Conversations conversations;
    std::atomic<int> stopped = 0;
    std::list<Thread> threads;
    for (int at = 0; at < 3; ++at) {
        threads.emplace_back([&, running = conversations.begin().value()] {
            char byte[1];
            stopped +=
                failure_of(ends.first.receive_some(byte, conversations.stop())) == Errc::stopped;
        });
    }
    const auto begin = std::chrono::steady_clock::now();
    CHECK(conversations.end(within(50ms)).value() == 3);
    CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
    CHECK(stopped == 3);
    CHECK(conversations.running() == 0);
}

TEST_CASE(
    "a grace is shortened by a stop, left out by no_wait, and the end of the object has none") {
    const Ends ends = Connection<Unix>::pair().value();
    const auto run_to_the_stop = [&](Conversations& conversations) {
        return std::make_unique<Thread>([&, running = conversations.begin().value()] {
            char byte[1];
            CHECK(failure_of(ends.first.receive_some(byte, conversations.stop())) == Errc::stopped);
        });
    };
    Conversations hurried;
    const auto one = run_to_the_stop(hurried);
    Stop hurry;
    Thread hurrying{[&] { hurry.request(); }};
    CHECK(hurried.end(within(1h, hurry)).value() == 1);

    Conversations at_once;
    const auto two = run_to_the_stop(at_once);
    CHECK(at_once.end(no_wait).value() == 1);

    std::optional<Conversations> left{std::in_place};
    const auto three = run_to_the_stop(*left);
    left.reset();
}

// ThreadSanitizer has a thread of its own, so that no thread is the only one; POSIX can't tell.
#if !RUNS_UNDER_THREAD_SANITIZER && !defined(FERRULE_SYSTEM_POSIX)

TEST_CASE("who is the only thread and runs one itself does not wait for its end") {
    CHECK(in_child([] {
              Conversations conversations;
              auto running = conversations.begin().value();
              const auto ended = conversations.end(within(1h));
              return std::string{ended.error().text()} +
                     (conversations.stop().requested() ? ", stopped" : "");
          }) == "wait: Resource deadlock would occur (EDEADLK)");
}

TEST_CASE("a conversation that outlives the object in the only thread is a fault that is seen") {
    CHECK(in_child([] {
              std::optional<Conversations::Running> running;
              Conversations conversations;
              running = conversations.begin().value();
              ::close(2); // the sentence is not for the log
              return std::string{"the end"};
          }) == "signal 6");
}

TEST_CASE("one that is left with this thread when the others are gone is no reason to wait") {
    CHECK(in_child([] {
              Conversations conversations;
              auto of_ours = conversations.begin().value();
              Stop over;
              std::thread other{
                  [&, running = conversations.begin().value()] { over.wait().value(); }};
              std::thread ending{[&] {
                  conversations.stop().wait().value();
                  over.request();
              }};
              other.detach();
              ending.detach();
              return std::string{conversations.end(no_wait).error().text()};
          }) == "wait: Resource deadlock would occur (EDEADLK)");
}

#endif

TEST_CASE("without a descriptor no conversation begins, and there is none to wait for") {
    std::optional<NoDescriptorLeft> none_left{std::in_place};
    Conversations conversations;
    none_left.reset();
    CHECK(failure_of(conversations.begin()) == Errc::too_many_files_open);
    CHECK(conversations.running() == 0);
    CHECK(conversations.end(within(1h)).value() == 0);
}

TEST_CASE("more conversations than an event may count, one after another, are counted") {
    Conversations conversations;
    for (int count = 0; count < 100'000; ++count) {
        const auto running = conversations.begin().value();
    }
    CHECK(conversations.running() == 0);
    CHECK(conversations.end(no_wait).value() == 0);
}

TEST_CASE("they leave no descriptor behind") {
    const auto before = open_descriptors();
    {
        Conversations conversations;
        const auto running = conversations.begin().value();
        CHECK(open_descriptors() > before);
    }
    CHECK(open_descriptors() == before);
}
