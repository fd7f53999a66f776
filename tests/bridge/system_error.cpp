// SPDX-License-Identifier: MIT
#include <ferrule/bridge/system_error.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <ostream>
#include <string>
#include <system_error>

#include <ferrule/socket/connection.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/wait/deadline.hpp>

using namespace ferrule;

namespace {

constexpr bool are_one(Errc ours, std::errc theirs) {
    return static_cast<int>(ours) == static_cast<int>(theirs);
}

} // namespace

TEST_CASE("what the kernel said compares with std::errc") {
    for (const std::errc cause :
         {std::errc::permission_denied, std::errc::address_in_use, std::errc::connection_refused,
          std::errc::not_enough_memory, std::errc::too_many_files_open, std::errc::broken_pipe}) {
        const Error error{static_cast<Errc>(cause), Operation::connect};
        CHECK(error == cause);
        CHECK(error_code(error) ==
              std::error_code{static_cast<int>(cause), std::system_category()});
        CHECK_FALSE(error == std::errc::invalid_argument);
    }
    CHECK(Error{Errc::would_block, Operation::receive} == std::errc::operation_would_block);
    CHECK(Error{Errc::would_block, Operation::receive} ==
          std::errc::resource_unavailable_try_again);
}

TEST_CASE("every cause that the standard has is named as it names it") {
    static_assert(are_one(Errc::permission_denied, std::errc::permission_denied));
    static_assert(are_one(Errc::operation_not_permitted, std::errc::operation_not_permitted));
    static_assert(are_one(Errc::not_enough_memory, std::errc::not_enough_memory));
    static_assert(are_one(Errc::bad_file_descriptor, std::errc::bad_file_descriptor));
    static_assert(are_one(Errc::no_protocol_option, std::errc::no_protocol_option));
    static_assert(are_one(Errc::wrong_protocol_type, std::errc::wrong_protocol_type));
    static_assert(are_one(Errc::too_many_files_open, std::errc::too_many_files_open));
    static_assert(
        are_one(Errc::too_many_files_open_in_system, std::errc::too_many_files_open_in_system));
    static_assert(
        are_one(Errc::too_many_symbolic_link_levels, std::errc::too_many_symbolic_link_levels));
    static_assert(
        are_one(Errc::connection_already_in_progress, std::errc::connection_already_in_progress));
    static_assert(
        are_one(Errc::destination_address_required, std::errc::destination_address_required));
    static_assert(are_one(Errc::operation_in_progress, std::errc::operation_in_progress));
    static_assert(are_one(Errc::message_size, std::errc::message_size));
    static_assert(are_one(Errc::filename_too_long, std::errc::filename_too_long));
    static_assert(are_one(Errc::no_such_file_or_directory, std::errc::no_such_file_or_directory));
    static_assert(
        are_one(Errc::resource_deadlock_would_occur, std::errc::resource_deadlock_would_occur));
}

TEST_CASE("ferrule's own causes have a category of their own, with their words") {
    const std::error_code code = Errc::end_of_stream;
    CHECK(code.category() == error_category());
    CHECK(std::string{code.category().name()} == "ferrule");
    CHECK(code.message() == "The peer has ended the stream");
    CHECK(code == Errc::end_of_stream);
    CHECK_FALSE(code == Errc::stopped);
    CHECK(std::error_code{Errc::stopped} == std::errc::operation_canceled);
    CHECK(std::error_code{Errc::deadline_exceeded} == std::errc::timed_out);
    CHECK(std::error_code{Errc::message_truncated} == std::errc::message_size);
    CHECK(std::error_code{Errc::not_open} == std::errc::bad_file_descriptor);
    CHECK_FALSE(std::error_code{Errc::none});
}

TEST_CASE("an error of a socket goes into a std::system_error") {
    const auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
    const auto second = Listener<Ipv4>::listen(listener.local_endpoint().value());
    CHECK(second.error() == std::errc::address_in_use);
    const std::system_error thrown{error_code(second.error()), "listen"};
    CHECK(thrown.code() == std::errc::address_in_use);
    CHECK(thrown.code().value() == EADDRINUSE);
}
