// SPDX-License-Identifier: MIT
//
// Lesson 16: a relay, which takes connections here and passes them on to somebody else.
//
// You learn that a connection is two directions, each with its own end; that an end and a reset are
// not the same and must not become the same; and why `finish` is not `close`.
//
//     16_relay [LISTEN [TARGET]]      127.0.0.1:8816 and localhost:8888
//
// Either may be ADDRESS:PORT or unix:PATH, the target a name, too; port 0 is any free one. With
// lesson 1 as the target, talk to the relay: `socat - TCP:127.0.0.1:8816`
//
//     listening on 127.0.0.1:8816
//     127.0.0.1:40312 connected
//     127.0.0.1:40312 ended: 6 bytes there, 6 back
//     127.0.0.1:40314 refused: dial: Connection refused (ECONNREFUSED): 127.0.0.1:8888 ECONNREFUSED
//     127.0.0.1:40316 cut off: receive: Connection reset by peer (ECONNRESET)
//     stopping                                          that was Ctrl-C
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <future>
#include <list>
#include <span>
#include <string>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// Copies one stream into another, to the end of the first. It sends what it has received before it
// receives more, so nothing is lost, and a fast sender has to wait for a slow reader. It takes any
// two streams: a ByteStream is a Connection, or anything that behaves like one.
Result<std::uint64_t> pump(ByteStream auto& from, ByteStream auto& to, Wait wait) {
    std::byte buffer[65536];
    for (std::uint64_t bytes = 0;;) {
        const auto received = from.receive_some(std::span<std::byte>{buffer}, wait);
        if (!received) {
            return received.error();
        }
        if (received->empty()) {
            return bytes;
        }
        if (const auto sent = to.send_all(*received, wait); !sent) {
            return sent.error();
        }
        bytes += received->size();
    }
}

// One of the two sides, and whether we have ended our half of it.
struct Side {
    const Connection<Any>& connection;
    std::atomic<bool> ended{false};

    Result<void> end() {
        ended = true;
        return connection.shutdown(Shutdown::sending);
    }
    // A reset is reported once. If the sending direction got it, the receiving one sees an end. But
    // a reset connection has no peer any more, while a normal one keeps its peer until both halves
    // have ended.
    Result<void> check_reset() const {
        if (!connection.peer_endpoint() && !ended) {
            return Error{Errc::connection_reset, Operation::receive};
        }
        return {};
    }
};

// One direction. At the end of one side it ends only that half of the other side, because the
// answer may still be on its way. Then it watches until the answer is over, too: a reset may come
// late, and nobody else receives here. Any error ends the other direction by the stop.
Result<std::uint64_t> run_direction(Side& from, Side& to, Stop& stop) {
    auto bytes = pump(from.connection, to.connection, stop);
    const auto passed_on =
        bytes.and_then([&](auto) { return from.check_reset(); })
            .and_then([&] { return to.end(); })
            .and_then(
                [&] { return wait_for(from.connection.descriptor(), 0, stop, Operation::wait); })
            .and_then([&] { return from.check_reset(); });
    if (!passed_on) {
        stop.request();
        return passed_on.error();
    }
    return bytes;
}

// A stream that was cut must not look complete: a close would be an end, an abort is a reset. Unix
// sockets have no reset, so they are closed.
void cut_off(Connection<Any> connection) {
    if (auto tcp = std::move(connection).to<Ip>()) {
        static_cast<void>(std::move(*tcp).abort());
    }
}

void relay(Connection<Any> client, Endpoint<Any> peer, const std::string& target, Stop& server) {
    auto dialled = dial<Any>(target, within(10s, server));
    if (!dialled) {
        fmt::print("{} refused: {}\n", peer, dialled.error());
        // The client gets the reason. It may have sent a request that we have not read. A close
        // with unread data is a reset, which overtakes our answer: of 2,000,000 bytes that were
        // sent before such a close, 128,000 arrived. finish() ends our half, reads until the client
        // ends, too, and only then closes. A client that does not end in time is closed anyway, so
        // an error needs no handling.
        if (client.send_all(fmt::format("The relay does not reach {}\n", target), server)) {
            static_cast<void>(std::move(client).finish(within(5s, server)));
        }
        return;
    }
    ChildStop stop{server}; // ends both directions of this client, and with the server
    Side here{client};
    Side there{*dialled};
    auto answering = std::async(std::launch::async, run_direction, std::ref(there), std::ref(here),
                                std::ref(stop));
    const auto asked = run_direction(here, there, stop);
    const auto answered = answering.get();
    if (asked && answered) {
        // Both have been read to their end, so the close in the destructors loses nothing.
        return fmt::print("{} ended: {} bytes there, {} back\n", peer, *asked, *answered);
    }
    // One failed, and the other was stopped because of that.
    const bool first = !asked && asked.error().code() != Errc::stopped;
    fmt::print("{} cut off: {}\n", peer, first || answered ? asked.error() : answered.error());
    cut_off(std::move(client));
    cut_off(*std::move(dialled));
}

// The listener has one family; the connections continue as Any.
template <class Family>
void serve(const Listener<Family>& listener, const Endpoint<Any>& endpoint,
           const std::string& target, Stop& stop) {
    struct StopAtEnd {
        Stop& stop;
        ~StopAtEnd() { stop.request(); }
    };
    std::list<std::future<void>> clients; // the list goes last, and waits for the threads
    const StopAtEnd stop_at_end{stop};
    fmt::print("listening on {}\n", endpoint);

    Backoff backoff; // when descriptors run out, it waits for some to come back
    for (;;) {
        auto client = backoff.accept(listener, stop);
        if (!client && client.error().code() == Errc::stopped) {
            return fmt::print("stopping\n");
        }
        auto [connection, peer] = std::move(client).value();
        fmt::print("{} connected\n", Endpoint<Any>{peer});
        clients.remove_if([](auto& one) { return one.wait_for(0s) == std::future_status::ready; });
        clients.push_back(std::async(std::launch::async, relay,
                                     Connection<Any>{std::move(connection)}, Endpoint<Any>{peer},
                                     std::cref(target), std::ref(stop)));
    }
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Any> endpoint = "127.0.0.1:8816";
    if (argc > 1) {
        endpoint = Endpoint<Any>::parse(argv[1]).value();
    }
    const std::string target = argc > 2 ? argv[2] : "localhost:8888";
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // A path is a file that somebody has to remove. PathListener removes it, and replaces the path
    // of a dead server.
    if (const auto name = endpoint.to<Unix>(); name && name->is_path()) {
        const auto at_path = PathListener<>::listen(*name).value();
        serve(at_path.listener(), at_path.endpoint(), target, stop);
    } else {
        const auto listener = Listener<Any>::listen(endpoint).value();
        serve(listener, listener.local_endpoint().value(), target, stop);
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
