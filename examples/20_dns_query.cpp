// SPDX-License-Identifier: MIT
//
// Lesson 20: ask a name server: a binary protocol over UDP, and over TCP when UDP is too small.
//
// You learn to make and to read messages of bytes, to trust nothing that a stranger sends, and
// which answer belongs to which question.
//
//     20_dns_query NAME [A|AAAA [SERVER:PORT]]      A 127.0.0.1:53
//
//     20_dns_query example.com
//     example.com. is 192.0.2.7
//     1 answer of 127.0.0.1:53 over UDP
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/dns.hpp"
#include "support/shown.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// Whether it answers this question. Anybody can send to our port: who guesses neither its number
// nor the id, both random, is not believed.
bool answers(std::string_view answer, std::string_view question) {
    dns::Cursor ours{question};
    dns::Cursor theirs{answer};
    const auto asked = ours.read<dns::Header>();
    const auto head = theirs.read<dns::Header>();
    return head && head->id == asked->id && (head->flags & dns::is_response) != 0 &&
           head->questions == 1 &&
           theirs.read(question.size() - sizeof *head) ==
               ours.read(question.size() - sizeof *asked);
}

// A connected socket receives from its peer only. What is lost on the way is asked for again: after
// one second, then two, then four.
std::string ask_over_udp(const Endpoint<Ip>& server, std::string_view question, const Stop& stop) {
    const auto socket = Connection<Ip, Datagram>::connect(server).value();
    for (auto patience = 1s; patience <= 4s; patience *= 2) {
        socket.send(question).value();
        const auto until_then = within(patience, stop);
        for (char buffer[512];;) { // an answer of more is cut, and says so
            const auto answer = socket.receive(buffer, until_then);
            if (!answer && answer.error() == Errc::deadline_exceeded) {
                break;
            } else if (answers(answer.value(), question)) {
                return std::string{*answer};
            }
        }
    }
    throw std::runtime_error{"The name server does not answer"};
}

// Over TCP each message has its size before it, two bytes (RFC 1035 section 4.2.2).
std::string ask_over_tcp(const Endpoint<Ip>& server, std::string_view question, const Stop& stop) {
    const Wait wait = within(5s, stop);
    const auto connection = Connection<Ip>::connect(server, wait).value();
    const dns::Number size{static_cast<std::uint16_t>(question.size())};
    connection.send_all({bytes_of(size), question}, wait).value();
    Reader<const Connection<Ip>, 65537> reader{connection};
    const auto answer = reader.frame<BigEndian<std::uint16_t>>(wait).value();
    if (!answers(answer, question)) {
        throw std::runtime_error{"The name server answers another question"};
    }
    return std::string{answer};
}

// Prints the addresses of an answer, and says how many there are.
int print(std::string_view answer) {
    dns::Cursor at{answer};
    const auto head = at.read<dns::Header>();
    if (const int code = head->flags & 15; code != 0) {
        throw std::runtime_error{code == 3 ? "No such name"
                                           : fmt::format("Error {} (RFC 1035)", code)};
    }
    bool is_whole = at.name() && at.read(4);
    int count = 0;
    for (int left = head->answers; is_whole && left > 0; --left) {
        const auto name = at.name();
        const auto kind = at.read<dns::Number>();
        const auto rest = at.read(6); // class, time to live
        const auto size = at.read<dns::Number>();
        const auto data = size ? at.read(*size) : std::nullopt;
        is_whole = name && kind && rest && data;
        if (is_whole && *kind == 1 && data->size() == 4) {
            Address<Ipv4>::Bytes bytes;
            std::copy(data->begin(), data->end(), bytes.begin());
            fmt::print("{} is {}\n", shown(*name, 255), Address<Ipv4>{bytes});
            ++count;
        } else if (is_whole && *kind == 28 && data->size() == 16) {
            Address<Ipv6>::Bytes bytes;
            std::copy(data->begin(), data->end(), bytes.begin());
            fmt::print("{} is {}\n", shown(*name, 255), Address<Ipv6>{bytes});
            ++count;
        }
    }
    return is_whole ? count : throw std::runtime_error{"The answer is cut"};
}

int main(int argc, char** argv) try {
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const auto kind =
        argc > 2 && std::string_view{argv[2]} == "AAAA" ? dns::Kind::aaaa : dns::Kind::a;
    const auto server = Endpoint<Ip>::parse(argc > 3 ? argv[3] : "127.0.0.1:53").value();
    const auto id = static_cast<std::uint16_t>(std::random_device{}());
    const auto question = dns::question(id, argc > 1 ? argv[1] : "", kind);
    if (!question) {
        throw std::invalid_argument{"20_dns_query NAME [A|AAAA [SERVER:PORT]]"};
    }
    std::string answer = ask_over_udp(server, *question, stop);
    const bool is_cut = (dns::Cursor{answer}.read<dns::Header>()->flags & dns::is_truncated) != 0;
    if (is_cut) {
        answer = ask_over_tcp(server, *question, stop);
    }
    const int count = print(answer);
    fmt::print("{} of {} over {}\n", count == 1 ? "1 answer" : fmt::format("{} answers", count),
               server, is_cut ? "TCP" : "UDP");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
