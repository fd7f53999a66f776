// SPDX-License-Identifier: MIT
//
// A TCP echo server that serves one client after another, with ferrule.

#include <ferrule/socket/listener.hpp>

#include <cstdio>

using namespace ferrule;

namespace {

Result<void> echo(const Connection<Ipv4>& client) {
    char buffer[4096];
    for (;;) {
        const auto received = client.receive_some(buffer);
        if (!received) {
            return received.error();
        }
        if (received->empty()) {
            return {};
        }
        if (const auto sent = client.send_all(*received); !sent) {
            return sent;
        }
    }
}

} // namespace

int main() {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:8888");
    if (!listener) {
        std::fprintf(stderr, "%s\n", listener.error().text().c_str());
        return 1;
    }
    for (;;) {
        const auto client = listener->accept();
        if (!client) {
            std::fprintf(stderr, "%s\n", client.error().text().c_str());
            return 1;
        }
        if (const auto echoed = echo(client->connection); !echoed) {
            std::fprintf(stderr, "%s\n", echoed.error().text().c_str());
        }
    }
}
