// SPDX-License-Identifier: MIT
//
// Lesson 23: a hundred thousand datagrams: one by one, in batches, in segments.
//
// You learn what a system call costs when there are many small ones, and two ways to make fewer:
// many datagrams in one call, and one large send that the kernel cuts.
//
//     23_batch receive [ADDRESS:PORT]        127.0.0.1:9999; port 0 is any free one; until Ctrl-C
//     23_batch send ADDRESS:PORT [COUNT]     100000 datagrams of 1200 bytes, in each of three ways
//     23_batch [COUNT]                       both, in one process
//
//     one by one: 391 thousand a second, 48 of 100 received
//     in batches of 64: 577 thousand a second, 44 of 100 received
//     in segments: 6213 thousand a second, 71 of 100 received
//
// What is not received was dropped: UDP waits for nobody.
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace ferrule;
using namespace std::chrono_literals;
using Udp4 = Bound<Ipv4, Datagram>;

constexpr std::size_t datagram_size = 1200; // a packet of Ethernet takes up to 1472

// A call for each: the kernel looks up the way for each, too.
void send_one_by_one(const Udp4& socket, const Endpoint<Ipv4>& to, std::size_t count, Wait wait) {
    const std::string datagram(datagram_size, 'x');
    for (; count > 0; --count) {
        socket.send_to(datagram, to, wait).value();
    }
}

// A call for 64. The batch is made once and sent again and again; each datagram in it could have
// other bytes and another peer.
void send_in_batches(const Udp4& socket, const Endpoint<Ipv4>& to, std::size_t count, Wait wait) {
    const std::string datagram(datagram_size, 'x');
    Batch<Ipv4, 64> batch;
    while (batch.size() < 64) {
        batch.add(datagram, to).value();
    }
    for (; count >= batch.size(); count -= batch.size()) {
        batch.send(socket, wait).value();
    }
    send_one_by_one(socket, to, count, wait);
}

// One block of up to 64 datagrams, all of one size and to one peer. It goes through the kernel as
// one and is cut at the end, by the network card if it can. If the kernel can't, they go in
// batches.
void send_in_segments(const Udp4& socket, const Endpoint<Ipv4>& to, std::size_t count, Wait wait) {
    const std::string block(datagram_size * 50, 'x');
    for (; count >= 50; count -= 50) {
        send_segments(socket, block, datagram_size, to, wait).value();
    }
    send_one_by_one(socket, to, count, wait);
}

// Receives until nothing has come for a second. The kernel puts datagrams of one peer together, as
// many as there are: one call gives up to 64 of them.
std::size_t receive_all(const SegmentReceiver<Ipv4>& receiver, const Stop& stop) {
    std::vector<char> buffer(65'535);
    for (std::size_t count = 0;;) {
        const auto segments = receiver.receive(buffer, within(1s, stop));
        if (!segments) {
            return count;
        }
        count += segments->count();
    }
}

// Sends in each of the three ways; `received` says how many of the last ones have come.
template <class Received>
void compare(const Endpoint<Ipv4>& to, std::size_t count, const Stop& stop, Received received) {
    const auto socket = Udp4::bind("127.0.0.1:0").value();
    const auto time = [&](const char* what, auto send) {
        auto all = received();
        const auto begin = std::chrono::steady_clock::now();
        send(socket, to, count, Wait{stop});
        const std::chrono::duration<double, std::milli> spent =
            std::chrono::steady_clock::now() - begin;
        fmt::print("{}: {:.0f} thousand a second", what,
                   static_cast<double>(count) / spent.count());
        fmt::print("{}\n", all());
    };
    time("one by one", send_one_by_one);
    time("in batches of 64", send_in_batches);
    time("in segments", send_in_segments);
}

std::size_t number(const char* text) {
    std::size_t value = 0;
    const std::string_view all{text};
    if (std::from_chars(all.data(), all.data() + all.size(), value).ptr !=
        all.data() + all.size()) {
        throw std::invalid_argument{"23_batch [receive|send] [ADDRESS:PORT] [COUNT]"};
    }
    return value;
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const std::string_view role = argc > 1 ? argv[1] : "";
    if (role == "send" && argc > 2) {
        const auto to = Endpoint<Ipv4>::parse(argv[2]).value();
        compare(to, argc > 3 ? number(argv[3]) : 100'000, stop,
                [] { return [] { return std::string{}; }; });
        return 0;
    }
    const bool alone = role != "receive";
    const auto endpoint = Endpoint<Ipv4>::parse(alone      ? "127.0.0.1:0"
                                                : argc > 2 ? argv[2]
                                                           : "127.0.0.1:9999")
                              .value();
    const auto receiver =
        SegmentReceiver<Ipv4>::on(Udp4::bind(endpoint, opt::ReceiveBuffer{4'000'000}).value())
            .value();
    if (alone) {
        const std::size_t count = argc > 1 ? number(argv[1]) : 100'000;
        compare(receiver.local_endpoint().value(), count, stop, [&] {
            auto counting =
                std::async(std::launch::async, [&] { return receive_all(receiver, stop); });
            return [&, all = std::move(counting)]() mutable {
                return fmt::format(", {} of 100 received", 100 * all.get() / count);
            };
        });
        return 0;
    }
    fmt::print("listening on {}\n", receiver.local_endpoint().value());
    while (!stop.requested()) {
        if (const auto count = receive_all(receiver, stop); count != 0) {
            fmt::print("{} received\n", count);
        }
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
