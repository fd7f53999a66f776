// SPDX-License-Identifier: MIT
//
// Lesson 3: a UDP server that sends back each datagram to whoever sent it.
//
// You learn what a datagram is: a message with a sender. It comes whole or not at all; it may be
// empty; and one that is longer than your buffer is an error here, not half a message.
//
//     03_udp_echo_server [ADDRESS:PORT]      127.0.0.1:9999; port 0 is any free one
//
// Run it and talk to it: `socat - UDP:127.0.0.1:9999`. An empty one:
// `python3 -c 'import socket; socket.socket(2, 2).sendto(b"", ("127.0.0.1", 9999))'`
//
//     waiting at 127.0.0.1:9999
//     127.0.0.1:51311 sent 6 bytes: hello.
//     127.0.0.1:40018 sent 0 bytes:
//     a message was too long: its size is 2000 bytes
//     stopping                                          that was Ctrl-C
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>

#include "support/shown.hpp"

using namespace ferrule;

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    // Loopback only, on purpose: a datagram can have a forged sender, and two echo servers would
    // send one datagram to each other for ever. A public server first asks for a proof of the
    // address.
    Endpoint<Ipv4> endpoint = "127.0.0.1:9999";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // Two steps, open and bind: there is no listen and no accept. One socket serves all peers.
    const auto socket = UdpSocket<Ipv4>::bind(endpoint).value();
    fmt::print("waiting at {}\n", socket.local_endpoint().value());

    // 1472 bytes fit into one Ethernet packet. A datagram may have up to 65,507 bytes; it is then
    // split into packets, and lost if one of them is lost.
    char buffer[1472];
    for (;;) {
        // One call receives one message. Two messages never become one, and one never becomes two.
        const auto message = socket.receive_from(buffer, stop);
        if (message) {
            fmt::print("{} sent {} bytes: {}\n", message->peer, message->data.size(),
                       shown(message->data));
            // An empty message is a message, too. It is not the end: without a connection there is
            // no end. A successful send does not mean that the message arrives.
            if (const auto sent = socket.send_to(message->data, message->peer, stop); !sent) {
                fmt::print("{}: {}\n", message->peer, sent.error());
            }
        } else if (message.error().code() == Errc::message_truncated) {
            // C's recvfrom returns the beginning and says nothing. The rest is lost in both cases.
            const auto size = message.error().message_size(); // not every system tells it
            fmt::print("a message was too long{}\n",
                       size ? fmt::format(": its size is {} bytes", *size) : "");
        } else if (message.error().code() == Errc::stopped) {
            fmt::print("stopping\n");
            return 0;
        } else {
            fmt::print(stderr, "{}\n", message.error());
            return 1;
        }
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
