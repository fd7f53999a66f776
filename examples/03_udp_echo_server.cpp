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

    // Loopback only, and on purpose: who sends a datagram can write any sender on it, and two echo
    // servers would send each other one for ever. A server for strangers asks for a proof first.
    Endpoint<Ipv4> endpoint = "127.0.0.1:9999";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // Two steps, open and bind, and that is all: nothing to listen for, nobody to accept. One
    // socket serves everybody.
    const auto socket = UdpSocket<Ipv4>::bind(endpoint).value();
    fmt::print("waiting at {}\n", socket.local_endpoint().value());

    // 1472 bytes are what fits into one packet of an Ethernet. A datagram may have up to 65,507;
    // it is then cut into packets, and lost when one of them is.
    char buffer[1472];
    for (;;) {
        // One call is one message: two that were sent are never received as one, nor one as two.
        const auto message = socket.receive_from(buffer, stop);
        if (message) {
            fmt::print("{} sent {} bytes: {}\n", message->peer, message->data.size(),
                       shown(message->data));
            // An empty message is a message, too, and not the end: there is none without a
            // connection. That the answer was sent does not mean that it arrives.
            if (const auto sent = socket.send_to(message->data, message->peer, stop); !sent) {
                fmt::print("{}: {}\n", message->peer, sent.error());
            }
        } else if (message.error().code() == Errc::message_truncated) {
            // C's recvfrom gives you its beginning and says nothing. The rest is lost either way.
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
