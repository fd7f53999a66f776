// SPDX-License-Identifier: MIT
#include <ferrule/tag/family.hpp>
#include <ferrule/tag/protocol.hpp>

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace ferrule;

static_assert(CanReset<Tcp> && !CanReset<Udp> && !CanReset<Unspecified>);
static_assert(SocketProtocol<Tcp> && SocketProtocol<Unspecified> && !SocketProtocol<Stream>);

namespace {

template <class Candidate> constexpr bool is_protocol = SocketProtocol<Candidate>;

static_assert(is_protocol<Tcp> && is_protocol<Udp> && is_protocol<Icmp> && is_protocol<Icmpv6>);
static_assert(is_protocol<Unspecified>);
static_assert(is_protocol<RawNeedsAProtocol>);
static_assert(!is_protocol<Stream> && !is_protocol<int>);

static_assert(Tcp::number == 6 && Udp::number == 17 && Icmp::number == 1);
static_assert(Icmpv6::number == 58 && Unspecified::number == 0);

template <class Type, class Protocol> constexpr bool is_of = Among<Type, typename Protocol::types>;

static_assert(is_of<Stream, Tcp> && !is_of<Datagram, Tcp> && !is_of<Raw, Tcp>);
static_assert(is_of<Stream, Mptcp> && !is_of<SeqPacket, Mptcp>);
static_assert(is_of<Datagram, Udp> && !is_of<Stream, Udp>);
static_assert(is_of<Datagram, UdpLite> && !is_of<Raw, UdpLite>);
static_assert(is_of<Datagram, Icmp> && is_of<Raw, Icmp> && !is_of<Stream, Icmp>);
static_assert(is_of<Datagram, Icmpv6> && is_of<Raw, Icmpv6>);
static_assert(is_of<Stream, Unspecified> && is_of<SeqPacket, Unspecified> &&
              !is_of<Raw, Unspecified>);
static_assert(!is_of<Raw, RawNeedsAProtocol>);

// A protocol of the user's own is one more struct.
struct Gre {
    static constexpr int number = IPPROTO_GRE;
    using types = OneOf<Raw>;
};
static_assert(is_protocol<Gre>);

// One whose types or families are not those of its number is none.
template <int protocol, class Types, class Families = OneOf<Ipv4>> struct Own {
    static constexpr int number = protocol;
    using types = Types;
    using families = Families;
};
#ifndef FERRULE_SYSTEM_POSIX
static_assert(is_protocol<Mptcp> && is_protocol<UdpLite>);
static_assert(Mptcp::number == 262 && UdpLite::number == IPPROTO_UDPLITE);
static_assert(!is_protocol<Own<IPPROTO_UDPLITE, OneOf<SeqPacket>>>);
#else // what a system lacks is no protocol
static_assert(!is_protocol<Mptcp> && !is_protocol<UdpLite>);
#endif
static_assert(is_protocol<Own<IPPROTO_TCP, OneOf<Stream, Raw>>>);
static_assert(is_protocol<Own<IPPROTO_SCTP, OneOf<Stream, SeqPacket>>>);
static_assert(is_protocol<Own<IPPROTO_UDP, Every, Every>>);
static_assert(is_protocol<Own<0, OneOf<Stream>, OneOf<Unix>>>);
static_assert(!is_protocol<Own<IPPROTO_TCP, OneOf<Stream, Datagram>>>);
static_assert(!is_protocol<Own<Mptcp::number, OneOf<SeqPacket>>>);
static_assert(!is_protocol<Own<IPPROTO_SCTP, OneOf<Datagram>>>);
static_assert(!is_protocol<Own<IPPROTO_UDP, OneOf<Stream>>>);
static_assert(!is_protocol<Own<IPPROTO_ICMP, OneOf<Raw, Stream>>>);
static_assert(!is_protocol<Own<IPPROTO_ICMPV6, OneOf<Stream>>>);
static_assert(!is_protocol<Own<IPPROTO_TCP, OneOf<Stream>, OneOf<Ipv4, Unix>>>);

} // namespace

// The numbers are the kernel's, not only those of a header: it says which protocol it opened.
TEST_CASE_TEMPLATE("a socket opened with a protocol's number speaks this protocol", Protocol, Tcp,
                   Udp, Mptcp, UdpLite) {
    if (Protocol::number == sys::absent) {
        return;
    }
    constexpr int type = is_of<Stream, Protocol> ? SOCK_STREAM : SOCK_DGRAM;
    const int descriptor = ::socket(AF_INET, type | SOCK_CLOEXEC, Protocol::number);
    REQUIRE(descriptor >= 0);
    int spoken = -1;
    socklen_t size = sizeof spoken;
    CHECK(::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &spoken, &size) == 0);
    CHECK(spoken == Protocol::number);
    ::close(descriptor);
}
