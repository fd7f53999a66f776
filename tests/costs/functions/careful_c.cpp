// SPDX-License-Identifier: MIT
//
// The same ten functions with the C interface, and the same care: signals, short writes, waits that
// a deadline ends, a name that is not whole.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "functions.hpp"

[[gnu::noinline]] long function_send_all(int socket, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return 0;
}

[[gnu::noinline]] long function_receive_some(int socket, char* data, std::size_t size) {
    for (;;) {
        const ssize_t received = recv(socket, data, size, 0);
        if (received >= 0 || errno != EINTR) {
            return received;
        }
    }
}

[[gnu::noinline]] long function_send_to(int socket, const char* data, std::size_t size,
                                        const sockaddr_in* peer) {
    for (;;) {
        const ssize_t sent = sendto(socket, data, size, MSG_NOSIGNAL,
                                    reinterpret_cast<const sockaddr*>(peer), sizeof *peer);
        if (sent >= 0 || errno != EINTR) {
            return sent < 0 ? -1 : 0;
        }
    }
}

[[gnu::noinline]] long function_receive_from(int socket, char* data, std::size_t size,
                                             sockaddr_in* peer) {
    for (;;) {
        socklen_t length = sizeof *peer;
        const ssize_t received =
            recvfrom(socket, data, size, MSG_TRUNC, reinterpret_cast<sockaddr*>(peer), &length);
        if (received < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        if (static_cast<std::size_t>(received) > size) {
            errno = EMSGSIZE;
            return -1;
        }
        if (length < sizeof *peer || peer->sin_family != AF_INET) {
            *peer = {};
        }
        return received;
    }
}

[[gnu::noinline]] long function_accept(int listener, sockaddr_in* peer) {
    for (;;) {
        socklen_t length = sizeof *peer;
        const int number =
            accept4(listener, reinterpret_cast<sockaddr*>(peer), &length, SOCK_CLOEXEC);
        if (number >= 0) {
            if (length < sizeof *peer || peer->sin_family != AF_INET) {
                *peer = {};
            }
            return number;
        }
        if (errno != EINTR && errno != ECONNABORTED) {
            return -1;
        }
    }
}

[[gnu::noinline]] long function_set_no_delay(int socket) {
    const int one = 1;
    return setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

[[gnu::noinline]] long function_receive_within(int socket, char* data, std::size_t size,
                                               std::int64_t nanoseconds) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t end = now.tv_sec * 1'000'000'000L + now.tv_nsec + nanoseconds;
    for (;;) {
        const ssize_t received = recv(socket, data, size, MSG_DONTWAIT);
        if (received >= 0 || (errno != EAGAIN && errno != EINTR)) {
            return received;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        const std::int64_t left = end - now.tv_sec * 1'000'000'000L - now.tv_nsec;
        if (left <= 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        const timespec span = {left / 1'000'000'000, left % 1'000'000'000};
        pollfd ready = {socket, POLLIN, 0};
        if (ppoll(&ready, 1, &span, nullptr) < 0 && errno != EINTR) {
            return -1;
        }
    }
}

struct batch {
    unsigned size;
    unsigned sent;
    mmsghdr messages[64];
};

[[gnu::noinline]] long function_send_batch(batch* all, int socket) {
    if (all->sent == all->size) {
        all->sent = 0;
    }
    while (all->sent < all->size) {
        const int more =
            sendmmsg(socket, all->messages + all->sent, all->size - all->sent, MSG_NOSIGNAL);
        if (more < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        all->sent += static_cast<unsigned>(more);
    }
    return 0;
}

struct reader {
    int socket;
    char* buffer;
    std::size_t room;
    std::size_t begin;
    std::size_t end;
};

[[gnu::noinline]] long function_line(reader* from, const char** line) {
    char* const begin = from->buffer + from->begin;
    const void* const found = memchr(begin, '\n', from->end - from->begin);
    if (found == nullptr) {
        return -1; // more has to be received
    }
    std::size_t size = static_cast<std::size_t>(static_cast<const char*>(found) - begin);
    from->begin += size + 1;
    if (size > 0 && begin[size - 1] == '\r') {
        --size;
    }
    *line = begin;
    return static_cast<long>(size);
}

[[gnu::noinline]] void function_constant(sockaddr_in* endpoint) {
    static const sockaddr_in constant = {AF_INET, 0x901f, {0x010200c0}, {}};
    *endpoint = constant;
}

namespace {

int bound(int type, sockaddr_in* at) {
    *at = {};
    at->sin_family = AF_INET;
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int number = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof *at;
    must(number >= 0 && bind(number, reinterpret_cast<sockaddr*>(at), size) == 0);
    must(getsockname(number, reinterpret_cast<sockaddr*>(at), &size) == 0);
    return number;
}

int connected(const sockaddr_in* to) {
    const int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(number >= 0 && connect(number, reinterpret_cast<const sockaddr*>(to), sizeof *to) == 0);
    return number;
}

} // namespace

int main() {
    sockaddr_in here;
    sockaddr_in there;
    sockaddr_in peer;
    const int listener = bound(SOCK_STREAM, &here);
    must(listen(listener, 128) == 0);
    const int client = connected(&here);
    const int server = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const int one = bound(SOCK_DGRAM, &peer);
    const int other = bound(SOCK_DGRAM, &there);
    static batch all;
    static iovec piece = {const_cast<char*>(word), word_size};
    for (; all.size < 4; ++all.size) {
        auto& header = all.messages[all.size].msg_hdr;
        header.msg_iov = &piece;
        header.msg_iovlen = 1;
        header.msg_name = &there;
        header.msg_namelen = sizeof there;
    }
    static Lines lines;
    reader from = {client, lines.text, sizeof lines.text, 0, sizeof lines.text};
    const char* line = nullptr;
    for (int at = 0; at < times; ++at) {
        must(counted("send_all", [&] { return function_send_all(client, word, word_size); }) == 0);
        char room[word_size];
        must(counted("receive_some", [&] {
                 return function_receive_some(server, room, sizeof room);
             }) == word_size);
        must(send(server, word, word_size, MSG_NOSIGNAL) == word_size);
        must(counted("receive_within", [&] {
                 return function_receive_within(client, room, sizeof room, 5'000'000'000);
             }) == word_size);
        must(counted("send_to", [&] { return function_send_to(one, word, word_size, &there); }) ==
             0);
        must(counted("receive_from", [&] {
                 return function_receive_from(other, room, sizeof room, &peer);
             }) == word_size);
        must(counted("set_no_delay", [&] { return function_set_no_delay(client); }) == 0);
        must(counted("send_batch", [&] { return function_send_batch(&all, one); }) == 0);
        for (int datagram = 0; datagram < 4; ++datagram) {
            must(recv(other, room, sizeof room, 0) == word_size);
        }
        const int next = connected(&here);
        const long accepted = counted("accept", [&] { return function_accept(listener, &peer); });
        must(accepted >= 0 && close(static_cast<int>(accepted)) == 0 && close(next) == 0);
        must(counted("line", [&] { return function_line(&from, &line); }) == line_size);
        must(counted("constant", [&] {
            function_constant(&peer);
            return true;
        }));
        must(peer.sin_port == htons(8080));
    }
}
