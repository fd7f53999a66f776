// SPDX-License-Identifier: MIT
#include <ferrule/inspect/tcp_info.hpp>

#include <chrono>
#include <cstddef>
#include <doctest/doctest.h>
#include <string>
#include <utility>
#include <vector>

#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
using opt::Info;

static_assert(AppliesTo<opt::Info, Ip, Stream, Tcp> &&
              !AppliesTo<opt::Info, Unix, Stream, Unspecified>);

namespace {

// struct tcp_info of linux/tcp.h (Linux 5.4), counted by hand from its comment-free declaration.
static_assert(sizeof(detail::KernelTcpInfo) == 232);
static_assert(offsetof(detail::KernelTcpInfo, rto) == 8 &&
              offsetof(detail::KernelTcpInfo, rtt) == 68 &&
              offsetof(detail::KernelTcpInfo, pacing_rate) == 104 &&
              offsetof(detail::KernelTcpInfo, delivery_rate) == 160 &&
              offsetof(detail::KernelTcpInfo, bytes_sent) == 200 &&
              offsetof(detail::KernelTcpInfo, snd_wnd) == 228);

} // namespace

TEST_CASE_TEMPLATE("a connection tells what went through it", Family, Ipv4, Ipv6, Ip) {
    const Conversation<Family> talk;
    const std::vector<char> much(100'000, 'x');
    std::vector<char> buffer(much.size());
    talk.client.send_all(much).value();
    CHECK(talk.server.receive_exactly(buffer, within(5s)).has_value());
    talk.server.send_all("answer").value(); // acknowledges the rest
    CHECK(talk.client.receive_exactly(std::span{buffer}.first(6), within(5s)).has_value());

    const TcpInfo client = talk.client.template get<Info>().value();
    CHECK(client.state == TcpState::established);
    CHECK(client.bytes_sent == 100'000 + client.bytes_retransmitted);
    CHECK(client.bytes_acknowledged == 100'001); // the SYN counts
    CHECK(client.bytes_received == 6);
    CHECK(client.bytes_not_sent == 0);
    CHECK(client.on_the_way == 0);
    CHECK(client.unanswered == 0);
    CHECK(client.segments_sent >= 4);
    CHECK(client.segments_received >= 2);
    CHECK(client.round_trip.count() > 0);
    CHECK(client.round_trip.count() < 1'000'000);
    CHECK(client.shortest_round_trip <= client.round_trip);
    CHECK(client.retransmission_timeout.count() >= 200'000); // TCP_RTO_MIN
    CHECK(client.congestion_window >= 10);                   // RFC 6928
    CHECK(client.path_mtu >= 1280);
    CHECK(client.send_segment > 1000);
    CHECK(client.send_segment < client.path_mtu);
    CHECK(client.peer_window > 10'000);
    CHECK(client.pacing_rate > 0);
    CHECK(std::chrono::milliseconds{client.since_data_sent} < 10s);
    CHECK(std::chrono::milliseconds{client.since_data_received} < 10s);
    CHECK(std::chrono::milliseconds{client.since_acknowledged} < 10s);

    const TcpInfo server = talk.server.template get<Info>().value();
    CHECK(server.bytes_received == 100'000);
    CHECK(server.bytes_sent == 6);
}

TEST_CASE("what the peer has no room for waits") {
    const Conversation<Ipv4> talk;
    const std::vector<char> much(std::size_t{1} << 20, 'x');
    std::size_t sent = 0;
    while (auto some = talk.client.send_some(much, no_wait)) {
        sent += *some;
    }
    const TcpInfo info = talk.client.get<Info>().value();
    CHECK(info.bytes_not_sent > 0);
    CHECK(info.bytes_sent - info.bytes_retransmitted + info.bytes_not_sent == sent);
}

TEST_CASE("a listener tells its queue and its backlog") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", Backlog{5}).value();
    const auto there = listener.local_endpoint().value();
    CHECK(listener.get<Info>()->accept_queue == 0);
    const auto one = Connection<Ipv4>::connect(there).value();
    const auto other = Connection<Ipv4>::connect(there).value();
    const TcpInfo info = listener.get<Info>().value();
    CHECK(info.state == TcpState::listen);
    CHECK(info.accept_queue == 2);
    CHECK(info.backlog == 5);
    CHECK(info.congestion_window == 0);
}

TEST_CASE("a multipath connection tells whether it is one") {
    using Multipath = Connection<Ipv4, Stream, Mptcp>;
    const auto listener = Listener<Ipv4, Stream, Mptcp>::listen("127.0.0.1:0").value();
    const auto there = listener.local_endpoint().value();

    const auto client = Multipath::connect(there).value();
    const auto server = listener.accept().value().connection;
    char buffer[4];
    client.send_all("x").value();
    CHECK(server.receive_some(buffer, within(5s)).has_value());
    for (const auto* end : {&client, &server}) {
        const auto paths = end->get<opt::MultipathInfo>().value();
        CHECK_FALSE(paths.fell_back);
        CHECK(paths.subflows == 0);
    }

    // A client of plain TCP.
    const auto plain = Connection<Ipv4>::connect(there).value();
    const auto fallen = listener.accept().value().connection;
    CHECK(fallen.get<opt::MultipathInfo>().value().fell_back);

    // A listener of plain TCP.
    const auto plain_listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto other = Multipath::connect(plain_listener.local_endpoint().value()).value();
    CHECK(other.get<opt::MultipathInfo>().value().fell_back);
}
