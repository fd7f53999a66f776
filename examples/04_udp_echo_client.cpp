// SPDX-License-Identifier: MIT
//
// Lesson 4: a UDP client that survives what the network does to datagrams.
//
// You learn to send to somebody without a connection, to fix the peer, which is not a connection
// either, and what to do when nobody answers: a deadline, and another try.
//
//     04_udp_echo_client [ADDRESS:PORT [QUESTION...]]      127.0.0.1:9999 one two three
//
// Run lesson 3 beside it, or `socat UDP-RECVFROM:9999,fork PIPE`.
//
//     without a peer, from 0.0.0.0:41003
//     answered: 1 one
//     answered: 2 two
//     100 ms without an answer to 1 of them
//     answered: 3 three
//     with a fixed peer, from 127.0.0.1:36518
//     ...
//     receive: Connection refused (ECONNREFUSED)        if there is no server
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace ferrule;
using namespace std::chrono_literals;

// Asks all questions, and again those that were not answered in time. A datagram can get lost, come
// twice, or overtake another one. So an answer belongs to the question that it repeats, with its
// number, not to the last question. Each try waits twice as long as the one before, so that many
// clients do not overload a slow server.
template <class Send, class Receive>
Result<void> ask(std::vector<std::string> open, const Stop& stop, Send send, Receive receive) {
    for (auto patience = 100ms; patience < 2s; patience *= 2) {
        for (const auto& question : open) {
            if (auto sent = send(question); !sent) {
                return sent;
            }
        }
        const Wait wait = within(patience, stop); // one deadline, however many answers come
        while (!open.empty()) {
            const auto answer = receive(wait);
            if (answer && std::erase(open, *answer) > 0) {
                fmt::print("answered: {}\n", *answer);
            } else if (answer || answer.error() == Errc::message_truncated) {
                fmt::print("ignored: an answer to nothing that is open\n");
            } else if (answer.error() == Errc::deadline_exceeded) {
                break;
            } else {
                return answer.error();
            }
        }
        if (open.empty()) {
            return {};
        }
        fmt::print("{} ms without an answer to {} of them\n", patience.count(), open.size());
    }
    return Error{Errc::deadline_exceeded, Operation::receive};
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    const auto server = Endpoint<Ipv4>::parse(argc > 1 ? argv[1] : "127.0.0.1:9999").value();
    std::vector<std::string> questions;
    for (int at = 2; at < argc; ++at) {
        questions.push_back(fmt::format("{} {}", at - 1, argv[at]));
    }
    if (questions.empty()) {
        questions = {"1 one", "2 two", "3 three"};
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    char buffer[1472];

    // Without a peer: any free port, and each send names the receiver. Anybody may send to us, so
    // check the sender. If nobody is there, we hear nothing: the kernel can't tell which send
    // failed.
    const auto socket = UdpSocket<Ipv4>::bind().value();
    fmt::print("without a peer, from {}\n", socket.local_endpoint().value());
    auto send_to = [&](BytesView question) { return socket.send_to(question, server, stop); };
    auto receive_from = [&](Wait wait) -> Result<std::string_view> {
        auto answer = socket.receive_from(buffer, wait);
        while (answer && answer->peer != server) {
            fmt::print("ignored: a message from {}\n", answer->peer);
            answer = socket.receive_from(buffer, wait);
        }
        return answer.transform([](const auto& message) { return message.data; });
    };
    const auto unfixed = ask(questions, stop, send_to, receive_from);

    // With a fixed peer: connect sends nothing, and succeeds even if nobody is there. The kernel
    // remembers the peer, picks our local address, and drops messages from others. If the peer's
    // host refuses a message, our next call returns that error.
    const auto fixed = Connection<Ipv4, Datagram>::connect(server).value();
    fmt::print("with a fixed peer, from {}\n", fixed.local_endpoint().value());
    auto send = [&](BytesView question) { return fixed.send(question, stop); };
    auto receive = [&](Wait wait) { return fixed.receive(buffer, wait); };
    const auto answered = ask(questions, stop, send, receive);
    for (const auto& asked : {unfixed, answered}) {
        if (!asked) {
            fmt::print(stderr, "{}\n", asked.error());
        }
    }
    return stop.requested() || (unfixed && answered) ? 0 : 1;
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
