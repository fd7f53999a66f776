// SPDX-License-Identifier: MIT
//
// Lesson 10: a server with deadlines and a graceful end.
//
// You learn to give many calls one deadline; to end a call that waits, from another thread and by
// Ctrl-C; and to end a server: it accepts no new clients, and gives the others some time.
//
//     10_stopping [ADDRESS:PORT [LIMIT GRACE]]      127.0.0.1:8810, 10000 and 2000 ms
//
// A client that sends a line within the LIMIT gets it back reversed. `quit` ends the server:
//
//     socat - TCP:127.0.0.1:8810
//
//     listening on 127.0.0.1:8810
//     127.0.0.1:40312: a line of 5 bytes
//     127.0.0.1:40314: receive: The deadline passed (deadline_exceeded)
//     stopping: clients 2, grace 2000 ms                that was Ctrl-C, or `quit`
//     127.0.0.1:40316: a line of 7 bytes
//     127.0.0.1:40318: receive: A stop was requested (stopped)
//     not finished: 1                                   a second Ctrl-C does not wait for it
#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// The first member is destroyed last: a client is counted until its connection is closed.
struct Client {
    Conversations::Running running;
    Connection<Ipv4> connection;
    Endpoint<Ipv4> peer;
};

// A Wait with a deadline is a point in time: all calls with this Wait must be done by then, all
// receives, the send, and the wait for the client's end. `within(10s)` at each call would start
// again with every byte, and a client that sends one byte every nine seconds could stay for ever.
Result<std::string> answer(Connection<Ipv4> connection, Wait wait) {
    std::string line;
    char buffer[256];
    for (const auto& piece : connection.pieces(buffer, wait)) { // to its end, for lack of another
        if (!piece) {
            return piece.error();
        }
        line += *piece;
        if (line.find('\n') != line.npos || line.size() >= 1000) {
            break;
        }
    }
    line.resize(std::min(line.size(), line.find('\n')));
    if (auto sent = connection.send_all({std::string{line.rbegin(), line.rend()}, "\n"}, wait);
        !sent) {
        return sent.error();
    }
    if (auto finished = std::move(connection).finish(wait); !finished) {
        return finished.error();
    }
    return line;
}

// Runs in its own thread. A Stop ends the calls that were given it, in every thread: `running` ends
// the calls with clients, `accepting` ends the accept in main's thread.
void converse(Client client, std::chrono::milliseconds limit, const Stop& running,
              Stop& accepting) {
    const auto line = answer(std::move(client.connection), within(limit, running));
    if (!line) {
        return fmt::print("{}: {}\n", client.peer, line.error());
    }
    fmt::print("{}: a line of {} bytes\n", client.peer, line->size());
    if (*line == "quit") {
        accepting.request();
    }
}

// Accepts until the Stop. Backoff pauses when all descriptors are in use: the client stays in the
// queue, so every accept fails at once, and a loop without pauses would use a whole processor. This
// function owns the listener and closes it at its end: later clients are refused and need not wait.
Error accept_clients(Listener<Ipv4> listener, std::chrono::milliseconds limit,
                     Conversations& conversations, Stop& stop) {
    for (Backoff backoff;;) {
        auto accepted = backoff.accept(listener, stop);
        if (!accepted) {
            return accepted.error();
        }
        try {
            Client client{conversations.begin().value(), std::move(accepted->connection),
                          accepted->peer};
            std::thread{converse, std::move(client), limit, std::cref(conversations.stop()),
                        std::ref(stop)}
                .detach();
        } catch (const std::system_error& failure) { // threads can run out, too
            fmt::print("{}: {}\n", accepted->peer, failure.what());
        }
    }
}

std::chrono::milliseconds milliseconds(std::string_view text) {
    unsigned count = 0;
    const char* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, count);
        read.ptr != end || read.ec != std::errc{}) {
        throw std::invalid_argument{fmt::format("{} is no number of milliseconds", text)};
    }
    return std::chrono::milliseconds{count};
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ipv4> endpoint = "127.0.0.1:8810";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    const auto limit = argc > 2 ? milliseconds(argv[2]) : 10s;
    const auto grace = argc > 3 ? milliseconds(argv[3]) : 2s;

    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    Conversations conversations; // counts the threads, and waits for them at its end, too
    auto listener = Listener<Ipv4>::listen(endpoint).value();
    fmt::print("listening on {}\n", listener.local_endpoint().value());
    const auto end = accept_clients(std::move(listener), limit, conversations, stop);
    if (end.code() != Errc::stopped) {
        fmt::print(stderr, "{}\n", end);
        return 1;
    }

    // The clients have time until the deadline, or until the next Ctrl-C, which requests another
    // Stop. Then their own Stop is requested, and the wait for them is short.
    Stop hurry;
    const StopOnSignals once_more{hurry, SIGINT, SIGTERM};
    fmt::print("stopping: clients {}, grace {} ms\n", conversations.running(), grace.count());
    const auto late = conversations.end(within(grace, hurry)).value();
    fmt::print("not finished: {}\n", late);
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
