// SPDX-License-Identifier: MIT
#include <ferrule/socket/adopt.hpp>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/full_listener.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

// Not taken, for this reason: it is still open and still with us.
template <class Adopted> std::string refusal(int descriptor) {
    const auto adopted = adopt<Adopted>(descriptor);
    CHECK(is_open(descriptor));
    return adopted ? "adopted" : std::string{adopted.error().text().view()};
}

template <class Adopted>
std::string refusal(int descriptor, const Endpoint<typename Adopted::family>& peer) {
    const auto adopted = adopt<Adopted>(descriptor, peer);
    CHECK(is_open(descriptor));
    return adopted ? "adopted" : std::string{adopted.error().text().view()};
}

// A socket as others make it, with the flags that they may have forgotten; past whoever watches
// calls by their names.
template <class Adopted> int raw_socket(int flags = 0) {
    return static_cast<int>(::syscall(SYS_socket, Adopted::family::number,
                                      Adopted::type::number | flags, Adopted::protocol::number));
}

// connect(2) by somebody else: 0, or why not.
template <class Family> int raw_connect(int descriptor, const Endpoint<Family>& peer) {
    return ::syscall(SYS_connect, descriptor, peer.native(), peer.native_size()) == 0 ? 0 : errno;
}

// All of its flags: its own and those that it shares.
std::pair<int, int> flags_of(int descriptor) {
    return {::fcntl(descriptor, F_GETFD), ::fcntl(descriptor, F_GETFL)};
}

// From here on no descriptor of this process becomes non-blocking.
bool fail_to_set_blocking(int error) {
    const auto number = static_cast<unsigned>(offsetof(seccomp_data, nr));
    const auto second_argument = static_cast<unsigned>(
        offsetof(seccomp_data, args) + 8 + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0));
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, second_argument),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FIONBIO, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return filter_calls(filter);
}

bool is_mismatch(Errc code) {
    return code == Errc::wrong_family || code == Errc::wrong_type || code == Errc::wrong_protocol ||
           code == Errc::wrong_state;
}

// Whether a new socket for `Made` is taken over as `Taken`; what became of connect(2) is all the
// same.
template <class Made, class Taken> bool fits() {
    const int descriptor = raw_socket<Made>();
    const auto before = flags_of(descriptor);
    const auto taken = adopt<Taken>(descriptor, Place<typename Taken::family>{}.endpoint());
    if (taken) {
        return true;
    }
    CHECK(flags_of(descriptor) == before);
    ::close(descriptor);
    return !is_mismatch(failure_of(taken));
}

template <class... Each> struct Kinds {
    // Exactly one of them takes a socket for `Made`: `Made`.
    template <class Made> static void check_one() {
        CHECK((0 + ... + (fits<Made, Each>() ? 1 : 0)) == 1);
        CHECK(fits<Made, Made>());
    }
    static void check_all() { (check_one<Each>(), ...); }
};

} // namespace

TEST_CASE_TEMPLATE("what is what the type says is taken over, whatever the state", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    TwoBound<Family> bound;
    const int listening = talk.listener.release();
    const int connected = talk.client.release();
    const int named = bound.one.release();
    ::fcntl(connected, F_SETFD, 0);

    auto listener = adopt<Listener<Family>>(listening).value();
    CHECK_FALSE(is_blocking(listener.descriptor()));
    auto connection = adopt<Connection<Family>>(connected).value();
    CHECK(is_close_on_exec(connection.descriptor()));
    CHECK(connection.send_all("x").has_value());
    char byte[1];
    CHECK(talk.server.receive_some(byte).value() == "x");
    const auto datagrams = adopt<Bound<Family, Datagram>>(named).value();
    CHECK(datagrams.send_to("y", bound.other_endpoint).has_value());
    CHECK(Connection<Family>::connect(listener.local_endpoint().value()).has_value());
    CHECK(listener.accept().has_value());
}

TEST_CASE("a new socket is a Socket, and no Bound one") {
    const auto socket = Socket<Ipv4, Stream>::open().value();
    CHECK(refusal<Bound<Ipv4, Stream>>(socket.descriptor()) ==
          "adopt: Not in this state (wrong_state): it is not bound");
    CHECK(adopt<Socket<Ipv4, Stream>>(::dup(socket.descriptor())).has_value());
}

TEST_CASE("what is something else stays with the caller, and the error says both sides") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const int number = listener.descriptor();
    CHECK(refusal<Listener<Ipv6>>(number) == "adopt: Not of this address family (wrong_family): "
                                             "domain is 2 (AF_INET), not 10 (AF_INET6)");
    CHECK(refusal<Listener<Unix>>(number) == "adopt: Not of this address family (wrong_family): "
                                             "domain is 2 (AF_INET), not 1 (AF_UNIX)");
    CHECK(refusal<Bound<Ipv4, Datagram>>(number) ==
          "adopt: Not of this socket type (wrong_type): type is 1 (SOCK_STREAM), not 2 "
          "(SOCK_DGRAM)");
#ifndef FERRULE_SYSTEM_POSIX
    CHECK(refusal<Listener<Ipv4, Stream, Mptcp>>(number) ==
          "adopt: Not of this protocol (wrong_protocol): protocol is 6 (IPPROTO_TCP), not 262 "
          "(IPPROTO_MPTCP)");
#endif
    CHECK(refusal<Connection<Ipv4>>(number) ==
          "adopt: Not in this state (wrong_state): it listens");
    CHECK(refusal<Socket<Ipv4, Stream>>(number) ==
          "adopt: Not in this state (wrong_state): it listens");

    const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    CHECK(refusal<Listener<Ipv4>>(client.descriptor()) ==
          "adopt: Not in this state (wrong_state): it does not listen");
    CHECK(refusal<Bound<Ipv4, Stream>>(client.descriptor()) ==
          "adopt: Not in this state (wrong_state): it has a peer");
    const auto bound = bind_stream<Ipv4>("127.0.0.1:0").value();
    CHECK(refusal<Connection<Ipv4>>(bound.descriptor()) ==
          "adopt: Not in this state (wrong_state): it has no peer");
    CHECK(refusal<Socket<Ipv4, Stream>>(bound.descriptor()) ==
          "adopt: Not in this state (wrong_state): it is bound");
}

TEST_CASE("what is no socket, or nothing at all, is told") {
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(refusal<Connection<Ipv4>>(file) == "adopt: Not a socket (ENOTSOCK)");
    ::close(file);
    const auto nothing = adopt<Connection<Ipv4>>(file);
    CHECK(failure_of(nothing) == Errc::bad_file_descriptor);
    CHECK(nothing.error().aspect() == AdoptError::Aspect::call);
    CHECK(failure_of(adopt<Connection<Ipv4>>(-1)) == Errc::bad_file_descriptor);
}

TEST_CASE("a socket of a known family is adopted as Ip and as Any, with its domain") {
    Conversation<Ipv6> talk;
    const auto ip = adopt<Connection<Ip>>(talk.client.release()).value();
    CHECK(ip.domain() == AF_INET6);
    const auto any = adopt<Connection<Any>>(talk.server.release()).value();
    CHECK(any.domain() == AF_INET6);
    const auto [one, other] = Connection<Unix>::pair().value();
    CHECK(refusal<Connection<Ip>>(one.descriptor()) ==
          "adopt: Not of this address family (wrong_family): domain is 1 (AF_UNIX), not 10 "
          "(AF_INET6)");
    CHECK(adopt<Connection<Any>>(::dup(one.descriptor())).value().domain() == AF_UNIX);
}

TEST_CASE_TEMPLATE("a connect that somebody else began is completed here", Family, Ipv4, Ipv6,
                   Unix) {
    const FullListener<Family> full;
    const int number = raw_socket<Connecting<Family>>(SOCK_NONBLOCK);
    const int begun = raw_connect(number, full.endpoint);
    REQUIRE((begun == EINPROGRESS || begun == EAGAIN));
    auto connecting = adopt<Connecting<Family>>(number, full.endpoint).value();
    CHECK(connecting.descriptor() == number);
    CHECK(is_close_on_exec(number));
    CHECK_FALSE(is_blocking(number));
    CHECK(failure_of(connecting.complete(no_wait)) == Errc::would_block);
    CHECK(failure_of(connecting.complete(within(5ms))) == Errc::deadline_exceeded);
    CHECK(full.accept_all());
    const auto client = connecting.complete(within(1min)).value();
    CHECK(client.descriptor() == number);
    CHECK(is_blocking(number));
    CHECK(client.send_all("x").has_value());
    const auto server = full.listener.accept(within(1min)).value();
    char byte[1];
    CHECK(server.connection.receive_exactly(byte).value() == "x");
}

TEST_CASE_TEMPLATE("one that is not begun begins, and one that is there by now is there", Family,
                   Ipv4, Ipv6, Unix) {
    const Conversation<Family> talk;
    const auto there = talk.listener.local_endpoint().value();
    for (const bool begun : {false, true}) {
        const int number = raw_socket<Connecting<Family>>();
        if (begun) {
            REQUIRE(raw_connect(number, there) == 0);
        }
        auto connecting = adopt<Connecting<Family>>(number, there).value();
        CHECK(is_close_on_exec(number));
        CHECK_FALSE(is_blocking(number));
        const auto client = connecting.complete(within(1min)).value();
        CHECK(client.peer_endpoint().value() == there);
        CHECK(talk.listener.accept(within(1min))->peer == client.local_endpoint().value());
    }
}

TEST_CASE("a bound socket is on its way, too, and a variable family knows its domain") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto there = listener.local_endpoint().value();
    auto bound = bind_stream<Ipv4>("127.0.0.1:0").value();
    const auto here = bound.local_endpoint().value();
    auto connecting = adopt<Connecting<Ip>>(bound.release(), there).value();
    CHECK(connecting.domain() == AF_INET);
    CHECK(connecting.complete(within(1min))->local_endpoint().value() == here);
    CHECK(listener.accept()->peer == here);
    auto any = adopt<Connecting<Any>>(raw_socket<Connecting<Ipv4>>(), there).value();
    CHECK(any.complete(within(1min))->domain() == AF_INET);
    const int unix_socket = raw_socket<Connecting<Unix>>();
    CHECK(refusal<Connecting<Ip>>(unix_socket, there) ==
          "adopt: Not of this address family (wrong_family): domain is 1 (AF_UNIX), not 10 "
          "(AF_INET6)");
    ::close(unix_socket);
}

TEST_CASE_TEMPLATE("a refusal leaves the socket with the caller, and its flags as they were",
                   Family, Ipv4, Ipv6, Unix) {
    Place<Family> gone;
    const auto nobody = bind_stream<Family>(gone.endpoint()).value().local_endpoint().value();
    for (const int flags : {0, 0 | SOCK_CLOEXEC, 0 | SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK}) {
        const int number = raw_socket<Connecting<Family>>(flags);
        const auto before = flags_of(number);
        if ((flags & SOCK_NONBLOCK) != 0 && raw_connect(number, nobody) == EINPROGRESS) {
            pollfd refused{number, POLLOUT, 0};
            REQUIRE(::poll(&refused, 1, 60'000) == 1); // so that connect(2) knows
        }
        auto connecting = adopt<Connecting<Family>>(number, nobody);
        if (connecting) { // over IP the refusal may be on its way
            CHECK(failure_of(connecting->complete(within(1min))) == Errc::connection_refused);
            continue;
        }
        CHECK(connecting.error().text().view() == "adopt: Connection refused (ECONNREFUSED)");
        CHECK(connecting.error().aspect() == AdoptError::Aspect::call);
        CHECK(flags_of(number) == before);
        ::close(number);
    }
    // Still good for another try.
    const Conversation<Family> talk;
    const int number = raw_socket<Connecting<Family>>();
    if (failure_of(adopt<Connecting<Family>>(number, nobody)) == Errc::connection_refused) {
        auto again =
            adopt<Connecting<Family>>(number, talk.listener.local_endpoint().value()).value();
        CHECK(again.complete(within(1min)).has_value());
    }
}

TEST_CASE("a socket on its way is taken over by its own type only") {
    host::needs(host::ipv6);
    Kinds<Connecting<Ipv4>, Connecting<Ipv6>, Connecting<Unix>, Connecting<Ipv4, Datagram>,
          Connecting<Ipv6, Datagram>, Connecting<Unix, Datagram>,
          Connecting<Unix, SeqPacket>>::check_all();
}

TEST_CASE("what can't be on its way stays with the caller, and the error says both sides") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto there = listener.local_endpoint().value();
    const int number = listener.descriptor();
    const auto before = flags_of(number);
    CHECK(refusal<Connecting<Ipv6>>(number, "[::1]:9") ==
          "adopt: Not of this address family (wrong_family): domain is 2 (AF_INET), not 10 "
          "(AF_INET6)");
    CHECK(refusal<Connecting<Ipv4, Datagram>>(number, there) ==
          "adopt: Not of this socket type (wrong_type): type is 1 (SOCK_STREAM), not 2 "
          "(SOCK_DGRAM)");
#ifndef FERRULE_SYSTEM_POSIX
    CHECK(refusal<Connecting<Ipv4, Stream, Mptcp>>(number, there) ==
          "adopt: Not of this protocol (wrong_protocol): protocol is 6 (IPPROTO_TCP), not 262 "
          "(IPPROTO_MPTCP)");
#endif
    CHECK(refusal<Connecting<Ipv4>>(number, there) ==
          "adopt: Not in this state (wrong_state): it listens");
    CHECK(flags_of(number) == before);

    const int ipv6 = raw_socket<Connecting<Ipv6>>();
    const auto of_ipv6 = flags_of(ipv6);
    CHECK(failure_of(adopt<Connecting<Ipv6>>(ipv6, "[fe80::1]:9")) == Errc::scope_missing);
    CHECK(flags_of(ipv6) == of_ipv6);
    ::close(ipv6);
    CHECK(failure_of(adopt<Connecting<Ipv6>>(ipv6, "[::1]:9")) == Errc::bad_file_descriptor);
}

TEST_CASE("what can't be made non-blocking keeps its other flags, too") {
    CHECK(in_child([] {
              auto bound = bind_stream<Ipv4>("127.0.0.1:0").value();
              const int listening = bound.release();
              const int fresh = raw_socket<Connecting<Ipv4>>();
              ::listen(listening, 1);
              ::fcntl(listening, F_SETFD, 0);
              const auto before = std::pair{flags_of(listening), flags_of(fresh)};
              if (!fail_to_set_blocking(EPERM)) {
                  return std::string{"no filter"};
              }
              const auto listener = adopt<Listener<Ipv4>>(listening);
              const auto connecting = adopt<Connecting<Ipv4>>(fresh, "127.0.0.1:9");
              if (listener || connecting) {
                  return std::string{"adopted"};
              }
              if (std::pair{flags_of(listening), flags_of(fresh)} != before) {
                  return std::string{"changed"};
              }
              return std::string{listener.error().text().view()} + ", " +
                     std::string{connecting.error().text().view()};
          }) == "adopt: Operation not permitted (EPERM), adopt: Operation not permitted (EPERM)");
}

TEST_CASE("an IPv6 socket that takes IPv4, too, is an Ip and no Ipv6") {
    host::needs(host::ipv6);
    for (const std::string place : {"[::]:0", "[::ffff:127.0.0.1]:0", "[::1]:0"}) {
        CAPTURE(place);
        const bool takes_both = place != "[::1]:0";
        const int number = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int both = 0;
        ::setsockopt(number, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof both);
        const auto endpoint = Endpoint<Ipv6>::parse(place).value();
        REQUIRE(::bind(number, endpoint.native(), endpoint.native_size()) == 0);
        const auto refused = adopt<Bound<Ipv6, Stream>>(number);
        CHECK(refused.has_value() == !takes_both);
        if (takes_both) {
            CHECK(refused.error().text() == "adopt: Not of this address family (wrong_family): it "
                                            "takes IPv4, too; adopt it as Ip");
            REQUIRE(::listen(number, 1) == 0);
            CHECK(failure_of(adopt<Listener<Ipv6>>(number)) == Errc::wrong_family);
            CHECK(adopt<Listener<Ip>>(number).has_value());
        }
    }
    const int unbound = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(failure_of(adopt<Socket<Ipv6, Datagram>>(unbound)) == Errc::wrong_family);
    CHECK(adopt<Socket<Ip, Datagram>>(unbound).has_value());
}
