// SPDX-License-Identifier: MIT
#include <ferrule/socket/names.hpp>

#include <doctest/doctest.h>
#include <type_traits>

using namespace ferrule;

static_assert(std::is_same_v<TcpListener<Ipv4>, Listener<Ipv4>>);
static_assert(std::is_same_v<TcpConnection<Ipv6>, Connection<Ipv6, Stream, Tcp>>);
static_assert(std::is_same_v<UdpSocket<Ip>, Bound<Ip, Datagram>>);

TEST_CASE("the short names make a TCP and a UDP conversation") {
    const auto listener = TcpListener<Ipv4>::listen("127.0.0.1:0").value();
    const TcpConnection<Ipv4> client =
        TcpConnection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const TcpConnection<Ipv4> server = listener.accept().value().connection;
    char buffer[8];
    CHECK(client.send_all("tcp").has_value());
    CHECK(server.receive_some(buffer).value() == "tcp");

    const auto one = UdpSocket<Ipv4>::bind("127.0.0.1:0").value();
    const auto other = UdpSocket<Ipv4>::bind("127.0.0.1:0").value();
    CHECK(one.send_to("udp", other.local_endpoint().value()).has_value());
    CHECK(other.receive_from(buffer)->data == "udp");
}
