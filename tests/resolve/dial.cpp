// SPDX-License-Identifier: MIT
#include <ferrule/resolve/dial.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <thread>
#include <vector>

#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/bound.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

#include "../rows.hpp"
#include "../support/conversation.hpp"
#include "../support/descriptors.hpp"
#include "../support/failure.hpp"
#include "../support/folder.hpp"
#include "../support/full_listener.hpp"
#include "../support/host.hpp"
#include "../support/in_child.hpp"
#include "../support/own_host.hpp"

using namespace ferrule;
using namespace std::literals;

static_assert(DialError{Error{Errc::connection_refused, Operation::connect}} ==
                  Errc::connection_refused &&
              DialError{Error{Errc::connection_refused, Operation::connect}} !=
                  Errc::permission_denied);

namespace {

// An option that its state refuses is refused here, too.
struct OfListeners : opt::NoDelay {
    using NoDelay::NoDelay;
    using set_in = OneOf<state::Listener>;
};

template <class Option>
constexpr bool dials_with = requires(Option option) {
    dial("localhost:80", option);
    dial("localhost", "http", option);
    dial("localhost", 80, option);
};
static_assert(dials_with<opt::NoDelay> && !dials_with<OfListeners>);

// A truth value is no port.
template <class Port>
constexpr bool is_port_for_dial = requires(Port port) { dial("localhost", port); };
static_assert(is_port_for_dial<int> && is_port_for_dial<const char*> && !is_port_for_dial<bool>);

std::string port_of(const Listener<Ipv4>& listener) {
    return std::to_string(listener.local_endpoint().value().port());
}

Endpoint<Ip> written(std::string_view text) { return Endpoint<Ip>::parse(text).value(); }

/// A port of this host on which no socket listens, reserved for this test.
std::uint16_t dead_port() {
    static const auto holder = bind_stream<Ipv4>("127.0.0.1:0").value();
    return holder.local_endpoint().value().port();
}

/// In a host of its own: 192.0.2.9 and 2001:db8::9 swallow every packet, as a host that is down or
/// a firewall does; 198.51.100.9 and 2001:db8:1::9 have no route.
void enter_host_with_black_holes() {
    OwnHost{}.enter();
    OwnHost::run("ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up");
    OwnHost::run("ip addr add 192.0.2.1/24 dev v0 && ip -6 addr add 2001:db8::1/64 dev v0 nodad");
    OwnHost::run("ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0");
    OwnHost::run("ip -6 neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0");
}

// What `body` says in a child, of three tries the first that says what is wanted: a machine that is
// busy with something else is late now and then, what is late by itself is so every time.
template <class Body> std::string in_child_at_best(const std::string& wanted, Body body) {
    std::string said;
    for (int turn = 0; turn < 3 && said != wanted; ++turn) {
        said = in_child(body);
    }
    return said;
}

class Watch {
public:
    std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start_);
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace

TEST_CASE("a host is reached by its name and its service, in two words or in one") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto port = port_of(listener);
    CHECK(dial("localhost", port, within(5s)).value().peer_endpoint().value() ==
          listener.local_endpoint().value());
    CHECK(dial("127.0.0.1", port).has_value());
    CHECK(dial("localhost:" + port, within(5s), opt::NoDelay{true})
              .value()
              .get<opt::NoDelay>()
              .value());
    CHECK(dial<Any>("127.0.0.1:" + port).value().domain() == AF_INET);
    CHECK(dial<Any>("localhost", port).value().domain() == AF_INET);
#ifndef FERRULE_SYSTEM_POSIX
    CHECK(dial<Ip, Mptcp>("127.0.0.1:" + port).has_value());
#endif
}

TEST_CASE("any text that names a Unix socket reaches it, too") {
    const TemporaryFolder folder;
    const auto path = folder.file("socket");
    const auto listener = Listener<Unix>::listen(Endpoint<Unix>::path(path).value()).value();
    CHECK(dial<Any>("unix:" + path, within(5s)).value().domain() == AF_UNIX);
    const auto failed = dial<Any>("unix:" + path + "x");
    CHECK(failure_of(failed) == Errc::no_such_file_or_directory);
    CHECK(std::string{failed.error().text().view()} ==
          "connect: No such file or directory (ENOENT): unix:" + path + "x ENOENT");
}

TEST_CASE("what can't be a host or a port is told before anything is tried") {
    const auto before = open_descriptors();
    CHECK(failure_of(dial("127.1", "80")) == Errc::bad_host);
    CHECK(failure_of(dial("127.0.0.1", "65616")) == Errc::bad_service);
    CHECK(failure_of(dial("localhost")) == Errc::missing_port);
    CHECK(static_cast<Error>(dial("::1:80").error()).position() == 0);
    CHECK(failure_of(dial(std::span<const Endpoint<Ip>>{})) == Errc::host_not_found);
    CHECK(dial("localhost").error().attempts().empty());
    CHECK(open_descriptors() == before);
}

TEST_CASE("all endpoints dead: one error that names each") {
    host::needs(host::ipv6);
    const auto port = dead_port();
    const std::vector<Endpoint<Ip>> endpoints{
        Endpoint<Ipv6>::loopback(port), Endpoint<Ipv4>::loopback(port), written("[fe80::1]:80")};
    const auto before = open_descriptors();
    const auto failed = dial(endpoints, within(5s));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().tried() == 3);
    const auto number = std::to_string(port);
    CHECK(std::string{failed.error().text().view()} ==
          "dial: Connection refused (ECONNREFUSED): [::1]:" + number +
              " ECONNREFUSED, 127.0.0.1:" + number + " ECONNREFUSED, [fe80::1]:80 scope_missing");
    CHECK(open_descriptors() == before);
}

TEST_CASE("of very many endpoints the first that live win and the error counts the rest") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    std::vector<Endpoint<Ip>> endpoints(1000, Endpoint<Ip>{listener.local_endpoint().value()});
    CHECK(dial(endpoints, within(20s)).has_value());
    for (auto& endpoint : endpoints) {
        endpoint = Endpoint<Ipv4>::loopback(dead_port());
    }
    const auto failed = dial(endpoints, within(20s));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().tried() == 1000);
    CHECK(failed.error().attempts().size() == DialError::capacity);
    CHECK(failed.error().operation() == Operation::dial);
    CHECK_FALSE(failed.error().is_transient());
    CHECK_FALSE(failed.error().is_disconnect());
    CHECK_FALSE(failed.error().is_resource_exhausted());
    CHECK(failed.error().text().view().ends_with(" and 976 more"));
}

TEST_CASE("an endpoint that swallows everything costs 250 ms, not the whole wait") {
    host::needs(host::own_host);
    const std::string wanted = "in time, in time, clean";
    const auto said = in_child_at_best(wanted, [] {
        enter_host_with_black_holes();
        const auto listener = Listener<Ip>::listen("[::]:0").value();
        const auto port = listener.local_endpoint().value().port();
        const auto before = open_descriptors();
        std::string answer;
        for (const auto& endpoints :
             {std::vector<Endpoint<Ip>>{written("[2001:db8::9]:9"), Endpoint<Ipv4>::loopback(port)},
              std::vector<Endpoint<Ip>>{written("192.0.2.9:9"), written("192.0.2.9:10"),
                                        Endpoint<Ipv6>::loopback(port)}}) {
            const Watch watch;
            const auto connection = dial(endpoints, within(20s));
            if (!connection) {
                return std::string{connection.error().text().view()};
            }
            const bool in_time = watch.elapsed() >= 250ms && watch.elapsed() <= 400ms;
            answer += in_time ? "in time, " : std::to_string(watch.elapsed().count()) + " ms, ";
        }
        return answer + (open_descriptors() == before ? "clean" : "leaves descriptors");
    });
    CHECK(said == wanted);
}

TEST_CASE("deadline and stop end a dial that gets no answer, and the error names what was tried") {
    host::needs(host::own_host);
    const std::string wanted =
        "dial: The deadline passed (deadline_exceeded): 192.0.2.9:9 deadline_exceeded, "
        "[2001:db8::9]:9 "
        "deadline_exceeded | stopped | dial: Would block: not ready now (EAGAIN): 192.0.2.9:9 "
        "EAGAIN";
    const auto said = in_child_at_best(wanted, [] {
        enter_host_with_black_holes();
        const std::vector<Endpoint<Ip>> endpoints{written("192.0.2.9:9"),
                                                  written("[2001:db8::9]:9")};
        Stop stop;
        const auto before = open_descriptors();
        const Watch watch;
        std::string answer{dial(endpoints, within(300ms)).error().text().view()};
        const auto elapsed = watch.elapsed();
        answer += elapsed >= 300ms && elapsed < 500ms ? " | " : " in other than 300 ms | ";
        std::thread stopping{[&] { stop.request(); }};
        answer += describe(dial(endpoints, stop).error().code()).name;
        stopping.join();
        answer += " | ";
        answer += dial(endpoints, no_wait).error().text().view();
        return answer + (open_descriptors() == before ? "" : " | leaves descriptors");
    });
    CHECK(said == wanted);
}

TEST_CASE("the kinds of races in the table have the ends that it says") {
    host::needs(host::own_host);
    for (const Row& row : rows_of("happy_eyeballs.tsv")) {
        CAPTURE(row[0]);
        CAPTURE(row[1]);
        CAPTURE(row[2]);
        const std::string wanted = row[3] + " " + row[4];
        const auto said = in_child_at_best(wanted, [&] {
            enter_host_with_black_holes();
            const auto listener = Listener<Ip>::listen("[::]:0").value();
            const auto port = listener.local_endpoint().value().port();
            const auto listen_on = [&](const Endpoint<Ip>& live, const Endpoint<Ip>& unreachable,
                                       const std::string& network) {
                return row[2] == network ? unreachable : live.with_port(port);
            };
            std::vector<Endpoint<Ip>> endpoints;
            for (const std::string& list : {row[0], row[1]}) {
                const std::size_t copies = list.starts_with("nCopies") ? 1000 : 1;
                for (std::size_t at = 0; at < list.size(); ++at) {
                    const std::string_view rest = std::string_view{list}.substr(at);
                    if (rest.starts_with("\"127.0.0.1\"")) {
                        endpoints.push_back(listen_on(Endpoint<Ipv4>::loopback(),
                                                      written("198.51.100.9:9"), "tcp4"));
                    } else if (rest.starts_with("\"::1\"")) {
                        endpoints.insert(endpoints.end(), copies,
                                         listen_on(Endpoint<Ipv6>::loopback(),
                                                   written("[2001:db8:1::9]:9"), "tcp6"));
                    } else if (rest.starts_with("slowDst4")) {
                        endpoints.push_back(written("192.0.2.9:9"));
                    } else if (rest.starts_with("slowDst6")) {
                        endpoints.push_back(written("[2001:db8::9]:9"));
                    }
                }
            }
            const Watch watch;
            const bool connected = dial(endpoints, within(20s)).has_value();
            // As the table has them: nothing is waited for, or one delay.
            const bool instant = watch.elapsed() < 250ms;
            return std::string{connected ? "true" : "false"} +
                   (instant ? " instant" : " fallbackDelay");
        });
        CHECK(said == wanted);
    }
}

TEST_CASE("a name that gives ::1 first when only 127.0.0.1 listens connects at once") {
    host::needs(host::own_host);
    const std::string wanted = "127.0.0.1:at once";
    const auto said = in_child_at_best(wanted, [] {
        OwnHost host;
        host.add("/etc/hosts", "::1 both.test\n127.0.0.1 both.test\n");
        host.enter();
        const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
        const Watch watch;
        const auto connection = dial("both.test", port_of(listener), within(5s)).value();
        return std::string{connection.peer_endpoint().value().text().view().substr(0, 10)} +
               (watch.elapsed() < 250ms ? "at once" : "late");
    });
    CHECK(said == wanted);
}

TEST_CASE("a connection to itself is no connection") {
    host::needs(host::own_host);
    // Loopback makes one now and then when the port that is dialled is chosen for the dialler, too;
    // here it has no other choice.
    const auto with_one_port = [](auto connect) {
        return in_child([&] {
            OwnHost{}.enter();
            if (!write_file("/proc/sys/net/ipv4/ip_local_port_range", "32768 32768")) {
                throw std::runtime_error{"ip_local_port_range"};
            }
            return std::string{describe(failure_of(connect(written("127.0.0.1:32768")))).name};
        });
    };
    CHECK(with_one_port([](const Endpoint<Ip>& endpoint) {
              return Connection<Ip>::connect(endpoint);
          }) == "none");
    CHECK(with_one_port([](const Endpoint<Ip>& endpoint) {
              return dial(std::span{&endpoint, 1}, within(5s));
          }) == "ECONNREFUSED");
    // The same by other names: it is the ends that are compared, not the text.
    CHECK(with_one_port([](const Endpoint<Ip>&) {
              const auto mapped = written("[::ffff:127.0.0.1]:32768");
              return dial(std::span{&mapped, 1}, within(5s));
          }) == "ECONNREFUSED");
    CHECK(with_one_port([](const Endpoint<Ip>&) {
              const auto nobody = written("0.0.0.0:32768");
              return dial(std::span{&nobody, 1}, within(5s));
          }) == "not_a_peer");
}

TEST_CASE("the cause is that of the first endpoint, whichever fails first") {
    host::needs(host::ipv6);
    const auto full = FullListener<Ipv4>{};
    const std::vector<Endpoint<Ip>> endpoints{full.endpoint, written("127.0.0.1:0")};
    const auto failed = dial(endpoints, within(400ms));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code() ==
          Errc::deadline_exceeded); // the deadline, before the first has an end

    const std::vector<Endpoint<Ip>> dead{Endpoint<Ipv4>::loopback(dead_port()),
                                         written("127.0.0.1:0")};
    CHECK(failure_of(dial(dead, within(5s))) == Errc::connection_refused);
}

TEST_CASE("a host without IPv6 listens, dials and talks over IPv4") {
    host::needs(host::own_host);
    for (const std::string kind : {"no AF_INET6", "disabled by sysctl"}) {
        CAPTURE(kind);
        const auto said = in_child([&] {
            OwnHost host;
            host.add("/etc/hosts", "::1 both.test\n127.0.0.1 both.test\n");
            host.enter();
            const bool without =
                kind == "no AF_INET6"
                    ? refuse_sockets_of(AF_INET6, EAFNOSUPPORT)
                    : write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1") &&
                          write_file("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "1");
            const auto listener = Listener<Ip>::listen("[::]:0").value();
            const auto port = listener.local_endpoint().value().port();
            const auto client = dial("both.test", std::to_string(port), within(5s)).value();
            const auto accepted = listener.accept(within(5s)).value();
            const auto one = Bound<Ip, Datagram>::bind().value();
            const auto bound = Socket<Ip, Datagram>::open("[::]:0").value().is_open();
            const auto other = Bound<Ip, Datagram>::bind("127.0.0.1:0").value();
            one.send_to("x", other.local_endpoint().value()).value();
            char buffer[8];
            const auto got = other.receive_from(buffer, within(5s)).value();
            return std::string{without && bound ? "" : "not without, "} +
                   std::string{accepted.peer.address().text().view()} + " " +
                   std::string{got.peer.address().text().view()};
        });
        CHECK(said == "127.0.0.1 127.0.0.1");
    }
}

TEST_CASE("of two listeners the second is refused where the table says so") {
    host::needs(host::ipv6);
    for (const Row& row : rows_of("dual_stack_second_listen.tsv")) {
        CAPTURE(row[0] + " " + row[1] + ", " + row[2] + " " + row[3]);
        auto listen = [](const std::string& network, std::string address,
                         std::uint16_t port) -> Result<Listener<Ip>> {
            if (address == "<empty>") {
                address = network == "tcp4" ? "0.0.0.0" : "::";
            }
            const Endpoint<Ip> endpoint{Address<Ip>::parse(address).value(), port};
            if (network == "tcp") {
                return Listener<Ip>::listen(endpoint);
            }
            if (network == "tcp4") {
                return Listener<Ipv4>::listen(endpoint.to<Ipv4>().value());
            }
            return Listener<Ipv6>::listen(endpoint.to<Ipv6>().value());
        };
        const auto end_of_second = [&] {
            const auto first = listen(row[0], row[1], 0).value();
            return failure_of(listen(row[2], row[3], first.local_endpoint().value().port()));
        };
        auto end = end_of_second();
        if (row[4] == "ok") { // unless somebody else has the port over the other family
            for (int turn = 0; turn < 5 && end == Errc::address_in_use; ++turn) {
                end = end_of_second();
            }
        }
        CHECK(end == (row[4] == "ok" ? Errc::none : Errc::address_in_use));
    }
}

TEST_CASE("a port may be a number, and a URL or a Unix path is told what it is") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const std::uint16_t port = listener.local_endpoint().value().port();
    CHECK(dial("127.0.0.1", port, within(5s)).has_value());
    CHECK(dial<Any>("127.0.0.1", int{port}).has_value());
    CHECK(resolve("127.0.0.1", port).value()[0] == Endpoint<Ip>{Endpoint<Ipv4>::loopback(port)});
    CHECK(failure_of(dial("127.0.0.1", 65536)) == Errc::bad_service);
    CHECK(failure_of(dial("127.0.0.1", -1)) == Errc::bad_service);
    CHECK(failure_of(resolve("127.0.0.1", 1LL << 40)) == Errc::bad_service);

    CHECK(dial("http://example.com").error().text() ==
          "dial: A URL, not a host: give its host and its port (is_a_url)");
    CHECK(failure_of(dial<Any>("https://[::1]:80/")) == Errc::is_a_url);
    CHECK(dial("unix:/run/x.sock").error().text() ==
          "dial: A Unix socket, which dial<Any> reaches (needs_any)");
}
