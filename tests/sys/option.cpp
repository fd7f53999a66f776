// SPDX-License-Identifier: MIT
#include <ferrule/sys/option.hpp>

#include <doctest/doctest.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>

#include <ferrule/sys/event.hpp>
#include <ferrule/sys/socket.hpp>

#include "../support/descriptors.hpp"
#include "../support/failure.hpp"

using namespace ferrule;

namespace {

template <class Value>
constexpr bool can_be_set = requires(const Value& value) { sys::set_option(0, 0, 0, value); };
static_assert(can_be_set<int> && can_be_set<linger> && !can_be_set<std::string>);

} // namespace

TEST_CASE("an option of any size goes in and comes out") {
    const auto socket = sys::pair(AF_UNIX, SOCK_STREAM, 0).value().first;
    CHECK(sys::set_option(socket.number(), SOL_SOCKET, SO_KEEPALIVE, 1).has_value());
    CHECK(kernel_option(socket.number(), SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(*sys::get_option<int>(socket.number(), SOL_SOCKET, SO_KEEPALIVE) == 1);

    CHECK(sys::set_option(socket.number(), SOL_SOCKET, SO_LINGER, linger{1, 7}).has_value());
    CHECK(sys::get_option<linger>(socket.number(), SOL_SOCKET, SO_LINGER)->l_linger == 7);
}

TEST_CASE("what is no option, or no socket, is an error of getting or setting") {
    const auto socket = sys::pair(AF_UNIX, SOCK_STREAM, 0).value().first;
    CHECK(sys::set_option(socket.number(), SOL_SOCKET, 9999, 1).error() ==
          Error{Errc::no_protocol_option, Operation::set_option});
    CHECK(sys::get_option<int>(socket.number(), SOL_SOCKET, 9999).error() ==
          Error{Errc::no_protocol_option, Operation::get_option});
    CHECK(failure_of(sys::get_option<int>(-1, SOL_SOCKET, SO_TYPE)) == Errc::bad_file_descriptor);
    CHECK(failure_of(sys::get_option<int>(sys::open_event().value().number(), SOL_SOCKET,
                                          SO_TYPE)) == Errc::not_a_socket);
}
