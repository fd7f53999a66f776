// SPDX-License-Identifier: MIT
//
// Lesson 11: a TCP server that sends back what it is sent, to thousands at once, in one thread.
//
// You learn to ask which of many sockets are ready, and to wait for none of them; what to do with a
// client that does not read, and when descriptors run out; and how to end with a grace period.
//
//     11_many_clients [ADDRESS:PORT]      127.0.0.1:8811; port 0 is any free one
//
// Talk to it from as many terminals as you like: `socat - TCP:127.0.0.1:8811`
//
//     listening on 127.0.0.1:8811
//     127.0.0.1:40312: receive: Connection reset by peer (ECONNRESET)
//     accept: Too many open files (EMFILE): clients 1017, others wait
//     stopping: clients 1017, grace 100 ms              that was Ctrl-C
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unordered_map>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

struct Client {
    Connection<Ipv4> connection;
    Endpoint<Ipv4> peer;
    std::string left{}; // has come, and does not fit into the way back yet
};

class Server {
public:
    explicit Server(const Endpoint<Ipv4>& endpoint)
        : listener_{Listener<Ipv4>::listen(endpoint).value()} {
        poller_.add(listener_, listener_.descriptor(), Interest::reading).value();
        fmt::print("listening on {}\n", listener_.local_endpoint().value());
    }

    // The thread waits only here. Then each ready socket gets a turn, and no call of a turn waits.
    // While sockets are always ready the poller does not wait, so each round checks the two
    // deadlines.
    void serve(Deadline end, const Stop& stop) {
        Ready<int> room[64];
        while (!end.has_passed() && (listener_.is_open() || !clients_.empty())) {
            const auto ready = poller_.wait(room, {std::min(end, accept_again_), stop});
            if (ready) {
                for (const auto& one : *ready) {
                    one.key() == listener_.descriptor() ? accept() : turn_of(one.key());
                }
            } else if (ready.error().code() == Errc::stopped) {
                return;
            } else if (ready.error().code() != Errc::deadline_exceeded) {
                ready.require(); // throws
            }
            if (accept_again_.has_passed()) {
                accept_again();
            }
        }
    }

    // No new clients from here on: they are refused. The others may go on until the deadline.
    void serve_the_rest(Deadline end, const Stop& stop) {
        std::move(listener_).close().value();
        fmt::print("stopping: clients {}, grace 100 ms\n", clients_.size());
        accept_again_ = Deadline::never();
        serve(end, stop);
    }

private:
    void accept() {
        auto accepted = listener_.accept(no_wait);
        if (accepted) {
            // The poller reports a key of our choice. A descriptor will do: no two open sockets
            // have the same one. The kernel soon uses the number of a closed socket again. But a
            // round has one turn for each socket, and a socket is closed only in its own turn, so
            // no later turn of the round can mean another client.
            const int key = accepted->connection.descriptor();
            if (auto added = poller_.add(key, key, Interest::reading); !added) {
                return fmt::print("{}: {}\n", accepted->peer, added.error()); // and closes it
            }
            clients_.emplace(key, Client{std::move(accepted->connection), accepted->peer});
            backoff_.reset();
            exhausted_ = false;
        } else if (accepted.error().is_resource_exhausted()) {
            // The client is still in the queue, so the listener stays ready: don't watch it, or the
            // loop spins. Watch it again after a pause, or when one of our clients has gone.
            if (!std::exchange(exhausted_, true)) {
                fmt::print("{}: clients {}, others wait\n", accepted.error(), clients_.size());
            }
            poller_.change(listener_, listener_.descriptor(), Interest::none).value();
            accept_again_ = backoff_.retry_at();
        } else if (accepted.error().code() != Errc::would_block) { // the client may have gone
            accepted.require();                                    // throws
        }
    }

    void accept_again() {
        poller_.change(listener_, listener_.descriptor(), Interest::reading).value();
        accept_again_ = Deadline::never();
    }

    void turn_of(int key) {
        const auto client = clients_.find(key);
        const auto done = echo(client->second);
        if (done || done.error().code() == Errc::would_block) {
            return;
        }
        if (done.error().code() != Errc::end_of_stream) {
            fmt::print("{}: {}\n", client->second.peer, done.error());
        }
        clients_.erase(client); // closes the descriptor, which the poller forgets then
        if (!accept_again_.is_never()) {
            accept_again();
        }
    }

    // At most one receive and one send: a client that has sent a lot gets more turns, with others
    // between them.
    Result<void> echo(Client& client) {
        std::string_view bytes = client.left;
        if (bytes.empty()) {
            const auto received = client.connection.receive_some(buffer_, no_wait);
            if (!received) {
                return received.error();
            }
            if (received->empty()) { // it has ended, and has everything back
                return Error{Errc::end_of_stream, Operation::receive};
            }
            bytes = *received;
        }
        const auto sent = client.connection.send_some(bytes, no_wait);
        if (!sent && sent.error().code() != Errc::would_block) {
            return sent.error();
        }
        bytes.remove_prefix(sent.value_or(0U));

        // A client that sends and does not read must not exhaust our memory. Nothing more is read
        // until it has taken the rest, at most one buffer, so soon it can't send any more. It is
        // watched for writing only until then, because a socket is nearly always ready for writing.
        if (bytes.empty() != client.left.empty()) {
            const int key = client.connection.descriptor();
            poller_.change(key, key, bytes.empty() ? Interest::reading : Interest::writing).value();
        }
        std::string{bytes}.swap(client.left); // gives the memory back, too
        return {};
    }

    Poller<int> poller_ = Poller<int>::open().value();
    Listener<Ipv4> listener_;
    std::unordered_map<int, Client> clients_; // by descriptor
    Backoff backoff_;
    Deadline accept_again_ = Deadline::never();
    bool exhausted_ = false;
    char buffer_[8000]; // one for all
};

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ipv4> endpoint = "127.0.0.1:8811";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    // Most processes may have 1024 descriptors, and may raise the limit.
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
        descriptors.rlim_cur = descriptors.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &descriptors);
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    Server server{endpoint};
    server.serve(Deadline::never(), stop);
    stop.reset(); // for the next Ctrl-C, which ends the rest at once
    server.serve_the_rest(within(100ms), stop);
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
