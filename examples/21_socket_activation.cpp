// SPDX-License-Identifier: MIT
//
// Lesson 21: a service whose sockets were open before it was started.
//
// You learn to take over listeners from the service manager, after a look at what they are, and to
// tell the manager how we are. It keeps them open when we end: whoever connects between two runs of
// us is not refused, but waits, and is answered by the next.
//
//     21_socket_activation [ADDRESS:PORT [NAME]]      127.0.0.1:8821 and ferrule-lesson-21
//
// Without a manager it opens its own, the NAME without a file. With one, under these two names (for
// systemd these are two .socket units with FileDescriptorName=, here is one to try it by hand):
//
//     systemd-socket-activate -l 127.0.0.1:8821 -l /tmp/lesson21 --fdname=web:local
//             build/examples/21_socket_activation
//
// It starts us at the first client: `socat - TCP:127.0.0.1:8821` or `socat - UNIX:/tmp/lesson21`
//
//     web: took over 127.0.0.1:8821
//     local: took over unix:/tmp/lesson21
//     127.0.0.1:40312 was answered
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <stdexcept>
#include <string_view>
#include <unistd.h>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// What is passed is a number, and a name in the environment. Whether a socket is behind it, and one
// of this family and type that listens, the kernel is asked: a mistake in a unit file is a sentence
// here, not a service that waits for ever on a socket of another kind.
template <class Family>
Listener<Family> take_over_or_open(std::string_view name, const Endpoint<Family>& endpoint) {
    auto passed = activated<Listener<Family>>(name);
    if (!passed && passed_descriptors() > 0) {
        throw std::runtime_error{fmt::format("{}: {}", name, passed.error())};
    }
    auto listener = passed ? *std::move(passed) : Listener<Family>::listen(endpoint).value();
    fmt::print("{}: {} {}\n", name, passed ? "took over" : "opened",
               Endpoint<Any>{listener.local_endpoint().value()});
    return listener;
}

// One datagram to the manager; nothing if there is none. That it does not listen is its own
// business: we go on.
void tell_manager(std::string_view what) {
    if (const auto told = notify(what, within(1s)); !told) {
        fmt::print(stderr, "{}\n", told.error());
    }
}

// The next client, who is told which process answers. It was there when we were called, but may
// have gone, or another process that shares the listener has it: we do not wait for long.
template <class Family> void answer_one(const Listener<Family>& listener, const Stop& stop) {
    Backoff backoff;
    auto client = backoff.accept(listener, within(100ms, stop));
    if (!client && (client.error().code() == Errc::deadline_exceeded ||
                    client.error().code() == Errc::stopped)) {
        return;
    }
    auto [connection, peer] = std::move(client).value();
    const auto answer = fmt::format("process {} is at your service\n", ::getpid());
    const auto sent = connection.send_all(answer, within(100ms, stop));
    if (sent) { // what it has asked is read, or the close would reset the answer (lesson 16)
        static_cast<void>(std::move(connection).finish(within(100ms, stop)));
    }
    fmt::print("{} was {}answered\n", Endpoint<Any>{peer}, sent ? "" : "not ");
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ip> endpoint = "127.0.0.1:8821";
    if (argc > 1) {
        endpoint = Endpoint<Ip>::parse(argv[1]).value();
    }
    const auto name = Endpoint<Unix>::abstract(argc > 2 ? argv[2] : "ferrule-lesson-21").value();
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    const auto web = take_over_or_open<Ip>("web", endpoint);
    const auto local = take_over_or_open<Unix>("local", name);
    const auto poller = Poller<int>::open().value();
    poller.add(web, web.descriptor(), Interest::reading).value();
    poller.add(local, local.descriptor(), Interest::reading).value();

    // Now that clients are answered, what depends on us may be started.
    tell_manager(notification::ready);

    // When it has not heard from us for so long, the manager takes us for stuck and starts us anew.
    // The loop that does the work says that it lives, at least twice in that time. A thread that
    // does nothing else would say so for ever.
    const std::chrono::microseconds period = watchdog_period();
    const bool watched = period > 0us;
    for (;;) {
        if (watched) {
            tell_manager(notification::watchdog);
        }
        Ready<int> slots[2];
        auto ready = poller.wait(slots, watched ? within(period / 2, stop) : Wait{stop});
        if (!ready && ready.error().code() == Errc::stopped) {
            break;
        }
        if (!ready && ready.error().code() == Errc::deadline_exceeded) {
            continue;
        }
        for (const auto& one : std::move(ready).value()) {
            one.key() == web.descriptor() ? answer_one(web, stop) : answer_one(local, stop);
        }
    }
    // What was taken over is closed by our end, but by us only. A path is for the manager to
    // remove, who has made it.
    tell_manager(notification::stopping);
    fmt::print("stopping\n");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
