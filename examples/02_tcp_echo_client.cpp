// SPDX-License-Identifier: MIT
//
// Lesson 2: a TCP client. Type a line, see it come back.
//
// You learn to connect within a limit, which port the kernel chose for us, that the two directions
// of a connection are independent, and how to end one of them.
//
//     02_tcp_echo_client [ENDPOINT]      127.0.0.1:8888; also [::1]:8888 and unix:/run/x.sock
//
// Run lesson 1 beside it, or `socat TCP-LISTEN:8888,reuseaddr,fork EXEC:cat`. Type; Ctrl-D ends.
//
//     connected to 127.0.0.1:8888 from 127.0.0.1:40312
//     hello                                             that was you
//     hello                                             and that the server
//     the server has ended, too
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <future>
#include <poll.h>
#include <string_view>
#include <unistd.h>

using namespace ferrule;
using namespace std::chrono_literals;

// Prints what the server sends, until the server ends. If both sides first sent everything and read
// only afterwards, both would wait for ever as soon as the buffers between them are full.
Result<void> print_what_comes(const Connection<Any>& connection, Stop& stop) {
    char buffer[65536];
    auto ended = Result<void>{};
    for (const auto& piece : connection.pieces(buffer, stop)) {
        if (!piece) {
            ended = piece.error(); // the last there is
            break;
        }
        std::fwrite(piece->data(), 1, piece->size(), stdout);
        std::fflush(stdout);
    }
    stop.request(); // no use in waiting for more input
    return ended;
}

// Standard input is a file like a socket, so we can wait for it in the same way: until there is
// something to read(2), or until the Stop. At the end of the input (Ctrl-D on a terminal) we end
// our half of the connection: the server learns that no more will come, and we still receive.
Result<void> send_what_is_typed(const Connection<Any>& connection, const Stop& stop) {
    char typed[65536];
    for (;;) {
        if (auto ready = wait_for(STDIN_FILENO, POLLIN, stop, Operation::wait); !ready) {
            return ready;
        }
        const auto size = ::read(STDIN_FILENO, typed, sizeof typed);
        if (size <= 0) {
            return connection.shutdown(Shutdown::sending);
        }
        const std::string_view line{typed, static_cast<std::size_t>(size)};
        if (auto sent = connection.send_all(line, stop); !sent) {
            return sent;
        }
    }
}

int main(int argc, char** argv) try {
    // The endpoint says which family it is. A client that works with every family uses Any.
    Endpoint<Any> server = "127.0.0.1:8888";
    if (argc > 1) {
        server = Endpoint<Any>::parse(argv[1]).value();
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // The kernel alone would try for two minutes when nobody answers. Two seconds are enough here,
    // and Ctrl-C ends it earlier. A closed port is refused at once.
    const auto connection = Connection<Any>::connect(server, within(2s, stop)).value();

    // A connection has two ends. Nobody told us our port: the kernel took a free one.
    fmt::print(stderr, "connected to {} from {}\n", connection.peer_endpoint().value(),
               connection.local_endpoint().value());

    // One thread may receive from a connection while another one sends.
    auto receiving =
        std::async(std::launch::async, print_what_comes, std::cref(connection), std::ref(stop));
    const auto sent = send_what_is_typed(connection, stop);
    const auto received = receiving.get();

    for (const auto& half : {sent, received}) {
        if (!half && half.error().code() != Errc::stopped) {
            fmt::print(stderr, "{}\n", half.error());
            return 1;
        }
    }
    fmt::print(stderr, "{}\n",
               !received ? "stopped"
               : !sent   ? "the server has ended"
                         : "the server has ended, too");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
