// SPDX-License-Identifier: MIT
// The loops with ferrule.

#include <ferrule/ferrule.hpp>

#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "loops.hpp"

using namespace ferrule;

namespace {

constexpr std::string_view text{word, sizeof word};

struct TcpPair {
    Listener<Ipv4> listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    Endpoint<Ipv4> at = listener.local_endpoint().value();
    Connection<Ipv4> client = Connection<Ipv4>::connect(at, opt::NoDelay{true}).value();
    Connection<Ipv4> server = listener.accept().value().connection;
};

void there_and_back(const auto& one, const auto& other) {
    char buffer[sizeof word];
    one.send_all(text).value();
    other.receive_exactly(buffer).value();
    other.send_all(buffer).value();
    one.receive_exactly(buffer).value();
}

} // namespace

int main(int argc, char** argv) {
    Loops loops{argc, argv};
    loops.loop("TCP there and back", [](auto run) {
        const TcpPair tcp;
        run([&] { there_and_back(tcp.client, tcp.server); });
    });
    loops.loop("Unix there and back", [](auto run) {
        const auto both = Connection<Unix>::pair().value();
        run([&] { there_and_back(both.first, both.second); });
    });
    loops.loop("UDP there and back", [](auto run) {
        const auto one = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto other = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto there = other.local_endpoint().value();
        run([&] {
            char buffer[1500];
            one.send_to(text, there).value();
            const auto asked = other.receive_from(buffer).value();
            other.send_to(asked.data, asked.peer).value();
            must(one.receive_from(buffer).value().data.size() == sizeof word);
        });
    });
    loops.loop("50 datagrams, one by one", [](auto run) {
        const auto receiver = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto sender = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto there = receiver.local_endpoint().value();
        static char bytes[datagram];
        run([&] {
            for (std::size_t at = 0; at < datagrams; ++at) {
                sender.send_to(bytes, there).value();
            }
            for (std::size_t at = 0; at < datagrams; ++at) {
                must(receiver.receive_from(bytes).value().data.size() == datagram);
            }
        });
    });
    loops.loop("50 datagrams in a batch", [](auto run) {
        const auto receiver = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto sender = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto there = receiver.local_endpoint().value();
        static char bytes[datagrams * datagram];
        static Batch<Ipv4, datagrams> out;
        static Batch<Ipv4, datagrams> in{bytes};
        while (out.size() < datagrams) {
            out.add(std::string_view{bytes, datagram}, there).value();
        }
        run([&] {
            out.send(sender).value();
            for (std::size_t received = 0; received < datagrams;) {
                received += in.receive(receiver).value();
            }
        });
    });
    loops.loop("50 datagrams in segments", [](auto run) {
        const auto receiver =
            SegmentReceiver<Ipv4>::on(Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value()).value();
        const auto sender = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
        const auto there = receiver.local_endpoint().value();
        static char bytes[datagrams * datagram];
        static char room[65535];
        run([&] {
            send_segments(sender, bytes, datagram, there).value();
            for (std::size_t received = 0; received < datagrams;) {
                received += receiver.receive(room).value().count();
            }
        });
    });
    loops.loop("64 KiB over TCP", [](auto run) {
        const TcpPair tcp;
        static char bytes[block];
        run([&] {
            tcp.client.send_all(bytes).value();
            tcp.server.receive_exactly(bytes).value();
        });
    });
    loops.loop("connect, accept, close", [](auto run) {
        const TcpPair tcp;
        run([&] {
            auto client = Connection<Ipv4>::connect(tcp.at).value();
            auto server = tcp.listener.accept().value().connection;
            std::move(client).abort().value();
            std::move(server).close().value();
        });
    });
    loops.loop("receive within a deadline", [](auto run) {
        const auto both = Connection<Unix>::pair().value();
        run([&] {
            char buffer[sizeof word];
            both.first.send_all(text).value();
            both.second.receive_exactly(buffer, within(Seconds{5})).value();
        });
    });
    loops.loop("one of 64 is ready", [](auto run) {
        const auto poller = Poller<std::size_t>::open().value();
        std::vector<decltype(Connection<Unix>::pair().value())> both;
        for (std::size_t at = 0; at < 64; ++at) {
            both.push_back(Connection<Unix>::pair().value());
            poller.add(both.back().second, at, Interest::reading).value();
        }
        unsigned next = 0;
        run([&] {
            both[next++ % 64].first.send_all(text).value();
            Ready<std::size_t> room[64];
            const auto ready = poller.wait(room).value();
            must(ready.size() == 1);
            char buffer[sizeof word];
            both[ready[0].key()].second.receive_exactly(buffer).value();
        });
    });
    loops.loop("64 of 64 are ready", [](auto run) {
        const auto poller = Poller<std::size_t>::open().value();
        std::vector<decltype(Connection<Unix>::pair().value())> both;
        for (std::size_t at = 0; at < 64; ++at) {
            both.push_back(Connection<Unix>::pair().value());
            poller.add(both.back().second, at, Interest::reading).value();
        }
        run([&] {
            for (const auto& pair : both) {
                pair.first.send_all(text).value();
            }
            Ready<std::size_t> room[64];
            const auto ready = poller.wait(room).value();
            must(ready.size() == 64);
            for (const auto& event : ready) {
                char buffer[sizeof word];
                both[event.key()].second.receive_exactly(buffer).value();
            }
        });
    });
    loops.loop("a deadline passes", [](auto run) {
        const auto both = Connection<Unix>::pair().value();
        run([&] {
            char byte[1];
            const auto received = both.second.receive_some(byte, within(Nanoseconds{100'000}));
            must(!received && received.error() == Errc::deadline_exceeded);
        });
    });
    loops.loop("64 KiB of a file over TCP", [](auto run) {
        const TcpPair tcp;
        static char bytes[block];
        const Descriptor file{::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
        must(::ftruncate(file.number(), block) == 0);
        run([&] {
            send_file(tcp.client, {.file = file.number(), .size = block}).value();
            tcp.server.receive_exactly(bytes).value();
        });
    });
    loops.loop("a descriptor passed, closed", [](auto run) {
        const auto both = Connection<Unix, SeqPacket>::pair().value();
        run([&] {
            char byte[1];
            send(both.first, "x", control::Rights{both.first.descriptor()}).value();
            auto message = receive<control::Rights<1>>(both.second, byte).value();
            must(message.take<control::Rights<1>>().value().size() == 1);
        });
    });
    loops.loop("a number resolved",
               [](auto run) { run([] { must(!resolve("127.0.0.1", "80").value().empty()); }); });
    loops.loop("a number dialled, accepted, closed", [](auto run) {
        const TcpPair tcp;
        const std::string where{tcp.at.text()};
        run([&] {
            auto client = dial(where).value();
            auto server = tcp.listener.accept().value().connection;
            std::move(client).abort().value();
            std::move(server).close().value();
        });
    });
    loops.loop("an address read and printed", [](auto run) {
        run([] {
            const auto address = Address<Ipv6>::parse("2001:db8::85a3:8a2e:370:7334");
            must(!address.value().text().empty());
        });
    });
}
