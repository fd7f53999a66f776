// SPDX-License-Identifier: MIT
#include <ferrule/socket/connection.hpp>

#include <chrono>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferrule/opt/socket.hpp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/connecting.hpp>
#include <ferrule/socket/socket.hpp>

#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"
#include "../support/threads.hpp"

using namespace ferrule;
using namespace std::chrono_literals;

namespace {

template <class Candidate>
constexpr bool listens = requires(Candidate c) { std::move(c).listen(); };
template <class Candidate> constexpr bool accepts = requires(Candidate c) { c.accept(); };
template <class Candidate> constexpr bool sends_to = requires(Candidate c) { c.send_to("x", {}); };
template <class Candidate>
constexpr bool has_streams = requires(Candidate c, char (&buffer)[8]) {
    c.send_some("x");
    c.send_all("x");
    c.receive_some(buffer);
    c.receive_exactly(buffer);
};
template <class Candidate>
constexpr bool has_messages = requires(Candidate c, char (&buffer)[8]) {
    c.send("x");
    c.receive(buffer);
};
template <class Candidate>
constexpr bool shuts_down = requires(Candidate c) { c.shutdown(Shutdown::both); };
template <class Candidate> constexpr bool pairs = requires { Candidate::pair(); };

static_assert(!listens<Connection<Ipv4>> && !accepts<Connection<Ipv4>> &&
              !sends_to<Connection<Ipv4, Datagram>>);
static_assert(has_streams<Connection<Ipv4>> && !has_messages<Connection<Ipv4>>);
static_assert(!has_streams<Connection<Unix, SeqPacket>> &&
              has_messages<Connection<Unix, SeqPacket>>);
static_assert(!has_streams<Connection<Ipv6, Datagram>> && has_messages<Connection<Ipv6, Datagram>>);
static_assert(has_messages<Connection<Ipv4, Raw, Icmp>>);
static_assert(shuts_down<Connection<Any>> && shuts_down<Connection<Unix, SeqPacket>> &&
              !shuts_down<Connection<Ipv4, Datagram>>);
static_assert(pairs<Connection<Unix>> && pairs<Connection<Unix, Datagram>> &&
              !pairs<Connection<Ipv4>> && !pairs<Connection<Any>>);

bool talk_works(const auto& from, const auto& to) {
    char buffer[16];
    if constexpr (has_messages<decltype(from)>) {
        return from.send("hello").has_value() && to.receive(buffer).value() == "hello";
    } else {
        return from.send_all("hello").has_value() && to.receive_some(buffer).value() == "hello";
    }
}

} // namespace

TEST_CASE_TEMPLATE("connecting in one line, with every kind of wait", Family, EVERY_FAMILY) {
    const Conversation<Family> talk;
    const auto there = talk.listener.local_endpoint().value();
    const Stop stop;
    const auto check = [&](const Connection<Family>& client) {
        CHECK(client.peer_endpoint().value() == there);
        CHECK(is_blocking(client.descriptor()));
        const auto [server, peer] = talk.listener.accept().value();
        CHECK(peer == client.local_endpoint().value());
        CHECK(talk_works(client, server));
        CHECK(talk_works(server, client));
    };
    check(Connection<Family>::connect(there).value());
    check(Connection<Family>::connect(there, within(1min)).value());
    check(Connection<Family>::connect(there, stop).value());
    check(Connection<Family>::connect(there, within(1min, stop)).value());
    check(Connection<Family>::connect(there, opt::SendBuffer{9000}).value());
    check(Connection<Family>::connect(there, within(1min), opt::SendBuffer{9000}).value());
}

TEST_CASE_TEMPLATE("a pair is two ends without names", Type, Stream, Datagram, SeqPacket) {
    const auto [one, other] = Connection<Unix, Type>::pair().value();
    CHECK(talk_works(one, other));
    CHECK(talk_works(other, one));
    CHECK(one.local_endpoint()->is_unnamed());
    CHECK(one.peer_endpoint()->is_unnamed());
    CHECK(is_close_on_exec(one.descriptor()));
    CHECK(is_close_on_exec(other.descriptor()));
}

TEST_CASE("without two descriptors left there is no pair") {
    const auto before = open_descriptors();
    {
        const NoDescriptorLeft none_left;
        CHECK(Connection<Unix>::pair().error() ==
              Error{Errc::too_many_files_open, Operation::pair});
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE_TEMPLATE("datagrams can be sent to one peer, who can answer", Family, EVERY_FAMILY) {
    const Place<Family> place;
    const auto server = Bound<Family, Datagram>::bind(place.endpoint()).value();
    const auto there = server.local_endpoint().value();
    const auto client = Connection<Family, Datagram>::connect(there, within(1min)).value();
    CHECK(client.peer_endpoint().value() == there);
    CHECK(client.send("question").has_value());
    char buffer[16];
    const auto question = server.receive_from(buffer).value();
    CHECK(question.data == "question");
    CHECK(question.peer == client.local_endpoint().value());
    if (std::is_same_v<Family, Unix> && !sys::unix_has_autobind) {
        return;
    }
    CHECK(server.send_to("answer", question.peer).has_value());
    CHECK(client.receive(buffer).value() == "answer");
}

TEST_CASE_TEMPLATE("a refusal is told, and leaves no descriptor", Family, EVERY_FAMILY) {
    Place<Family> gone;
    const auto nobody = bind_stream<Family>(gone.endpoint()).value().local_endpoint().value();
    Stop stop;
    const auto before = open_descriptors();
    const Error refused{Errc::connection_refused, Operation::connect};
    CHECK(Connection<Family>::connect(nobody).error() == refused);
    CHECK(Connection<Family>::connect(nobody, within(1min)).error() == refused);
    CHECK(Connection<Family>::connect(nobody, stop).error() == refused);
    stop.request();
    CHECK(Connection<Family>::connect(nobody, stop).error() ==
          Error{Errc::stopped, Operation::connect});
    CHECK(open_descriptors() == before);
}

TEST_CASE("a path where nobody is, or that is no socket, is told") {
    const TemporaryFolder folder;
    const auto endpoint = [&](const std::string& name) {
        return Endpoint<Unix>::path(folder.file(name)).value();
    };
    REQUIRE(write_file(folder.file("file"), "x"));
    CHECK(Connection<Unix>::connect(endpoint("nobody")).error() ==
          Error{Errc::no_such_file_or_directory, Operation::connect});
    CHECK(failure_of(Connection<Unix>::connect(endpoint("file"))) == Errc::connection_refused);
    const auto datagrams = Bound<Unix, Datagram>::bind(endpoint("datagrams")).value();
    CHECK(failure_of(Connection<Unix>::connect(endpoint("datagrams"))) ==
          Errc::wrong_protocol_type);
}

TEST_CASE_TEMPLATE("where the queue is full, connect ends on its wait", Family, Ipv4, Unix) {
    const Place<Family> place;
    const auto listener = Listener<Family>::listen(place.endpoint(), Backlog{0}).value();
    const auto there = listener.local_endpoint().value();
    std::vector<Connection<Family>> waiting;
    for (;;) {
        auto next = Connection<Family>::connect(there, within(100ms));
        if (!next) {
            CHECK(next.error() == Error{Errc::deadline_exceeded, Operation::connect});
            break;
        }
        waiting.push_back(std::move(next).value());
    }
    CHECK(waiting.size() >= 1);

    Stop stop;
    const auto before = open_descriptors();
    CHECK(Connection<Family>::connect(there, no_wait).error() ==
          Error{Errc::would_block, Operation::connect});
    const auto start = std::chrono::steady_clock::now();
    CHECK(failure_of(Connection<Family>::connect(there, within(15ms, stop))) ==
          Errc::deadline_exceeded);
    CHECK(std::chrono::steady_clock::now() - start >= 15ms);
    std::thread other{[&] { stop.request(); }};
    CHECK(failure_of(Connection<Family>::connect(there, stop)) == Errc::stopped);
    other.join();
    CHECK(open_descriptors() == before);

    std::thread accepts_all{[&] {
        for (std::size_t accepted = 0; accepted <= waiting.size(); ++accepted) {
            CHECK(listener.accept(within(1min)).has_value());
        }
    }};
    CHECK(Connection<Family>::connect(there, within(1min)).has_value());
    accepts_all.join();
}

TEST_CASE("options are set before connecting, or after it where they must be") {
    struct OnceConnected : opt::NoDelay {
        using NoDelay::NoDelay;
        using set_in = OneOf<state::Connection>;
    };
    const Conversation<Ipv4> talk;
    const auto there = talk.listener.local_endpoint().value();
    CHECK(
        Connection<Ipv4>::connect(there, within(1min), opt::NoDelay{true}, opt::ReuseAddress{true})
            ->get<opt::ReuseAddress>()
            .value());
    CHECK(Connection<Ipv4>::connect(there, OnceConnected{true})->get<opt::NoDelay>().value());

    const auto before = open_descriptors();
    CHECK(failure_of(Connection<Ipv4>::connect(there, opt::SendBuffer{at_run_time(1ULL << 40)})) ==
          Errc::value_out_of_range);
    CHECK(open_descriptors() == before);
}

TEST_CASE("an Ip connects with the family of its peer") {
    host::needs(host::ipv6);
    const auto ipv4 = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto ipv6 = Listener<Ipv6>::listen("[::1]:0").value();
    const auto to_ipv4 = Connection<Ip>::connect(ipv4.local_endpoint().value()).value();
    const auto to_ipv6 = Connection<Ip>::connect(ipv6.local_endpoint().value()).value();
    CHECK(to_ipv4.domain() == AF_INET);
    CHECK(to_ipv6.domain() == AF_INET6);
    CHECK(to_ipv4.peer_endpoint().value() == ipv4.local_endpoint().value());
    CHECK(to_ipv6.local_endpoint()->address() == Address<Ipv6>::loopback());
}

TEST_CASE("Any connects to whatever it is given") {
    const Conversation<Unix> unix_talk;
    const Conversation<Ipv6> ipv6_talk;
    const Endpoint<Any> unix_endpoint = unix_talk.listener.local_endpoint().value();
    const Endpoint<Any> ipv6_endpoint = ipv6_talk.listener.local_endpoint().value();
    CHECK(Connection<Any>::connect(unix_endpoint)->peer_endpoint().value() == unix_endpoint);
    CHECK(Connection<Any>::connect(ipv6_endpoint)->peer_endpoint().value() == ipv6_endpoint);
}

TEST_CASE("a connection that was moved from has no endpoints") {
    Conversation<Ipv4> talk;
    const auto elsewhere = std::move(talk.client);
    CHECK(talk.client.local_endpoint().error() == Error{Errc::not_open, Operation::local_endpoint});
    CHECK(talk.client.peer_endpoint().error() == Error{Errc::not_open, Operation::peer_endpoint});
}

TEST_CASE_TEMPLATE("a conversation that is finished has been heard to its end", Family,
                   EVERY_FAMILY) {
    Conversation<Family> talk;
    CHECK(talk.client.send_all("nobody reads this").has_value());
    CHECK(talk.server.send_all("goodbye").has_value());
    const int number = talk.server.descriptor();
    Thread client{[&] {
        char buffer[16];
        CHECK(talk.client.receive_exactly(std::span{buffer, 7}).value() == "goodbye");
        CHECK(talk.client.receive_some(buffer).value().empty());
        CHECK(std::move(talk.client).close().has_value());
    }};
    CHECK(std::move(talk.server).finish(within(1min)).value() == 17);
    CHECK_FALSE(is_open(number));
    CHECK(failure_of(std::move(talk.server).finish(within(1min))) == Errc::not_open);
}

namespace {

// How many bytes the kernel took of a server that has not read its client's request, and how many
// the client gets of them that begins to read when the server has come to its end.
struct Farewell {
    std::size_t taken = 0;
    std::size_t arrived = 0;

    explicit Farewell(bool finishes) {
        Conversation<Ipv4> talk;
        talk.client.send_all("a request that nobody reads").value();
        const std::string answer(2'000'000, 'a');
        const auto sent = talk.server.send_all(answer, no_wait);
        taken = sent ? answer.size() : sent.error().transferred();
        if (!finishes) {
            std::move(talk.server).close().value();
        }
        Thread client{[&] {
            char buffer[65536];
            for (auto some = talk.client.receive_some(buffer); some && !some->empty();
                 some = talk.client.receive_some(buffer)) {
                arrived += some->size();
            }
            static_cast<void>(std::move(talk.client).close());
        }};
        if (finishes) {
            CHECK(std::move(talk.server).finish(within(1min)).value() == 27);
        }
    }
};

} // namespace

TEST_CASE("what was sent arrives whole though a request lies there unread") {
    const Farewell closed{false};
    CHECK(closed.taken == 2'000'000);
    CHECK(closed.arrived < closed.taken); // the close has reset the connection

    const Farewell finished{true};
    CHECK(finished.taken == 2'000'000);
    CHECK(finished.arrived == finished.taken);
}

TEST_CASE_TEMPLATE("a finish ends on its wait, and says how much came until then", Family, Ipv4,
                   Unix) {
    Conversation<Family> talk;
    CHECK(talk.client.send_all("1234").has_value());
    const auto before = open_descriptors();
    const auto late = std::move(talk.server).finish(within(10ms));
    CHECK(failure_of(late) == Errc::deadline_exceeded);
    CHECK(late.error().transferred() == 4);
    CHECK(open_descriptors() == before - 1);
}

TEST_CASE("connections of messages are finished, too") {
    auto [one, other] = Connection<Unix, SeqPacket>::pair().value();
    CHECK(other.send("left over").has_value());
    CHECK(other.shutdown(Shutdown::sending).has_value());
    CHECK(std::move(one).finish(within(1min)).value() == 9);
    char buffer[4];
    CHECK(failure_of(other.receive(buffer)) == Errc::end_of_stream);
}

#ifdef FERRULE_SYSTEM_POSIX
#define PROTOCOLS_WITH_A_RESET Tcp
#else
#define PROTOCOLS_WITH_A_RESET Tcp, Mptcp
#endif
TEST_CASE_TEMPLATE("an abort is a reset to the peer, and loses what is on the way", Protocol,
                   PROTOCOLS_WITH_A_RESET) {
    using Talk = Connection<Ipv4, Stream, Protocol>;
    const auto listener = Listener<Ipv4, Stream, Protocol>::listen("127.0.0.1:0").value();
    auto client = Talk::connect(listener.local_endpoint().value()).value();
    const auto server = listener.accept().value().connection;
    CHECK(std::move(client).abort().has_value());
    char buffer[4];
    CHECK(failure_of(server.receive_some(buffer, within(1min))) == Errc::connection_reset);
    CHECK(failure_of(std::move(client).abort()) == Errc::not_open);
}

namespace {

template <class Candidate>
constexpr bool aborts = requires(Candidate candidate) { std::move(candidate).abort(); };
static_assert(aborts<Connection<Ip>> && !aborts<Connection<Unix>> && !aborts<Connection<Any>> &&
              !aborts<Connection<Ipv4, Datagram>>);

template <class Candidate>
constexpr bool finishes =
    requires(Candidate candidate, Wait wait) { std::move(candidate).finish(wait); };
static_assert(finishes<Connection<Any>> && finishes<Connection<Unix, SeqPacket>> &&
              !finishes<Connection<Ipv4, Datagram>>);

} // namespace

TEST_CASE("a link-local endpoint has to say on which interface") {
    // Whether an interface has the address does not matter: it is refused before any call.
    CHECK(failure_of(Connection<Ipv6>::connect("[fe80::1]:80")) == Errc::scope_missing);
    CHECK(failure_of(Connection<Ip>::connect("[fe80::1]:80", within(1s))) == Errc::scope_missing);
    CHECK(failure_of(Connection<Any, Datagram>::connect("[febf::1]:80")) == Errc::scope_missing);
    CHECK(failure_of(Connecting<Ipv6>::start_connect("[fe80::1]:80")) == Errc::scope_missing);
    const auto socket = Bound<Ipv6, Datagram>::bind().value();
    CHECK(failure_of(socket.send_to("x", "[fe80::1]:80")) == Errc::scope_missing);
    CHECK(failure_of(socket.send_to("x", "[fe80::1%1]:80", within(1s))) != Errc::scope_missing);
    CHECK(failure_of(Bound<Ip, Datagram>::bind().value().send_to("x", "[fe80::1]:80")) ==
          Errc::scope_missing);
}

TEST_CASE("nobody is no peer, whoever asks") {
    const Errc nobody = Errc::not_a_peer;
    const auto at = [](const char* text) { return Endpoint<Any>::parse(text).value(); };
    CHECK(failure_of(Connection<Any>::connect(Endpoint<Any>{})) == nobody);
    CHECK(failure_of(Connection<Any, Datagram>::connect(Endpoint<Any>{})) == nobody);
    CHECK(failure_of(Connecting<Any>::start_connect(Endpoint<Any>{})) == nobody);
    CHECK(failure_of(Connection<Unix>::connect(Endpoint<Unix>{})) == nobody);
    CHECK(failure_of(Connection<Any>::connect(Endpoint<Unix>{})) == nobody);
    for (const char* text :
         {"127.0.0.1:0", "0.0.0.0:80", "224.0.0.1:80", "255.255.255.255:80", "[::1]:0", "[::]:80",
          "[ff02::1%1]:80", "[::ffff:0.0.0.0]:80", "[::ffff:127.0.0.1]:0"}) {
        CAPTURE(text);
        const auto ip = at(text).to<Ip>().value();
        CHECK(failure_of(Connection<Any>::connect(at(text), within(1s))) == nobody);
        CHECK(failure_of(Connection<Ip>::connect(ip)) == nobody);
        CHECK(failure_of(Connecting<Ip>::start_connect(ip)) == nobody);
        CHECK(failure_of(Socket<Ip, Stream>::open(ip).value().connect(ip)) == nobody);
    }
    const auto sender = Bound<Ipv4, Datagram>::bind("127.0.0.1:0").value();
    CHECK(failure_of(sender.send_to("x", Endpoint<Ipv4>::loopback(0))) == nobody);
    CHECK(failure_of(sender.send_to("x", Endpoint<Ipv4>::any(80))) == nobody);
    CHECK(failure_of(sender.send_to({"x", "y"}, Endpoint<Ipv4>::any(80))) == nobody);
    CHECK(failure_of(Connection<Ipv4, Datagram>::connect(at("224.0.0.1:80").to<Ipv4>().value())) !=
          nobody); // datagrams have groups
}

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a socket that has an interface needs no scope") {
    host::needs(host::own_network);
    CHECK(in_child([]() -> std::string {
              if (!enter_network_of_our_own() ||
                  std::system("ip addr add fe80::1/64 dev lo nodad") != 0) {
                  return "no network of our own";
              }
              const auto receiver = Bound<Ipv6, Datagram>::bind("[fe80::1%1]:0").value();
              const Endpoint<Ipv6> peer{receiver.local_endpoint()->address(),
                                        receiver.local_endpoint()->port()};
              const auto bound =
                  Bound<Ipv6, Datagram>::bind("[::]:0", opt::BindToDevice{"lo"}).value();
              std::string said = bound.send_to("x", peer) ? "sent, " : "not sent, ";
              said += Connection<Ipv6, Datagram>::connect(peer, opt::BindToDevice{"lo"})
                          ? "connected, "
                          : "not connected, ";
              said += describe(failure_of(receiver.send_to("x", peer))).name;
              said += ", ";
              said += describe(failure_of(Connection<Ipv6, Datagram>::connect(peer))).name;
              said += ", ";
              said += describe(failure_of(Listener<Ipv6>::listen(peer.with_port(0)))).name;
              return said;
          }) == "sent, connected, none, scope_missing, scope_missing");
}
#endif

#ifndef FERRULE_SYSTEM_POSIX
TEST_CASE("a first send that finds no cookie of Fast Open waits for the connection") {
    host::needs(host::own_network);
    CHECK(
        in_child([]() -> std::string {
            if (!enter_network_of_our_own() ||
                !write_file("/proc/sys/net/ipv4/tcp_fastopen", "3")) {
                return "no network of our own";
            }
            std::string said;
            const auto listener =
                Listener<Ipv4>::listen("127.0.0.1:0", opt::FastOpenQueue{16}).value();
            const auto connect = [&] {
                return Connection<Ipv4>::connect(listener.local_endpoint().value(),
                                                 opt::FastOpenConnect{true})
                    .value();
            };
            for (const int way : {0, 1, 2}) {
                {
                    const auto earlier = connect(); // brings the cookie
                    earlier.send_all("x").value();
                    static_cast<void>(listener.accept(within(10s)).value().peer);
                }
                const auto client = connect(); // which waits for the first send
                if (std::system("ip tcp_metrics flush") != 0) {
                    return "ip tcp_metrics flush";
                }
                const auto sent = way == 0   ? client.send_all("hello")
                                  : way == 1 ? client.send_all("hello", within(10s))
                                             : client.send_all({"hel", "lo"}, within(10s));
                if (!sent) {
                    return std::string{sent.error().text().view()};
                }
                char buffer[5];
                said +=
                    listener.accept(within(10s)).value().connection.receive_exactly(buffer).value();
            }
            return said;
        }) == "hellohellohello");
}
#endif
