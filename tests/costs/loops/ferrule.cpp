// SPDX-License-Identifier: MIT
//
// Every kind of call in one file, as a program of some size has them: g++ makes functions of what
// it would put in line in a small one. Beside it careful_c.cpp does the same. loops.py counts.

#include <chrono>
#include <cstdlib>
#include <ferrule/ferrule.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "loop.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view word = "hello";

void streams() {
    const auto both = Connection<Unix>::pair().value();
    const auto& one = both.first;
    const auto& two = both.second;
    char buffer[64];

    loop("send, receive: value()", [&] {
        one.send_all(word).value();
        must(!two.receive_some(buffer).value().empty());
    });
    loop("send, receive: looked at", [&] {
        const auto sent = one.send_some(word);
        if (!sent) {
            std::abort();
        }
        const auto received = two.receive_some(buffer);
        if (!received || received->empty()) {
            std::abort();
        }
    });
    loop("send, receive_exactly", [&] {
        one.send_all(word).value();
        char exactly[5];
        two.receive_exactly(exactly).value();
    });
    loop("send, receive_exactly, deadline", [&] {
        one.send_all(word).value();
        char exactly[5];
        two.receive_exactly(exactly, within(1s)).value();
    });
    loop("gathered send of four, receive", [&] {
        one.send_all({word, word, word, word}).value();
        must(two.receive_some(buffer).value().size() == 20);
    });
    loop("send, peek, receive", [&] {
        one.send_all(word).value();
        must(!two.peek(buffer).value().empty());
        must(!two.receive_some(buffer).value().empty());
    });
}

void waits() {
    const auto both = Connection<Unix>::pair().value();
    const auto& one = both.first;
    const auto& two = both.second;
    char buffer[64];
    Stop stop;
    const auto filled = [&, one = one.descriptor()] {
        return uncounted([&] { return ::send(one, word.data(), word.size(), 0); });
    };
    loop("receive, deadline", [&] {
        filled();
        must(!two.receive_some(buffer, within(1s)).value().empty());
    });
    loop("receive, stop", [&] {
        filled();
        must(!two.receive_some(buffer, stop).value().empty());
    });
    loop("receive, deadline and stop", [&] {
        filled();
        must(!two.receive_some(buffer, within(1s, stop)).value().empty());
    });
    loop("receive, no_wait", [&] {
        filled();
        const auto received = two.receive_some(buffer, no_wait);
        must(received && !received->empty());
    });
    loop("receive, no_wait: would_block", [&] {
        const auto received = two.receive_some(buffer, no_wait);
        must(!received && received.error() == Errc::would_block);
    });
    loop("receive, deadline, waits", [&] {
        const auto received = two.receive_some(buffer, within(1us));
        must(!received && received.error() == Errc::deadline_exceeded);
    });
    loop("send, deadline", [&] {
        one.send_all(word, within(1s)).value();
        uncounted([&] { return ::recv(two.descriptor(), buffer, sizeof buffer, 0); });
    });
    loop("send, no_wait", [&] {
        must(one.send_some(word, no_wait).has_value());
        uncounted([&] { return ::recv(two.descriptor(), buffer, sizeof buffer, 0); });
    });
}

void beginnings() {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto endpoint = listener.local_endpoint().value();

    loop("connect, accept, close", [&] {
        const auto client = Connection<Ipv4>::connect(endpoint).value();
        const auto accepted = listener.accept().value();
        must(accepted.peer.port() != 0);
    });
    loop("accept, close", [&] {
        const int client = uncounted([&] { return connected_to(endpoint.port()); });
        {
            const auto accepted = listener.accept().value();
            must(accepted.peer.port() != 0);
        }
        uncounted([&] { return ::close(client); });
    });
    loop("accept, deadline, close", [&] {
        const int client = uncounted([&] { return connected_to(endpoint.port()); });
        {
            const auto accepted = listener.accept(within(1s)).value();
            must(accepted.peer.port() != 0);
        }
        uncounted([&] { return ::close(client); });
    });
    loop("accept, no_wait: would_block", [&] {
        const auto accepted = listener.accept(no_wait);
        must(!accepted && accepted.error() == Errc::would_block);
    });
    loop("connect, option, finish", [&] {
        auto client = Connection<Ipv4>::connect(endpoint, opt::NoDelay{true}).value();
        const int server = uncounted([&] { return ::accept(listener.descriptor(), nullptr, 0); });
        uncounted([&] { return ::close(server); });
        must(std::move(client).finish(Wait{}).value() == 0);
    });
    loop("pair, close", [] {
        const auto both = Connection<Unix>::pair().value();
        must(both.first.is_open());
    });
    loop("names, option", [&] {
        must(listener.local_endpoint().value().port() != 0);
        listener.set(opt::NoDelay{true}).value();
        must(listener.get<opt::NoDelay>().value());
    });
}

void numbers() {
    const auto either = Listener<Ip>::listen(Endpoint<Ip>::any()).value();
    const Endpoint<Ip> number{Address<Ip>{Address<Ipv4>::loopback()},
                              either.local_endpoint().value().port()};
    const auto text = number.text();
    loop("dial of a number, close", [&] {
        const auto client = dial(text).value();
        must(client.is_open());
        const int server = uncounted([&] { return ::accept(either.descriptor(), nullptr, 0); });
        uncounted([&] { return ::close(server); });
    });
}

template <class Family> void datagrams(const char* name, const Endpoint<Family>& to) {
    const auto sender = Bound<Family, Datagram>::bind(to.with_port(0)).value();
    const auto receiver = Bound<Family, Datagram>::bind(to.with_port(0)).value();
    const auto endpoint = receiver.local_endpoint().value();
    char buffer[64];
    loop(name, [&] {
        sender.send_to(word, endpoint).value();
        must(receiver.receive_from(buffer).value().peer.port() != 0);
    });
}

void messages() {
    datagrams<Ipv4>("send_to, receive_from: Ipv4", "127.0.0.1:0");
    datagrams<Ipv6>("send_to, receive_from: Ipv6", "[::1]:0");

    // A socket of both families, and an IPv4 peer.
    const auto sender = Bound<Ip, Datagram>::bind(Endpoint<Ip>::any()).value();
    const auto receiver = Bound<Ip, Datagram>::bind(Endpoint<Ip>::any()).value();
    const Endpoint<Ip> endpoint{Address<Ip>{Address<Ipv4>::loopback()},
                                receiver.local_endpoint().value().port()};
    char buffer[64];
    loop("send_to, receive_from: Ip", [&] {
        sender.send_to(word, endpoint).value();
        must(receiver.receive_from(buffer).value().peer.domain() == AF_INET);
    });

    const auto both = Connection<Unix, Datagram>::pair().value();
    const auto& one = both.first;
    const auto& two = both.second;
    loop("message send, receive", [&] {
        one.send(word).value();
        must(two.receive(buffer).value().size() == 5);
    });
    loop("message send of two, receive, deadline", [&] {
        one.send({word, word}).value();
        must(two.receive(buffer, within(1s)).value().size() == 10);
    });
    const auto packets = Connection<Unix, SeqPacket>::pair().value();
    loop("packet send, receive", [&] {
        packets.first.send(word).value();
        must(packets.second.receive(buffer).value().size() == 5);
    });
}

void beside_the_data() {
    {
        const auto both = Connection<Unix, SeqPacket>::pair().value();
        char buffer[64];
        loop("descriptor sent, received, closed", [&] {
            send(both.first, word, control::Rights{both.first.descriptor()}).value();
            auto message = receive<control::Rights<1>>(both.second, buffer).value();
            const auto rights = message.take<control::Rights<1>>().value();
            must(message.data.size() == word.size() && rights.size() == 1);
        });
    }
    const auto sender = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto receiver = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto port = sender.local_endpoint().value().port();
    static char room[64 * 64];
    static Batch<Ipv4, 64> out;
    static Batch<Ipv4, 64> in{room};
    const auto to = receiver.local_endpoint().value();
    for (int at = 0; at < 64; ++at) {
        out.add(word, to).value();
    }
    loop("batch of 64, there and looked at", [&] {
        out.send(sender).value();
        for (std::size_t received = 0; received < 64;) {
            received += in.receive(receiver).value();
            for (const auto& message : in) {
                must(!message.is_truncated() && message.peer().port() == port &&
                     message.data().size() == word.size());
            }
        }
    });
}

void lines() {
    const auto both = Connection<Unix>::pair().value();
    both.first.send_all(std::string_view{lines_of_text(), times * (line_size + 1)}).value();
    char buffer[2 * times * (line_size + 1)];
    Reader reader{both.second, buffer};
    reader.peek(1).value();
    loop("line of 80 bytes from a Reader", [&] {
        const auto line = reader.line();
        if (!line) {
            std::abort();
        }
        must(line->size() == line_size);
    });
}

// What an echo server does with each of its connections.
template <std::size_t size> void serve(const char* waits, const char* echoes) {
    std::vector<Connection<Unix>> servers;
    std::vector<Connection<Unix>> clients;
    const auto poller = Poller<std::size_t>::open().value();
    for (std::size_t at = 0; at < size; ++at) {
        auto [server, client] = Connection<Unix>::pair().value();
        poller.add(server, at, Interest::reading).value();
        servers.push_back(std::move(server));
        clients.push_back(std::move(client));
    }
    const auto all_ask = [&] {
        return uncounted([&] {
            for (const auto& client : clients) {
                client.send_all(word).value();
            }
            return 0;
        });
    };
    const auto all_are_answered = [&] {
        return uncounted([&] {
            char buffer[64];
            for (const auto& client : clients) {
                must(client.receive_some(buffer).value().size() == word.size());
            }
            return 0;
        });
    };
    Ready<std::size_t> slots[64];
    all_ask();
    loop(waits, [&] {
        std::size_t keys = 0;
        for (const auto& ready : poller.wait(slots).value()) {
            keys += ready.key() + 1;
        }
        must(keys == size * (size + 1) / 2);
    });
    loop(echoes, [&] {
        for (const auto& ready : poller.wait(slots).value()) {
            char buffer[512];
            const auto received = servers[ready.key()].receive_some(buffer, no_wait).value();
            servers[ready.key()].send_all(received).value();
        }
        all_are_answered();
        all_ask();
    });
}

} // namespace

int main() {
    streams();
    waits();
    beginnings();
    numbers();
    messages();
    lines();
    beside_the_data();
    serve<1>("poller, 1 ready", "echo server, 1 request");
    serve<64>("poller, 64 ready", "echo server, 64 requests");
}
