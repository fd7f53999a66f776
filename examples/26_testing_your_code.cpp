// SPDX-License-Identifier: MIT
//
// Lesson 26: test code of your own, over a real connection and against doubles that fail on
// purpose.
//
// You learn to write code so that it speaks over any ByteStream, and to make happen in a test what
// the network does once a year.
//
//     26_testing_your_code [OPTION...]      those of doctest: --list-test-cases, -tc=*deadline*
//
// The tests are the program:
//
//     [doctest] test cases:  9 |  9 passed | 0 failed | 0 skipped
//     [doctest] assertions: 79 | 79 passed | 0 failed |
//     [doctest] Status: SUCCESS!
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <doctest/doctest.h>
#include <ferrule/ferrule.hpp>
#include <future>
#include <span>
#include <string>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// The code to test: a client of a protocol in which a question is a line, and its answer another.
// It does with its peer only what every ByteStream can, and does not know whether that is a
// connection over TCP, one inside TLS, or a double.
template <ByteStream Peer> class Client {
public:
    static constexpr std::size_t longest = 100; // bytes of an answer

    explicit Client(Peer& peer) : peer_{peer} {}

    Result<std::string> ask(std::string question, Wait wait) {
        question += '\n';
        if (const auto sent = peer_.send_all(question, wait); !sent) {
            return sent.error();
        }
        return answer(wait);
    }

    // The next answer. After an error, what has come of it is kept, and the rest can be waited for.
    Result<std::string> answer(Wait wait) {
        for (;;) {
            const auto size = came_.find('\n');
            if (std::min(size, came_.size()) > longest) {
                return Error{Errc::message_size, Operation::receive};
            }
            if (size != came_.npos) {
                const auto line = came_.substr(0, size);
                came_.erase(0, size + 1);
                return line;
            }
            char buffer[64];
            auto bytes = std::as_writable_bytes(std::span{buffer});
            const auto received = peer_.receive_some(bytes, wait);
            if (!received || received->empty()) {
                return Error{received ? Errc::end_of_stream : received.error().code(),
                             Operation::receive, came_.size()};
            }
            came_.append(buffer, received->size());
        }
    }

private:
    Peer& peer_;
    std::string came_; // and was not given away
};

// The patience of a test: one that waits for ever hangs when it should fail.
Wait soon() { return within(10s); }

// An answer, or the sentence of an error: what doctest shows when it is another than expected.
std::string text_of(const Result<std::string>& answer) {
    return answer ? *answer : std::string{answer.error().text()};
}

// A real connection, without a server, a name or a port. Code that is no template takes a
// Connection<Any>, which every connection can become: it can be given these, too.
struct Ends {
    std::pair<Connection<Any>, Connection<Any>> both = Connection<Unix>::pair().value();
    Connection<Any>& ours = both.first;
    Connection<Any>& theirs = both.second;
};

TEST_CASE("a question is a line and so is its answer") {
    const Ends ends;
    ends.theirs.send_all("42\n").value(); // it waits there, so one thread can be both
    CHECK(text_of(Client{ends.ours}.ask("how many?", soon())) == "42");
    char question[10];
    CHECK(ends.theirs.receive_exactly(question, soon()).value() == "how many?\n");
}

TEST_CASE("two answers that come in one piece are two") {
    const Ends ends;
    ends.theirs.send_all("42\n\n43\n").value();
    Client client{ends.ours};
    CHECK(text_of(client.answer(soon())) == "42");
    CHECK(text_of(client.answer(soon())).empty());
    CHECK(text_of(client.answer(soon())) == "43");
}

TEST_CASE("an answer may have 100 bytes and no more") {
    for (const std::size_t size : {99U, 100U, 101U, 128U, 1000U}) {
        const Ends ends;
        ends.theirs.send_all(std::string(size, 'x') + '\n').value();
        CHECK(Client{ends.ours}.answer(soon()).has_value() == (size <= 100));
    }
}

TEST_CASE("a peer that ends in the middle has not answered") {
    const Ends ends;
    ends.theirs.send_all("forty").value();
    ends.theirs.shutdown(Shutdown::sending).value();
    CHECK(text_of(Client{ends.ours}.answer(soon())) ==
          "receive: The peer has ended the stream (end_of_stream), after 5 bytes");
}

TEST_CASE("a peer that is gone can't be asked") {
    const Ends ends;
    std::move(ends.theirs).close().value();
    CHECK(text_of(Client{ends.ours}.ask("how many?", soon())) ==
          "send: Broken pipe: the other end no longer reads (EPIPE)");
}

TEST_CASE("what came before a deadline counts after it") {
    const Ends ends;
    Client client{ends.ours};
    ends.theirs.send_all("4").value();
    CHECK(text_of(client.ask("how many?", within(10ms))) ==
          "receive: The deadline passed (deadline_exceeded), after 1 bytes");
    ends.theirs.send_all("2\n").value();
    CHECK(text_of(client.answer(soon())) == "42");
}

TEST_CASE("a Stop ends a client that waits") {
    const Ends ends;
    Client client{ends.ours};
    Stop stop;
    auto answer =
        std::async(std::launch::async, [&] { return client.ask("how many?", within(10s, stop)); });
    char question[10];
    ends.theirs.receive_exactly(question, soon()).require(); // it has asked, and waits
    stop.request();
    CHECK(text_of(answer.get()) == "receive: A stop was requested (stopped)");
}

// What a real peer does too seldom, a double does when it is told to. Three functions make a
// ByteStream. This one gives its text byte by byte, and fails once, before the byte of this number.
struct Fragile {
    std::string text;
    std::size_t fails_at = std::string::npos;
    Errc failure = Errc::none;
    std::size_t given = 0;
    std::string sent{};

    Result<std::span<std::byte>> receive_some(std::span<std::byte> buffer, Wait) {
        if (given == fails_at) {
            fails_at = std::string::npos;
            return Error{failure, Operation::receive};
        }
        const auto rest = std::as_bytes(std::span{text}).subspan(given);
        const auto filled = buffer.first(std::min<std::size_t>(rest.size(), 1));
        std::copy_n(rest.begin(), filled.size(), filled.begin());
        given += filled.size();
        return filled;
    }
    Result<void> send_all(BytesView bytes, Wait) {
        sent.append(static_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    Result<void> shutdown(Shutdown) { return {}; }
};
static_assert(ByteStream<Fragile>);

TEST_CASE("an answer in pieces of one byte is the same") {
    Fragile peer{"42\n43\n"};
    Client client{peer};
    CHECK(text_of(client.ask("how many?", soon())) == "42");
    CHECK(text_of(client.ask("and now?", soon())) == "43");
    CHECK(text_of(client.answer(soon())) ==
          "receive: The peer has ended the stream (end_of_stream)");
    CHECK(peer.sent == "how many?\nand now?\n");
}

TEST_CASE("a failure before whichever byte is told and loses nothing") {
    const std::string text = "forty-two\n";
    for (const auto failure : {Errc::deadline_exceeded, Errc::stopped, Errc::connection_reset}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            CAPTURE(at);
            Fragile peer{text, at, failure};
            Client client{peer};
            CHECK(text_of(client.answer(soon())) ==
                  text_of(Error{failure, Operation::receive, at}));
            CHECK(text_of(client.answer(soon())) == "forty-two");
        }
    }
}
