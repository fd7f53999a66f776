// SPDX-License-Identifier: MIT
//
// Lesson 18: hand a connection to another process.
//
// You learn that a descriptor can travel: one process accepts, another speaks with the client, who
// does not notice. So a server can be renewed, or the part that is privileged kept small.
//
//     18_pass_descriptors accept PATH [ADDRESS:PORT]      127.0.0.1:8888; port 0 is any free one
//     18_pass_descriptors serve PATH
//
// Start the worker, which serves, then the one that accepts; talk to it: `socat -
// TCP:127.0.0.1:8888`
//
//     listening on 127.0.0.1:8888                       accept
//     127.0.0.1:40312 goes to process 4711
//     waiting at /tmp/worker                            serve
//     127.0.0.1:40312 comes from process 4710
//     127.0.0.1:40312 sent 6 bytes
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;
using control::Credentials;
using control::Rights;

// This process accepts and gives away. The worker gets a descriptor of its own for the same
// connection; ours is closed at the end of the turn, and that is no end for the client.
void accept_for(const Connection<Unix, SeqPacket>& worker, const Listener<Ip>& listener,
                const Stop& stop) {
    const auto process = worker.get<opt::PeerCredentials>().value().process;
    for (;;) {
        auto accepted = listener.accept(stop);
        if (!accepted && accepted.error().code() == Errc::stopped) {
            return;
        }
        const auto& [connection, peer] = accepted.value();
        // The descriptor is a control message, beside the data: here the data is who the client is.
        send(worker, peer.text(), within(5s, stop), Rights{connection.descriptor()}).value();
        fmt::print("{} goes to process {}\n", peer, process);
    }
}

// Serves one client, as lesson 1 does.
void echo(const Connection<Ip>& connection, const std::string& peer, const Stop& stop) {
    std::size_t bytes = 0;
    char buffer[65536];
    for (const auto& piece : connection.pieces(buffer, stop)) {
        if (!piece || !connection.send_all(*piece, stop)) {
            break;
        }
        bytes += piece->size();
    }
    fmt::print("{} sent {} bytes\n", peer, bytes);
}

// The worker. Whatever comes is owned at once, close-on-exec: at most one descriptor a message,
// more are closed and are an error, so that nobody can fill our table of them.
void serve_from(const Connection<Unix, SeqPacket>& other, Stop& stop) {
    Threads clients{stop};
    for (;;) {
        char text[64];
        auto message = receive<Rights<1>, Credentials>(other, text, stop);
        if (!message && message.error().is_disconnect()) {
            return clients.finish(); // nobody else comes; who is here may stay
        } else if (!message && message.error() == Errc::stopped) {
            return;
        }
        const auto sender = message.value().take<Credentials>().value();
        auto* const rights = message->get_if<Rights<1>>();
        if (rights == nullptr) {
            fmt::print("a message without a descriptor from process {}\n", sender.process);
            continue;
        }
        // It could be any file: adopt looks whether it is a TCP connection. If not, it says why,
        // and the descriptor stays with its owner, who closes it.
        auto adopted = adopt<Connection<Ip>>((*rights)[0].number());
        if (!adopted) {
            fmt::print("{}\n", static_cast<Error>(adopted.error()));
            continue;
        }
        static_cast<void>((*rights)[0].release()); // it belongs to the connection now
        const std::string peer{message->data};
        fmt::print("{} comes from process {}\n", peer, sender.process);
        clients.start(echo, *std::move(adopted), peer);
    }
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const std::string_view role = argc > 2 ? argv[1] : "";
    if (role != "accept" && role != "serve") {
        throw std::invalid_argument{"18_pass_descriptors accept|serve PATH [ADDRESS:PORT]"};
    }
    const auto path = Endpoint<Unix>::parse(argv[2]).value();
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    if (role == "accept") {
        const auto worker = Connection<Unix, SeqPacket>::connect(path, within(5s, stop)).value();
        const auto endpoint = Endpoint<Ip>::parse(argc > 3 ? argv[3] : "127.0.0.1:8888").value();
        const auto listener = Listener<Ip>::listen(endpoint).value();
        fmt::print("listening on {}\n", listener.local_endpoint().value());
        accept_for(worker, listener, stop);
    } else {
        // The kernel says with each message who sent it, also with the first one: a connection has
        // the option of its listener from the start.
        const auto listener =
            PathListener<SeqPacket>::listen(path, opt::Mode{0600}, opt::PassCredentials{true})
                .value();
        fmt::print("waiting at {}\n", path);
        const auto accepted = listener.listener().accept(stop).value();
        serve_from(accepted.connection, stop);
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
