// SPDX-License-Identifier: MIT
//
// Lesson 17: a chat between the users of one host: a Unix socket of packets.
//
// You learn a type of socket that has both a connection and boundaries; who may connect to a path,
// and how to know who did; and that a reader who is slow must not make the others wait.
//
//     17_unix_chat [PATH [MODE]]      /tmp/chat 666: who may read and write may connect
//
// Talk with socat, a packet a line: `socat - UNIX-CONNECT:/tmp/chat,type=5`
//
//     listening on /tmp/chat
//     alice (process 4711) has joined
//     alice: hello
//     alice has left
//     stopping                                          that was Ctrl-C
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <list>
#include <memory>
#include <mutex>
#include <pwd.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/shown.hpp"
#include "support/threads.hpp"

using namespace ferrule;

// SeqPacket: a stream's connection, order and end, and a datagram's boundaries. What one send sends
// one receive receives, so there is nothing to frame. IP has no such type; Unix does.
using Member = Connection<Unix, SeqPacket>;

class Room {
public:
    void join(const std::shared_ptr<Member>& member) {
        const std::lock_guard lock{mutex_};
        members_.push_back(member);
    }
    void leave(const std::shared_ptr<Member>& member) {
        const std::lock_guard lock{mutex_};
        members_.remove(member);
    }
    // To everybody else. Who does not read has a full queue: no_wait says so at once, and that
    // member misses this message. The others do not wait for it.
    void say(const std::string& text, const Member* from) {
        fmt::print("{}\n", text);
        const std::lock_guard lock{mutex_};
        for (const auto& member : members_) {
            if (member.get() != from) {
                static_cast<void>(member->send({text, "\n"}, no_wait));
            }
        }
    }

private:
    std::mutex mutex_;
    std::list<std::shared_ptr<Member>> members_;
};

// Who is at the other end: the kernel knows, and nobody can pretend (SO_PEERCRED). It is the
// process that connected; it may have handed the socket on since.
std::string name_of_user(uid_t user) {
    const passwd* const entry = ::getpwuid(user); // called under the lock of the main thread only
    return entry != nullptr ? entry->pw_name : fmt::format("user {}", user);
}

void listen_to(const std::shared_ptr<Member>& member, const std::string& name, Room& room,
               const Stop& stop) {
    char buffer[1000];
    for (;;) {
        const auto packet = member->receive(buffer, stop);
        if (packet) {
            room.say(
                fmt::format("{}: {}", name, shown(packet->substr(0, packet->find('\n')), 1000)),
                member.get());
        } else if (packet.error() ==
                   Errc::message_truncated) { // the rest is lost, the next is whole
            static_cast<void>(member->send("at most 1000 bytes\n", no_wait));
        } else if (packet.error() != Errc::connection_reset) {
            break; // the end
        } // It left without reading everything. That is told once; what it sent comes after.
    }
    room.leave(member);
    room.say(fmt::format("{} has left", name), nullptr);
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const auto path = Endpoint<Unix>::parse(argc > 1 ? argv[1] : "/tmp/chat").value();
    const std::string_view text = argc > 2 ? argv[2] : "666";
    unsigned mode = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), mode, 8).ptr != text.end()) {
        throw std::invalid_argument{"A mode is a number of octal digits"};
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // The path is a file: its mode says who may connect, and is there before the first can.
    // PathListener makes it in one step, takes over the file of a server that is dead, never that
    // of one that lives, and removes its own.
    const auto listener =
        PathListener<SeqPacket>::listen(path, opt::Mode{at_run_time(mode)}).value();
    fmt::print("listening on {}\n", path);
    Room room;
    Threads members{stop};
    for (;;) {
        auto accepted = listener.listener().accept(stop);
        if (!accepted && accepted.error().code() == Errc::stopped) {
            fmt::print("stopping\n");
            return 0;
        }
        const auto member = std::make_shared<Member>(std::move(accepted.value().connection));
        const auto who = member->get<opt::PeerCredentials>().value();
        const auto name = name_of_user(who.user);
        room.join(member);
        room.say(fmt::format("{} (process {}) has joined", name, who.process), member.get());
        members.start([&room](const auto& one, const std::string& its_name,
                              const Stop& until) { listen_to(one, its_name, room, until); },
                      member, name);
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
