// SPDX-License-Identifier: MIT
// The loops with Asio's blocking calls, those that it has: it has no deadline without asynchrony.

#include <asio.hpp>

#include <string>

#include "loops.hpp"

using asio::ip::tcp;
using asio::ip::udp;
using local = asio::local::stream_protocol;

namespace {

const auto loopback = asio::ip::make_address_v4("127.0.0.1");

struct TcpPair {
    asio::io_context context;
    tcp::acceptor acceptor{context, {loopback, 0}};
    tcp::socket client{context};
    tcp::socket server{context};

    TcpPair() {
        client.connect(acceptor.local_endpoint());
        acceptor.accept(server);
        client.set_option(tcp::no_delay{true});
    }
};

void there_and_back(auto& one, auto& other) {
    char buffer[sizeof word];
    asio::write(one, asio::buffer(word));
    asio::read(other, asio::buffer(buffer));
    asio::write(other, asio::buffer(buffer));
    asio::read(one, asio::buffer(buffer));
}

} // namespace

int main(int argc, char** argv) {
    Loops loops{argc, argv};
    loops.loop("TCP there and back", [](auto run) {
        TcpPair pair;
        run([&] { there_and_back(pair.client, pair.server); });
    });
    loops.loop("Unix there and back", [](auto run) {
        asio::io_context context;
        local::socket one{context};
        local::socket other{context};
        asio::local::connect_pair(one, other);
        run([&] { there_and_back(one, other); });
    });
    loops.loop("UDP there and back", [](auto run) {
        asio::io_context context;
        udp::socket one{context, {loopback, 0}};
        udp::socket other{context, {loopback, 0}};
        const auto there = other.local_endpoint();
        run([&] {
            char buffer[1500];
            udp::endpoint from;
            one.send_to(asio::buffer(word), there);
            const auto size = other.receive_from(asio::buffer(buffer), from);
            other.send_to(asio::buffer(buffer, size), from);
            must(one.receive_from(asio::buffer(buffer), from) == sizeof word);
        });
    });
    loops.loop("50 datagrams, one by one", [](auto run) {
        asio::io_context context;
        udp::socket receiver{context, {loopback, 0}};
        udp::socket sender{context, {loopback, 0}};
        const auto there = receiver.local_endpoint();
        static char bytes[datagram];
        run([&] {
            for (std::size_t at = 0; at < datagrams; ++at) {
                sender.send_to(asio::buffer(bytes), there);
            }
            udp::endpoint from;
            for (std::size_t at = 0; at < datagrams; ++at) {
                must(receiver.receive_from(asio::buffer(bytes), from) == datagram);
            }
        });
    });
    loops.loop("64 KiB over TCP", [](auto run) {
        TcpPair pair;
        static char bytes[block];
        run([&] {
            asio::write(pair.client, asio::buffer(bytes));
            asio::read(pair.server, asio::buffer(bytes));
        });
    });
    loops.loop("connect, accept, close", [](auto run) {
        TcpPair pair;
        const auto at = pair.acceptor.local_endpoint();
        run([&] {
            tcp::socket client{pair.context};
            client.connect(at);
            auto server = pair.acceptor.accept();
            client.set_option(asio::socket_base::linger{true, 0});
            client.close();
            server.close();
        });
    });
    loops.loop("a number resolved", [](auto run) {
        asio::io_context context;
        tcp::resolver resolver{context};
        run([&] { must(!resolver.resolve("127.0.0.1", "80").empty()); });
    });
    loops.loop("a number dialled, accepted, closed", [](auto run) {
        TcpPair pair;
        tcp::resolver resolver{pair.context};
        const auto port = std::to_string(pair.acceptor.local_endpoint().port());
        run([&] {
            tcp::socket client{pair.context};
            asio::connect(client, resolver.resolve("127.0.0.1", port));
            auto server = pair.acceptor.accept();
            client.set_option(asio::socket_base::linger{true, 0});
            client.close();
            server.close();
        });
    });
    loops.loop("an address read and printed", [](auto run) {
        run([] {
            const auto address = asio::ip::make_address_v6("2001:db8::85a3:8a2e:370:7334");
            must(!address.to_string().empty());
        });
    });
}
