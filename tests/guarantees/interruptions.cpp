// SPDX-License-Identifier: MIT
// What signals do to a conversation: nothing.

#include "blocked.hpp"

#include "../support/in_child.hpp"
#include "../support/pattern.hpp"
#include "../support/threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <pthread.h>
#include <string>
#include <sys/time.h>

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

std::atomic<int> interruptions = 0;

// While it lives, a signal every millisecond interrupts this process: SIGALRM, without SA_RESTART.
class Interrupted {
public:
    Interrupted() {
        struct sigaction action{};
        action.sa_handler = [](int) { ++interruptions; };
        ::sigaction(SIGALRM, &action, &before_);
        set_timer(1000);
    }
    Interrupted(const Interrupted&) = delete;
    Interrupted& operator=(const Interrupted&) = delete;
    ~Interrupted() {
        set_timer(0);
        ::sigaction(SIGALRM, &before_, nullptr);
    }

private:
    static void set_timer(suseconds_t microseconds) {
        const itimerval timer{{0, microseconds}, {0, microseconds}};
        ::setitimer(ITIMER_REAL, &timer, nullptr);
    }

    struct sigaction before_{};
};

// In a helping thread: the signals go to the thread that is tested, of which this many are awaited.
void await_interruptions(int count) {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
    const int enough = interruptions + count;
    while (interruptions < enough) {
        std::this_thread::yield();
    }
}

constexpr std::size_t chunk = 1 << 20;

// 64 MiB.
const std::string& content() {
    static const std::string bytes = pattern(64 * chunk);
    return bytes;
}

// The other end reads it all, with pauses in which the sender is interrupted.
template <class Connection>
bool arrives(const Connection& from, const Connection& to, auto send_content) {
    std::string received(content().size(), '\0');
    Result<void> sent;
    {
        Thread reader{[&] {
            for (std::size_t at = 0; at < received.size(); at += chunk) {
                await_interruptions(1);
                if (!to.receive_exactly(std::span{received}.subspan(at, chunk), within(60s))) {
                    return;
                }
            }
        }};
        sent = send_content(from);
    }
    CHECK(error_of(sent).text().view() == "No error (none)");
    return received == content();
}

// The other end writes it all, with pauses in which the receiver is interrupted.
template <class Connection>
bool is_received(const Connection& from, const Connection& to, auto receive_content) {
    std::string received(content().size(), '\0');
    Error end{Errc::none, Operation::none};
    {
        Thread writer{[&] {
            for (std::size_t at = 0; at < received.size(); at += chunk) {
                await_interruptions(1);
                if (!from.send_all(std::span{content()}.subspan(at, chunk), within(60s))) {
                    return;
                }
            }
        }};
        end = receive_content(to, received);
    }
    CHECK(end.text().view() == "No error (none)");
    return received == content();
}

// What is done after a while by a helping thread, and what waits for it meanwhile.
template <class Help, class Call> Error helped(Help help, Call call) {
    Thread helper{[&] {
        await_interruptions(10);
        help();
    }};
    return error_of(call());
}

const Wait waits[]{Wait{}, within(600s)};

} // namespace

TEST_CASE_TEMPLATE("a signal every millisecond does not show in a transfer of 64 MiB", Family, Ipv4,
                   Unix) {
    const Interrupted interrupted;
    for (const Wait wait : waits) {
        CAPTURE(wait.is_for_ever());
        const Conversation<Family> talk;

        CHECK(arrives(talk.client, talk.server,
                      [&](const auto& end) { return end.send_all(content(), wait); }));
        CHECK(arrives(talk.client, talk.server, [&](const auto& end) {
            const std::string_view all = content();
            return end.send_all({all.substr(0, 7), "", all.substr(7)}, wait);
        }));
        CHECK(arrives(talk.client, talk.server, [&](const auto& end) {
            for (std::string_view left = content(); !left.empty();) {
                const auto sent = end.send_some(left, wait);
                if (!sent) {
                    return Result<void>{sent.error()};
                }
                left.remove_prefix(*sent);
            }
            return Result<void>{};
        }));
        CHECK(is_received(talk.client, talk.server, [&](const auto& end, std::string& buffer) {
            return error_of(end.receive_exactly(buffer, wait));
        }));
        CHECK(is_received(talk.client, talk.server, [&](const auto& end, std::string& buffer) {
            for (std::span<char> left = buffer; !left.empty();) {
                const auto received = end.receive_some(left, wait);
                if (!received) {
                    return received.error();
                }
                left = left.subspan(received->size());
            }
            return error_of(Result<void>{});
        }));
    }
}

TEST_CASE_TEMPLATE("a signal every millisecond does not show in an accept", Family, Ipv4, Unix) {
    const Interrupted interrupted;
    const Conversation<Family> talk;
    const auto endpoint = talk.listener.local_endpoint().value();
    for (const Wait wait : waits) {
        CHECK(helped([&] { CHECK(Connection<Family>::connect(endpoint).has_value()); },
                     [&] { return talk.listener.accept(wait); })
                  .code() == Errc::none);
    }
}

TEST_CASE_TEMPLATE("a signal every millisecond does not show in a connect to a full backlog",
                   Family, Ipv4, Unix) {
    const Interrupted interrupted;
    for (const Wait wait : waits) {
        const FullBacklog<Family, Stream> backlog;
        const auto make_room = [&] {
            for (std::size_t left = backlog.queue.size(); left > 0; --left) {
                CHECK(backlog.listener.accept().has_value());
            }
        };
        CHECK(helped(make_room, [&] {
                  return Connection<Family>::connect(backlog.endpoint, wait);
              }).code() == Errc::none);
    }
    const FullBacklog<Family, Stream> backlog;
    auto connecting = Connecting<Family>::start_connect(backlog.endpoint).value();
    CHECK(helped([&] { CHECK(backlog.listener.accept().has_value()); },
                 [&] { return connecting.complete(); })
              .code() == Errc::none);
}

TEST_CASE_TEMPLATE("a signal every millisecond does not show when a message is awaited", Family,
                   Ipv4, Unix) {
    const Interrupted interrupted;
    const TwoBound<Family> bound;
    const DatagramConversation<Family> talk;
    char buffer[8];
    for (const Wait wait : waits) {
        CHECK(helped([&] { CHECK(bound.one.send_to("x", bound.other_endpoint).has_value()); },
                     [&] { return bound.other.receive_from(buffer, wait); })
                  .code() == Errc::none);
        CHECK(helped([&] { CHECK(talk.one.send("x").has_value()); },
                     [&] { return talk.other.receive(buffer, wait); })
                  .code() == Errc::none);
    }
}

TEST_CASE("a signal every millisecond does not show when a full queue is awaited") {
    const Interrupted interrupted;
    char buffer[8];
    for (const Wait wait : waits) {
        const TwoBound<Unix> bound;
        while (bound.one.send_to("x", bound.other_endpoint, no_wait)) {
        }
        CHECK(helped([&] { CHECK(bound.other.receive_from(buffer).has_value()); },
                     [&] { return bound.one.send_to("x", bound.other_endpoint, wait); })
                  .code() == Errc::none);
        const auto connected = Connection<Unix, Datagram>::connect(bound.other_endpoint).value();
        CHECK(helped([&] { CHECK(bound.other.receive_from(buffer).has_value()); },
                     [&] { return connected.send("x", wait); })
                  .code() == Errc::none);

        const auto packets = Connection<Unix, SeqPacket>::pair().value();
        while (packets.first.send("x", no_wait)) {
        }
        const auto read_all = [&] {
            while (packets.second.receive(buffer, no_wait)) {
            }
        };
        CHECK(helped(read_all, [&] { return packets.first.send({"x", "y"}, wait); }).code() ==
              Errc::none);
    }
}

TEST_CASE("a signal every millisecond does not show when a stop is awaited") {
    const Interrupted interrupted;
    Stop stop;
    CHECK(helped([&] { stop.request(); }, [&] { return stop.wait(); }).code() == Errc::none);
    stop.reset();
    CHECK(error_of(stop.wait(within(20ms))).code() == Errc::deadline_exceeded);
}

TEST_CASE_TEMPLATE("whoever sends to a peer that is gone lives on", Ends, Conversation<Ipv4>,
                   Conversation<Unix>, Conversation<Unix, SeqPacket>) {
    // How a child ends that sends until it is told that nobody reads any more.
    const auto ends = [](auto send) {
        return in_child([&send] {
            std::signal(SIGPIPE, SIG_DFL);
            Ends talk;
            std::move(talk.server).close().value();
            for (int turn = 0; turn < 100; ++turn) {
                if (error_of(send(talk.client)).code() == Errc::broken_pipe) {
                    return "broken pipe";
                }
            }
            return "nobody told";
        });
    };
    const auto check_ends = [&ends](auto send) {
        CHECK(ends([&](const auto& end) { return send(end, Wait{}); }) == "broken pipe");
        CHECK(ends([&](const auto& end) { return send(end, within(60s)); }) == "broken pipe");
        CHECK(ends([&](const auto& end) { return send(end, no_wait); }) == "broken pipe");
        CHECK(ends([&](const auto& end) {
                  end.shutdown(Shutdown::sending).value();
                  return send(end, Wait{});
              }) == "broken pipe");
    };
    if constexpr (requires(Ends talk) { talk.client.send_some("x"); }) {
        check_ends([](const auto& end, Wait wait) { return end.send_some("x", wait); });
        check_ends([](const auto& end, Wait wait) { return end.send_all("x", wait); });
        check_ends([](const auto& end, Wait wait) { return end.send_all({"x", "y"}, wait); });
    } else {
        check_ends([](const auto& end, Wait wait) { return end.send("x", wait); });
        check_ends([](const auto& end, Wait wait) { return end.send({"x", "y"}, wait); });
    }
}
