// SPDX-License-Identifier: MIT
#include <ferrule/sys/socket.hpp>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

const sockaddr unnamed{AF_UNIX, {}};
constexpr socklen_t family_only = sizeof(sa_family_t);

Descriptor unix_stream() { return sys::open(AF_UNIX, SOCK_STREAM, 0, sys::Blocking::yes).value(); }

} // namespace

TEST_CASE("every descriptor is close-on-exec from birth, and blocking as asked") {
    const auto waits = sys::open(AF_UNIX, SOCK_STREAM, 0, sys::Blocking::yes).value();
    const auto answers = sys::open(AF_UNIX, SOCK_STREAM, 0, sys::Blocking::no).value();
    CHECK(is_blocking(waits.number()));
    CHECK_FALSE(is_blocking(answers.number()));
    CHECK(is_close_on_exec(waits.number()));
    CHECK(is_close_on_exec(answers.number()));

    const auto [one, other] = sys::pair(AF_UNIX, SOCK_SEQPACKET, 0).value();
    CHECK(is_close_on_exec(one.number()));
    CHECK(is_close_on_exec(other.number()));
    CHECK(is_blocking(one.number()));
    CHECK(kernel_option(other.number(), SOL_SOCKET, SO_TYPE) == SOCK_SEQPACKET);
}

TEST_CASE("the calls lead from a socket to a conversation") {
    const auto listener = unix_stream();
    CHECK(sys::bind(listener.number(), &unnamed, family_only).has_value());
    CHECK(sys::listen(listener.number(), 1).has_value());

    sockaddr_un name{};
    socklen_t size = sizeof name;
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    CHECK(sys::local_name(listener.number(), address, &size).has_value());
    CHECK(size == family_only + 6); // autobind: NUL and five hexadecimal digits, unix(7)

    const auto client = unix_stream();
    CHECK(sys::connect(client.number(), address, size).has_value());
    sockaddr_un peer{};
    socklen_t peer_size = sizeof peer;
    const auto server = sys::accept(listener.number(), nullptr, nullptr).value();
    CHECK(is_close_on_exec(server.number()));
    CHECK(sys::peer_name(client.number(), reinterpret_cast<sockaddr*>(&peer), &peer_size)
              .has_value());
    CHECK(peer_size == size);

    CHECK(sys::shutdown(server.number(), SHUT_WR).has_value());
    char byte = 0;
    CHECK(::recv(client.number(), &byte, 1, 0) == 0);
}

TEST_CASE("blocking can be switched without touching the other flags") {
    const auto socket = unix_stream();
    ::fcntl(socket.number(), F_SETFL, O_APPEND);
    CHECK(sys::set_blocking(socket.number(), sys::Blocking::no).has_value());
    CHECK(::fcntl(socket.number(), F_GETFL) == (O_RDWR | O_APPEND | O_NONBLOCK));
    CHECK(sys::set_blocking(socket.number(), sys::Blocking::yes).has_value());
    CHECK(::fcntl(socket.number(), F_GETFL) == (O_RDWR | O_APPEND));
}

TEST_CASE("each failure names its operation") {
    const auto socket = unix_stream();
    const int number = socket.number();
    const sockaddr wrong{AF_INET, {}};
    CHECK(sys::open(AF_INET, SOCK_SEQPACKET, 0, sys::Blocking::yes).error() ==
          Error{Errc::socket_type_not_supported, Operation::open});
    CHECK(sys::pair(AF_INET, SOCK_STREAM, 0).error() ==
          Error{Errc::operation_not_supported, Operation::pair});
    CHECK(sys::bind(number, &wrong, sizeof wrong).error() ==
          Error{Errc::invalid_argument, Operation::bind});
    CHECK(sys::listen(number, 1).error() == Error{Errc::invalid_argument, Operation::listen});
    CHECK(sys::accept(number, nullptr, nullptr).error() ==
          Error{Errc::invalid_argument, Operation::accept});
    CHECK(sys::connect(number, &wrong, sizeof wrong).error() ==
          Error{Errc::invalid_argument, Operation::connect});
    CHECK(sys::shutdown(-1, SHUT_WR).error() ==
          Error{Errc::bad_file_descriptor, Operation::shutdown});
    CHECK(sys::set_blocking(-1, sys::Blocking::no).error() ==
          Error{Errc::bad_file_descriptor, Operation::set_option});
    socklen_t size = 0;
    CHECK(sys::local_name(-1, nullptr, &size).error() ==
          Error{Errc::bad_file_descriptor, Operation::local_endpoint});
    CHECK(sys::peer_name(number, nullptr, &size).error() ==
          Error{Errc::not_connected, Operation::peer_endpoint});
}
