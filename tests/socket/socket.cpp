// SPDX-License-Identifier: MIT
#include <ferrule/socket/socket.hpp>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <type_traits>
#include <utility>

#include <ferrule/opt/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;

namespace {

template <class Candidate>
constexpr bool listens = requires(Candidate c) { std::move(c).listen(); };
template <class Candidate> constexpr bool sends = requires(Candidate c) { c.send_some("x"); };
template <class Candidate> constexpr bool sends_to = requires(Candidate c) { c.send_to("x", {}); };
template <class Candidate> constexpr bool accepts = requires(Candidate c) { c.accept(); };
template <class Candidate> constexpr bool is_named = requires(Candidate c) { c.local_endpoint(); };
template <class Candidate> constexpr bool opens_alone = requires { Candidate::open(); };

static_assert(!listens<Socket<Ipv4, Stream>> && !sends<Socket<Ipv4, Stream>> &&
              !sends_to<Socket<Ipv4, Datagram>> && !accepts<Socket<Ipv4, Stream>> &&
              !is_named<Socket<Ipv4, Stream>>);
static_assert(opens_alone<Socket<Ipv4, Stream>> && opens_alone<Socket<Unix, SeqPacket>>);
static_assert(!opens_alone<Socket<Ip, Stream>> && !opens_alone<Socket<Any, Stream>>);

template <class Family, class Type, class Protocol>
concept Makes = requires { typename Socket<Family, Type, Protocol>; };
static_assert(Makes<Ipv4, Stream, Tcp> && Makes<Ipv6, Raw, Icmpv6> &&
              Makes<Unix, Datagram, Unspecified>);
static_assert(!Makes<Ipv4, Stream, Udp> && !Makes<Ipv4, SeqPacket, Tcp> &&
              !Makes<Unix, Stream, Tcp> && !Makes<Ipv4, Raw, RawNeedsAProtocol> &&
              !Makes<Unix, Raw, Unspecified>);
static_assert(std::is_same_v<Socket<Ipv4, Stream>, Socket<Ipv4, Stream, Tcp>>);

// A family of the user's own opens before it has endpoints.
struct Vsock {
    static constexpr int number = AF_VSOCK;
    using types = OneOf<Stream, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

template <class Family, class Type> Socket<Family, Type> opened(const Endpoint<Family>& endpoint) {
    if constexpr (FixedFamily<Family>) {
        return Socket<Family, Type>::open().value();
    } else {
        return Socket<Family, Type>::open(endpoint).value();
    }
}

int is_ipv6_only(int descriptor) { return kernel_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY); }

// What the kernel answers to an echo request (RFC 792), seen past ICMP's own sockets.
std::string ping_the_kernel() {
    const bool ours = enter_network_of_our_own();
    auto opened = Socket<Ipv4, Raw, Icmp>::open();
    if (!ours && failure_of(opened) == Errc::operation_not_permitted) {
        return "reply"; // as far as the user's rights go
    }
    const Endpoint<Ipv4> here = "127.0.0.1:0";
    const auto socket = std::move(opened).value().bind(here).value();
    const unsigned char request[]{8, 0, 0xf7, 0xff, 0, 0, 0, 0};
    socket.send_to(request, here).value();
    unsigned char packet[64];
    for (;;) {
        const auto received = socket.receive_from(packet).value();
        const bool is_reply = received.data.size() == 28 && received.data[20] == 0;
        if (is_reply && received.peer == here) {
            return "reply";
        }
    }
}

} // namespace

TEST_CASE_TEMPLATE("step by step from a socket to a conversation", Family, EVERY_FAMILY) {
    const Place<Family> place;
    auto socket = opened<Family, Stream>(place.endpoint());
    auto bound = std::move(socket).bind(place.endpoint()).value();
    CHECK_FALSE(socket.is_open());
    auto listener = std::move(bound).listen(Backlog{5}).value();
    CHECK_FALSE(bound.is_open());

    const auto there = listener.local_endpoint().value();
    const auto client = opened<Family, Stream>(there).connect(there).value();
    CHECK(client.peer_endpoint().value() == there);
    const auto [server, peer] = listener.accept().value();
    CHECK(peer == client.local_endpoint().value());
    CHECK(server.local_endpoint().value() == there);

    CHECK(client.send_all("hello").has_value());
    char buffer[16];
    CHECK(server.receive_some(buffer).value() == "hello");
}

TEST_CASE_TEMPLATE("a connection can also be started and completed", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto there = talk.listener.local_endpoint().value();
    auto connecting = opened<Family, Stream>(there).start_connect(there).value();
    const auto client = connecting.complete().value();
    CHECK(talk.listener.accept().has_value());
    CHECK(client.peer_endpoint().value() == there);
}

TEST_CASE_TEMPLATE("a datagram socket binds, or connects to one peer", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto bound = opened<Family, Datagram>(place.endpoint()).bind(place.endpoint()).value();
    const auto there = bound.local_endpoint().value();
    const auto connected = opened<Family, Datagram>(there).connect(there).value();
    char buffer[16];
    CHECK(connected.send("question").has_value());
    const auto [question, peer] = bound.receive_from(buffer).value();
    CHECK(question == "question");
    if (std::is_same_v<Family, Unix> && !sys::unix_has_autobind) {
        return;
    }
    CHECK(bound.send_to("answer", peer).has_value()); // a Unix one, too, has got a name
    CHECK(connected.receive(buffer).value() == "answer");
}

TEST_CASE_TEMPLATE("a step that fails closes the socket and says what failed", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto taken = talk.listener.local_endpoint().value();
    Place<Family> elsewhere;
    const auto nobody = [&] { // was there, is gone
        return bind_stream<Family>(elsewhere.endpoint()).value().local_endpoint().value();
    }();
    const auto before = open_descriptors();
    CHECK(opened<Family, Stream>(taken).bind(taken).error() ==
          Error{Errc::address_in_use, Operation::bind});
    CHECK(opened<Family, Stream>(nobody).connect(nobody).error() ==
          Error{Errc::connection_refused, Operation::connect});
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("a socket is spent by its step", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto endpoint = place.endpoint();
    auto socket = opened<Family, Stream>(endpoint);
    const auto bound = std::move(socket).bind(endpoint).value();
    CHECK(std::move(socket).bind(endpoint).error() == Error{Errc::not_open, Operation::bind});
    CHECK(std::move(socket).connect(endpoint).error() == Error{Errc::not_open, Operation::connect});
    CHECK(std::move(socket).start_connect(endpoint).error() ==
          Error{Errc::not_open, Operation::connect});
}

TEST_CASE("Ipv6 is IPv6 alone, Ip is both, whatever the host's default is") {
    host::needs(host::ipv6);
    const auto look = [] {
        std::string seen;
        for (const int descriptor : {Socket<Ipv6, Stream>::open().value().release(),
                                     Socket<Ipv6, Datagram>::open().value().release(),
#ifndef FERRULE_SYSTEM_POSIX
                                     Socket<Ipv6, Datagram, UdpLite>::open().value().release(),
                                     Socket<Ipv6, Stream, Mptcp>::open().value().release(),
#endif
                                     Socket<Ip, Stream>::open("[::]:0").value().release(),
                                     Socket<Any, Datagram>::open("[::]:0").value().release(),
                                     Listener<Ipv6>::listen("[::1]:0").value().release(),
                                     Listener<Ip>::listen("[::]:0").value().release()}) {
            seen += is_ipv6_only(descriptor) == 1 ? " alone" : " both";
            ::close(descriptor);
        }
        return seen;
    };
#ifdef FERRULE_SYSTEM_POSIX
    const std::string promised = " alone alone both both alone both";
#else
    const std::string promised = " alone alone alone alone both both alone both";
#endif
    CHECK(look() == promised);
    CHECK(in_child([&] {
              const bool ours =
                  enter_network_of_our_own() && write_file("/proc/sys/net/ipv6/bindv6only", "1");
              return (ours ? "" : "no network of our own, so:") + look();
          }).ends_with(promised));
}

TEST_CASE("an Ip is opened for the family of its endpoint") {
    CHECK(Socket<Ip, Stream>::open("127.0.0.1:0").value().domain() == AF_INET);
    CHECK(Socket<Ip, Stream>::open("[::1]:0").value().domain() == AF_INET6);
    CHECK(Socket<Any, Stream>::open("unix:@x").value().domain() == AF_UNIX);
    CHECK(failure_of(Socket<Any, Stream>::open(Endpoint<Any>{})) ==
          Errc::address_family_not_supported);
    CHECK(failure_of(Socket<Any, SeqPacket>::open("127.0.0.1:0")) ==
          Errc::socket_type_not_supported);
}

TEST_CASE("without a descriptor left opening is an error") {
    const NoDescriptorLeft none_left;
    CHECK(Socket<Ipv4, Stream>::open().error() ==
          Error{Errc::too_many_files_open, Operation::open});
    CHECK(Socket<Ip, Stream>::open("[::]:0").error() ==
          Error{Errc::too_many_files_open, Operation::open});
}

TEST_CASE("a family of the user's own opens") {
    const auto socket = Socket<Vsock, Stream>::open();
    if (socket) {
        CHECK(kernel_option(socket->descriptor(), SOL_SOCKET, SO_DOMAIN) == AF_VSOCK);
    } else { // a kernel without vsock, or a container that hides it
        CHECK((failure_of(socket) == Errc::address_family_not_supported ||
               failure_of(socket) == Errc::operation_not_permitted));
    }
}

TEST_CASE("a socket that was opened can have its options set before it is bound") {
    auto socket = Socket<Ipv4, Stream>::open().value();
    CHECK(socket.set(opt::ReuseAddress{true}).has_value());
    const auto bound = std::move(socket).bind("127.0.0.1:0").value();
    CHECK(bound.get<opt::ReuseAddress>().value());
}

TEST_CASE("a raw socket sees the packets of its protocol, given the right to") {
    CHECK(in_child(ping_the_kernel) == "reply");
}
