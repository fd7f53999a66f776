// SPDX-License-Identifier: MIT
#include <ferrule/socket/connecting.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>
#include <utility>

#include <ferrule/opt/socket.hpp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/full_listener.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Candidate> constexpr bool sends = requires(Candidate c) { c.send_all("x"); };
static_assert(!sends<Connecting<Ipv4>> && !sends<Connecting<Unix>>);
static_assert(Connecting<Ipv4>::events() == POLLOUT);

bool is_writable(int descriptor) {
    pollfd watched{descriptor, Connecting<Ipv4>::events(), 0};
    return ::poll(&watched, 1, 10'000) == 1;
}

} // namespace

TEST_CASE_TEMPLATE("start, poll, complete", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto there = talk.listener.local_endpoint().value();
    auto connecting = Connecting<Family>::start_connect(there).value();
    CHECK_FALSE(is_blocking(connecting.descriptor()));
    CHECK(is_writable(connecting.descriptor()));
    const int number = connecting.descriptor();
    const auto client = connecting.complete(no_wait).value();
    CHECK(client.descriptor() == number);
    CHECK_FALSE(connecting.is_open());
    CHECK(is_blocking(client.descriptor()));
    CHECK(client.peer_endpoint().value() == there);
    CHECK(talk.listener.accept()->peer == client.local_endpoint().value());
}

TEST_CASE_TEMPLATE("what is not there yet can be asked for again", Family, Ipv4, Ipv6, Unix) {
    const FullListener<Family> full;
    auto connecting = Connecting<Family>::start_connect(full.endpoint).value();
    Stop stop;
    const auto before = open_descriptors();
    CHECK(connecting.complete(no_wait).error() == Error{Errc::would_block, Operation::connect});
    CHECK(connecting.complete(within(5ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::connect});
    CHECK(connecting.complete(within(5ms, stop)).error() ==
          Error{Errc::deadline_exceeded, Operation::connect});
    std::thread other{[&] { stop.request(); }};
    CHECK(connecting.complete(stop).error() == Error{Errc::stopped, Operation::connect});
    other.join();
    CHECK(connecting.is_open());
    CHECK_FALSE(is_blocking(connecting.descriptor()));
    CHECK(open_descriptors() == before);

    CHECK(full.accept_all());
    CHECK(connecting.complete(within(1min)).has_value());
}

TEST_CASE_TEMPLATE("a connection that fills the queue itself is there", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto listener = Listener<Family>::listen(place.endpoint(), Backlog{1}).value();
    const auto there = listener.local_endpoint().value();
    // One more than the backlog has room (listen(2), Linux).
    auto one = Connecting<Family>::start_connect(there).value();
    auto other = Connecting<Family>::start_connect(there).value();
    CHECK(one.complete(within(1min)).has_value());
    CHECK(other.complete(within(1min)).has_value());
}

TEST_CASE_TEMPLATE("a refusal comes from start or complete, and closes the descriptor", Family,
                   EVERY_FAMILY) {
    Place<Family> gone;
    const auto nobody = bind_stream<Family>(gone.endpoint()).value().local_endpoint().value();
    const auto before = open_descriptors();
    auto connecting = Connecting<Family>::start_connect(nobody);
    if (connecting) {
        CHECK(connecting->complete(within(1min)).error() ==
              Error{Errc::connection_refused, Operation::connect});
        CHECK_FALSE(connecting->is_open());
        CHECK(connecting->complete().error() == Error{Errc::not_open, Operation::connect});
    } else {
        CHECK(connecting.error() == Error{Errc::connection_refused, Operation::connect});
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("options are set before connecting, and can be read and set on the way") {
    const Conversation<Ipv4> talk;
    auto connecting =
        Connecting<Ipv4>::start_connect(talk.listener.local_endpoint().value(), opt::NoDelay{true})
            .value();
    CHECK(connecting.get<opt::NoDelay>().value());
    CHECK(connecting.set(opt::NoDelay{false}).has_value());
    CHECK_FALSE(connecting.complete(within(1min))->get<opt::NoDelay>().value());

    const auto before = open_descriptors();
    CHECK(failure_of(Connecting<Ipv4>::start_connect(talk.listener.local_endpoint().value(),
                                                     opt::SendBuffer{at_run_time(1ULL << 40)})) ==
          Errc::value_out_of_range);
    CHECK(open_descriptors() == before);
}

TEST_CASE("datagrams need no handshake, and a Unix one gets a name") {
    const TwoBound<Unix> bound;
    auto connecting = Connecting<Unix, Datagram>::start_connect(bound.one_endpoint).value();
    const auto connection = connecting.complete(no_wait).value();
    CHECK(connection.send("x").has_value());
    char buffer[8];
    CHECK(bound.one.receive_from(buffer)->peer == connection.local_endpoint().value());
}

TEST_CASE("one that was moved from is not on the way any more") {
    const Conversation<Unix> talk;
    auto connecting =
        Connecting<Unix>::start_connect(talk.listener.local_endpoint().value()).value();
    auto elsewhere = std::move(connecting);
    CHECK(connecting.complete().error() == Error{Errc::not_open, Operation::connect});
    CHECK(elsewhere.complete().has_value());
}

TEST_CASE("without a free port a datagram connect ends, EAGAIN or not") {
    const auto told = in_child([]() -> std::string {
        if (!fail_calls_of(SYS_connect, EAGAIN)) {
            return "no filter";
        }
        const auto connected = Connection<Ipv4, Datagram>::connect("127.0.0.1:9");
        const auto limited = Connection<Ipv4, Datagram>::connect("127.0.0.1:9", within(60s));
        const auto started = Connecting<Ipv4, Datagram>::start_connect("127.0.0.1:9");
        return std::string{describe(failure_of(connected)).name} + ' ' +
               std::string{describe(failure_of(limited)).name} + ' ' +
               std::string{describe(failure_of(started)).name};
    });
    CHECK(told == "EADDRNOTAVAIL EADDRNOTAVAIL EADDRNOTAVAIL");
}

TEST_CASE("a Unix datagram socket has a peer before it has a name that strangers could send to") {
    const auto told = in_child([]() -> std::string {
        if (!fail_calls_of(SYS_bind, EACCES)) {
            return "no filter";
        }
        const Endpoint<Unix> nobody{"@ferrule: nobody is here"};
        const auto connected = Connection<Unix, Datagram>::connect(nobody);
        const auto started = Connecting<Unix, Datagram>::start_connect(nobody);
        const auto stepped = Socket<Unix, Datagram>::open().value().connect(nobody);
        return std::string{describe(failure_of(connected)).name} + ' ' +
               std::string{describe(failure_of(started)).name} + ' ' +
               std::string{describe(failure_of(stepped)).name};
    });
    CHECK(told == "ECONNREFUSED ECONNREFUSED ECONNREFUSED"); // of connect(2), before bind(2)
}
