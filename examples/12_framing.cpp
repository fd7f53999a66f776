// SPDX-License-Identifier: MIT
//
// Lesson 12: TCP has no messages: two ways to make some.
//
// You learn to cut a stream into messages, with a length before each or a delimiter after it; why
// each needs a limit; and to send head and body in one call.
//
//     12_framing lines|frames [ADDRESS:PORT]      127.0.0.1:8888; port 0 is any free one
//
// The server answers each message with its number, size and text. `lines` ends a message with a
// newline, `frames` begins it with its size, four bytes, the most significant first:
//
//     listening on 127.0.0.1:8888
//     127.0.0.1:40312 sent 2 messages
//     127.0.0.1:40316: receive: Message too long (EMSGSIZE)
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdint>
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

// What one send sent, one receive need not give: the kernel sends bytes when it likes, in pieces
// that it likes. Three messages may come as one piece, and one message as three. So a message has
// to say where it ends.
//
// A length before the message: the reader knows what to wait for, and the message may have any
// bytes in it. A stranger can announce 4 GiB; the limit is looked at before a byte of that is
// waited for.
struct Frames {
    static constexpr std::size_t longest = 1000;
    static auto next(auto& reader, Wait wait) {
        return reader.template frame<BigEndian<std::uint32_t>>(longest, wait);
    }
    static Result<void> answer(const Connection<Ip>& connection, std::string_view head,
                               std::string_view text, Wait wait) {
        const BigEndian<std::uint32_t> size{static_cast<std::uint32_t>(head.size() + text.size())};
        // One call for all three, so that they share a packet. Three sends would be three packets:
        // Nagle's algorithm holds the second one back until the first is acknowledged.
        return connection.send_all({bytes_of(size), head, text}, wait);
    }
};

// A delimiter after the message: easy to type and to read, but the message can't have it in it. A
// stranger can leave it out; the limit ends that, too.
struct Lines {
    static constexpr std::size_t longest = 1000;
    static auto next(auto& reader, Wait wait) { return reader.line(longest, wait); }
    static Result<void> answer(const Connection<Ip>& connection, std::string_view head,
                               std::string_view text, Wait wait) {
        return connection.send_all({head, text, "\n"}, wait);
    }
};

// The Reader keeps what has come of the next message. Its buffer has room for the longest message
// with its prefix or its end; there is nothing else that a client could fill.
template <class Framing>
void serve(Connection<Ip> connection, Endpoint<Ip> peer, const Stop& stop) {
    Reader<Connection<Ip>, Framing::longest + 4> reader{connection};
    for (int number = 0;; ++number) {
        // A message has to come within a minute, all of it: one byte now and then is not enough.
        const auto message = Framing::next(reader, within(60s, stop));
        if (!message) {
            // The end between two messages is no error; inside of one it is.
            const bool is_end = message.error() == Error{Errc::end_of_stream, Operation::receive};
            return is_end ? fmt::print("{} sent {} messages\n", peer, number)
                          : fmt::print("{}: {}\n", peer, message.error());
        }
        const auto head = fmt::format("message {} has {} bytes: ", number + 1, message->size());
        if (auto sent = Framing::answer(connection, head, *message, within(60s, stop)); !sent) {
            return fmt::print("{}: {}\n", peer, sent.error());
        }
    }
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const std::string_view framing = argc > 1 ? argv[1] : "lines";
    if (framing != "lines" && framing != "frames") {
        throw std::invalid_argument{"12_framing lines|frames [ADDRESS:PORT]"};
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    const auto endpoint = Endpoint<Ip>::parse(argc > 2 ? argv[2] : "127.0.0.1:8888").value();
    const auto listener = Listener<Ip>::listen(endpoint).value();
    fmt::print("listening on {}\n", listener.local_endpoint().value());

    Threads clients{stop}; // a thread for each, as in lesson 29
    for (;;) {
        auto accepted = listener.accept(stop);
        if (!accepted && accepted.error().code() == Errc::stopped) {
            fmt::print("stopping\n");
            return 0;
        }
        auto& [connection, peer] = accepted.value();
        clients.start(framing == "lines" ? serve<Lines> : serve<Frames>, std::move(connection),
                      peer);
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
