// SPDX-License-Identifier: MIT
#include <ferrule/tag/type.hpp>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ferrule;

static_assert(SocketType<Stream> && SocketType<Datagram> && SocketType<SeqPacket> &&
              SocketType<Raw>);

namespace {

template <class Candidate> constexpr bool is_type = SocketType<Candidate>;
template <class Type> constexpr bool listens = FormsConnections<Type>;
template <class Type> constexpr bool has_messages = KeepsBoundaries<Type>;

static_assert(is_type<Stream> && is_type<Datagram> && is_type<SeqPacket> && is_type<Raw>);
static_assert(!is_type<int> && !is_type<void>);

static_assert(Stream::number == SOCK_STREAM && Datagram::number == SOCK_DGRAM);
static_assert(SeqPacket::number == SOCK_SEQPACKET && Raw::number == SOCK_RAW);

static_assert(listens<Stream> && listens<SeqPacket> && !listens<Datagram> && !listens<Raw>);
static_assert(!has_messages<Stream> && has_messages<Datagram> && has_messages<SeqPacket> &&
              has_messages<Raw>);
static_assert(!listens<int> && !has_messages<int>);

// A type of the user's own is one more struct.
struct ReliableMessages {
    static constexpr int number = SOCK_RDM;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
};
static_assert(is_type<ReliableMessages> && !listens<ReliableMessages> &&
              has_messages<ReliableMessages>);

struct SaysTooLittle {
    static constexpr int number = SOCK_RDM;
    static constexpr bool forms_connections = false;
};
static_assert(!is_type<SaysTooLittle> && !has_messages<SaysTooLittle>);

// Whether the kernel lets a Unix socket of this type listen.
template <class Type> bool kernel_listens() {
    const int descriptor = ::socket(AF_UNIX, Type::number | SOCK_CLOEXEC, 0);
    const sockaddr unnamed{AF_UNIX, {}};
    const bool does =
        ::bind(descriptor, &unnamed, sizeof unnamed.sa_family) == 0 && ::listen(descriptor, 1) == 0;
    ::close(descriptor);
    return does;
}

// Whether two sends arrive as two messages, not as one.
template <class Type> bool kernel_keeps_boundaries() {
    int ends[2];
    char buffer[8];
    if (::socketpair(AF_UNIX, Type::number | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    const bool sent = ::send(ends[0], "ab", 2, 0) == 2 && ::send(ends[0], "c", 1, 0) == 1;
    const auto received = ::recv(ends[1], buffer, sizeof buffer, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    return sent && received == 2;
}

} // namespace

TEST_CASE_TEMPLATE("the facts of a type are those of the kernel", Type, Stream, Datagram,
                   SeqPacket) {
    CHECK(kernel_listens<Type>() == Type::forms_connections);
    CHECK(kernel_keeps_boundaries<Type>() == Type::keeps_boundaries);
}
