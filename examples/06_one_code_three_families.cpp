// SPDX-License-Identifier: MIT
//
// Lesson 6: one code is an IPv4 server, an IPv6 server, a Unix server, and one for both IPs.
//
// You learn that the family is a parameter: in lesson 1 only the types knew about IPv4. And you
// learn two ways to IPv6: `Ipv6` is IPv6 alone; `Ip` takes both, and shows an IPv4 client as IPv4.
//
//     06_one_code_three_families [ENDPOINT...]
//
// All at once: 127.0.0.1:8806, [::1]:8806 and unix:@ferrule-lesson-6 without arguments. A name with
// @ is no file; `unix:/tmp/x.sock` is one. [::]:8807 is `Ip`. Talk to them with lesson 2 or socat.
//
//     listening on 127.0.0.1:8806
//     listening on [::1]:8806
//     listening on unix:@ferrule-lesson-6
//     [::1]:40312 sent 6 bytes: hello.
//     unix: sent 6 bytes: hello.                        a client that has no name
//     stopping                                          that was Ctrl-C
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "support/removed_at_end.hpp"
#include "support/shown.hpp"
#include "support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

// A conversation in any family. Endpoint<Any> can be made of all of them and prints each as it is
// written on the command line.
template <class Family>
void echo(Connection<Family> connection, Endpoint<Any> peer, const Stop& stop) {
    char buffer[65536];
    for (const auto& piece : connection.pieces(buffer, stop)) {
        if (!piece) {
            return fmt::print("{}: {}\n", peer, piece.error());
        }
        fmt::print("{} sent {} bytes: {}\n", peer, piece->size(), shown(*piece));
        if (const auto sent = connection.send_all(*piece, stop); !sent) {
            return fmt::print("{}: {}\n", peer, sent.error());
        }
    }
    fmt::print("{} ended\n", peer);
}

// A server in any family. The compiler makes four functions of it, each with the calls and
// structures of its family. None of them has to find out at run time which family it is.
template <class Family> void serve(const Endpoint<Family>& endpoint, Stop& stop) {
    Threads clients{stop}; // when this server ends, for whatever reason, everything ends
    const auto listener = Listener<Family>::listen(endpoint).value();
    const RemovedAtEnd file{endpoint};
    fmt::print("listening on {}\n", Endpoint<Any>{listener.local_endpoint().value()});

    while (!stop.requested()) {
        auto client = listener.accept(stop);
        if (client) {
            clients.start(echo<Family>, std::move(client->connection), client->peer);
        } else if (client.error().is_resource_exhausted()) {
            fmt::print("{}\n", client.error());
            static_cast<void>(stop.wait(within(100ms)));
        } else if (client.error().code() != Errc::stopped) {
            client.require();
        }
    }
}

// The family of the argument is known only at run time. Here it becomes a type.
void serve_any(const Endpoint<Any>& endpoint, Stop& stop) {
    if (const auto name = endpoint.to<Unix>()) {
        serve(*name, stop);
    } else if (const auto ipv4 = endpoint.to<Ipv4>()) {
        serve(*ipv4, stop);
    } else if (const auto ipv6 = endpoint.to<Ipv6>().value();
               ipv6.address() == Address<Ipv6>::any()) {
        serve(Endpoint<Ip>{ipv6}, stop); // all addresses of this host, of both kinds
    } else {
        serve(ipv6, stop);
    }
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    std::vector<Endpoint<Any>> endpoints{"127.0.0.1:8806", "[::1]:8806", "unix:@ferrule-lesson-6"};
    if (argc > 1) {
        endpoints.clear();
    }
    for (int at = 1; at < argc; ++at) {
        endpoints.push_back(Endpoint<Any>::parse(argv[at]).value());
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    Threads servers{stop};
    for (const auto& endpoint : endpoints) {
        servers.start(serve_any, endpoint);
    }
    servers.finish(); // throws what a server threw
    fmt::print("stopping\n");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
