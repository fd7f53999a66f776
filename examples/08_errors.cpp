// SPDX-License-Identifier: MIT
//
// Lesson 8: every way in which a connection can fail, made to happen.
//
// You learn what each error says, what it means, and which of five things a program does about it.
//
//     08_errors [NAME]      all of them, which takes two seconds; or the one of this name
//
// Nothing is simulated: each error comes from the kernel, or from the library. All of it stays
// within this host.
//
//     refused: connect to a port on which nobody listens
//         connect: Connection refused (ECONNREFUSED)
//         final: The host is there, the server is not. Was it started? Is it the right port?
//     ...
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <filesystem>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// What a program does about an error usually depends on its class only.
std::string_view class_of(const Error& error) {
    if (error.is_transient()) {
        return "transient"; // make the same call again, now or a little later
    } else if (error.is_disconnect()) {
        return "disconnect"; // the conversation is over: close, and connect again to have another
    } else if (error.is_resource_exhausted()) {
        return "exhausted"; // pause, or close something, before the next try
    } else if (error.code() == Errc::deadline_exceeded || error.code() == Errc::stopped) {
        return "limit"; // nothing is broken: the call ended when it was told to
    }
    return "final"; // the same call fails again: tell somebody who can change what it asks for
}

// Prints what is done, the resulting error, and its meaning.
struct Table {
    std::string_view only;
    const Stop& stop;
    bool is_empty = true;

    template <class Attempt>
    void operator()(std::string_view name, std::string_view done, std::string_view meaning,
                    Attempt attempt) {
        if (stop.requested() || (!only.empty() && name != only)) {
            return;
        }
        const auto result = attempt();
        if (result.has_value()) {
            throw std::runtime_error{fmt::format("{} has not failed", name)};
        }
        if (!stop.requested()) {
            fmt::print("{}: {}\n    {}\n    {}: {}\n", name, done, result.error(),
                       class_of(result.error()), meaning);
        }
        is_empty = false;
    }
};

// A connection within this host, and both of its ends.
struct Talk {
    Listener<Ipv4> listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    Endpoint<Ipv4> endpoint = listener.local_endpoint().value();
    Connection<Ipv4> client = Connection<Ipv4>::connect(endpoint).value();
    Connection<Ipv4> server = listener.accept().value().connection;
};

// A listener with as many waiting clients as it takes: the next gets no answer.
struct Full {
    Listener<Ipv4> listener = Listener<Ipv4>::listen("127.0.0.1:0", Backlog{0}).value();
    Endpoint<Ipv4> endpoint = listener.local_endpoint().value();
    Connection<Ipv4> client = Connection<Ipv4>::connect(endpoint).value();

    Full() { wait_for(listener.descriptor(), POLLIN, {}, Operation::wait).value(); }
};

// For files, while the lesson runs.
struct Folder {
    std::string path = std::filesystem::temp_directory_path() / "ferrule-lesson-8-XXXXXX";
    Folder() {
        if (::mkdtemp(path.data()) == nullptr) {
            throw std::runtime_error{"There is no folder for temporary files"};
        }
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Endpoint<Unix> file(std::string_view name) const {
        return Endpoint<Unix>::path(fmt::format("{}/{}", path, name)).value();
    }
};

// Root may open every file, so the process becomes the user nobody for a while. Other users do not
// change.
struct AsNobody {
    AsNobody() { ::setfsuid(65534); }
    ~AsNobody() { ::setfsuid(::geteuid()); }
};

// For a while the process can't open another descriptor.
struct NoMoreDescriptors {
    rlimit before{};
    NoMoreDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before);
        const rlimit none{0, before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }
};

void before_there_is_a_connection(Table& when, const Stop& stop) {
    const Folder folder;
    const auto dead = folder.file("dead");
    Listener<Unix>::listen(dead).value().close().value(); // the file stays

    const Endpoint<Ip> both_ips = "[::]:0"; // a port that is taken, and nobody listens
    const auto silent = Socket<Ip, Stream>::open(both_ips).value().bind(both_ips).value();
    const auto port = silent.local_endpoint().value().port();

    when("in-use", "listen on a port on which somebody listens",
         "Another program has it. Take another port; 0 is any free one.", [] {
             const Talk other;
             return Listener<Ipv4>::listen(other.endpoint);
         });
    when("in-use-path", "listen on a path that a dead server has left behind",
         "The file is still there. A PathListener finds out that nobody listens, and replaces it.",
         [&] { return Listener<Unix>::listen(dead); });
    when("not-available", "listen on an address of another host",
         "Listen on an address of this host, or on all of them: 0.0.0.0.",
         [] { return Listener<Ipv4>::listen("192.0.2.1:0"); });
    when("no-descriptor", "open a socket when the process has as many files as it may",
         "Close some. A server that accepts again at once does nothing else any more.", [] {
             const NoMoreDescriptors limit;
             return Socket<Ipv4, Stream>::open();
         });
    when("refused", "connect to a port on which nobody listens",
         "The host is there, the server is not. Was it started? Is it the right port?",
         [&] { return Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(port)); });
    when("refused-path", "connect to a path that a dead server has left behind",
         "The file is there, the server is not.", [&] { return Connection<Unix>::connect(dead); });
    when("no-path", "connect to a path that is not there",
         "The server was not started, or listens on another path.",
         [&] { return Connection<Unix>::connect(folder.file("nothing")); });
    when("no-permission", "connect to a path that is not open to this user",
         "The mode of the file, or of a folder on the way to it, says who may.", [&] {
             const auto closed = folder.file("closed");
             const auto listener = Listener<Unix>::listen(closed, opt::Mode{0}).value();
             const AsNobody nobody;
             return Connection<Unix>::connect(closed);
         });
    when("unreachable", "connect to an address that is all hosts of a network",
         "No way leads there. When a network has come up, there may be one.",
         [] { return Connection<Ipv4>::connect("127.255.255.255:9"); });
    when("deadline", "connect within 50 ms to a server whose queue is full",
         "You have waited as long as you wanted to. The server is slow, or its host is gone.", [&] {
             const Full full;
             return Connection<Ipv4>::connect(full.endpoint, within(50ms, stop));
         });
    when("kernel-timeout", "connect to such a server until the kernel gives up",
         "By itself it does after two minutes; opt::UserTimeout has made it a second.", [&] {
             const Full full;
             return Connection<Ipv4>::connect(full.endpoint, stop, opt::UserTimeout{300ms});
         });
    when("dial", "dial a host of two addresses, neither of which answers",
         "The first cause comes first, and then that of each address.", [&] {
             const Endpoint<Ip> of_ipv6 = Endpoint<Ipv6>::loopback(port);
             const Endpoint<Ip> of_ipv4 = Endpoint<Ipv4>::loopback(port);
             return dial(std::array{of_ipv6, of_ipv4}, stop);
         });
}

void in_a_conversation(Table& when, const Stop& stop) {
    char buffer[8];
    when("reset", "receive from a peer that has reset the connection",
         "It was killed, or closed while there was something it had not read.", [&] {
             Talk talk;
             std::move(talk.server).abort().value();
             return talk.client.receive_some(buffer, stop);
         });
    when("broken-pipe", "send to a peer that has closed",
         "The first send succeeds: that nobody is there is the answer to it. Never a signal.", [&] {
             Talk talk;
             std::move(talk.server).close().value();
             auto sent = talk.client.send_all("x", stop);
             while (sent) {
                 sent = talk.client.send_all("x", stop);
             }
             return sent;
         });
    when("end", "receive exactly 8 bytes from a peer that ends after 5",
         "The 5 bytes are in the buffer. Between two messages the end is no failure.", [&] {
             Talk talk;
             talk.server.send_all("hello").value();
             std::move(talk.server).close().value();
             return talk.client.receive_exactly(buffer, stop);
         });
    when("no-wait", "receive without waiting when nothing has come",
         "Nothing has failed. Wait until the socket is ready.", [&] {
             const Talk talk;
             return talk.client.receive_some(buffer, no_wait);
         });
    when("slow-peer", "send much within 50 ms to a peer that does not read",
         "So many bytes are on the way: who sends all of it again sends them twice.", [&] {
             const auto both = Connection<Unix>::pair().value();
             return both.first.send_all(std::string(10'000'000, 'x'), within(50ms, stop));
         });
    when("stopped", "receive when a stop was requested",
         "Somebody wants this to end: another thread, or Ctrl-C.", [&] {
             const Talk talk;
             Stop own;
             own.request();
             return talk.client.receive_some(buffer, own);
         });
}

void of_messages(Table& when, const Stop& stop) {
    using Socket = UdpSocket<Ipv4>;
    const auto socket = Socket::bind("127.0.0.1:0").value();
    const auto here = socket.local_endpoint().value();
    when("too-large", "send a datagram of 65508 bytes", "UDP over IPv4 takes 65507 at most.",
         [&] { return socket.send_to(std::string(65508, 'x'), here, stop); });
    when("truncated", "receive a datagram of 1000 bytes into a buffer of 100",
         "The rest is lost: the protocol has to say how large a message may be.", [&] {
             char buffer[100];
             socket.send_to(std::string(1000, 'x'), here).value();
             return socket.receive_from(buffer, stop);
         });
    when("no-broadcast", "send a datagram to all hosts of a network",
         "Nobody is to do so by mistake: opt::Broadcast allows it.",
         [&] { return socket.send_to("x", "127.255.255.255:9", stop); });
    when("refused-later", "send a datagram to a port where nobody is, then receive",
         "The refusal of a datagram comes back later, and is told by the next call.", [&] {
             char buffer[100];
             auto other = Socket::bind("127.0.0.1:0").value();
             const auto endpoint = other.local_endpoint().value();
             // It takes datagrams of its peer alone, itself, and is nobody to others.
             const auto itself = std::move(other).connect(endpoint).value();
             const auto client = Connection<Ipv4, Datagram>::connect(endpoint).value();
             client.send("x").value();
             return client.receive(buffer, stop);
         });
}

// These errors come from the library; the kernel has no number for them.
void of_the_library(Table& when) {
    when("parse", "read an endpoint that somebody has typed",
         "Show the text, and the position at which it stopped making sense.",
         [] { return Endpoint<Ipv4>::parse("127.0.0.300:80"); });
    when("not-open", "receive from a connection that was moved away",
         "A mistake of the program. In C the descriptor might be a stranger's by now.", [] {
             char buffer[8];
             Talk talk;
             const auto moved = std::move(talk.client);
             return talk.client.receive_some(buffer);
         });
    when("adopt", "adopt a datagram socket as a connection of a stream",
         "Somebody handed over another socket than was agreed. It is still theirs.", [] {
             const auto socket = UdpSocket<Ipv4>::bind("127.0.0.1:0").value();
             return adopt<Connection<Ipv4>>(socket.descriptor());
         });
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    Table table{argc > 1 ? argv[1] : "", stop};
    before_there_is_a_connection(table, stop);
    in_a_conversation(table, stop);
    of_messages(table, stop);
    of_the_library(table);
    if (stop.requested()) {
        fmt::print("stopping\n");
    } else if (table.is_empty) {
        fmt::print(stderr, "{} is no failure of this lesson\n", argv[1]);
        return 1;
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
