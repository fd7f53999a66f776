// SPDX-License-Identifier: MIT
#include <ferrule/stream/file_transfer.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <future>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/pattern.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

Wait soon() { return within(10s); }

// A file of these bytes that has no name.
struct File {
    Descriptor descriptor;
    explicit File(std::string_view bytes) {
        char name[] = "/tmp/ferrule-XXXXXX";
        descriptor = Descriptor{::mkostemp(name, 0)};
        ::unlink(name);
        REQUIRE(::write(descriptor.number(), bytes.data(), bytes.size()) ==
                static_cast<ssize_t>(bytes.size()));
    }
    FilePart part(std::uint64_t offset, std::uint64_t size) const {
        return {.file = descriptor.number(), .offset = offset, .size = size};
    }
};

// All that comes, in another thread.
template <class Family> std::future<std::string> all_of(const Connection<Family>& connection) {
    return std::async(std::launch::async, [&] {
        std::string all;
        char buffer[65536];
        for (const auto& piece : connection.pieces(buffer, soon())) {
            all += piece.value();
        }
        return all;
    });
}

// What a write to a connection does whose other end is gone, at the latest at the second try.
void expect_gone(Errc cause) {
    CHECK((cause == Errc::broken_pipe || cause == Errc::connection_reset));
}

} // namespace

TEST_CASE_TEMPLATE("a file arrives as it is, from any offset", Family, EVERY_FAMILY) {
    const std::string bytes = pattern(3'000'000);
    const File file{bytes};
    for (const auto wait : {Wait{}, soon()}) {
        const Conversation<Family> talk;
        auto all = all_of(talk.server);
        CHECK(talk.client.send_all("head ").has_value());
        CHECK(send_file(talk.client, file.part(0, bytes.size()), wait).has_value());
        CHECK(send_file(talk.client, file.part(2'999'990, 10), wait).has_value());
        CHECK(send_file(talk.client, file.part(5, 0), wait).has_value());
        CHECK(is_blocking(talk.client.descriptor()));
        CHECK(talk.client.shutdown(Shutdown::sending).has_value());
        CHECK(all.get() == "head " + bytes + bytes.substr(2'999'990));
    }
    CHECK(::lseek(file.descriptor.number(), 0, SEEK_CUR) == 3'000'000); // it was not used
}

TEST_CASE("a file that ends too early says how much of it went") {
    const File file{"0123456789"};
    const Conversation<Unix> talk;
    CHECK(send_file(talk.client, file.part(4, 10)).error() ==
          Error{Errc::end_of_stream, Operation::send, 6});
    char buffer[6];
    CHECK(talk.server.receive_exactly(buffer, soon()).value() == "456789");
    CHECK(send_file(talk.client, file.part(100, 1)).error() ==
          Error{Errc::end_of_stream, Operation::send, 0});
    CHECK(failure_of(send_file(talk.client, file.part(UINT64_MAX, 1))) == Errc::value_out_of_range);
}

TEST_CASE("a peer that does not read ends it with the deadline, and the count is exact") {
    const std::string bytes = pattern(10'000'000);
    const File file{bytes};
    Conversation<Ipv4> talk;
    const auto sent = send_file(talk.client, file.part(0, bytes.size()), within(50ms));
    CHECK(failure_of(sent) == Errc::deadline_exceeded);
    const std::size_t done = sent.error().transferred();
    CHECK(done > 0);
    CHECK(done < bytes.size());
    CHECK(is_blocking(talk.client.descriptor()));
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(all_of(talk.server).get() == bytes.substr(0, done));
}

TEST_CASE("without a wait as much goes as there is room for") {
    const std::string bytes = pattern(10'000'000);
    const File file{bytes};
    Conversation<Unix> talk;
    const auto sent = send_file(talk.client, file.part(0, bytes.size()), no_wait);
    CHECK(failure_of(sent) == Errc::would_block);
    CHECK(talk.client.shutdown(Shutdown::sending).has_value());
    CHECK(all_of(talk.server).get() == bytes.substr(0, sent.error().transferred()));
}

TEST_CASE_TEMPLATE("a peer that is gone is an error, never a signal", Family, Ipv4, Unix) {
    const File file{pattern(1'000'000)};
    Conversation<Family> talk;
    std::move(talk.server).close().value();
    for (int turn = 0; turn < 3; ++turn) { // SIGPIPE would end this program
        const auto sent = send_file(talk.client, file.part(0, 1'000'000), soon());
        if (!sent) {
            expect_gone(sent.error().code());
        }
    }
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("a descriptor that is no file, a socket that is closed, a stop") {
    Conversation<Unix> talk;
    CHECK_FALSE(send_file(talk.client, {.file = -1, .offset = 0, .size = 1}));
    const File file{"x"};
    Stop stop;
    stop.request();
    CHECK(failure_of(send_file(talk.client, file.part(0, 1), stop)) == Errc::stopped);
    std::move(talk.client).close().value();
    CHECK(failure_of(send_file(talk.client, file.part(0, 1))) == Errc::not_open);
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE_TEMPLATE("what one connection receives goes out on another", Family, Ipv4, Unix, Ip) {
    const std::string bytes = pattern(5'000'000);
    for (const auto wait : {Wait{}, soon()}) {
        const Conversation<Family> in;
        const Conversation<Unix> out;
        auto all = all_of(out.server);
        auto sending = std::async(std::launch::async, [&] {
            in.client.send_all(bytes, soon()).value();
            in.client.shutdown(Shutdown::sending).value();
        });
        auto splice = Splice::open().value();
        std::size_t moved = 0;
        for (;;) {
            const auto more = splice.move(in.server, out.client, 100'000, wait).value();
            if (more == 0) {
                break;
            }
            moved += more;
            CHECK(more <= 100'000);
        }
        CHECK(moved == bytes.size());
        CHECK(splice.pending() == 0);
        CHECK(out.client.shutdown(Shutdown::sending).has_value());
        CHECK(all.get() == bytes);
        sending.get();
    }
}

TEST_CASE("what the other side does not take is not lost: it goes first the next time") {
    const std::string bytes = pattern(4'000'000);
    const Conversation<Unix> in;
    const Conversation<Unix> out;
    auto sending = std::async(std::launch::async, [&] {
        in.client.send_all(bytes, soon()).value();
        in.client.shutdown(Shutdown::sending).value();
    });
    auto splice = Splice::open().value();
    std::size_t moved = 0;
    for (;;) { // the peer does not read yet
        const auto more = splice.move(in.server, out.client, 100'000, within(20ms));
        moved += more ? *more : more.error().transferred();
        if (!more) {
            CHECK(failure_of(more) == Errc::deadline_exceeded);
            break;
        }
    }
    CHECK(moved < bytes.size());
    auto all = all_of(out.server);
    for (std::size_t more = 1; more != 0; moved += more) {
        more = splice.move(in.server, out.client, 100'000, soon()).value();
    }
    CHECK(moved == bytes.size());
    CHECK(out.client.shutdown(Shutdown::sending).has_value());
    CHECK(all.get() == bytes);
    sending.get();
}

TEST_CASE("a splice to a peer that is gone is an error, never a signal") {
    const Conversation<Unix> in;
    Conversation<Unix> out;
    std::move(out.server).close().value();
    CHECK(in.client.send_all("bytes").has_value());
    auto splice = Splice::open().value();
    const auto moved = splice.move(in.server, out.client, 100, soon());
    CHECK(failure_of(moved) == Errc::broken_pipe);
    CHECK(splice.pending() == 5);
    CHECK(failure_of(splice.move(in.server, out.client, 0)) == Errc::empty_buffer);
}
#endif
