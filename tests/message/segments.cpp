// SPDX-License-Identifier: MIT
#include <ferrule/message/segments.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;

namespace {

Wait soon() { return within(Nanoseconds{10'000'000'000}); }

// What is received goes on where it should, in datagrams of the size.
template <class Family>
void check_received(const SegmentReceiver<Family>& receiver, std::string_view all, std::size_t size,
                    const Endpoint<Family>& sender) {
    std::vector<char> buffer(65'535);
    std::size_t receives = 0;
    for (std::size_t done = 0; done < all.size(); ++receives) {
        const auto segments = receiver.receive(buffer, soon()).value();
        CHECK(segments.peer() == sender);
        for (const std::string_view datagram : segments) {
            REQUIRE(datagram == all.substr(done, size));
            done += datagram.size();
        }
    }
    CHECK(failure_of(receiver.receive(buffer, no_wait)) == Errc::would_block);
    if (receiver.coalesces() && all.size() > 2 * size && size < 30'000) {
        CHECK(receives < (all.size() + size - 1) / size); // several at once
    }
}

} // namespace

TEST_CASE_TEMPLATE("a block goes out as datagrams of one size and comes in as they were", Family,
                   Ipv4, Ipv6, Ip) {
    const std::string bytes = pattern(200'000);
    for (const std::size_t size : {100U, 1000U, 1200U, 1472U, 8000U, 40'000U}) {
        CAPTURE(size);
        for (const std::size_t all :
             {std::size_t{1}, size - 1, size, size + 1, 2 * size, 5 * size + 7}) {
            TwoBound<Family> ends;
            auto receiver = SegmentReceiver<Family>::on(std::move(ends.other)).value();
            const auto block = std::string_view{bytes}.substr(0, all);
            CHECK(send_segments(ends.one, block, size, ends.other_endpoint, soon()).has_value());
            check_received(receiver, block, size, ends.one_endpoint);
        }
    }
}

TEST_CASE("more than 64 datagrams, and more than a datagram has bytes, are several calls") {
    const std::string bytes = pattern(65 * 1000 + 500);
    TwoBound<Ipv4> ends;
    auto receiver = SegmentReceiver<Ipv4>::on(std::move(ends.other)).value();
    for (const std::size_t size : {10U, 100U, 1000U}) {
        const auto block = std::string_view{bytes}.substr(0, size * 65 + size / 2);
        CHECK(send_segments(ends.one, block, size, ends.other_endpoint, soon()).has_value());
        check_received(receiver, block, size, ends.one_endpoint);
    }
}

TEST_CASE("a connection sends segments to its one peer") {
    const DatagramConversation<Ipv4> talk;
    CHECK(send_segments(talk.one, "aabbc", 2, soon()).has_value());
    char buffer[16];
    CHECK(talk.other.receive(buffer, soon()).value() == "aa");
    CHECK(talk.other.receive(buffer, soon()).value() == "bb");
    CHECK(talk.other.receive(buffer, soon()).value() == "c");
}

TEST_CASE("to a plain socket they are plain datagrams") {
    const TwoBound<Ipv4> ends;
    CHECK(send_segments(ends.one, "aabbc", 2, ends.other_endpoint, soon()).has_value());
    char buffer[16];
    for (const char* const text : {"aa", "bb", "c"}) {
        CHECK(ends.other.receive_from(buffer, soon()).value().data == text);
    }
}

TEST_CASE("a size that no datagram has is refused; nothing is nothing") {
    const TwoBound<Ipv4> ends;
    for (const std::size_t size : {0U, 65'508U, 1'000'000U}) {
        CHECK(failure_of(send_segments(ends.one, "x", size, ends.other_endpoint)) ==
              Errc::value_out_of_range);
    }
    CHECK(send_segments(ends.one, "", 5, ends.other_endpoint).has_value());
    char buffer[16];
    CHECK(failure_of(ends.other.receive_from(buffer, no_wait)) == Errc::would_block);
    CHECK(failure_of(send_segments(ends.one, "x", 5, Endpoint<Ipv4>::any(80))) == Errc::not_a_peer);
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("where the kernel refuses segments they go in batches, and the answer says so") {
    const TwoBound<Ipv4> ends;
    const std::string bytes = pattern(20'000);
    // Segments need a checksum of their own each: without any the kernel refuses them.
    const int on = 1;
    REQUIRE(::setsockopt(ends.one.descriptor(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
    const auto by = send_segments(ends.one, bytes, 1000, ends.other_endpoint, soon());
    CHECK(by.value() == SegmentedBy::batch);
    std::vector<char> buffer(2000);
    for (std::size_t done = 0; done < bytes.size(); done += 1000) {
        CHECK(ends.other.receive_from(buffer, soon()).value().data ==
              std::string_view{bytes}.substr(done, 1000));
    }
}

TEST_CASE("the kernel makes the segments where it can") {
    const TwoBound<Ipv4> ends;
    CHECK(send_segments(ends.one, pattern(10'000), 1000, ends.other_endpoint).value() ==
          SegmentedBy::kernel);
}
#endif

TEST_CASE("a small buffer is refused, so that no datagram is cut") {
    TwoBound<Ipv4> ends;
    const auto receiver = SegmentReceiver<Ipv4>::on(std::move(ends.other)).value();
    CHECK(ends.one.send_to("whole", ends.other_endpoint).has_value());
    char small[1000];
    CHECK(failure_of(receiver.receive(small, no_wait)) == Errc::no_buffer_space);
    std::vector<char> buffer(65'535);
    CHECK(receiver.receive(buffer, soon()).value().all() == "whole");
}

TEST_CASE("an empty datagram is one, and the socket comes back") {
    TwoBound<Ipv4> ends;
    auto receiver = SegmentReceiver<Ipv4>::on(std::move(ends.other)).value();
    CHECK(ends.one.send_to("", ends.other_endpoint).has_value());
    std::vector<char> buffer(65'535);
    const auto segments = receiver.receive(buffer, soon()).value();
    CHECK(segments.count() == 1);
    CHECK((*segments.begin()).empty());
    CHECK(receiver.send_to("answer", segments.peer()).has_value());
    CHECK(ends.one.receive_from(buffer, soon()).value().data == "answer");
    const auto socket = std::move(receiver).off().value();
    CHECK(send_segments(ends.one, "aabb", 2, ends.other_endpoint, soon()).has_value());
    CHECK(socket.receive_from(buffer, soon()).value().data == "aa");
    CHECK(socket.receive_from(buffer, soon()).value().data == "bb");
}
