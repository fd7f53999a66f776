// SPDX-License-Identifier: MIT
#include <ferrule/inspect/tcp_state.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>

#include <ferrule/inspect/socket_table.hpp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connecting.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/two_hosts.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

static_assert(name(TcpState::syn_received) == "SYN-RECEIVED" && name(TcpState::listen) == "LISTEN");

// What ss(8) says of the socket with this end and this peer; empty without one.
std::string by_ss(std::uint16_t local, std::uint16_t peer) {
    const std::string command = "ss -Htan \"sport = :" + std::to_string(local) +
                                " and dport = :" + std::to_string(peer) + "\"";
    std::FILE* const output = ::popen(command.c_str(), "r");
    REQUIRE(output != nullptr);
    std::string said;
    std::array<char, 256> line{};
    while (std::fgets(line.data(), line.size(), output) != nullptr) {
        said += line.data();
    }
    REQUIRE(::pclose(output) == 0);
    return said.substr(0, said.find(' '));
}

// The same state in the words of ss.
std::string_view in_words_of_ss(TcpState state) {
    switch (state) {
    case TcpState::established:
        return "ESTAB";
    case TcpState::syn_received:
        return "SYN-RECV";
    case TcpState::closed:
        return "UNCONN";
    default:
        return name(state); // its other names have dashes or a 1 or 2 at the end as the RFC's
    }
}

// Whether a connection comes to this state: an acknowledgment may take its time (RFC
// 1122, 4.2.3.2).
bool becomes(const Connection<Ipv4>& connection, TcpState state) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (tcp_state(connection).value() != state) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
    }
    return true;
}

// Two ends and their ports, to be looked at from outside.
struct Ends {
    Conversation<Ipv4> talk;
    std::uint16_t client = talk.client.local_endpoint()->port();
    std::uint16_t server = talk.server.local_endpoint()->port();

    // The state of each end by the table, which must be that of ss.
    std::pair<TcpState, TcpState> states() const {
        const auto state = [](std::uint16_t local, std::uint16_t peer) {
            const auto found =
                find_tcp_socket(Endpoint<Ipv4>::loopback(local), Endpoint<Ipv4>::loopback(peer));
            const TcpState is = found ? found->state : TcpState::closed;
            const std::string said = by_ss(local, peer);
            CHECK((said.empty() ? "UNCONN" : said) == in_words_of_ss(is));
            return is;
        };
        const TcpState of_client = state(client, server);
        return {of_client, state(server, client)};
    }
};

} // namespace

namespace ferrule {

// Found by doctest.
static doctest::String toString(TcpState state) {
    return doctest::String{name(state).data(), static_cast<unsigned>(name(state).size())};
}

} // namespace ferrule

TEST_CASE_TEMPLATE("every state on the way to a connection", Family, Ipv4, Ipv6, Ip) {
    const Place<Family> place;
    auto bound = bind_stream<Family>(place.endpoint()).value();
    CHECK(tcp_state(bound).value() == TcpState::closed);
    const auto listener = std::move(bound).listen(Backlog{0}).value();
    CHECK(tcp_state(listener).value() == TcpState::listen);
    const auto there = listener.local_endpoint().value();
    const auto client = Connection<Family>::connect(there).value(); // the queue is full now
    CHECK(tcp_state(client).value() == TcpState::established);
    const auto late = Connecting<Family>::start_connect(there).value();
    CHECK(tcp_state(late).value() == TcpState::syn_sent);
    const auto server = listener.accept().value().connection;
    CHECK(tcp_state(server).value() == TcpState::established);
}

TEST_CASE("the client ends first: four steps, and TIME-WAIT on its side") {
    Ends ends;
    CHECK(ends.states() == std::pair{TcpState::established, TcpState::established});

    ends.talk.client.shutdown(Shutdown::sending).value();
    char buffer[8];
    CHECK(ends.talk.server.receive_some(buffer, within(5s)).value().empty()); // the end is in
    CHECK(becomes(ends.talk.client, TcpState::fin_wait_2));
    CHECK(tcp_state(ends.talk.server).value() == TcpState::close_wait);
    CHECK(ends.states() == std::pair{TcpState::fin_wait_2, TcpState::close_wait});

    ends.talk.server.shutdown(Shutdown::sending).value();
    CHECK(ends.talk.client.receive_some(buffer, within(5s)).value().empty());
    CHECK(becomes(ends.talk.server, TcpState::closed));
    CHECK(becomes(ends.talk.client, TcpState::closed));
    CHECK(ends.states() == std::pair{TcpState::time_wait, TcpState::closed});
}

TEST_CASE("a peer that is not answered is SYN-RECEIVED on the other side") {
    // Until data comes the listener defers the third step.
    const auto listener =
        Listener<Ipv4>::listen("127.0.0.1:0", opt::DeferAccept{Seconds{5}}).value();
    const auto there = listener.local_endpoint().value();
    const auto client = Connection<Ipv4>::connect(there).value();
    const auto here = client.local_endpoint().value();
    CHECK(tcp_state(client).value() == TcpState::established);
    CHECK(find_tcp_socket(there, here).value().state == TcpState::syn_received);
    CHECK(by_ss(there.port(), here.port()) == "SYN-RECV");
    client.send_all("x").value();
    CHECK(listener.accept(within(5s)).has_value());
}

TEST_CASE("with the cable pulled each end waits for the acknowledgment of its end") {
    host::needs(host::own_host);
    CHECK(in_child([]() -> std::string {
              const TwoHosts hosts;
              hosts.enter_right();
              const auto listener = Listener<Ipv4>::listen("10.77.0.2:0").value();
              hosts.enter_left();
              const auto connect = [&] {
                  auto client =
                      Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
                  return std::pair{std::move(client), listener.accept().value().connection};
              };
              const auto [first, first_peer] = connect();
              const auto [second, second_peer] = connect();
              second_peer.shutdown(Shutdown::sending).value();
              char buffer[8];
              second.receive_some(buffer, within(5s)).require();
              hosts.unplug();
              first.shutdown(Shutdown::sending).value();
              second.shutdown(Shutdown::sending).value();
              return std::string{name(tcp_state(first).value())} + " " +
                     std::string{name(tcp_state(second).value())};
          }) == "FIN-WAIT-1 LAST-ACK");
}

TEST_CASE("an abortive close leaves nothing behind") {
    Ends ends;
    ends.talk.client.set(opt::AbortiveClose{true}).value();
    std::move(ends.talk.client).close().value();
    char buffer[8];
    CHECK(failure_of(ends.talk.server.receive_some(buffer, within(5s))) == Errc::connection_reset);
    CHECK(tcp_state(ends.talk.server).value() == TcpState::closed);
    CHECK(ends.states() == std::pair{TcpState::closed, TcpState::closed});
}

TEST_CASE("one that is not open has no state") {
    Conversation<Ipv4> talk;
    std::move(talk.client).close().value();
    CHECK(failure_of(tcp_state(talk.client)) == Errc::not_open);
}
