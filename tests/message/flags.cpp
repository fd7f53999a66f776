// SPDX-License-Identifier: MIT
#include <ferrule/message/flags.hpp>

#include <doctest/doctest.h>
#include <string>

#include <ferrule/message/control.hpp>
#include <ferrule/message/send.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

} // namespace

TEST_CASE("a flag stands among the control messages, after a wait") {
    const TwoBound<Ipv4> ends;
    CHECK(send_to(ends.one, "x", ends.other_endpoint, flag::dont_route).has_value());
    char buffer[16];
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "x");
#ifndef FERRULE_SYSTEM_POSIX
    CHECK(send_to(ends.one, "y", ends.other_endpoint, soon(), flag::confirm, control::HopLimit{3},
                  flag::dont_route)
              .has_value());
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "y");
#endif
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("what is held back is one datagram with what follows") {
    const DatagramConversation<Ipv4> talk;
    CHECK(send(talk.one, "one, ", flag::more).has_value());
    char buffer[16];
    CHECK(failure_of(talk.other.receive(buffer, no_wait)) == Errc::would_block);
    CHECK(send(talk.one, "two").has_value());
    CHECK(talk.other.receive(buffer, soon()).value() == "one, two");
}

TEST_CASE("in a stream what is held back arrives with what follows") {
    const Conversation<Ipv4> talk;
    CHECK(send_all(talk.client, "one, ", flag::more).has_value());
    CHECK(talk.client.send_all("two").has_value());
    char buffer[8];
    CHECK(talk.server.receive_exactly(buffer, soon()).value() == "one, two");
}
#endif
