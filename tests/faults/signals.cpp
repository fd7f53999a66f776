// SPDX-License-Identifier: MIT
// Signals in everything that waits:
//
//     signals SECONDS
//
// Each thread has SIGALRM every 200 microseconds, without SA_RESTART. For so many seconds (at most
// 100: a TCP connect that nobody answers gives up by itself after 127) every call that can block is
// made again and again with deadlines of 1 to 30 ms, and conversations go on, every byte of which
// is compared. No call may end in another way than without signals, nor before its deadline.
//
// Between any two waits the same thread waits as long with poll(2) alone, which shows what the
// machine makes late. Of 1,000 waits one may be more than 20 ms late, besides as many as there are
// of poll alone.
//
// A line of figures, and a status of 1 if something did not hold.
#include "../guarantees/blocked.hpp"

#include "../support/pattern.hpp"
#include "../support/threads.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <time.h>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t late = 20'000'000;

thread_local volatile std::sig_atomic_t handled = 0; // signals, by this thread

// While it lives, a signal every 200 microseconds interrupts the thread that made it.
class Interrupted {
public:
    Interrupted() {
        struct sigevent event{};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = SIGALRM;
        event._sigev_un._tid = ::gettid();
        const itimerspec period{{0, 200'000}, {0, 200'000}};
        if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0 ||
            ::timer_settime(timer_, 0, &period, nullptr) != 0) {
            throw std::runtime_error{"no timer"};
        }
    }
    Interrupted(const Interrupted&) = delete;
    Interrupted& operator=(const Interrupted&) = delete;
    ~Interrupted() { ::timer_delete(timer_); }

private:
    timer_t timer_{};
};

// How waits ended, after their deadlines.
struct Waits {
    long count = 0;
    long interrupted = 0; // by a signal at least
    long late_ones = 0;
    std::int64_t earliest = INT64_MAX; // in nanoseconds
    std::int64_t latest = INT64_MIN;

    void note(Deadline deadline, bool was_interrupted) {
        const std::int64_t after = sys::now() - deadline.nanoseconds();
        ++count;
        interrupted += was_interrupted;
        late_ones += after > late;
        earliest = std::min(earliest, after);
        latest = std::max(latest, after);
    }
    void add(const Waits& other) {
        count += other.count;
        interrupted += other.interrupted;
        late_ones += other.late_ones;
        earliest = std::min(earliest, other.earliest);
        latest = std::max(latest, other.latest);
    }
    std::string text() const {
        return std::to_string(count) + " waits, " + std::to_string(interrupted) +
               " of them interrupted, " + std::to_string(late_ones) + " late, " +
               std::to_string(earliest) + " to " + std::to_string(latest) + " ns after";
    }
};

// What a thread has seen, or several together.
struct Figures {
    Waits ours;
    Waits poll_alone;
    long signals = 0;
    std::size_t compared = 0; // bytes
};

void expect(bool holds, const std::string& what) {
    if (!holds) {
        throw std::runtime_error{what};
    }
}

// A thread with signals. The first one that finds something wrong ends the program: those that talk
// to it would wait for ever.
template <class Body> void start(std::list<Thread>& threads, Figures& figures, Body body) {
    threads.emplace_back([&figures, body] {
        try {
            const Interrupted interrupted;
            body(figures);
        } catch (const std::exception& exception) {
            std::printf("WRONG: %s\n", exception.what());
            std::fflush(stdout);
            std::_Exit(1);
        }
        figures.signals = handled;
    });
}

const Deadline in_time = within(10min);

// For ever, with a deadline, and with a stop, in turn.
Wait way(int turn, const Stop& stop) {
    return turn % 3 == 0 ? Wait{} : turn % 3 == 1 ? Wait{in_time} : Wait{in_time, stop};
}

// From 1 to 30 ms.
auto short_time(int turn) { return std::chrono::milliseconds{turn * 7 % 30 + 1}; }

// What blocked.hpp does not have.
std::vector<Blocked> every_blocked_call_and_pause() {
    std::vector<Blocked> all = every_blocked_call();
    auto silent = std::make_shared<Conversation<Unix>>();
    auto poller = std::make_shared<Poller<int>>(Poller<int>::open().value());
    poller->add(silent->client, 1, Interest::reading).value();
    all.push_back({"Poller::wait", [silent, poller](Wait wait) {
                       std::array<Ready<int>, 2> ready;
                       return error_of(poller->wait(ready, wait));
                   }});
    all.push_back({"Stop::wait", [stop = std::make_shared<Stop>()](Wait wait) {
                       return error_of(stop->wait(wait.deadline()));
                   }});
    all.push_back(
        {"Backoff::pause", [](Wait wait) { return error_of(Backoff{1min, 1min}.pause(wait)); }});
    all.push_back({"Backoff::accept", [silent](Wait wait) {
                       return error_of(Backoff{}.accept(silent->listener, wait));
                   }});
    all.push_back({"finish", [](Wait wait) {
                       auto pair = Connection<Unix>::pair().value();
                       return error_of(std::move(pair.first).finish(wait));
                   }});
    return all;
}

void poll_in_vain(int turn, Waits& waits) {
    const Deadline deadline = within(short_time(turn));
    bool interrupted = false;
    while (!deadline.has_passed()) {
        const timespec left{0, static_cast<long>(deadline.remaining())};
        interrupted = (::ppoll(nullptr, 0, &left, nullptr) < 0 && errno == EINTR) || interrupted;
    }
    waits.note(deadline, interrupted);
}

void wait_in_vain(const Blocked& blocked, int turn, Waits& waits) {
    const Stop stop;
    const Deadline deadline = within(short_time(turn));
    const auto before = handled;
    const Error end = blocked.call(turn % 2 == 0 ? Wait{deadline} : Wait{deadline, stop});
    waits.note(deadline, handled != before);
    expect(end.code() == Errc::deadline_exceeded,
           blocked.name + ": " + std::string{end.text().view()});
}

// One that is to be had in full.
void pause(int turn, Waits& waits) {
    const auto time = short_time(turn);
    const Stop stop;
    const Deadline deadline = within(time);
    const auto before = handled;
    Backoff{time, time}.pause(way(turn, stop)).value();
    waits.note(deadline, handled != before);
}

constexpr std::size_t size = 300'000;

// Others for each number.
std::string_view content(int number) {
    static const std::string made = pattern(2 * size);
    return std::string_view{made}.substr(static_cast<std::size_t>(number) * 1000, size);
}

void compare(std::string_view received, std::string_view sent, Figures& figures) {
    expect(received == sent, "other bytes than were sent");
    figures.compared += received.size();
}

void pause_a_little() { Backoff{1ms, 1ms}.pause().value(); }

// One client after the other, until one comes that says nothing. Each sends a number and what
// belongs to it, and gets what belongs to the next one; 0 is the end.
template <class Family> void serve(const Listener<Family>& listener, Figures& figures) {
    const Stop stop;
    std::string buffer(size, '\0');
    for (int turn = 0;; ++turn) {
        const Wait wait = way(turn, stop);
        auto client = Backoff{}.accept(listener, wait).value().connection;
        char number[1];
        if (client.receive_some(number, wait).value().empty()) {
            return;
        }
        while (number[0] != 0) {
            compare(client.receive_exactly(buffer, wait).value(), content(number[0]), figures);
            const auto answer = content(number[0] + 1);
            client.send_all({answer.substr(0, size / 3), answer.substr(size / 3)}, wait).value();
            client.receive_exactly(number, wait).require();
        }
        std::move(client).finish(wait).require(); // waits for the client's end
    }
}

template <class Family>
Connection<Family> connected(const Endpoint<Family>& endpoint, int turn, Wait wait) {
    if (turn % 2 == 0) {
        return Connection<Family>::connect(endpoint, wait, opt::SendBuffer{20'000}).value();
    }
    return Connecting<Family>::start_connect(endpoint).value().complete(wait).value();
}

template <class Family>
void talk(const Endpoint<Family>& endpoint, const Stop& over, Figures& figures) {
    const Stop stop;
    std::string buffer(size, '\0');
    for (int turn = 0; !over.requested(); ++turn) {
        const Wait wait = way(turn, stop);
        auto server = connected(endpoint, turn, wait);
        for (char number = 1; number < 5; ++number) {
            server.send_all(bytes_of(number), wait).value();
            std::string_view left = content(number);
            while (number % 2 == 0 && !left.empty()) {
                left.remove_prefix(server.send_some(left, wait).value());
            }
            server.send_all(left, wait).value();
            compare(server.receive_exactly(buffer, wait).value(), content(number + 1), figures);
            pause_a_little();
        }
        server.send_all(bytes_of('\0'), wait).value();
        expect(server.receive_some(buffer, wait).value().empty(), "something after the end");
        pause_a_little();
        std::move(server).close().value();
    }
    std::move(Connection<Family>::connect(endpoint).value()).close().value();
}

// Whoever connects has to wait until there is room in the backlog.
template <class Type> void accept_slowly(const Listener<Unix, Type>& listener, Figures& figures) {
    const Stop stop;
    for (int turn = 0;; ++turn) {
        pause_a_little();
        const auto client = listener.accept(way(turn, stop)).value().connection;
        char buffer[8];
        const std::string_view word = [&] {
            if constexpr (std::is_same_v<Type, Stream>) {
                return client.receive_some(buffer, in_time).value();
            } else {
                return client.receive(buffer, in_time).value();
            }
        }();
        if (word == "q") {
            return;
        }
        compare(word, turn % 2 == 0 ? "a" : "b", figures);
    }
}

template <class Type> void connect_often(const Endpoint<Unix>& endpoint, const Stop& over) {
    const Stop stop;
    const auto say = [](const auto& server, char word) {
        if constexpr (std::is_same_v<Type, Stream>) {
            server.send_all(bytes_of(word), in_time).value();
        } else {
            server.send(bytes_of(word), in_time).value();
        }
    };
    for (int turn = 0; !over.requested(); ++turn) {
        const Wait wait = way(turn, stop);
        say(Connection<Unix, Type>::connect(endpoint, wait).value(), 'a');
        auto connecting = Connecting<Unix, Type>::start_connect(endpoint).value();
        say(connecting.complete(wait).value(), 'b');
    }
    say(Connection<Unix, Type>::connect(endpoint).value(), 'q');
}

// Questions and answers, until an empty question.
template <class Family> void answer(const Bound<Family, Datagram>& bound) {
    const Stop stop;
    char buffer[64];
    for (int turn = 0;; ++turn) {
        const Wait wait = way(turn, stop);
        const auto [question, peer] = bound.receive_from(buffer, wait).value();
        if (question.empty()) {
            return;
        }
        if (turn % 2 == 0) {
            pause_a_little();
        }
        bound.send_to({question, "!"}, peer, wait).value();
    }
}

template <class Family>
void ask(const Endpoint<Family>& endpoint, const Stop& over, Figures& figures) {
    const Stop stop;
    const auto server = Connection<Family, Datagram>::connect(endpoint).value();
    char buffer[64];
    for (int turn = 0; !over.requested(); ++turn) {
        const Wait wait = way(turn, stop);
        const std::string question = "question " + std::to_string(turn);
        server.send(question, wait).value();
        compare(server.receive(buffer, wait).value(), question + "!", figures);
    }
    server.send("").value();
}

// More messages than the queue of a reader that pauses now and then holds.
void send_packets(const Connection<Unix, SeqPacket>& peer, const Stop& over) {
    const Stop stop;
    for (int turn = 0; !over.requested(); ++turn) {
        peer.send("packet " + std::to_string(turn) + std::string(1000, '.'), way(turn, stop))
            .value();
    }
    peer.shutdown(Shutdown::sending).value();
}

void receive_packets(const Connection<Unix, SeqPacket>& peer, Figures& figures) {
    const Stop stop;
    char buffer[2000];
    for (int turn = 0;; ++turn) {
        if (turn % 50 == 0) {
            pause_a_little();
        }
        const auto packet = peer.receive(buffer, way(turn, stop));
        if (!packet && packet.error().code() == Errc::end_of_stream) {
            return;
        }
        compare(packet.value(), "packet " + std::to_string(turn) + std::string(1000, '.'), figures);
    }
}

// Asks for a stop and a byte after it, then for a byte alone. Each comes after a moment.
void await(const Connection<Unix>& peer, Stop& asked, const Stop& over, Figures& figures) {
    const Stop stop;
    const auto poller = Poller<int>::open().value();
    poller.add(peer, 7, Interest::reading).value();
    for (int turn = 0; !over.requested(); ++turn) {
        char byte[1];
        peer.send_all("s").value();
        asked.wait(turn % 2 == 0 ? Deadline::never() : in_time).value();
        expect(asked.requested(), "a wait for a stop that ended before");
        compare(peer.receive_some(byte, way(turn, stop)).value(), "s", figures);
        asked.reset();

        peer.send_all("b").value();
        std::array<Ready<int>, 2> ready;
        const auto told = poller.wait(ready, way(turn, stop)).value();
        expect(told.size() == 1 && told[0].key() == 7 && told[0].readable(), "another socket");
        compare(peer.receive_some(byte, no_wait).value(), "b", figures);
    }
    peer.shutdown(Shutdown::sending).value();
}

void give(const Connection<Unix>& peer, Stop& asked) {
    char what[1];
    while (!peer.receive_some(what).value().empty()) {
        pause_a_little();
        if (what[0] == 's') {
            asked.request();
        }
        peer.send_all(what).value();
    }
}

template <class Family> Endpoint<Family> place() { return Endpoint<Family>::loopback(); }
template <> Endpoint<Unix> place<Unix>() { return {}; }

// All of it, for so many seconds.
Figures measure(int seconds) {
    constexpr std::size_t at_once = 6; // threads whose calls block
    const std::vector<Blocked> blocked = every_blocked_call_and_pause();
    const auto tcp = Listener<Ipv4>::listen(place<Ipv4>()).value();
    const auto local = Listener<Unix>::listen(place<Unix>()).value();
    const auto slow = Listener<Unix>::listen(place<Unix>(), Backlog{0}).value();
    const auto slow_packets = Listener<Unix, SeqPacket>::listen(place<Unix>(), Backlog{0}).value();
    const auto udp = Bound<Ipv4, Datagram>::bind(place<Ipv4>()).value();
    const auto datagrams = Bound<Unix, Datagram>::bind(place<Unix>()).value();
    const auto packets = Connection<Unix, SeqPacket>::pair().value();
    const auto pair = Connection<Unix>::pair().value();
    Stop asked;
    Stop over;

    std::list<Figures> waiting; // one for each thread
    std::list<Figures> talking; // those that compare
    std::list<Figures> helping;
    {
        std::list<Thread> threads;
        const auto begin = [&threads](std::list<Figures>& kind, auto body) {
            start(threads, kind.emplace_back(), body);
        };
        for (std::size_t first = 0; first < at_once; ++first) {
            begin(waiting, [&, first](Figures& figures) {
                std::size_t at = first;
                for (int turn = 0; !over.requested(); ++turn) {
                    wait_in_vain(blocked[at], turn, figures.ours);
                    poll_in_vain(turn, figures.poll_alone);
                    at = at + at_once < blocked.size() ? at + at_once : first;
                }
            });
        }
        begin(waiting, [&](Figures& figures) {
            for (int turn = 0; !over.requested(); ++turn) {
                pause(turn, figures.ours);
                poll_in_vain(turn, figures.poll_alone);
            }
        });
        begin(talking, [&](Figures& figures) { serve(tcp, figures); });
        begin(talking, [&](Figures& figures) { serve(local, figures); });
        begin(talking,
              [&](Figures& figures) { talk(tcp.local_endpoint().value(), over, figures); });
        begin(talking,
              [&](Figures& figures) { talk(local.local_endpoint().value(), over, figures); });
        begin(talking, [&](Figures& figures) { accept_slowly(slow, figures); });
        begin(talking, [&](Figures& figures) { accept_slowly(slow_packets, figures); });
        begin(helping,
              [&](Figures&) { connect_often<Stream>(slow.local_endpoint().value(), over); });
        begin(helping, [&](Figures&) {
            connect_often<SeqPacket>(slow_packets.local_endpoint().value(), over);
        });
        begin(helping, [&](Figures&) { answer(udp); });
        begin(helping, [&](Figures&) { answer(datagrams); });
        begin(talking, [&](Figures& figures) { ask(udp.local_endpoint().value(), over, figures); });
        begin(talking,
              [&](Figures& figures) { ask(datagrams.local_endpoint().value(), over, figures); });
        begin(helping, [&](Figures&) { send_packets(packets.first, over); });
        begin(talking, [&](Figures& figures) { receive_packets(packets.second, figures); });
        begin(talking, [&](Figures& figures) { await(pair.first, asked, over, figures); });
        begin(helping, [&](Figures&) { give(pair.second, asked); });
        static_cast<void>(over.wait(within(std::chrono::seconds{seconds})));
        over.request();
    }
    Figures all;
    for (const std::list<Figures>* kind : {&waiting, &talking, &helping}) {
        for (const Figures& figures : *kind) {
            expect(figures.signals > 100 * seconds, "a thread that hardly got a signal");
            expect(kind != &talking || figures.compared > 0, "a conversation without a word");
            all.ours.add(figures.ours);
            all.poll_alone.add(figures.poll_alone);
            all.signals += figures.signals;
            all.compared += figures.compared;
        }
    }
    return all;
}

} // namespace

int main(int count, char** arguments) {
    const int seconds = count == 2 ? std::atoi(arguments[1]) : 0;
    if (seconds < 1 || seconds > 100) {
        std::fputs("signals SECONDS (1 to 100)\n", stderr);
        return 2;
    }
    struct sigaction action{};
    action.sa_handler = [](int) { handled = handled + 1; };
    ::sigaction(SIGALRM, &action, nullptr);
    // A machine that is busy with something else makes anything late now and then, and what is late
    // by itself is so every time. Nothing may ever be early.
    for (int turn = 0; turn < 3; ++turn) {
        const auto [ours, poll_alone, signals, compared] = measure(seconds);
        std::printf("%s; poll alone: %s; %ld signals, %zu bytes compared\n", ours.text().c_str(),
                    poll_alone.text().c_str(), signals, compared);
        if (ours.earliest < 0 || ours.interrupted * 10 < ours.count * 9) {
            return 1;
        }
        if (ours.late_ones <= (ours.count + 999) / 1000 + poll_alone.late_ones) {
            return 0;
        }
    }
    return 1;
}
