// SPDX-License-Identifier: MIT
// What each body of sys/ promises, whichever was chosen.
#include <ferrule/sys/poll.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <ferrule/endpoint/ipv4.hpp>
#include <ferrule/sys/clock.hpp>
#include <ferrule/sys/event.hpp>
#include <ferrule/sys/flags.hpp>
#include <ferrule/sys/interface.hpp>
#include <ferrule/sys/numbers.hpp>
#include <ferrule/sys/option.hpp>
#include <ferrule/sys/signal.hpp>
#include <ferrule/sys/socket.hpp>
#include <ferrule/sys/thread.hpp>
#include <ferrule/sys/transfer.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

Descriptor tcp(sys::Blocking blocking) {
    return sys::open(sys::af_inet, sys::sock_stream, 0, blocking).value();
}

Endpoint<Ipv4> name_of(const Descriptor& socket) {
    Endpoint<Ipv4> endpoint;
    socklen_t size = sizeof(sockaddr_in);
    sys::local_name(socket.number(), endpoint.native_buffer(), &size).require();
    return endpoint;
}

// A TCP socket at a free port of this host.
Descriptor bound() {
    auto socket = tcp(sys::Blocking::yes);
    const auto any_port = Endpoint<Ipv4>::loopback();
    sys::bind(socket.number(), any_port.native(), any_port.native_size()).require();
    return socket;
}

Result<void> connect_to(const Descriptor& socket, const Endpoint<Ipv4>& peer) {
    return sys::connect(socket.number(), peer.native(), peer.native_size());
}

Result<void> outcome_of(const Descriptor& socket, const Endpoint<Ipv4>& peer) {
    return sys::connect_outcome(socket.number(), peer.native(), peer.native_size());
}

} // namespace

TEST_CASE("watch says what it has seen, the stop first") {
    const auto raised = sys::open_event().value();
    const auto idle = sys::open_event().value();
    sys::raise_event(raised.raiser());
    const int yes = raised.number();
    const int no = idle.number();
    CHECK(sys::watch(yes, sys::pollin, -1, -1).has_value());
    CHECK(sys::watch(yes, sys::pollin, no, -1).has_value());
    CHECK(failure_of(sys::watch(no, sys::pollin, yes, -1)) == Errc::stopped);
    CHECK(failure_of(sys::watch(yes, sys::pollin, yes, -1)) == Errc::stopped);
    CHECK(failure_of(sys::watch(-1, 0, yes, -1)) == Errc::stopped);
    CHECK(failure_of(sys::watch(no, sys::pollin, no, 0)) == Errc::would_block);
}

TEST_CASE("watch without anything to watch waits for the time, and never too short") {
    for (const std::int64_t nanoseconds : {std::int64_t{1}, std::int64_t{2'000'001}}) {
        const auto start = sys::now();
        CHECK(failure_of(sys::watch(-1, 0, -1, nanoseconds)) == Errc::would_block);
        CHECK(sys::now() - start >= nanoseconds);
    }
}

TEST_CASE("watch needs no descriptor for what it does not watch") {
    const auto idle = sys::open_event().value();
    const NoDescriptorLeft none_left;
    CHECK(failure_of(sys::watch(-1, 0, -1, 0)) == Errc::would_block);
    CHECK(failure_of(sys::watch(idle.number(), sys::pollin, -1, 0)) == Errc::would_block);
}

TEST_CASE("the end of a peer is something to read") {
    auto [one, other] = sys::pair(sys::af_unix, sys::sock_stream, 0).value();
    CHECK(other.close().has_value());
    CHECK(sys::watch(one.number(), sys::pollin, -1, -1).has_value());
}

TEST_CASE("a connect that has arrived is done, and stays so") {
    const auto listener = bound();
    REQUIRE(sys::listen(listener.number(), 1).has_value());
    const auto there = name_of(listener);
    const auto client = tcp(sys::Blocking::no);
    const auto begun = connect_to(client, there);
    CHECK((begun || begun.error().code() == Errc::operation_in_progress));
    CHECK(sys::watch(client.number(), sys::pollout, -1, -1).has_value());
    CHECK(outcome_of(client, there).has_value());
    CHECK(outcome_of(client, there).has_value());
}

TEST_CASE("a connect that is refused says so, once polled") {
    const auto nobody = bound(); // without listen
    const auto there = name_of(nobody);
    const auto client = tcp(sys::Blocking::no);
    auto begun = connect_to(client, there);
    REQUIRE_FALSE(begun.has_value());
    if (begun.error().code() == Errc::operation_in_progress) {
        CHECK(sys::watch(client.number(), sys::pollout, -1, -1).has_value());
        begun = outcome_of(client, there);
    }
    CHECK(failure_of(begun) == Errc::connection_refused);
}

TEST_CASE("a connect that is on its way says that, without waiting") {
    const auto listener = bound();
    REQUIRE(sys::listen(listener.number(), 0).has_value());
    const auto there = name_of(listener);
    std::vector<Descriptor> clients; // until the queue is full
    for (;;) {
        REQUIRE(clients.size() < 100);
        clients.push_back(tcp(sys::Blocking::no));
        const auto begun = connect_to(clients.back(), there);
        REQUIRE((begun || begun.error().code() == Errc::operation_in_progress));
        if (!sys::watch(clients.back().number(), sys::pollout, -1, 100'000'000)) {
            break;
        }
    }
    const Errc stands = failure_of(outcome_of(clients.back(), there));
    CHECK(
        (stands == Errc::operation_in_progress || stands == Errc::connection_already_in_progress));
    CHECK(sys::accept(listener.number(), nullptr, nullptr).has_value()); // makes room
    CHECK(sys::watch(clients.back().number(), sys::pollout, -1, -1).has_value());
    CHECK(outcome_of(clients.back(), there).has_value());
}

TEST_CASE("an accepted socket is blocking, though its listener is not") {
    const auto listener = bound();
    REQUIRE(sys::listen(listener.number(), 1).has_value());
    REQUIRE(sys::set_blocking(listener.number(), sys::Blocking::no).has_value());
    CHECK(failure_of(sys::accept(listener.number(), nullptr, nullptr)) == Errc::would_block);
    const auto client = tcp(sys::Blocking::yes);
    REQUIRE(connect_to(client, name_of(listener)).has_value());
    const auto server = sys::accept(listener.number(), nullptr, nullptr).value();
    CHECK(is_blocking(server.number()));
    CHECK(is_close_on_exec(server.number()));
}

TEST_CASE("a send to nobody is an error and no signal") {
    auto [one, other] = sys::pair(sys::af_unix, sys::sock_stream, 0).value();
    CHECK(other.close().has_value());
    CHECK(failure_of(sys::send(one.number(), "x", 1, 0)) == Errc::broken_pipe);
}

TEST_CASE("a message that is cut says so, and its size where the system tells it") {
    const auto [one, other] = sys::pair(sys::af_unix, sys::sock_dgram, 0).value();
    REQUIRE(sys::send(one.number(), "0123456789", 10, 0).has_value());
    char buffer[4];
    iovec part{buffer, sizeof buffer};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    const auto size = sys::receive_message(other.number(), message, sys::msg_whole_size).value();
    CHECK(size == (sys::msg_whole_size != 0 ? 10U : 4U));
    CHECK((message.msg_flags & sys::msg_trunc) != 0);
    CHECK(std::string_view{buffer, 4} == "0123");
}

TEST_CASE("a duplicate is another number of the same socket, close-on-exec") {
    const auto [one, other] = sys::pair(sys::af_unix, sys::sock_stream, 0).value();
    auto again = sys::duplicate(one.number(), Operation::convert).value();
    CHECK(again.number() != one.number());
    CHECK(sys::is_close_on_exec(again.number(), Operation::convert).value());
    REQUIRE(sys::send(again.number(), "x", 1, 0).has_value());
    char byte = 0;
    CHECK(sys::receive(other.number(), &byte, 1, 0).value() == 1);
    CHECK(sys::duplicate(-1, Operation::convert).error() ==
          Error{Errc::bad_file_descriptor, Operation::convert});
    CHECK(sys::is_close_on_exec(-1, Operation::adopt).error() ==
          Error{Errc::bad_file_descriptor, Operation::adopt});
}

TEST_CASE("the flags of a descriptor are told, and put back") {
    const auto [one, other] = sys::pair(sys::af_unix, sys::sock_stream, 0).value();
    const auto before = sys::flags(one.number()).value();
    CHECK(before.close_on_exec);
    CHECK(before.blocking == sys::Blocking::yes);
    CHECK(sys::set_flags(one.number(), {false, sys::Blocking::no}).has_value());
    CHECK_FALSE(is_close_on_exec(one.number()));
    CHECK_FALSE(is_blocking(one.number()));
    CHECK(sys::set_flags(one.number(), before).has_value());
    CHECK(is_close_on_exec(one.number()));
    CHECK(is_blocking(one.number()));
}

TEST_CASE("an option is as many bytes as the kernel wrote") {
    const auto socket = tcp(sys::Blocking::yes);
    unsigned char bytes[64];
    CHECK(sys::get_option_bytes(socket.number(), sys::sol_socket, sys::so_type, bytes, sizeof bytes)
              .value() == sizeof(int));
    CHECK(failure_of(sys::get_option_bytes(-1, sys::sol_socket, sys::so_type, bytes,
                                           sizeof bytes)) == Errc::bad_file_descriptor);
}

TEST_CASE("loopback is an interface with a name, an index and 127.0.0.1/8") {
    const auto list = sys::list_interfaces(Operation::interfaces).value();
    std::uint32_t index = 0;
    for (auto at = list.first(); at != sys::InterfaceEntry{}; at = at.next()) {
        if (at.is_loopback()) {
            index = at.index();
            CHECK(at.is_up());
            CHECK(sys::interface_index(at.name(), Operation::interfaces).value() == index);
            CHECK(sys::interface_name(index, Operation::interfaces).value().view() == at.name());
        }
    }
    REQUIRE(index != 0);
    int found = 0;
    sys::for_each_interface_address(Operation::interfaces, [&](const sys::InterfaceAddress&
                                                                   address) {
        if (address.family == sys::af_inet && address.bytes[0] == 127) {
            ++found;
            CHECK(address.interface_index == index);
            CHECK(address.prefix_length == 8);
        }
    }).require();
    CHECK(found == 1);
}

TEST_CASE("a handler is installed, and what was there before comes back") {
    static volatile sig_atomic_t times = 0;
    const auto before =
        sys::set_handler(SIGUSR1, [](int) { times = times + 1; }, Operation::stop).value();
    ::raise(SIGUSR1);
    CHECK(times == 1);
    sys::restore_action(SIGUSR1, before);
    struct sigaction now{};
    ::sigaction(SIGUSR1, nullptr, &now);
    CHECK((now.sa_handler == SIG_DFL));
    CHECK(sys::set_handler(
              SIGKILL, [](int) {}, Operation::stop)
              .error() == Error{Errc::invalid_argument, Operation::stop});
    CHECK_FALSE(sys::is_catchable(SIGKILL));
    CHECK_FALSE(sys::is_catchable(0));
    CHECK_FALSE(sys::is_catchable(sys::signals_end));
    CHECK(sys::is_catchable(SIGTERM));
}

TEST_CASE("with a second thread this is certainly not the only one") {
    const auto end = sys::open_event().value();
    std::thread other{[&] { static_cast<void>(sys::watch(end.number(), sys::pollin, -1, -1)); }};
    CHECK_FALSE(sys::is_only_thread());
    sys::raise_event(end.raiser());
    other.join();
}
