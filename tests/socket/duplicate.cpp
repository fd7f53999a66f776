// SPDX-License-Identifier: MIT
#include <ferrule/socket/duplicate.hpp>

#include <doctest/doctest.h>
#include <type_traits>
#include <utility>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

template <class Socket>
concept KnowsWhatIsAvailable = requires(const Socket& socket) { available(socket); };
static_assert(KnowsWhatIsAvailable<Connection<Ipv4>> &&
              KnowsWhatIsAvailable<Bound<Ipv4, Datagram>> && !KnowsWhatIsAvailable<Listener<Ipv4>>);

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

} // namespace

TEST_CASE_TEMPLATE("two objects are one socket, each with its own descriptor", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    auto other = duplicate(talk.client).value();
    static_assert(std::is_same_v<decltype(other), Connection<Family>>);
    CHECK(other.descriptor() != talk.client.descriptor());
    CHECK(is_close_on_exec(other.descriptor()));
    CHECK(other.domain() == talk.client.domain());
    CHECK(other.local_endpoint().value() == talk.client.local_endpoint().value());
    std::move(talk.client).close().value();
    CHECK(other.send_all("still there").has_value());
    char buffer[16];
    CHECK(talk.server.receive_some(buffer, soon()).value() == "still there");
    CHECK(failure_of(duplicate(talk.client)) == Errc::not_open);
}

TEST_CASE("a listener and a datagram socket can be duplicated, too") {
    const Conversation<Ipv4> talk;
    const auto listener = duplicate(talk.listener).value();
    const auto client = Connection<Ipv4>::connect(talk.listener.local_endpoint().value()).value();
    CHECK(listener.accept(soon()).has_value());
    const TwoBound<Unix> ends;
    const auto bound = duplicate(ends.other).value();
    CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
    char buffer[16];
    CHECK(bound.receive_from(buffer, soon()).value().data == "x");
}

TEST_CASE("what there is to read is known before") {
    const Conversation<Ipv4> talk;
    CHECK(available(talk.server).value() == 0);
    CHECK(talk.client.send_all("12345").has_value());
    char buffer[16];
    CHECK(talk.server.peek(buffer, soon()).has_value());
    CHECK(available(talk.server).value() == 5);
    const TwoBound<Ipv4> ends;
    CHECK(ends.one.send_to("123", ends.other_endpoint).has_value());
    CHECK(ends.one.send_to("1234567", ends.other_endpoint).has_value());
    CHECK(ends.other.peek(buffer, soon()).has_value());
    CHECK(available(ends.other).value() == 3); // the next one
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE_TEMPLATE("peek without a buffer tells the size and the sender of the next message",
                   Family, Ipv4, Ipv6, Unix, Ip) {
    const TwoBound<Family> ends;
    CHECK(ends.one.send_to("12345", ends.other_endpoint).has_value());
    const auto next = ends.other.peek(soon()).value();
    CHECK(next.size == 5);
    CHECK(next.peer == ends.one_endpoint);
    char buffer[16];
    CHECK(ends.other.receive_from(buffer, no_wait).value().data == "12345");
    CHECK(failure_of(ends.other.peek(no_wait)) == Errc::would_block);
    const DatagramConversation<Family> talk;
    CHECK(talk.one.send("").has_value());
    CHECK(talk.other.peek(soon()).value() == 0);
    CHECK(talk.other.receive(buffer, no_wait).value().empty());
}
#endif
