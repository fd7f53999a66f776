// SPDX-License-Identifier: MIT
// One operation, of which faults.py makes a system call fail: prints how it ends, and whether a
// descriptor was left behind.

#include <ferrule/ferrule.hpp>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "../support/descriptors.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class T> void print(const Result<T>& result) {
    std::puts(result.has_value() ? "done" : result.error().text().c_str());
}

struct Tcp {
    Listener<Ipv4> listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    Endpoint<Ipv4> endpoint = listener.local_endpoint().value();
};

struct Pair {
    std::pair<Connection<Unix>, Connection<Unix>> ends = Connection<Unix>::pair().value();
    Connection<Unix>& one = ends.first;
    Connection<Unix>& other = ends.second;
};

void run(std::string_view scene) {
    char buffer[8];
    if (scene == "open") {
        print(Socket<Ipv4, Stream>::open());
    } else if (scene == "open IPv6") {
        print(Socket<Ipv6, Stream>::open());
    } else if (scene == "listen") {
        print(Listener<Ipv4>::listen("127.0.0.1:0"));
    } else if (scene == "listen on both") {
        print(Listener<Ip>::listen("[::]:0"));
    } else if (scene == "listen, step by step") {
        print(Socket<Ipv4, Stream>::open()
                  .and_then([](auto&& socket) { return std::move(socket).bind("127.0.0.1:0"); })
                  .and_then([](auto&& bound) { return std::move(bound).listen(); }));
    } else if (scene == "pair") {
        print(Connection<Unix>::pair());
    } else if (scene == "accept" || scene == "accept within") {
        const Tcp tcp;
        const auto client = Connection<Ipv4>::connect(tcp.endpoint).value();
        print(tcp.listener.accept(scene == "accept" ? Wait{} : within(10s)));
    } else if (scene == "connect" || scene == "connect within") {
        const Tcp tcp;
        print(Connection<Ipv4>::connect(tcp.endpoint, scene == "connect" ? Wait{} : within(10s)));
    } else if (scene == "connect Unix") {
        const auto listener = Listener<Unix>::listen({}).value();
        print(Connection<Unix>::connect(listener.local_endpoint().value()));
    } else if (scene == "connect, step by step") {
        const Tcp tcp;
        print(Socket<Ipv4, Stream>::open().and_then(
            [&](auto&& socket) { return std::move(socket).connect(tcp.endpoint, within(10s)); }));
    } else if (scene == "start_connect") {
        const Tcp tcp;
        print(Connecting<Ipv4>::start_connect(tcp.endpoint).and_then([](auto&& started) {
            return started.complete(within(10s));
        }));
    } else if (scene == "connect datagrams") {
        const auto peer = Bound<Unix, Datagram>::bind({}).value();
        const auto endpoint = peer.local_endpoint().value();
        print(Connection<Unix, Datagram>::connect(endpoint));
    } else if (scene == "send_all") {
        const Pair pair;
        print(pair.one.send_all("bytes"));
    } else if (scene == "send_all of pieces") {
        const Pair pair;
        print(pair.one.send_all({"by", "tes"}));
    } else if (scene == "receive") {
        const Pair pair;
        pair.one.send_all("bytes").value();
        print(pair.other.receive_some(buffer));
    } else if (scene == "receive nothing") {
        const Pair pair;
        print(pair.other.receive_some(buffer, within(20ms)));
    } else if (scene == "shutdown") {
        const Pair pair;
        print(pair.one.shutdown(Shutdown::sending));
    } else if (scene == "accept until stopped") {
        const Tcp tcp;
        const Stop stop;
        print(tcp.listener.accept(within(10s, stop)));
    } else {
        std::puts("no such scene");
    }
}

} // namespace

int main(int, char** arguments) {
    const std::size_t before = open_descriptors();
    run(arguments[1]);
    const std::size_t after = open_descriptors();
    std::puts(after == before ? "nothing left" : "a descriptor left");
}
