// SPDX-License-Identifier: MIT
//
// Ten functions with ferrule, beside those of careful_c.cpp.

#include <ferrule/ferrule.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "functions.hpp"

using namespace ferrule;

namespace {

// As the functions in C say it: what came, or -1.
long said(const auto& result) { return result ? 0 : -1; }

} // namespace

[[gnu::noinline]] long function_send_all(const Connection<Ipv4>& connection, const char* data,
                                         std::size_t size) {
    return said(connection.send_all(std::string_view{data, size}));
}

[[gnu::noinline]] long function_receive_some(const Connection<Ipv4>& connection, char* data,
                                             std::size_t size) {
    const auto received = connection.receive_some(std::span{data, size});
    return received ? static_cast<long>(received->size()) : -1;
}

[[gnu::noinline]] long function_send_to(const Bound<Ipv4, Datagram>& socket, const char* data,
                                        std::size_t size, const Endpoint<Ipv4>& peer) {
    return said(socket.send_to(std::string_view{data, size}, peer));
}

[[gnu::noinline]] long function_receive_from(const Bound<Ipv4, Datagram>& socket, char* data,
                                             std::size_t size, Endpoint<Ipv4>& peer) {
    const auto received = socket.receive_from(std::span{data, size});
    if (!received) {
        return -1;
    }
    peer = received->peer;
    return static_cast<long>(received->data.size());
}

[[gnu::noinline]] long function_accept(const Listener<Ipv4>& listener, Endpoint<Ipv4>& peer) {
    auto accepted = listener.accept();
    if (!accepted) {
        return -1;
    }
    peer = accepted->peer;
    return accepted->connection.release();
}

[[gnu::noinline]] long function_set_no_delay(const Connection<Ipv4>& connection) {
    return said(connection.set(opt::NoDelay{true}));
}

[[gnu::noinline]] long function_receive_within(const Connection<Ipv4>& connection, char* data,
                                               std::size_t size, std::int64_t nanoseconds) {
    const auto received =
        connection.receive_some(std::span{data, size}, within(Nanoseconds{nanoseconds}));
    return received ? static_cast<long>(received->size()) : -1;
}

[[gnu::noinline]] long function_send_batch(Batch<Ipv4, 64>& batch,
                                           const Bound<Ipv4, Datagram>& socket) {
    return said(batch.send(socket));
}

[[gnu::noinline]] long function_line(Reader<const Connection<Ipv4>>& reader, const char*& line) {
    const auto found = reader.line();
    if (!found) {
        return -1;
    }
    line = found->data();
    return static_cast<long>(found->size());
}

[[gnu::noinline]] void function_constant(Endpoint<Ipv4>& endpoint) { endpoint = "192.0.2.1:8080"; }

int main() {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    const auto one = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto other = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    const auto there = other.local_endpoint().value();
    char buffer[8192];
    static Batch<Ipv4, 64> batch;
    for (int at = 0; at < 4; ++at) {
        batch.add(word, there).value();
    }
    const Lines lines;
    server.send_all(std::string_view{lines.text, sizeof lines.text}).value();
    Reader reader{client, buffer};
    reader.peek(sizeof lines.text).value();
    Endpoint<Ipv4> peer;
    const char* line = nullptr;
    for (int at = 0; at < times; ++at) {
        must(counted("send_all", [&] { return function_send_all(client, word, word_size); }) == 0);
        char room[word_size];
        must(counted("receive_some", [&] {
                 return function_receive_some(server, room, sizeof room);
             }) == word_size);
        must(server.send_all(word).has_value());
        must(counted("receive_within", [&] {
                 return function_receive_within(client, room, sizeof room, 5'000'000'000);
             }) == word_size);
        must(counted("send_to", [&] { return function_send_to(one, word, word_size, there); }) ==
             0);
        must(counted("receive_from", [&] {
                 return function_receive_from(other, room, sizeof room, peer);
             }) == word_size);
        must(counted("set_no_delay", [&] { return function_set_no_delay(client); }) == 0);
        must(counted("send_batch", [&] { return function_send_batch(batch, one); }) == 0);
        for (int datagram = 0; datagram < 4; ++datagram) {
            must(other.receive_from(room).has_value());
        }
        const auto next = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
        const long accepted = counted("accept", [&] { return function_accept(listener, peer); });
        must(accepted >= 0);
        const Descriptor closed{static_cast<int>(accepted)};
        must(counted("line", [&] { return function_line(reader, line); }) == line_size);
        must(counted("constant", [&] {
            function_constant(peer);
            return true;
        }));
        must(peer.port() == 8080);
    }
}
