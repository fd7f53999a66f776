// SPDX-License-Identifier: MIT
//
// Lesson 29: a TCP server for many clients at once, a thread for each.
//
// You learn why one client must not wait for another one; that a socket is a file like any other;
// and what to do when no descriptor is left. Read lessons 1 and 10 before.
//
//     29_thread_per_client [ADDRESS:PORT [one-line]]      127.0.0.1:8888; port 0 is any free one
//
// Run it and talk to it from a second terminal and a third: `socat - TCP:127.0.0.1:8888`
//
//     opened: descriptor 4 is socket:[94110]
//     listening on 127.0.0.1:8888: descriptor 4 is socket:[94110]
//     127.0.0.1:40312 connected: descriptor 5 is socket:[94113]
//     127.0.0.1:40312 sent 6 bytes: hello.
//     127.0.0.1:40312 ended after 6 bytes
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "support/shown.hpp"
#include "support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// Everything is a file: the kernel returns a small number, and /proc/self/fd says what it is. The
// listener is one file and each connection is another one.
void show(std::string_view what, int descriptor) {
    const auto file = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", descriptor));
    fmt::print("{}: descriptor {} is {}\n", what, descriptor, file.string());
}

// Steps 1 to 3, one by one. Each spends the object that it is called on and gives the next, whose
// type has the operations that come next: what is not bound can't listen, what listens can't send.
Listener<Ipv4> listen_step_by_step(const Endpoint<Ipv4>& endpoint) {
    auto socket = Socket<Ipv4, Stream>::open().value(); // 1. socket(2)
    show("opened", socket.descriptor());

    // The side that closes a connection first keeps its port busy for another minute (TIME_WAIT).
    // With this option a restarted server gets its port at once. It works only before bind, so only
    // a Socket has it.
    socket.set(opt::ReuseAddress{true}).value();
    auto bound = std::move(socket).bind(endpoint).value(); // 2. bind(2)

    // The backlog is a queue: so many clients that are connected already may wait for accept. It
    // is not the number of clients that are served at once.
    return std::move(bound).listen(Backlog{128}).value(); // 3. listen(2)
}

// One conversation, until the client ends it. If a client resets its connection, only this function
// sees the error.
void echo(Connection<Ipv4> connection, Endpoint<Ipv4> peer, const Stop& stop) {
    char buffer[65536];
    std::size_t bytes = 0;
    for (const auto& piece : connection.pieces(buffer, stop)) { // 5. recv(2), again and again
        if (!piece) {
            return fmt::print("{}: {}\n", peer, piece.error());
        }
        // A stream has no messages: what was sent at once may come in pieces, and the reverse.
        if (piece->size() <= 60) {
            fmt::print("{} sent {} bytes: {}\n", peer, piece->size(), shown(*piece));
        }
        bytes += piece->size();
        if (const auto sent = connection.send_all(*piece, stop); !sent) { // 6. send(2)
            return fmt::print("{}: {}\n", peer, sent.error());
        }
    }
    // The end: recv(2) gave nothing, for the client will send no more. A loop of receive_some that
    // does not look for that receives nothing for ever; pieces ends by itself. Our half is still
    // open (CLOSE_WAIT): who has ended may still read.
    fmt::print("{} ended after {} bytes\n", peer, bytes);
} // 7. close(2), by the destructor. It does not wait: the kernel still delivers what was sent.

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
    show(fmt::format("listening on {}", listener.local_endpoint().value()), listener.descriptor());

    // A thread for each client, so that nobody waits for another one. They end with the server: the
    // Stop tells them to, and `clients` waits for them.
    Threads clients{stop};
    for (;;) {
        auto accepted = listener.accept(stop); // 4. accept4(2)
        if (accepted) {
            auto& [connection, peer] = *accepted;
            show(fmt::format("{} connected", peer), connection.descriptor());
            clients.start(echo, std::move(connection), peer);
        } else if (accepted.error().code() == Errc::stopped) {
            fmt::print("stopping\n");
            return 0;
        } else if (accepted.error().is_resource_exhausted()) { // 1024 clients, say
            fmt::print("{}\n", accepted.error());
            static_cast<void>(stop.wait(within(100ms)));
        } else {
            fmt::print(stderr, "{}\n", accepted.error());
            return 1;
        }
    }
} catch (const std::exception& failure) { // value() without a value throws: the error's sentence
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
