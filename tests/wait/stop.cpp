// SPDX-License-Identifier: MIT
#include <ferrule/wait/stop.hpp>

#include <cerrno>
#include <chrono>
#include <doctest/doctest.h>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <thread>
#include <type_traits>

#include <ferrule/socket/connecting.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

static_assert(!std::is_copy_constructible_v<Stop> && !std::is_move_constructible_v<Stop>);
static_assert(!std::is_copy_assignable_v<Stop> && !std::is_move_assignable_v<Stop>);

bool is_readable(const Stop& stop) {
    pollfd watched{stop.descriptor(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
}

Stop* stop_of_handler = nullptr;

// A Stop that was made when no descriptor was left.
struct WithoutDescriptor {
    std::optional<NoDescriptorLeft> none_left{std::in_place};
    Stop stop;
    WithoutDescriptor() { none_left.reset(); }
};

} // namespace

TEST_CASE("a stop stays requested until it is reset") {
    Stop stop;
    CHECK_FALSE(stop.requested());
    CHECK_FALSE(is_readable(stop));
    CHECK(stop.check(Operation::accept).has_value());

    stop.request();
    stop.request();
    for (int turn = 0; turn < 3; ++turn) {
        CHECK(stop.requested());
        CHECK(is_readable(stop));
        CHECK(stop.check(Operation::accept).error() == Error{Errc::stopped, Operation::accept});
        CHECK(stop.wait().has_value());
    }

    stop.reset();
    CHECK_FALSE(stop.requested());
    CHECK_FALSE(is_readable(stop));
    CHECK(stop.check(Operation::accept).has_value());

    stop.request();
    CHECK(stop.requested());
}

TEST_CASE("a pause between two tries lasts to its deadline") {
    const Stop stop;
    for (const auto pause : {0us, 300us, 20'000us}) {
        const auto start = std::chrono::steady_clock::now();
        CHECK(stop.wait(within(pause)).error() == Error{Errc::deadline_exceeded, Operation::wait});
        CHECK(std::chrono::steady_clock::now() - start >= pause);
    }
}

TEST_CASE("a request from another thread ends a pause") {
    for (int turn = 0; turn < 50; ++turn) {
        Stop stop;
        std::thread other{[&] { stop.request(); }};
        CHECK(stop.wait(within(1min)).has_value());
        CHECK(stop.requested());
        other.join();
    }
}

TEST_CASE("a request from a signal handler ends a pause and leaves errno alone") {
    Stop stop;
    stop_of_handler = &stop;
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = [](int) { stop_of_handler->request(); };
    ::sigaction(SIGUSR1, &action, &before);

    errno = ENOTTY;
    ::raise(SIGUSR1);
    CHECK(errno == ENOTTY);
    CHECK(stop.wait(within(1min)).has_value());

    stop.reset();
    const pthread_t here = ::pthread_self();
    std::thread other{[=] { ::pthread_kill(here, SIGUSR1); }};
    CHECK(stop.wait(within(1min)).has_value());
    other.join();
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("a request does not touch errno when it fails to wake anybody either") {
    WithoutDescriptor made;
    errno = ENOTTY;
    made.stop.request(); // write(2) to -1 fails
    CHECK(errno == ENOTTY);
    CHECK(made.stop.requested());
}

TEST_CASE("a stop that got no descriptor says so in every call that is given it") {
    const Conversation<Unix> stream;
    const Conversation<Unix, SeqPacket> packets;
    const TwoBound<Unix> datagrams;
    auto connecting =
        Connecting<Unix>::start_connect(stream.listener.local_endpoint().value()).value();
    char buffer[8];

    const WithoutDescriptor made;
    const Stop& stop = made.stop;
    const auto before = open_descriptors();
    CHECK(stop.descriptor() == -1);
    CHECK_FALSE(stop.requested());
    CHECK(stop.wait().error() == Error{Errc::too_many_files_open, Operation::stop});
    CHECK(stop.check(Operation::send).error() == Error{Errc::too_many_files_open, Operation::stop});

    constexpr auto expected = Errc::too_many_files_open;
    CHECK(failure_of(stream.listener.accept(stop)) == expected);
    CHECK(failure_of(Connection<Unix>::connect(stream.listener.local_endpoint().value(), stop)) ==
          expected);
    CHECK(failure_of(connecting.complete(stop)) == expected);
    CHECK(failure_of(stream.client.send_some("x", stop)) == expected);
    CHECK(failure_of(stream.client.send_all("x", stop)) == expected);
    CHECK(failure_of(stream.client.send_all({"x", "y"}, stop)) == expected);
    CHECK(failure_of(stream.client.receive_some(buffer, stop)) == expected);
    CHECK(failure_of(stream.client.receive_exactly(buffer, stop)) == expected);
    CHECK(failure_of(stream.client.peek(buffer, stop)) == expected);
    CHECK(failure_of(packets.client.send("x", stop)) == expected);
    CHECK(failure_of(packets.client.send({"x", "y"}, stop)) == expected);
    CHECK(failure_of(packets.client.receive(buffer, stop)) == expected);
    CHECK(failure_of(packets.client.peek(buffer, stop)) == expected);
    CHECK(failure_of(datagrams.one.send_to("x", datagrams.other_endpoint, stop)) == expected);
    CHECK(failure_of(datagrams.one.send_to({"x"}, datagrams.other_endpoint, stop)) == expected);
    CHECK(failure_of(datagrams.one.receive_from(buffer, stop)) == expected);
    CHECK(failure_of(datagrams.one.peek(buffer, stop)) == expected);
    CHECK(failure_of(stream.server.receive_some(buffer, no_wait)) == Errc::would_block);
    CHECK(open_descriptors() <= before); // connecting is closed by its error
}
