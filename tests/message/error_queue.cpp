// SPDX-License-Identifier: MIT
#include <ferrule/message/error_queue.hpp>

#include <chrono>
#include <cstddef>
#include <doctest/doctest.h>
#include <future>
#include <linux/errqueue.h>
#include <string>
#include <string_view>

#include <ferrule/opt/ip.hpp>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/bound.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

static_assert(sizeof(NativeQueuedError) == sizeof(sock_extended_err) &&
              offsetof(NativeQueuedError, origin) == offsetof(sock_extended_err, ee_origin) &&
              offsetof(NativeQueuedError, info) == offsetof(sock_extended_err, ee_info) &&
              offsetof(NativeQueuedError, data) == offsetof(sock_extended_err, ee_data));
static_assert(static_cast<int>(ErrorOrigin::zero_copy) == SO_EE_ORIGIN_ZEROCOPY &&
              static_cast<int>(ErrorOrigin::timestamp) == SO_EE_ORIGIN_TIMESTAMPING &&
              static_cast<int>(ErrorOrigin::transmit_time) == SO_EE_ORIGIN_TXTIME);

namespace {

Wait soon() { return within(10s); }

// A socket with ErrorQueue on, and an endpoint without a socket.
template <class Family> struct Refused {
    TwoBound<Family> ends;
    Endpoint<Family> nobody = ends.other_endpoint;

    Refused() {
        std::move(ends.other).close().value();
        ends.one.set(opt::ErrorQueue{true}).value();
    }
};

} // namespace

TEST_CASE_TEMPLATE("the error queue of an unconnected socket names the peer that refuses", Family,
                   Ipv4, Ipv6, Ip) {
    const Refused<Family> refused;
    CHECK(refused.ends.one.send_to("nobody reads this", refused.nobody).has_value());
    char packet[6];
    const auto entry = read_error(refused.ends.one, packet, soon()).value();
    CHECK(entry.cause == Errc::connection_refused);
    CHECK(entry.destination == refused.nobody);
    const bool is_ipv4 = Endpoint<Ip>{refused.nobody}.domain() == AF_INET;
    CHECK(entry.origin == (is_ipv4 ? ErrorOrigin::icmp : ErrorOrigin::icmpv6));
    CHECK(entry.icmp_type == (is_ipv4 ? 3 : 1)); // destination unreachable: port unreachable
    CHECK(entry.icmp_code == (is_ipv4 ? 3 : 4));
    CHECK(entry.said_by == Address<Ip>{refused.nobody.address()});
    CHECK(entry.size == 6);
    CHECK(std::string_view{packet, 6} == "nobody");
    CHECK(failure_of(read_error(refused.ends.one, no_wait)) == Errc::would_block);
}

TEST_CASE("an IPv4 peer of a socket of both is named as what it is") {
    host::needs(host::ipv6);
    const auto socket = Bound<Ip, Datagram>::bind("[::]:0", opt::ErrorQueue{true}).value();
    const Refused<Ipv4> refused;
    CHECK(socket.send_to("x", refused.nobody).has_value());
    const auto entry = read_error(socket, soon()).value();
    CHECK(entry.cause == Errc::connection_refused);
    CHECK(entry.destination == refused.nobody);
    CHECK(entry.said_by == refused.nobody.address());
    CHECK(entry.origin == ErrorOrigin::icmp);
}

TEST_CASE("several entries come one by one, and then a wait no longer sees them") {
    const Refused<Ipv4> refused;
    for (int packet = 0; packet < 3; ++packet) {
        while (!refused.ends.one.send_to("x", refused.nobody)) { // an error of the one before
        }
    }
    for (int packet = 0; packet < 3; ++packet) {
        CHECK(read_error(refused.ends.one, soon()).value().destination == refused.nobody);
    }
    CHECK(failure_of(read_error(refused.ends.one, within(5ms))) == Errc::deadline_exceeded);
    pollfd watched{refused.ends.one.descriptor(), POLLIN, 0};
    CHECK(::poll(&watched, 1, 0) == 0);
}

TEST_CASE("what this host itself refuses says so, with the size that would go") {
    const auto socket = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", opt::ErrorQueue{true},
                                                    opt::MtuDiscovery{opt::PathMtuDiscovery::on})
                            .value();
    const Endpoint<Ipv4> far = "127.0.0.1:9";
    const std::string too_large(65'530, 'x');
    CHECK(failure_of(socket.send_to(too_large, far)) == Errc::message_size);
    const auto entry = read_error(socket, soon()).value();
    CHECK(entry.cause == Errc::message_size);
    CHECK(entry.origin == ErrorOrigin::local);
    CHECK(entry.info >= 1280); // the MTU of the loopback
    CHECK(entry.said_by == Address<Ip>{});
}

TEST_CASE("a message says when it was sent, by the clock of this host") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.one.set(opt::Timestamping{opt::Moments{.sent = true}}).has_value());
    const auto now = [] { return std::chrono::system_clock::now().time_since_epoch(); };
    std::chrono::nanoseconds last{0};
    for (int message = 0; message < 10; ++message) {
        const auto before = now();
        CHECK(ends.one.send_to("x", ends.other_endpoint).has_value());
        char packet[100];
        const auto entry = read_error(ends.one, packet, soon()).value();
        CHECK(entry.origin == ErrorOrigin::timestamp);
        CHECK(entry.cause == Errc::none);
        CHECK(entry.moment == SendMoment::sent);
        CHECK(entry.size >= 1); // headers and data
        const std::chrono::nanoseconds sent{entry.since_1970.count()};
        CHECK(sent >= last);
        CHECK(sent >= before - 1ms);
        CHECK(sent <= now() + 1ms);
        last = sent;
    }
}

TEST_CASE("a wait for an entry ends with a stop, or when one comes") {
    const Refused<Ipv4> refused;
    Stop stop;
    auto stopped = std::async(std::launch::async,
                              [&] { return read_error(refused.ends.one, within(10s, stop)); });
    stop.request();
    CHECK(failure_of(stopped.get()) == Errc::stopped);
    auto entry =
        std::async(std::launch::async, [&] { return read_error(refused.ends.one, soon()); });
    CHECK(refused.ends.one.send_to("x", refused.nobody).has_value());
    CHECK(entry.get().value().cause == Errc::connection_refused);
}

TEST_CASE("data is no entry, and stays") {
    const TwoBound<Ipv4> ends;
    CHECK(ends.one.send_to("data", ends.other_endpoint).has_value());
    CHECK(failure_of(read_error(ends.other, within(5ms))) == Errc::deadline_exceeded);
    char buffer[16];
    CHECK(ends.other.receive_from(buffer, soon()).value().data == "data");
}

// A full error queue keeps poll(2) ready (ip(7), IP_RECVERR).
TEST_CASE("while nobody takes the entries, a wait for data sleeps, and data ends it") {
    const Refused<Ipv4> refused;
    CHECK(refused.ends.one.send_to("x", refused.nobody).has_value());
    char buffer[16];
    CHECK(failure_of(refused.ends.one.receive_from(buffer, soon())) == Errc::connection_refused);
    CHECK(failure_of(refused.ends.one.receive_from(buffer, within(50ms))) ==
          Errc::deadline_exceeded);
    auto data = std::async(std::launch::async, [&] {
        char text[16];
        return std::string{refused.ends.one.receive_from(text, soon()).value().data};
    });
    const auto other = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    CHECK(other.send_to("data", refused.ends.one_endpoint).has_value());
    CHECK(data.get() == "data");
    CHECK(read_error(refused.ends.one, no_wait).has_value()); // and the entry is still there
}
