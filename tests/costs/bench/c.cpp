// SPDX-License-Identifier: MIT
// The loops in C that looks at each error, goes on after a signal, and loses no part of what it
// sends.

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "loops.hpp"

namespace {

void send_all(int socket, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
        must(sent > 0 || errno == EINTR);
        if (sent > 0) {
            data += sent;
            size -= static_cast<std::size_t>(sent);
        }
    }
}

void receive_all(int socket, char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t received = recv(socket, data, size, 0);
        must(received > 0 || (received < 0 && errno == EINTR));
        if (received > 0) {
            data += received;
            size -= static_cast<std::size_t>(received);
        }
    }
}

struct Local {
    sockaddr_in name{};
    socklen_t size = sizeof name;

    Local() {
        name.sin_family = AF_INET;
        must(inet_pton(AF_INET, "127.0.0.1", &name.sin_addr) == 1);
    }
    [[nodiscard]] const sockaddr* of() const { return reinterpret_cast<const sockaddr*>(&name); }
    sockaddr* of() { return reinterpret_cast<sockaddr*>(&name); }
};

int bound(int type, Local& at) {
    const int number = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const int one = 1;
    must(number >= 0 && setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
    must(bind(number, at.of(), at.size) == 0 && getsockname(number, at.of(), &at.size) == 0);
    return number;
}

int accept_one(int listener) {
    for (;;) {
        const int number = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (number >= 0) {
            return number;
        }
        must(errno == EINTR || errno == ECONNABORTED);
    }
}

struct Tcp {
    Local at;
    int listener = bound(SOCK_STREAM, at);
    int client = -1;
    int server = -1;

    Tcp() {
        must(listen(listener, 128) == 0);
        meet();
    }
    void meet() {
        client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        must(client >= 0 && connect(client, at.of(), at.size) == 0);
        server = accept_one(listener);
        const int one = 1;
        must(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0);
    }
};

// A file of one block, which has no name.
int a_file() {
    const int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    must(file >= 0 && ftruncate(file, block) == 0);
    return file;
}

addrinfo* resolved(const char* host, const char* port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    must(getaddrinfo(host, port, &hints, &found) == 0 && found != nullptr);
    return found;
}

void there_and_back(int one, int other) {
    char buffer[sizeof word];
    send_all(one, word, sizeof word);
    receive_all(other, buffer, sizeof buffer);
    send_all(other, buffer, sizeof buffer);
    receive_all(one, buffer, sizeof buffer);
}

} // namespace

int main(int argc, char** argv) {
    Loops loops{argc, argv};
    loops.loop("TCP there and back", [](auto run) {
        const Tcp tcp;
        run([&] { there_and_back(tcp.client, tcp.server); });
    });
    loops.loop("Unix there and back", [](auto run) {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
        run([&] { there_and_back(both[0], both[1]); });
    });
    loops.loop("UDP there and back", [](auto run) {
        Local here;
        Local there;
        const int one = bound(SOCK_DGRAM, here);
        const int other = bound(SOCK_DGRAM, there);
        run([&] {
            char buffer[1500];
            sockaddr_in from{};
            socklen_t from_size = sizeof from;
            sockaddr* const of_from = reinterpret_cast<sockaddr*>(&from);
            must(sendto(one, word, sizeof word, MSG_NOSIGNAL, there.of(), there.size) ==
                 sizeof word);
            ssize_t size = recvfrom(other, buffer, sizeof buffer, MSG_TRUNC, of_from, &from_size);
            must(size == sizeof word);
            must(sendto(other, buffer, sizeof word, MSG_NOSIGNAL, of_from, from_size) ==
                 sizeof word);
            size = recvfrom(one, buffer, sizeof buffer, MSG_TRUNC, of_from, &from_size);
            must(size == sizeof word);
        });
    });
    loops.loop("50 datagrams, one by one", [](auto run) {
        Local there;
        Local here;
        const int receiver = bound(SOCK_DGRAM, there);
        const int sender = bound(SOCK_DGRAM, here);
        static char bytes[datagram];
        run([&] {
            for (std::size_t at = 0; at < datagrams; ++at) {
                must(sendto(sender, bytes, datagram, MSG_NOSIGNAL, there.of(), there.size) ==
                     datagram);
            }
            for (std::size_t at = 0; at < datagrams; ++at) {
                sockaddr_in from{};
                socklen_t size = sizeof from;
                must(recvfrom(receiver, bytes, datagram, MSG_TRUNC,
                              reinterpret_cast<sockaddr*>(&from), &size) == datagram);
            }
        });
    });
    loops.loop("50 datagrams in a batch", [](auto run) {
        Local there;
        Local here;
        const int receiver = bound(SOCK_DGRAM, there);
        const int sender = bound(SOCK_DGRAM, here);
        static char bytes[datagrams][datagram];
        static sockaddr_in from[datagrams];
        static iovec pieces[datagrams];
        static mmsghdr out[datagrams];
        static mmsghdr in[datagrams];
        for (std::size_t at = 0; at < datagrams; ++at) {
            pieces[at] = {bytes[at], datagram};
            out[at].msg_hdr.msg_iov = in[at].msg_hdr.msg_iov = &pieces[at];
            out[at].msg_hdr.msg_iovlen = in[at].msg_hdr.msg_iovlen = 1;
            out[at].msg_hdr.msg_name = there.of();
            out[at].msg_hdr.msg_namelen = there.size;
            in[at].msg_hdr.msg_name = &from[at];
        }
        run([&] {
            for (unsigned sent = 0; sent < datagrams;) {
                const int more = sendmmsg(sender, out + sent, datagrams - sent, MSG_NOSIGNAL);
                must(more > 0 || errno == EINTR);
                sent += more > 0 ? static_cast<unsigned>(more) : 0;
            }
            for (unsigned received = 0; received < datagrams;) {
                for (auto& message : in) {
                    message.msg_hdr.msg_namelen = sizeof from[0];
                }
                const int more = recvmmsg(receiver, in, datagrams,
                                          MSG_WAITFORONE | MSG_CMSG_CLOEXEC | MSG_TRUNC, nullptr);
                must(more > 0 || errno == EINTR);
                received += more > 0 ? static_cast<unsigned>(more) : 0;
            }
        });
    });
    loops.loop("50 datagrams in segments", [](auto run) {
        Local there;
        Local here;
        const int receiver = bound(SOCK_DGRAM, there);
        const int sender = bound(SOCK_DGRAM, here);
        const int one = 1;
        must(setsockopt(receiver, IPPROTO_UDP, UDP_GRO, &one, sizeof one) == 0);
        static char bytes[datagrams * datagram];
        static char room[65535];
        run([&] {
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(std::uint16_t))] = {};
            iovec piece = {bytes, sizeof bytes};
            msghdr message = {};
            message.msg_name = there.of();
            message.msg_namelen = there.size;
            message.msg_iov = &piece;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = IPPROTO_UDP;
            header->cmsg_type = UDP_SEGMENT;
            header->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
            const std::uint16_t each = datagram;
            memcpy(CMSG_DATA(header), &each, sizeof each);
            must(sendmsg(sender, &message, MSG_NOSIGNAL) == sizeof bytes);
            for (std::size_t received = 0; received < datagrams;) {
                alignas(cmsghdr) char beside[128];
                sockaddr_in from{};
                iovec all = {room, sizeof room};
                msghdr come = {};
                come.msg_name = &from;
                come.msg_namelen = sizeof from;
                come.msg_iov = &all;
                come.msg_iovlen = 1;
                come.msg_control = beside;
                come.msg_controllen = sizeof beside;
                const ssize_t size = recvmsg(receiver, &come, MSG_CMSG_CLOEXEC | MSG_TRUNC);
                must(size > 0 && (come.msg_flags & MSG_TRUNC) == 0);
                int of_one = static_cast<int>(size);
                for (cmsghdr* part = CMSG_FIRSTHDR(&come); part != nullptr;
                     part = CMSG_NXTHDR(&come, part)) {
                    if (part->cmsg_level == IPPROTO_UDP && part->cmsg_type == UDP_GRO) {
                        memcpy(&of_one, CMSG_DATA(part), sizeof of_one);
                    }
                }
                received += static_cast<std::size_t>((size + of_one - 1) / of_one);
            }
        });
    });
    loops.loop("64 KiB over TCP", [](auto run) {
        const Tcp tcp;
        static char bytes[block];
        run([&] {
            send_all(tcp.client, bytes, sizeof bytes);
            receive_all(tcp.server, bytes, sizeof bytes);
        });
    });
    loops.loop("connect, accept, close", [](auto run) {
        Tcp tcp;
        const linger reset{1, 0};
        run([&] {
            tcp.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            must(tcp.client >= 0 && connect(tcp.client, tcp.at.of(), tcp.at.size) == 0);
            tcp.server = accept_one(tcp.listener);
            must(setsockopt(tcp.client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
            must(close(tcp.client) == 0 && close(tcp.server) == 0);
        });
    });
    loops.loop("receive within a deadline", [](auto run) {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
        run([&] {
            char buffer[sizeof word];
            send_all(both[0], word, sizeof word);
            for (;;) {
                const ssize_t size = recv(both[1], buffer, sizeof buffer, MSG_DONTWAIT);
                if (size == sizeof buffer) {
                    break;
                }
                must(size < 0 && (errno == EAGAIN || errno == EINTR));
                pollfd ready{both[1], POLLIN, 0};
                must(poll(&ready, 1, 5000) >= 0 || errno == EINTR);
            }
        });
    });
    loops.loop("one of 64 is ready", [](auto run) {
        const int poller = epoll_create1(EPOLL_CLOEXEC);
        int both[64][2];
        for (auto& pair : both) {
            must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
            epoll_event event{EPOLLIN | EPOLLRDHUP, {.fd = pair[1]}};
            must(epoll_ctl(poller, EPOLL_CTL_ADD, pair[1], &event) == 0);
        }
        unsigned next = 0;
        run([&] {
            send_all(both[next++ % 64][0], word, sizeof word);
            epoll_event events[64];
            int ready = 0;
            do {
                ready = epoll_wait(poller, events, 64, -1);
            } while (ready < 0 && errno == EINTR);
            must(ready == 1);
            char buffer[sizeof word];
            receive_all(events[0].data.fd, buffer, sizeof buffer);
        });
    });
    loops.loop("64 of 64 are ready", [](auto run) {
        const int poller = epoll_create1(EPOLL_CLOEXEC);
        int both[64][2];
        for (auto& pair : both) {
            must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
            epoll_event event{EPOLLIN | EPOLLRDHUP, {.fd = pair[1]}};
            must(epoll_ctl(poller, EPOLL_CTL_ADD, pair[1], &event) == 0);
        }
        run([&] {
            for (const auto& pair : both) {
                send_all(pair[0], word, sizeof word);
            }
            epoll_event events[64];
            int ready = 0;
            do {
                ready = epoll_wait(poller, events, 64, -1);
            } while (ready < 0 && errno == EINTR);
            must(ready == 64);
            for (const auto& event : events) {
                char buffer[sizeof word];
                receive_all(event.data.fd, buffer, sizeof buffer);
            }
        });
    });
    loops.loop("a deadline passes", [](auto run) {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
        run([&] {
            timespec now{};
            must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
            const long long end = now.tv_sec * 1'000'000'000LL + now.tv_nsec + 100'000;
            for (;;) {
                char byte = 0;
                must(recv(both[1], &byte, 1, MSG_DONTWAIT) < 0 &&
                     (errno == EAGAIN || errno == EINTR));
                must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
                const long long left = end - now.tv_sec * 1'000'000'000LL - now.tv_nsec;
                if (left <= 0) {
                    break;
                }
                const timespec span{0, static_cast<long>(left)};
                pollfd ready{both[1], POLLIN, 0};
                const int found = ppoll(&ready, 1, &span, nullptr);
                must(found >= 0 || errno == EINTR);
            }
        });
    });
    loops.loop("64 KiB of a file over TCP", [](auto run) {
        const Tcp tcp;
        static char bytes[block];
        const int file = a_file();
        run([&] {
            off_t at = 0;
            while (at < static_cast<off_t>(block)) {
                const ssize_t sent =
                    sendfile(tcp.client, file, &at, block - static_cast<std::size_t>(at));
                must(sent > 0 || (sent < 0 && errno == EINTR));
            }
            receive_all(tcp.server, bytes, sizeof bytes);
        });
    });
    loops.loop("a descriptor passed, closed", [](auto run) {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both) == 0);
        run([&] {
            char byte = 'x';
            iovec piece = {&byte, 1};
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
            msghdr message = {};
            message.msg_iov = &piece;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(header), &both[0], sizeof(int));
            must(sendmsg(both[0], &message, MSG_NOSIGNAL) == 1);
            alignas(cmsghdr) char beside[160];
            msghdr come = {};
            come.msg_iov = &piece;
            come.msg_iovlen = 1;
            come.msg_control = beside;
            come.msg_controllen = sizeof beside;
            must(recvmsg(both[1], &come, MSG_CMSG_CLOEXEC | MSG_TRUNC) == 1 &&
                 (come.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0);
            int descriptor = -1;
            for (cmsghdr* part = CMSG_FIRSTHDR(&come); part != nullptr;
                 part = CMSG_NXTHDR(&come, part)) {
                if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
                    must(part->cmsg_len == CMSG_LEN(sizeof(int)));
                    memcpy(&descriptor, CMSG_DATA(part), sizeof descriptor);
                }
            }
            must(descriptor >= 0 && close(descriptor) == 0);
        });
    });
    loops.loop("a number resolved", [](auto run) {
        run([] {
            addrinfo* const found = resolved("127.0.0.1", "80");
            must(found->ai_family == AF_INET);
            freeaddrinfo(found);
        });
    });
    loops.loop("a number dialled, accepted, closed", [](auto run) {
        const Tcp tcp;
        char port[8];
        std::snprintf(port, sizeof port, "%u", static_cast<unsigned>(ntohs(tcp.at.name.sin_port)));
        const linger reset{1, 0};
        run([&] {
            addrinfo* const found = resolved("127.0.0.1", port);
            const int client = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
            must(client >= 0 && connect(client, found->ai_addr, found->ai_addrlen) == 0);
            freeaddrinfo(found);
            const int server = accept_one(tcp.listener);
            must(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
            must(close(client) == 0 && close(server) == 0);
        });
    });
    loops.loop("an address read and printed", [](auto run) {
        run([] {
            in6_addr address{};
            must(inet_pton(AF_INET6, "2001:db8::85a3:8a2e:370:7334", &address) == 1);
            char text[INET6_ADDRSTRLEN];
            must(inet_ntop(AF_INET6, &address, text, sizeof text) != nullptr);
        });
    });
}
