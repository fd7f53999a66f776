// SPDX-License-Identifier: MIT
//
// Lesson 7: a connection opens in three steps and closes in four. Watch both of its ends.
//
// You learn the states of TCP (RFC 9293) as they follow each other, what a listener's backlog
// means, and that a connection is still there when no program has it any more.
//
//     07_handshake [ADDRESS:PORT]      an address of this host; 127.0.0.1:0, any free port
//
// Press Enter for each step, and compare with `ss -tan` in a second terminal: it is the same table.
//
//     listening on 127.0.0.1:36381: 0 wait for accept, backlog 1
//     1. a client connects: the kernel answers, nobody has accepted
//          127.0.0.1:40312 > 127.0.0.1:36381   ESTABLISHED
//          127.0.0.1:36381 > 127.0.0.1:40312   ESTABLISHED
//     ...
//     9. both have closed: the table keeps the end that ended first for a minute
//          127.0.0.1:40318 > 127.0.0.1:36381   TIME-WAIT
//          127.0.0.1:36381 > 127.0.0.1:40318   CLOSED
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <poll.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

using namespace ferrule;
using namespace std::chrono_literals;

// A connection is two sockets, each with its own state. The kernel's table also shows sockets that
// are not accepted yet, and sockets that no process has any more. For our own socket
// tcp_state(socket) would do. CLOSED means that it is not in the table.
TcpState state_of(const Endpoint<Ipv4>& local, const Endpoint<Ipv4>& peer) {
    auto found = find_tcp_socket(local, peer);
    if (!found && found.error().code() == Errc::not_connected) {
        return TcpState::closed;
    }
    return std::move(found).value().state;
}

// The user says when to go on. At the end of the input the lesson goes on by itself.
void wait_for_enter(const Stop& stop) {
    for (char key = 0; key != '\n';) {
        wait_for(STDIN_FILENO, POLLIN, stop, Operation::wait).value();
        if (::read(STDIN_FILENO, &key, 1) != 1) {
            return;
        }
    }
}

// The two ends of one connection, and the steps that it has taken.
struct Watched {
    Endpoint<Ipv4> client;
    Endpoint<Ipv4> server;
    const Stop& stop;

    // Shows both states when they are the expected ones. Packets take time, even within one host,
    // and there is no wait for the table: look again.
    void becomes(TcpState at_client, TcpState at_server, std::string_view step) const {
        for (const auto deadline = within(10s);;) {
            const TcpState first = state_of(client, server);
            const TcpState second = state_of(server, client);
            const bool is_so = first == at_client && second == at_server;
            if (is_so || deadline.has_passed()) {
                fmt::print("{}\n     {} > {}   {}\n     {} > {}   {}\n", step, client, server,
                           name(first), server, client, name(second));
                if (!is_so) {
                    Result<void>{Error{Errc::deadline_exceeded, Operation::wait}}.value();
                }
                return wait_for_enter(stop);
            }
            static_cast<void>(stop.wait(within(1ms)));
        }
    }
};

void show_queue(const Listener<Ipv4>& listener) {
    const auto info = listener.get<opt::Info>().value();
    fmt::print("listening on {}: {} wait for accept, backlog {}\n",
               listener.local_endpoint().value(), info.accept_queue, info.backlog);
}

void receive_to_the_end(const Connection<Ipv4>& connection, const Stop& stop) {
    char buffer[4096];
    while (!connection.receive_some(buffer, stop).value().empty()) {
    }
}

void watch(const Endpoint<Ipv4>& endpoint, const Stop& stop) {
    // The data below is larger than the receive buffer and smaller than the send buffer, so that a
    // FIN has to wait behind data until the other end reads.
    constexpr opt::ReceiveBuffer small{32768};
    constexpr opt::SendBuffer large{200'000};
    const std::string data(150'000, 'x');

    const auto listener = Listener<Ipv4>::listen(endpoint, Backlog{1}, small, large).value();
    const auto server = listener.local_endpoint().value();
    show_queue(listener);

    // The handshake is the kernel's work. accept only takes what is ready from a queue, so a client
    // is connected before its server has called accept, or even if it never will.
    const auto first = Connection<Ipv4>::connect(server, within(10s, stop)).value();
    Watched{first.local_endpoint().value(), server, stop}.becomes(
        TcpState::established, TcpState::established,
        "1. a client connects: the kernel answers, nobody has accepted");
    const auto second = Connection<Ipv4>::connect(server, within(10s, stop)).value();
    Watched{second.local_endpoint().value(), server, stop}.becomes(
        TcpState::established, TcpState::established,
        "2. a second one: Linux lets one more wait than the backlog says");

    // The queue is full, so a third client gets no answer. Its kernel repeats the SYN, the first
    // step of the handshake, after one second, two more, four more.
    show_queue(listener);
    auto socket = Socket<Ipv4, Stream>::open().value();
    socket.set(small).value();
    socket.set(large).value();
    auto bound = std::move(socket).bind(server.with_port(0)).value();
    const Watched third{bound.local_endpoint().value(), server, stop};
    auto connecting = std::move(bound).start_connect(server).value();
    third.becomes(TcpState::syn_sent, TcpState::closed,
                  "3. a third one: SYN, and no answer, for the queue is full");

    // Somebody is accepted, and there is room. The next SYN is answered by SYN and ACK, the second
    // step. The client's ACK, the third, would follow before anybody could look: DeferAccept makes
    // the server wait for the first data instead.
    listener.set(opt::DeferAccept{120s}).value();
    const auto accepted_first = listener.accept(within(10s, stop)).value();
    auto client = connecting.complete(stop).value();
    third.becomes(TcpState::established, TcpState::syn_received,
                  "4. one is accepted, SYN comes again: SYN and ACK go back");
    client.send_all("hello", stop).value();
    third.becomes(TcpState::established, TcpState::established,
                  "5. ACK, with the first data: open");
    const auto accepted_second = listener.accept(within(10s, stop)).value();
    auto accepted = listener.accept(within(10s, stop)).value().connection;
    show_queue(listener);

    // Each direction is closed by itself, by a FIN that is acknowledged: four steps. The FIN stands
    // behind the data, and is not there before the server has read that.
    client.send_all(data, stop).value();
    client.shutdown(Shutdown::sending).value();
    third.becomes(TcpState::fin_wait_1, TcpState::established,
                  "6. the client ends: its FIN waits behind what the server does not read");
    receive_to_the_end(accepted, stop); // receiving nothing is what a FIN looks like
    third.becomes(TcpState::fin_wait_2, TcpState::close_wait,
                  "7. the server has read to the end: FIN, ACK, one direction is closed");
    accepted.send_all(data, stop).value(); // the other one is open
    accepted.shutdown(Shutdown::sending).value();
    third.becomes(TcpState::fin_wait_2, TcpState::last_ack,
                  "8. the server ends, too: its FIN waits behind what the client does not read");
    receive_to_the_end(client, stop);

    // The last ACK could get lost, and the server would send its FIN again. So the client's end
    // stays for a minute: that is why a server that ends first, and is restarted, needs
    // ReuseAddress. No descriptor leads there; the socket that we hold knows of no connection.
    fmt::print("the client's socket itself says {}\n", name(tcp_state(client).value()));
    std::move(client).close().value();
    std::move(accepted).close().value();
    third.becomes(TcpState::time_wait, TcpState::closed,
                  "9. both have closed: the table keeps the end that ended first for a minute");
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ipv4> endpoint = "127.0.0.1:0";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};
    try {
        watch(endpoint, stop);
    } catch (const Failure& failure) {
        if (failure.error().code() != Errc::stopped) {
            throw;
        }
        fmt::print("stopping\n");
    }
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
