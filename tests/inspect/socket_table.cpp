// SPDX-License-Identifier: MIT
#include <ferrule/inspect/socket_table.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <ferrule/opt/tcp.hpp>
#include <ferrule/server/backoff.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

std::uint64_t inode_of(int descriptor) {
    struct stat status{};
    REQUIRE(::fstat(descriptor, &status) == 0);
    return status.st_ino;
}

} // namespace

TEST_CASE_TEMPLATE("both ends of a connection are in the table", Family, Ipv4, Ipv6, Ip) {
    const Conversation<Family> talk;
    const Endpoint<Ip> here = talk.client.local_endpoint().value();
    const Endpoint<Ip> there = talk.server.local_endpoint().value();
    const auto client = find_tcp_socket(here, there).value();
    const auto server = find_tcp_socket(there, here).value();
    CHECK(client.state == TcpState::established);
    CHECK(server.state == TcpState::established);
    CHECK(client.inode == inode_of(talk.client.descriptor()));
    CHECK(server.inode == inode_of(talk.server.descriptor()));
    CHECK(client.user == ::geteuid());
    CHECK(client.timer == TcpTimer::none);
    CHECK(client.receive_queue == 0);

    talk.client.send_all("12345").value();
    CHECK(find_tcp_socket(there, here).value().receive_queue == 5);
}

TEST_CASE("a listener is in the table, with its queue and backlog") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", Backlog{7}).value();
    const Endpoint<Ip> here = listener.local_endpoint().value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto found = find_tcp_socket(here, Endpoint<Ipv4>::any()).value();
    CHECK(found.state == TcpState::listen);
    CHECK(found.receive_queue == 1);
    CHECK(found.send_queue == 7);
}

TEST_CASE("an IPv4 client of a listener for both IPs is shown as IPv4 at both ends") {
    const auto listener = Listener<Ip>::listen("[::]:0").value();
    const auto port = listener.local_endpoint().value().port();
    const auto client = Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(port)).value();
    const auto server = listener.accept().value().connection;
    const Endpoint<Ip> here = client.local_endpoint().value();
    const Endpoint<Ip> there = Endpoint<Ipv4>::loopback(port);
    CHECK(find_tcp_socket(there, here).value().inode == inode_of(server.descriptor()));
    CHECK(find_tcp_socket(here, there).value().inode == inode_of(client.descriptor()));
}

TEST_CASE("a connection that nobody holds any more is in TIME-WAIT, with its timer") {
    Conversation<Ipv4> talk;
    const Endpoint<Ip> here = talk.client.local_endpoint().value();
    const Endpoint<Ip> there = talk.server.local_endpoint().value();
    std::move(talk.client).close().value();
    char buffer[8];
    CHECK(talk.server.receive_some(buffer, within(5s)).value().empty());
    std::move(talk.server).close().value();
    const auto found = find_tcp_socket(here, there).value();
    CHECK(found.state == TcpState::time_wait);
    CHECK(found.timer == TcpTimer::time_wait);
    CHECK(std::chrono::milliseconds{found.expires} > 30s); // of 60 s
    CHECK(std::chrono::milliseconds{found.expires} <= 61s);
    CHECK(found.inode == 0);
    CHECK(failure_of(find_tcp_socket(there, here)) == Errc::not_connected);
}

TEST_CASE("the timer of keep-alive is told") {
    const Conversation<Ipv6> talk;
    talk.client.set(opt::KeepAliveProbes{Seconds{100}, Seconds{10}, 3}).value();
    const auto found =
        find_tcp_socket(talk.client.local_endpoint().value(), talk.server.local_endpoint().value())
            .value();
    CHECK(found.timer == TcpTimer::keep_alive);
    CHECK(std::chrono::milliseconds{found.expires} > 50s);
    CHECK(std::chrono::milliseconds{found.expires} <= 100s);
}

TEST_CASE("sockets of other processes are in the table") {
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const Endpoint<Ip> here = listener.local_endpoint().value();
    const auto inode = inode_of(listener.descriptor());
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) { // holds the listener until the other end of the pipe is gone
        ::close(ends[1]);
        char nothing;
        ::_exit(static_cast<int>(::read(ends[0], &nothing, 1)));
    }
    ::close(ends[0]);
    std::move(listener).close().value();
    const auto found = find_tcp_socket(here, Endpoint<Ipv4>::any());
    ::close(ends[1]);
    ::waitpid(child, nullptr, 0);
    REQUIRE(found.has_value());
    CHECK(found->inode == inode);
    CHECK(failure_of(find_tcp_socket(here, Endpoint<Ipv4>::any())) == Errc::not_connected);
}

TEST_CASE("more sockets than fit one answer of the kernel are all told, once") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0", Backlog{300}).value();
    const auto there = listener.local_endpoint().value();
    std::vector<Connection<Ipv4>> clients;
    for (int count = 0; count < 250; ++count) {
        clients.push_back(Connection<Ipv4>::connect(there).value());
    }
    int seen = 0;
    const std::size_t before = open_descriptors();
    CHECK(for_each_tcp_socket([&](const TcpTableRow& socket) {
              // Not an earlier socket that happens to have this port
              seen += socket.peer == Endpoint<Ip>{there} && socket.state == TcpState::established;
          }).has_value());
    CHECK(open_descriptors() == before);
    CHECK(seen == 250);
}

TEST_CASE("where the table can't be asked for the error says why") {
    CHECK(in_child([] {
              refuse_sockets_of(AF_NETLINK, EPERM);
              return std::string{
                  for_each_tcp_socket([](const TcpTableRow&) {}).error().text().view()};
          }) == "open: Operation not permitted (EPERM)");
}

TEST_CASE("a link-local connection is found, its interface included") {
    host::needs(host::own_network);
    CHECK(in_child([]() -> std::string {
              if (!enter_network_of_our_own() ||
                  std::system("ip addr add fe80::1/64 dev lo nodad") != 0) {
                  return "no network of our own";
              }
              const auto listener = Listener<Ipv6>::listen("[fe80::1%1]:0").value();
              // The route of an address that was just added may come a moment later.
              auto connected = Connection<Ipv6>::connect(listener.local_endpoint().value());
              for (int tries = 0; !connected && tries < 100; ++tries) {
                  Backoff{}.pause().value();
                  connected = Connection<Ipv6>::connect(listener.local_endpoint().value());
              }
              const auto client = std::move(connected).value();
              const auto found =
                  find_tcp_socket(client.local_endpoint().value(), client.peer_endpoint().value());
              return found ? "found" : std::string{found.error().text()};
          }) == "found");
}
