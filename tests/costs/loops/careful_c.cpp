// SPDX-License-Identifier: MIT
//
// The same with the C interface, and the same care: signals, short writes, the end of the stream,
// waits that a deadline or an event ends, close-on-exec.

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "loop.hpp"

namespace {

const char word[] = "hello";
const std::size_t length = 5;

ssize_t send_some(int fd, const void* data, std::size_t size, int flags) {
    for (;;) {
        const ssize_t sent = send(fd, data, size, flags | MSG_NOSIGNAL);
        if (sent >= 0 || errno != EINTR) {
            return sent;
        }
    }
}

int send_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send_some(fd, data, size, 0);
        if (sent < 0) {
            return -1;
        }
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return 0;
}

ssize_t receive_some(int fd, void* data, std::size_t size, int flags) {
    for (;;) {
        const ssize_t received = recv(fd, data, size, flags);
        if (received >= 0 || errno != EINTR) {
            return received;
        }
    }
}

int receive_exactly(int fd, char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t received = receive_some(fd, data, size, MSG_WAITALL);
        if (received <= 0) {
            return -1;
        }
        data += received;
        size -= static_cast<std::size_t>(received);
    }
    return 0;
}

int64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
}

struct stop_flag {
    std::atomic<bool> requested;
    int event;
};

// Until the descriptor is ready, the deadline (-1: none) has passed or the stop is requested.
int wait_ready(int fd, short events, int64_t deadline, const stop_flag* stop) {
    for (;;) {
        pollfd watched[2] = {{fd, events, 0}, {stop == nullptr ? -1 : stop->event, POLLIN, 0}};
        timespec left = {0, 0};
        if (deadline >= 0) {
            const int64_t span = deadline - now();
            if (span <= 0) {
                errno = ETIMEDOUT;
                return -1;
            }
            left.tv_sec = span / 1000000000;
            left.tv_nsec = span % 1000000000;
        }
        const int ready =
            ppoll(watched, stop == nullptr ? 1 : 2, deadline < 0 ? nullptr : &left, nullptr);
        if (ready < 0 && errno != EINTR) {
            return -1;
        }
        if (ready > 0) {
            if (watched[1].revents != 0) {
                errno = ECANCELED;
                return -1;
            }
            return 0;
        }
    }
}

ssize_t receive_until(int fd, void* data, std::size_t size, int64_t deadline,
                      const stop_flag* stop) {
    for (;;) {
        if (stop != nullptr && stop->requested.load(std::memory_order_acquire)) {
            errno = ECANCELED;
            return -1;
        }
        const ssize_t received = receive_some(fd, data, size, MSG_DONTWAIT);
        if (received >= 0 || errno != EAGAIN) {
            return received;
        }
        if (wait_ready(fd, POLLIN, deadline, stop) != 0) {
            return -1;
        }
    }
}

int receive_exactly_until(int fd, char* data, std::size_t size, int64_t deadline) {
    while (size > 0) {
        const ssize_t received = receive_until(fd, data, size, deadline, nullptr);
        if (received <= 0) {
            return -1;
        }
        data += received;
        size -= static_cast<std::size_t>(received);
    }
    return 0;
}

int send_all_until(int fd, const char* data, std::size_t size, int64_t deadline) {
    while (size > 0) {
        const ssize_t sent = send_some(fd, data, size, MSG_DONTWAIT);
        if (sent >= 0) {
            data += sent;
            size -= static_cast<std::size_t>(sent);
        } else if (errno != EAGAIN || wait_ready(fd, POLLOUT, deadline, nullptr) != 0) {
            return -1;
        }
    }
    return 0;
}

int send_gathered(int fd, iovec* pieces, std::size_t count) {
    while (count > 0) {
        msghdr message = {};
        message.msg_iov = pieces;
        message.msg_iovlen = count;
        const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        std::size_t left = static_cast<std::size_t>(sent);
        while (count > 0 && left >= pieces->iov_len) {
            left -= pieces->iov_len;
            ++pieces;
            --count;
        }
        if (count > 0) {
            pieces->iov_base = static_cast<char*>(pieces->iov_base) + left;
            pieces->iov_len -= left;
        }
    }
    return 0;
}

void streams() {
    int both[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
    const int one = both[0];
    const int two = both[1];
    char buffer[64];

    loop("send, receive: value()", [&] {
        must(send_all(one, word, length) == 0);
        must(receive_some(two, buffer, sizeof buffer, 0) > 0);
    });
    loop("send, receive: looked at", [&] {
        if (send_some(one, word, length, 0) < 0) {
            abort();
        }
        if (receive_some(two, buffer, sizeof buffer, 0) <= 0) {
            abort();
        }
    });
    loop("send, receive_exactly", [&] {
        must(send_all(one, word, length) == 0);
        char exactly[5];
        must(receive_exactly(two, exactly, sizeof exactly) == 0);
    });
    loop("send, receive_exactly, deadline", [&] {
        must(send_all(one, word, length) == 0);
        char exactly[5];
        must(receive_exactly_until(two, exactly, sizeof exactly, now() + 1000000000) == 0);
    });
    loop("gathered send of four, receive", [&] {
        iovec pieces[4];
        for (iovec& piece : pieces) {
            piece.iov_base = const_cast<char*>(word);
            piece.iov_len = length;
        }
        must(send_gathered(one, pieces, 4) == 0);
        must(receive_some(two, buffer, sizeof buffer, 0) == 20);
    });
    loop("send, peek, receive", [&] {
        must(send_all(one, word, length) == 0);
        must(receive_some(two, buffer, sizeof buffer, MSG_PEEK) > 0);
        must(receive_some(two, buffer, sizeof buffer, 0) > 0);
    });

    close(one);
    close(two);
}

// memchr, and no more: the text is in memory.
void lines() {
    const char* at = lines_of_text();
    loop("line of 80 bytes from a Reader", [&] {
        const char* const end = static_cast<const char*>(memchr(at, '\n', line_size + 1));
        if (end == nullptr) {
            std::abort();
        }
        must(static_cast<std::size_t>(end - at) == line_size);
        at = end + 1;
    });
}

void waits() {
    int both[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
    const int one = both[0];
    const int two = both[1];
    char buffer[64];
    stop_flag stop{false, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    const auto filled = [&] { return uncounted([&] { return send(one, word, length, 0); }); };
    loop("receive, deadline", [&] {
        filled();
        must(receive_until(two, buffer, sizeof buffer, now() + 1000000000, nullptr) > 0);
    });
    loop("receive, stop", [&] {
        filled();
        must(receive_until(two, buffer, sizeof buffer, -1, &stop) > 0);
    });
    loop("receive, deadline and stop", [&] {
        filled();
        must(receive_until(two, buffer, sizeof buffer, now() + 1000000000, &stop) > 0);
    });
    loop("receive, no_wait", [&] {
        filled();
        must(receive_some(two, buffer, sizeof buffer, MSG_DONTWAIT) > 0);
    });
    loop("receive, no_wait: would_block", [&] {
        must(receive_some(two, buffer, sizeof buffer, MSG_DONTWAIT) < 0 && errno == EAGAIN);
    });
    loop("receive, deadline, waits", [&] {
        must(receive_until(two, buffer, sizeof buffer, now() + 1000, nullptr) < 0 &&
             errno == ETIMEDOUT);
    });
    loop("send, deadline", [&] {
        must(send_all_until(one, word, length, now() + 1000000000) == 0);
        uncounted([&] { return recv(two, buffer, sizeof buffer, 0); });
    });
    loop("send, no_wait", [&] {
        must(send_some(one, word, length, MSG_DONTWAIT) == 5);
        uncounted([&] { return recv(two, buffer, sizeof buffer, 0); });
    });
    close(stop.event);
    close(one);
    close(two);
}

int listen_on(int family, const sockaddr* address, socklen_t size) {
    const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    must(fd >= 0);
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    must(bind(fd, address, size) == 0 && listen(fd, SOMAXCONN) == 0);
    return fd;
}

int accept_until(int fd, sockaddr_in* peer, int64_t deadline) {
    for (;;) {
        socklen_t size = sizeof *peer;
        const int accepted = accept4(fd, reinterpret_cast<sockaddr*>(peer), &size, SOCK_CLOEXEC);
        if (accepted >= 0) {
            return accepted;
        }
        if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) {
            continue;
        }
        if (errno != EAGAIN || wait_ready(fd, POLLIN, deadline, nullptr) != 0) {
            return -1;
        }
    }
}

int connect_to(const sockaddr* address, socklen_t size) {
    const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, address, size) != 0) {
        if (errno == EINTR) {
            int error = 0;
            socklen_t room = sizeof error;
            if (wait_ready(fd, POLLOUT, -1, nullptr) == 0 &&
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &room) == 0 && error == 0) {
                return fd;
            }
        }
        close(fd);
        return -1;
    }
    return fd;
}

int finish(int fd) {
    if (shutdown(fd, SHUT_WR) != 0) {
        close(fd);
        return -1;
    }
    char nothing[16384];
    ssize_t received = 0;
    while ((received = receive_some(fd, nothing, sizeof nothing, 0)) > 0) {
    }
    close(fd);
    return received < 0 ? -1 : 0;
}

// `address:port` of a text.
int dial(const char* text) {
    char host[64];
    const char* colon = strrchr(text, ':');
    must(colon != nullptr && static_cast<std::size_t>(colon - text) < sizeof host);
    memcpy(host, text, static_cast<std::size_t>(colon - text));
    host[colon - text] = 0;
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (getaddrinfo(host, colon + 1, &hints, &list) != 0) {
        return -1;
    }
    int fd = -1;
    for (const addrinfo* one = list; one != nullptr && fd < 0; one = one->ai_next) {
        fd = connect_to(one->ai_addr, one->ai_addrlen);
    }
    freeaddrinfo(list);
    return fd;
}

void beginnings() {
    sockaddr_in endpoint = {};
    endpoint.sin_family = AF_INET;
    endpoint.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const sockaddr* address = reinterpret_cast<const sockaddr*>(&endpoint);
    const int listener = listen_on(AF_INET, address, sizeof endpoint);
    socklen_t size = sizeof endpoint;
    must(getsockname(listener, reinterpret_cast<sockaddr*>(&endpoint), &size) == 0);
    sockaddr_in peer;

    loop("connect, accept, close", [&] {
        const int client = connect_to(address, sizeof endpoint);
        must(client >= 0);
        const int server = accept_until(listener, &peer, -1);
        must(server >= 0 && peer.sin_port != 0);
        close(server);
        close(client);
    });
    loop("accept, close", [&] {
        const int client = uncounted([&] { return connected_to(ntohs(endpoint.sin_port)); });
        const int server = accept_until(listener, &peer, -1);
        must(server >= 0 && peer.sin_port != 0);
        close(server);
        uncounted([&] { return close(client); });
    });
    loop("accept, deadline, close", [&] {
        const int client = uncounted([&] { return connected_to(ntohs(endpoint.sin_port)); });
        const int server = accept_until(listener, &peer, now() + 1000000000);
        must(server >= 0 && peer.sin_port != 0);
        close(server);
        uncounted([&] { return close(client); });
    });
    loop("accept, no_wait: would_block", [&] {
        size = sizeof peer;
        must(accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC) < 0 &&
             errno == EAGAIN);
    });
    loop("connect, option, finish", [&] {
        const int client = connect_to(address, sizeof endpoint);
        const int yes = 1;
        must(client >= 0);
        must(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
        const int server = uncounted([&] { return accept(listener, nullptr, nullptr); });
        uncounted([&] { return close(server); });
        must(finish(client) == 0);
    });
    loop("pair, close", [] {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
        close(both[0]);
        close(both[1]);
    });
    loop("names, option", [&] {
        sockaddr_in name;
        socklen_t room = sizeof name;
        must(getsockname(listener, reinterpret_cast<sockaddr*>(&name), &room) == 0);
        must(ntohs(name.sin_port) != 0);
        int yes = 1;
        must(setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
        room = sizeof yes;
        must(getsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, &room) == 0 && yes != 0);
    });

    close(listener);
}

void numbers() {
    sockaddr_in6 any = {};
    any.sin6_family = AF_INET6;
    const int either = listen_on(AF_INET6, reinterpret_cast<const sockaddr*>(&any), sizeof any);
    socklen_t size = sizeof any;
    must(getsockname(either, reinterpret_cast<sockaddr*>(&any), &size) == 0);
    char text[32];
    snprintf(text, sizeof text, "127.0.0.1:%d", ntohs(any.sin6_port));
    loop("dial of a number, close", [&] {
        const int client = dial(text);
        must(client >= 0);
        const int server = uncounted([&] { return accept(either, nullptr, nullptr); });
        uncounted([&] { return close(server); });
        close(client);
    });
    close(either);
}

int send_to(int fd, const void* data, std::size_t size, const sockaddr* to, socklen_t to_size) {
    for (;;) {
        if (sendto(fd, data, size, MSG_NOSIGNAL, to, to_size) >= 0) {
            return 0;
        }
        if (errno != EINTR) {
            return -1;
        }
    }
}

// MSG_TRUNC: the size is that of the message, so that a truncated message is recognised.
template <class Address> ssize_t receive_from(int fd, void* data, std::size_t size, Address* from) {
    for (;;) {
        socklen_t room = sizeof *from;
        const ssize_t received =
            recvfrom(fd, data, size, MSG_TRUNC, reinterpret_cast<sockaddr*>(from), &room);
        if (received < 0 && errno == EINTR) {
            continue;
        }
        if (received > static_cast<ssize_t>(size) || (received >= 0 && room != sizeof *from)) {
            errno = EMSGSIZE;
            return -1;
        }
        return received;
    }
}

template <class Address> int bound(Address* endpoint, int both) {
    const int fd =
        socket(reinterpret_cast<sockaddr*>(endpoint)->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof *endpoint;
    const int only = 0;
    must(!both || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0);
    must(fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(endpoint), size) == 0 &&
         getsockname(fd, reinterpret_cast<sockaddr*>(endpoint), &size) == 0);
    return fd;
}

// A descriptor there, owned and closed; a batch of 64 there, each looked at.
void beside_the_data() {
    int both[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both) == 0);
    char buffer[64];
    loop("descriptor sent, received, closed", [&] {
        {
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
            iovec piece = {const_cast<char*>(word), length};
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
            ssize_t sent = 0;
            do {
                sent = sendmsg(both[0], &message, MSG_NOSIGNAL);
            } while (sent < 0 && errno == EINTR);
            must(sent == static_cast<ssize_t>(length));
        }
        alignas(cmsghdr) char control[160]; // more may come than is asked for
        iovec piece = {buffer, sizeof buffer};
        msghdr message = {};
        message.msg_iov = &piece;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        ssize_t received = 0;
        do {
            received = recvmsg(both[1], &message, MSG_CMSG_CLOEXEC | MSG_TRUNC);
        } while (received < 0 && errno == EINTR);
        must(received == static_cast<ssize_t>(length) &&
             (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0);
        int descriptor = -1;
        int more = 0;
        for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
             header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
                const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
                for (std::size_t at = 0; at < count; ++at) {
                    int number = -1;
                    memcpy(&number, CMSG_DATA(header) + at * sizeof(int), sizeof number);
                    if (descriptor < 0) {
                        descriptor = number;
                    } else {
                        close(number);
                        ++more;
                    }
                }
            }
        }
        must(descriptor >= 0 && more == 0);
        close(descriptor);
    });
    close(both[0]);
    close(both[1]);

    sockaddr_in mine = {};
    mine.sin_family = AF_INET;
    mine.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in to = mine;
    const int sender = bound(&mine, 0);
    const int receiver = bound(&to, 0);
    static char room[64][64];
    static mmsghdr out[64];
    static mmsghdr in[64];
    static iovec out_pieces[64];
    static iovec in_pieces[64];
    static sockaddr_in from[64];
    for (int at = 0; at < 64; ++at) {
        out_pieces[at] = {const_cast<char*>(word), length};
        out[at].msg_hdr.msg_iov = &out_pieces[at];
        out[at].msg_hdr.msg_iovlen = 1;
        out[at].msg_hdr.msg_name = &to;
        out[at].msg_hdr.msg_namelen = sizeof to;
        in_pieces[at] = {room[at], sizeof room[at]};
        in[at].msg_hdr.msg_iov = &in_pieces[at];
        in[at].msg_hdr.msg_iovlen = 1;
        in[at].msg_hdr.msg_name = &from[at];
        in[at].msg_hdr.msg_namelen = sizeof from[at];
    }
    loop("batch of 64, there and looked at", [&] {
        for (int sent = 0; sent < 64;) {
            const int more =
                sendmmsg(sender, out + sent, static_cast<unsigned>(64 - sent), MSG_NOSIGNAL);
            must(more > 0 || errno == EINTR);
            sent += more > 0 ? more : 0;
        }
        for (int received = 0; received < 64;) {
            for (int at = 0; at < 64; ++at) {
                in[at].msg_hdr.msg_namelen = sizeof from[at];
            }
            const int more =
                recvmmsg(receiver, in, 64, MSG_WAITFORONE | MSG_CMSG_CLOEXEC | MSG_TRUNC, nullptr);
            must(more > 0 || errno == EINTR);
            for (int at = 0; at < more; ++at) {
                const auto& header = in[at].msg_hdr;
                must((header.msg_flags & MSG_TRUNC) == 0 && header.msg_namelen == sizeof from[at] &&
                     from[at].sin_family == AF_INET && from[at].sin_port == mine.sin_port &&
                     in[at].msg_len == length);
            }
            received += more > 0 ? more : 0;
        }
    });
    close(sender);
    close(receiver);
}

void messages() {
    char buffer[64];
    {
        sockaddr_in mine = {};
        mine.sin_family = AF_INET;
        mine.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr_in to = mine;
        const int sender = bound(&mine, 0);
        const int receiver = bound(&to, 0);
        loop("send_to, receive_from: Ipv4", [&] {
            sockaddr_in from;
            must(send_to(sender, word, length, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
            must(receive_from(receiver, buffer, sizeof buffer, &from) >= 0 && from.sin_port != 0);
        });
        close(sender);
        close(receiver);
    }
    {
        sockaddr_in6 mine = {};
        mine.sin6_family = AF_INET6;
        mine.sin6_addr = in6addr_loopback;
        sockaddr_in6 to = mine;
        const int sender = bound(&mine, 0);
        const int receiver = bound(&to, 0);
        loop("send_to, receive_from: Ipv6", [&] {
            sockaddr_in6 from;
            must(send_to(sender, word, length, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
            must(receive_from(receiver, buffer, sizeof buffer, &from) >= 0 && from.sin6_port != 0);
        });
        close(sender);
        close(receiver);
    }
    {
        // The peer is an IPv4 address of run time, mapped for each send; whoever sends is looked
        // at.
        sockaddr_in6 mine = {};
        mine.sin6_family = AF_INET6;
        sockaddr_in6 other = mine;
        const int sender = bound(&mine, 1);
        const int receiver = bound(&other, 1);
        sockaddr_in to = {};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = other.sin6_port;
        loop("send_to, receive_from: Ip", [&] {
            sockaddr_in6 mapped = {};
            mapped.sin6_family = AF_INET6;
            mapped.sin6_port = to.sin_port;
            mapped.sin6_addr.s6_addr[10] = 0xff;
            mapped.sin6_addr.s6_addr[11] = 0xff;
            memcpy(&mapped.sin6_addr.s6_addr[12], &to.sin_addr, 4);
            must(send_to(sender, word, length, reinterpret_cast<sockaddr*>(&mapped),
                         sizeof mapped) == 0);
            sockaddr_in6 from;
            must(receive_from(receiver, buffer, sizeof buffer, &from) >= 0);
            must(IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
        });
        close(sender);
        close(receiver);
    }
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) == 0);
    loop("message send, receive", [&] {
        must(send_some(pair[0], word, length, 0) == 5);
        must(receive_some(pair[1], buffer, sizeof buffer, MSG_TRUNC) == 5);
    });
    loop("message send of two, receive, deadline", [&] {
        iovec pieces[2];
        for (iovec& piece : pieces) {
            piece.iov_base = const_cast<char*>(word);
            piece.iov_len = length;
        }
        msghdr message = {};
        message.msg_iov = pieces;
        message.msg_iovlen = 2;
        ssize_t sent = 0;
        do {
            sent = sendmsg(pair[0], &message, MSG_NOSIGNAL);
        } while (sent < 0 && errno == EINTR);
        must(sent == 10);
        const int64_t deadline = now() + 1000000000;
        ssize_t received = 0;
        do {
            received = receive_some(pair[1], buffer, sizeof buffer, MSG_DONTWAIT | MSG_TRUNC);
        } while (received < 0 && errno == EAGAIN &&
                 wait_ready(pair[1], POLLIN, deadline, nullptr) == 0);
        must(received == 10);
    });
    close(pair[0]);
    close(pair[1]);
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    loop("packet send, receive", [&] {
        must(send_some(pair[0], word, length, 0) == 5);
        iovec piece = {buffer, sizeof buffer};
        msghdr message = {};
        message.msg_iov = &piece;
        message.msg_iovlen = 1;
        ssize_t received = 0;
        do {
            received = recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC);
        } while (received < 0 && errno == EINTR);
        must(received == 5 && (message.msg_flags & MSG_TRUNC) == 0);
    });
    close(pair[0]);
    close(pair[1]);
}

void serve(std::size_t size, const char* waits, const char* echoes) {
    int servers[64];
    int clients[64];
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t at = 0; at < size; ++at) {
        int both[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
        servers[at] = both[0];
        clients[at] = both[1];
        epoll_event event = {};
        event.events = EPOLLIN | EPOLLRDHUP;
        event.data.u64 = at;
        must(epoll_ctl(poller, EPOLL_CTL_ADD, servers[at], &event) == 0);
    }
    const auto all_ask = [&] {
        return uncounted([&] {
            for (std::size_t at = 0; at < size; ++at) {
                must(send_all(clients[at], word, length) == 0);
            }
            return 0;
        });
    };
    const auto all_are_answered = [&] {
        return uncounted([&] {
            char buffer[64];
            for (std::size_t at = 0; at < size; ++at) {
                must(receive_some(clients[at], buffer, sizeof buffer, 0) == 5);
            }
            return 0;
        });
    };
    epoll_event events[64];
    all_ask();
    loop(waits, [&] {
        int count = 0;
        do {
            count = epoll_wait(poller, events, 64, -1);
        } while (count < 0 && errno == EINTR);
        must(count >= 0);
        std::size_t keys = 0;
        for (int at = 0; at < count; ++at) {
            keys += events[at].data.u64 + 1;
        }
        must(keys == size * (size + 1) / 2);
    });
    loop(echoes, [&] {
        int count = 0;
        do {
            count = epoll_wait(poller, events, 64, -1);
        } while (count < 0 && errno == EINTR);
        must(count >= 0);
        for (int at = 0; at < count; ++at) {
            const int server = servers[events[at].data.u64];
            char buffer[512];
            const ssize_t received = receive_some(server, buffer, sizeof buffer, MSG_DONTWAIT);
            must(received >= 0);
            must(send_all(server, buffer, static_cast<std::size_t>(received)) == 0);
        }
        all_are_answered();
        all_ask();
    });
    for (std::size_t at = 0; at < size; ++at) {
        close(servers[at]);
        close(clients[at]);
    }
    close(poller);
}

} // namespace

int main() {
    streams();
    waits();
    beginnings();
    numbers();
    messages();
    lines();
    beside_the_data();
    serve(1, "poller, 1 ready", "echo server, 1 request");
    serve(64, "poller, 64 ready", "echo server, 64 requests");
}
