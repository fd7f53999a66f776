// SPDX-License-Identifier: MIT
// The loops with Poco, those that it has.

#include <Poco/Net/DNS.h>
#include <Poco/Net/DatagramSocket.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "loops.hpp"

using namespace Poco::Net;

namespace {

struct TcpPair {
    ServerSocket listener{SocketAddress{"127.0.0.1", 0}, 128};
    StreamSocket client{listener.address()};
    StreamSocket server = listener.acceptConnection();

    TcpPair() { client.setNoDelay(true); }
};

void send_all(StreamSocket& socket, const char* data, int size) {
    for (int done = 0; done < size;) {
        done += socket.sendBytes(data + done, size - done);
    }
}

void receive_all(StreamSocket& socket, char* data, int size) {
    for (int done = 0; done < size;) {
        const int received = socket.receiveBytes(data + done, size - done);
        must(received > 0);
        done += received;
    }
}

} // namespace

int main(int argc, char** argv) {
    Loops loops{argc, argv};
    loops.loop("TCP there and back", [](auto run) {
        TcpPair pair;
        run([&] {
            char buffer[sizeof word];
            send_all(pair.client, word, sizeof word);
            receive_all(pair.server, buffer, sizeof buffer);
            send_all(pair.server, buffer, sizeof buffer);
            receive_all(pair.client, buffer, sizeof buffer);
        });
    });
    loops.loop("UDP there and back", [](auto run) {
        DatagramSocket one{SocketAddress{"127.0.0.1", 0}};
        DatagramSocket other{SocketAddress{"127.0.0.1", 0}};
        const auto there = other.address();
        run([&] {
            char buffer[1500];
            SocketAddress from;
            one.sendTo(word, sizeof word, there);
            const int size = other.receiveFrom(buffer, sizeof buffer, from);
            other.sendTo(buffer, size, from);
            must(one.receiveFrom(buffer, sizeof buffer, from) == sizeof word);
        });
    });
    loops.loop("64 KiB over TCP", [](auto run) {
        TcpPair pair;
        static char bytes[block];
        run([&] {
            send_all(pair.client, bytes, sizeof bytes);
            receive_all(pair.server, bytes, sizeof bytes);
        });
    });
    loops.loop("connect, accept, close", [](auto run) {
        TcpPair pair;
        run([&] {
            StreamSocket client{pair.listener.address()};
            StreamSocket server = pair.listener.acceptConnection();
            client.setLinger(true, 0);
            client.close();
            server.close();
        });
    });
    loops.loop("a number resolved",
               [](auto run) { run([] { must(!DNS::resolve("127.0.0.1").addresses().empty()); }); });
    loops.loop("a number dialled, accepted, closed", [](auto run) {
        TcpPair pair;
        const auto port = pair.listener.address().port();
        run([&] {
            StreamSocket client{SocketAddress{"127.0.0.1", port}};
            StreamSocket server = pair.listener.acceptConnection();
            client.setLinger(true, 0);
            client.close();
            server.close();
        });
    });
    loops.loop("an address read and printed", [](auto run) {
        run([] {
            const IPAddress address{"2001:db8::85a3:8a2e:370:7334"};
            must(!address.toString().empty());
        });
    });
}
