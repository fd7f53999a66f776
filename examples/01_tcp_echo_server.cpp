// SPDX-License-Identifier: MIT
//
// Lesson 1: a TCP server that sends back whatever it is sent.
//
// You learn the seven steps of a server: open, bind, listen, accept, receive, send, close; and that
// the first three are one line. It serves one client after another. Lesson 29 serves all at once.
//
//     01_tcp_echo_server [ADDRESS:PORT [one-line]]      127.0.0.1:8888; port 0 is any free one
//
// Run it and talk to it from a second terminal: `socat - TCP:127.0.0.1:8888`
//
//     listening on 127.0.0.1:8888
//     127.0.0.1:40312 connected
//     127.0.0.1:40312 sent 6 bytes: hello.
//     127.0.0.1:40312 ended after 6 bytes
//     stopping                                          that was Ctrl-C
//
// 01_in_c.c is the least that does the same in C, with none of its errors looked at.
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string_view>
#include <utility>

#include "support/shown.hpp"

using namespace ferrule;

// Steps 1 to 3, one by one. Each step takes the object that it is called on, and returns the next
// one. The type of an object has the operations that may come next: a socket that is not bound
// can't listen, a listener can't send.
Listener<Ipv4> listen_step_by_step(const Endpoint<Ipv4>& endpoint) {
    auto socket = Socket<Ipv4, Stream>::open().value();    // 1. socket(2)
    socket.set(opt::ReuseAddress{true}).value();           // so that a restart has the port at once
    auto bound = std::move(socket).bind(endpoint).value(); // 2. bind(2)

    // The backlog is the length of a queue: so many clients may be connected and wait for accept.
    return std::move(bound).listen(Backlog{128}).value(); // 3. listen(2)
}

// One conversation, until the client ends it. Returns how many bytes came.
Result<std::size_t> echo(const Accepted<Ipv4, Stream, Tcp>& client, const Stop& stop) {
    char buffer[65536];
    std::size_t bytes = 0;
    for (const auto& piece :
         client.connection.pieces(buffer, stop)) { // 5. recv(2), again and again
        if (!piece) {
            return piece.error();
        }
        if (piece->size() <= 60) {
            fmt::print("{} sent {} bytes: {}\n", client.peer, piece->size(), shown(*piece));
        }
        if (const auto sent = client.connection.send_all(*piece, stop); !sent) { // 6. send(2)
            return sent.error();
        }
        bytes += piece->size();
    }
    return bytes; // the end: recv(2) returned nothing, because the client will send no more
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ipv4> endpoint = "127.0.0.1:8888"; // read by the compiler: 300 does not compile
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    const bool one_line = argc > 2 && std::string_view{argv[2]} == "one-line";

    Stop stop; // ends every call that is given it
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    const auto listener = one_line ? Listener<Ipv4>::listen(endpoint).value() // steps 1 to 3
                                   : listen_step_by_step(endpoint);
    fmt::print("listening on {}\n", listener.local_endpoint().value());

    while (!stop.requested()) {
        const auto client = listener.accept(stop); // 4. accept4(2)
        if (!client) {
            if (client.error() == Errc::stopped) {
                break;
            }
            fmt::print(stderr, "{}\n", client.error());
            return 1;
        }
        fmt::print("{} connected\n", client->peer);
        if (const auto bytes = echo(*client, stop)) {
            fmt::print("{} ended after {} bytes\n", client->peer, *bytes);
        } else {
            fmt::print("{}: {}\n", client->peer, bytes.error()); // the next client is served
        }
    } // 7. close(2), by the destructor of the connection
    fmt::print("stopping\n");
} catch (const std::exception& failure) { // value() without a value throws: the error's sentence
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
