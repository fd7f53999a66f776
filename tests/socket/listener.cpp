// SPDX-License-Identifier: MIT
#include <ferrule/socket/listener.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <utility>
#include <vector>

#include <ferrule/opt/socket.hpp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Candidate> constexpr bool sends = requires(Candidate c) { c.send_all("x"); };
template <class Candidate>
constexpr bool connects = requires(Candidate c) { std::move(c).connect({}); };
template <class Candidate>
constexpr bool knows_a_peer = requires(Candidate c) { c.peer_endpoint(); };
template <class Family, class Type>
concept HasListeners = requires { typename Listener<Family, Type>; };

static_assert(!sends<Listener<Ipv4>> && !connects<Listener<Ipv4>> && !knows_a_peer<Listener<Unix>>);
static_assert(HasListeners<Ipv4, Stream> && HasListeners<Unix, SeqPacket> &&
              HasListeners<Any, SeqPacket>);
static_assert(!HasListeners<Ipv4, Datagram> && !HasListeners<Unix, Datagram> &&
              !HasListeners<Ipv4, SeqPacket>);

// How many connections may wait: net.core.somaxconn and listen(2) agree on the smaller one.
unsigned backlog_of(const auto& listener) {
    tcp_info info{};
    socklen_t size = sizeof info;
    CHECK(::getsockopt(listener.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0);
    return info.tcpi_sacked; // of a listener: its backlog
}

} // namespace

TEST_CASE_TEMPLATE("listening in one line", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto listener = Listener<Family>::listen(place.endpoint()).value();
    const auto there = listener.local_endpoint().value();
    const auto client = Connection<Family>::connect(there).value();
    const auto [server, peer] = listener.accept().value();
    CHECK(peer == client.local_endpoint().value());
    CHECK(server.peer_endpoint().value() == peer);
    CHECK(server.local_endpoint().value() == there);
    CHECK(is_blocking(server.descriptor()));
    CHECK(is_close_on_exec(server.descriptor()));
    CHECK(server.domain() == listener.domain());
}

TEST_CASE("a listener of packets hands out connections of packets") {
    const Place<Unix> place;
    const auto listener = Listener<Unix, SeqPacket>::listen(place.endpoint()).value();
    const auto client = Connection<Unix, SeqPacket>::connect(place.endpoint()).value();
    const auto server = listener.accept().value().connection;
    char buffer[16];
    CHECK(client.send("one").has_value());
    CHECK(server.receive(buffer).value() == "one");
}

TEST_CASE("a Unix peer shows the name that it has") {
    const Place<Unix> place;
    const auto listener = Listener<Unix>::listen(place.endpoint()).value();
    const auto nameless = Connection<Unix>::connect(place.endpoint()).value();
    CHECK(listener.accept()->peer.is_unnamed());
    const auto named =
        bind_stream<Unix>(place.endpoint("client")).value().connect(place.endpoint()).value();
    CHECK(listener.accept()->peer == place.endpoint("client"));
}

TEST_CASE_TEMPLATE("without a client accept ends on no_wait, on the deadline, or on the stop",
                   Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    Stop stop;
    CHECK(talk.listener.accept(no_wait).error() == Error{Errc::would_block, Operation::accept});
    CHECK(talk.listener.accept(within(3ms)).error() ==
          Error{Errc::deadline_exceeded, Operation::accept});
    CHECK(talk.listener.accept(within(3ms, stop)).error() ==
          Error{Errc::deadline_exceeded, Operation::accept});
    stop.request();
    CHECK(talk.listener.accept(stop).error() == Error{Errc::stopped, Operation::accept});

    // A client that waits already is taken after the deadline, too, but not after the stop.
    const auto there = talk.listener.local_endpoint().value();
    const auto client = Connection<Family>::connect(there).value();
    CHECK(failure_of(talk.listener.accept(within(1min, stop))) == Errc::stopped);
    CHECK(talk.listener.accept(within(-1s)).has_value());
}

TEST_CASE_TEMPLATE("a listener is non-blocking inside, made either way", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const Place<Family> another;
    auto stepwise = bind_stream<Family>(another.endpoint()).value().listen(Backlog{3}).value();
    CHECK_FALSE(is_blocking(Listener<Family>::listen(place.endpoint())->descriptor()));
    CHECK_FALSE(is_blocking(stepwise.descriptor()));
}

TEST_CASE("the backlog is what was asked for, the longest otherwise") {
    CHECK(backlog_of(Listener<Ipv4>::listen("127.0.0.1:0", Backlog{7}).value()) == 7);
    CHECK(backlog_of(
              Listener<Ipv4>::listen("127.0.0.1:0", Backlog{8}, opt::NoDelay{true}).value()) == 8);
    CHECK(backlog_of(bind_stream<Ipv4>("127.0.0.1:0").value().listen(Backlog{9}).value()) == 9);
    CHECK(backlog_of(Listener<Ipv4>::listen("127.0.0.1:0").value()) >= 128);
    CHECK(backlog_of(bind_stream<Ipv4>("127.0.0.1:0").value().listen().value()) >= 128);
}

TEST_CASE("a server can be restarted at once, unless it asks not to") {
    const auto listen_again = [](const auto&... options) {
        // The server closes first, so that its end of the connection stays in TIME_WAIT.
        auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
        const auto there = listener.local_endpoint().value();
        const auto client = Connection<Ipv4>::connect(there).value();
        {
            const auto server = listener.accept().value().connection;
        }
        char buffer[8];
        CHECK(client.receive_some(buffer)->empty());
        CHECK(std::move(listener).close().has_value());
        return failure_of(Listener<Ipv4>::listen(there, options...));
    };
    CHECK(listen_again() == Errc::none);
    CHECK(listen_again(Backlog{5}) == Errc::none);
    CHECK(listen_again(opt::ReuseAddress{false}) == Errc::address_in_use);
}

TEST_CASE_TEMPLATE("ReuseAddress is on by default over IP", Family, Ipv4, Ipv6, Ip, Any) {
    const Place<Family> place;
    const auto listener = Listener<Family>::listen(place.endpoint()).value();
    CHECK(kernel_option(listener.descriptor(), SOL_SOCKET, SO_REUSEADDR) == 1);
    const auto stepwise = bind_stream<Family>(place.endpoint()).value().listen().value();
    CHECK(kernel_option(stepwise.descriptor(), SOL_SOCKET, SO_REUSEADDR) == 0);
}

TEST_CASE("ReuseAddress does not touch Unix sockets") {
    const Place<Unix> place;
    const Listener<Any> listener = Listener<Any>::listen(place.endpoint()).value();
    CHECK(kernel_option(listener.descriptor(), SOL_SOCKET, SO_REUSEADDR) == 0);
}

TEST_CASE("options are set before and after bind, an explicit one wins over the default") {
    host::needs(host::ipv6);
    const auto listener = Listener<Ip>::listen("[::1]:0", Backlog{3}, opt::NoDelay{true},
                                               opt::ReuseAddress{false}, opt::ReceiveBuffer{20'000})
                              .value();
    CHECK(listener.get<opt::NoDelay>().value());
    CHECK_FALSE(listener.get<opt::ReuseAddress>().value());
    CHECK(*listener.get<opt::ReceiveBuffer>() == 20'000);
}

TEST_CASE_TEMPLATE("what fails on the way to a listener leaves no descriptor", Family,
                   EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto taken = talk.listener.local_endpoint().value();
    const Place<Family> place;
    const auto before = open_descriptors();
    CHECK(Listener<Family>::listen(taken).error() == Error{Errc::address_in_use, Operation::bind});
    CHECK(failure_of(Listener<Family>::listen(place.endpoint(),
                                              opt::SendBuffer{at_run_time(1ULL << 40)})) ==
          Errc::value_out_of_range);
    CHECK(open_descriptors() == before);
}

TEST_CASE("a dual-stack listener shows IPv4 clients as IPv4") {
    host::needs(host::ipv6);
    const auto listener = Listener<Ip>::listen("[::]:0").value();
    const auto port = listener.local_endpoint()->port();
    const auto ipv4 = Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(port)).value();
    const auto from_ipv4 = listener.accept().value();
    CHECK(from_ipv4.peer == ipv4.local_endpoint().value());
    CHECK(from_ipv4.peer.domain() == AF_INET);
    CHECK(from_ipv4.connection.peer_endpoint().value() == ipv4.local_endpoint().value());
    CHECK(from_ipv4.connection.local_endpoint().value() == Endpoint<Ipv4>::loopback(port));

    const auto ipv6 = Connection<Ipv6>::connect(Endpoint<Ipv6>::loopback(port)).value();
    CHECK(listener.accept()->peer == ipv6.local_endpoint().value());

    const auto any = Listener<Any>::listen("[::]:0").value();
    const auto any_port = any.local_endpoint()->to<Ipv6>()->port();
    const auto client = Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(any_port)).value();
    CHECK(any.accept()->peer == client.local_endpoint().value());
}

TEST_CASE("an IPv6 listener takes IPv6 clients alone") {
    const auto listener = Listener<Ipv6>::listen("[::]:0").value();
    const auto port = listener.local_endpoint()->port();
    CHECK(failure_of(Connection<Ipv4>::connect(Endpoint<Ipv4>::loopback(port))) ==
          Errc::connection_refused);
    // Beside it there is room, unless somebody else has the port over IPv4.
    bool beside = false;
    for (int turn = 0; turn < 5 && !beside; ++turn) {
        const auto other = Listener<Ipv6>::listen("[::]:0").value();
        const auto there = Endpoint<Ipv4>::any(other.local_endpoint()->port());
        beside = Listener<Ipv4>::listen(there).has_value();
    }
    CHECK(beside);
}

namespace {

// What a dual-stack listener does on this host, with an IPv4 client.
std::string dual_stack_conversation() {
    const auto listener = Listener<Ip>::listen("[::]:0").value();
    const auto port = listener.local_endpoint()->port();
    const auto client = Connection<Ip>::connect(Endpoint<Ipv4>::loopback(port)).value();
    const auto accepted = listener.accept(within(10s)).value();
    client.send_all("hello").value();
    char buffer[16];
    return std::string{accepted.connection.receive_some(buffer).value()} + " on " +
           (listener.domain() == AF_INET ? "AF_INET" : "AF_INET6") + " from " +
           std::string{accepted.peer.with_port(0).text()};
}

std::string without_ipv6() {
    return refuse_sockets_of(AF_INET6, EAFNOSUPPORT) ? dual_stack_conversation() : "no filter";
}

// IPv6 compiled in and switched off by the administrator: AF_INET6 opens, no address is there.
std::string with_ipv6_switched_off() {
    if (enter_network_of_our_own() &&
        !write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1")) {
        return "not switched off";
    }
    return dual_stack_conversation();
}

std::string when_accept_fails_with(int code, std::chrono::milliseconds wait = 10s) {
    return in_child([=]() -> std::string {
        const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
        const auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
#ifdef FERRULE_SYSTEM_POSIX
        constexpr int accept_call = SYS_accept;
#else
        constexpr int accept_call = SYS_accept4;
#endif
        if (!fail_calls_of(accept_call, code)) {
            return "no filter";
        }
        return std::string{describe(failure_of(listener.accept(within(wait)))).name};
    });
}

} // namespace

TEST_CASE("a dual-stack listener works on hosts with half a stack") {
    CHECK(in_child(without_ipv6) == "hello on AF_INET from 127.0.0.1:0");
    CHECK(in_child(with_ipv6_switched_off) == "hello on AF_INET6 from 127.0.0.1:0");
}

TEST_CASE("accept tries again by itself what ails one client only") {
    for (const int code : {ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
                           EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, ETIMEDOUT, EPERM}) {
        CAPTURE(code);
        CHECK(when_accept_fails_with(code, 2ms) == "deadline_exceeded");
    }
}

TEST_CASE("accept does not retry for ever what a sandbox refuses") {
    for (const int code : {EPERM, EOPNOTSUPP, ENOPROTOOPT}) {
        const auto told = in_child([=]() -> std::string {
            const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
#ifdef FERRULE_SYSTEM_POSIX
            constexpr int accept_call = SYS_accept;
#else
            constexpr int accept_call = SYS_accept4;
#endif
            if (!fail_calls_of(accept_call, code)) {
                return "no filter";
            }
            return std::string{describe(failure_of(listener.accept(within(60s)))).name};
        });
        CHECK(told == describe(static_cast<Errc>(code)).name);
    }
}

TEST_CASE("accept tells what asks for a pause, and what is final") {
    for (const int code : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        CHECK(Error{static_cast<Errc>(code), Operation::accept}.is_resource_exhausted());
        CHECK(when_accept_fails_with(code) == describe(static_cast<Errc>(code)).name);
    }
    CHECK(when_accept_fails_with(EINVAL) == "EINVAL");

    const Conversation<Ipv4> talk;
    const auto client = Connection<Ipv4>::connect(talk.listener.local_endpoint().value()).value();
    {
        const NoDescriptorLeft none_left;
        CHECK(talk.listener.accept().error() ==
              Error{Errc::too_many_files_open, Operation::accept});
    }
    CHECK(talk.listener.accept().has_value()); // the client has waited
}

TEST_CASE("a client that reset its connection before accept is still told apart by its endpoint") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    auto client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    const auto client_endpoint = client.local_endpoint().value();
    const linger at_once{1, 0};
    REQUIRE(::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) ==
            0);
    CHECK(std::move(client).close().has_value());
    const auto [dead, peer] = listener.accept().value();
    CHECK(peer == client_endpoint);
    char buffer[8];
    CHECK(failure_of(dead.receive_some(buffer)) == Errc::connection_reset);
}

TEST_CASE("a listener that was moved from accepts nothing") {
    Conversation<Unix> talk;
    const auto elsewhere = std::move(talk.listener);
    CHECK(talk.listener.accept().error() == Error{Errc::not_open, Operation::accept});
    CHECK(talk.listener.local_endpoint().error() ==
          Error{Errc::not_open, Operation::local_endpoint});
}
