// SPDX-License-Identifier: MIT
#include <ferrule/core/error.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../support/failure.hpp"

using namespace ferrule;

static_assert(std::is_trivially_copyable_v<Error> && sizeof(Error) == 8 + sizeof(std::size_t));
static_assert(Error{Errc::connection_refused, Operation::connect}.text() ==
              "connect: Connection refused (ECONNREFUSED)");

namespace {

constexpr int first_own = static_cast<int>(Errc::end_of_stream);
constexpr int last_own = static_cast<int>(Errc::empty_path);

bool is_described(int code) { return !describe(static_cast<Errc>(code)).name.empty(); }

// Every cause that has a name.
std::vector<Errc> all_causes() {
    std::vector<Errc> causes;
    for (int code = 0; code <= last_own; ++code) {
        if (is_described(code)) {
            causes.push_back(static_cast<Errc>(code));
        }
    }
    return causes;
}

std::vector<Operation> all_operations() {
    std::vector<Operation> operations;
    for (auto number = 0U; number <= static_cast<unsigned>(Operation::parse); ++number) {
        operations.push_back(static_cast<Operation>(number));
    }
    return operations;
}

using Predicate = bool (Error::*)() const;

std::set<Errc> all_that_are(Predicate predicate) {
    std::set<Errc> causes;
    for (const Errc code : all_causes()) {
        if ((Error{code, Operation::connect}.*predicate)()) {
            causes.insert(code);
        }
    }
    return causes;
}

static_assert(sizeof(Error) == 16 || sizeof(void*) < 8);
static_assert(Error{Errc::deadline_exceeded, Operation::send} ==
              Error{Errc::deadline_exceeded, Operation::send});
static_assert(Error{Errc::deadline_exceeded, Operation::send} !=
              Error{Errc::stopped, Operation::send});
static_assert(Error{Errc::deadline_exceeded, Operation::send} !=
              Error{Errc::deadline_exceeded, Operation::receive});
static_assert(Error{Errc::deadline_exceeded, Operation::send, 1} !=
              Error{Errc::deadline_exceeded, Operation::send, 2});

} // namespace

TEST_CASE("what the kernel says keeps its number and its name") {
    for (const Errc code : all_causes()) {
        const int number = static_cast<int>(code);
        if (number > 0 && number < first_own) {
            CHECK(describe(code).name == std::string_view{::strerrorname_np(number)});
        }
    }
    CHECK(static_cast<int>(Errc::connection_refused) == ECONNREFUSED);
    CHECK(static_cast<int>(Errc::would_block) == EWOULDBLOCK);
}

TEST_CASE("ferrule's own causes lie above every errno, without a hole") {
    CHECK(first_own > 4095); // the highest errno that Linux can return
    for (int code = first_own; code <= last_own; ++code) {
        CHECK(is_described(code));
    }
    CHECK_FALSE(is_described(first_own - 1));
    CHECK_FALSE(is_described(last_own + 1));
}

TEST_CASE("every cause has a name of its own and a meaning that starts a sentence") {
    std::set<std::string_view> names;
    std::set<std::string_view> meanings;
    for (const Errc code : all_causes()) {
        const std::string_view cause_name = describe(code).name;
        const std::string_view meaning = describe(code).meaning;
        CAPTURE(cause_name);
        CHECK(names.insert(cause_name).second);
        CHECK(meanings.insert(meaning).second);
        REQUIRE(meaning.size() > 5);
        CHECK((meaning.front() >= 'A' && meaning.front() <= 'Z'));
        CHECK(meaning.back() != '.');
    }
    CHECK(names.size() > 80);
}

TEST_CASE("every operation has a name of its own") {
    std::set<std::string_view> names;
    for (const Operation operation : all_operations()) {
        CHECK(names.insert(name(operation)).second);
        CHECK(name(operation).empty() == (operation == Operation::none));
    }
    CHECK(name(static_cast<Operation>(names.size())).empty());
}

TEST_CASE("every error fits its sentence") {
    for (const Errc code : all_causes()) {
        for (const Operation operation : all_operations()) {
            const auto sentence = Error{code, operation, SIZE_MAX}.text();
            CHECK(sentence.size() < sentence.capacity);
            CHECK(sentence.view().find(describe(code).meaning) != std::string_view::npos);
            CHECK(sentence.view().starts_with(name(operation)));
        }
    }
}

TEST_CASE("an error reads as a sentence") {
    CHECK(Error{Errc::connection_refused, Operation::connect}.text() ==
          "connect: Connection refused (ECONNREFUSED)");
    CHECK(Error{Errc::connection_reset, Operation::send, 4096}.text() ==
          "send: Connection reset by peer (ECONNRESET), after 4096 bytes");
    CHECK(Error{Errc::message_truncated, Operation::receive, 1200}.text() ==
          "receive: The message is longer than the buffer (message_truncated), "
          "its size is 1200 bytes");
    CHECK(Error{Errc::octet_above_255, Operation::parse, 0}.text() ==
          "parse: A part of an IPv4 address is above 255 (octet_above_255) at position 0");
    CHECK(Error{Errc::deadline_exceeded, Operation::none}.text() ==
          "The deadline passed (deadline_exceeded)");
    CHECK(Error{static_cast<Errc>(ENODATA), Operation::get_option}.text() ==
          "get option: Error 61 (see errno(3))");
}

TEST_CASE("the count of an error has one meaning at a time") {
    const Error sending{Errc::broken_pipe, Operation::send, 7};
    CHECK(sending.transferred() == 7);
    CHECK(sending.position() == 0);
    CHECK(sending.message_size() == 0);

    const Error parsing{Errc::leading_zero, Operation::parse, 7};
    CHECK(parsing.position() == 7);
    CHECK(parsing.transferred() == 0);
    CHECK(parsing.message_size() == 0);

    const Error truncated{Errc::message_truncated, Operation::receive, 7};
    CHECK(truncated.message_size() == 7);
    CHECK(truncated.transferred() == 0);
    CHECK(truncated.position() == 0);
}

TEST_CASE("an error compares with its cause") {
    const Error error{Errc::broken_pipe, Operation::send, 7};
    CHECK(error == Errc::broken_pipe);
    CHECK(Errc::broken_pipe == error);
    CHECK(error != Errc::connection_reset);
}

TEST_CASE("an error can be taken from errno") {
    errno = ENOTCONN;
    CHECK(Error::from_errno(Operation::shutdown) ==
          Error{Errc::not_connected, Operation::shutdown});
    errno = EPIPE;
    CHECK(Error::from_errno(Operation::send, 9) == Error{Errc::broken_pipe, Operation::send, 9});
}

TEST_CASE("what may succeed when tried again is transient") {
    CHECK(all_that_are(&Error::is_transient) ==
          std::set{Errc::would_block, Errc::interrupted, Errc::network_down,
                   Errc::network_unreachable, Errc::host_down, Errc::host_unreachable,
                   Errc::machine_not_on_network, Errc::resolver_busy});
    for (const Errc code : all_that_are(&Error::is_disconnect)) {
        CHECK_FALSE(Error{code, Operation::receive}.is_transient());
    }
}

TEST_CASE("what ends the conversation is a disconnect") {
    CHECK(all_that_are(&Error::is_disconnect) ==
          std::set{Errc::end_of_stream, Errc::connection_reset, Errc::connection_aborted,
                   Errc::connection_timed_out, Errc::network_reset, Errc::broken_pipe,
                   Errc::not_connected, Errc::shut_down});
}

TEST_CASE("what asks for a pause is exhausted resources") {
    CHECK(all_that_are(&Error::is_resource_exhausted) ==
          std::set{Errc::too_many_files_open, Errc::too_many_files_open_in_system,
                   Errc::no_buffer_space, Errc::not_enough_memory, Errc::too_many_lookups});
}

TEST_CASE("a deadline that passed, a stop that was asked and a kernel that gave up differ") {
    CHECK(Errc::deadline_exceeded != Errc::stopped);
    CHECK(Errc::deadline_exceeded != Errc::connection_timed_out);
    for (const Errc code : {Errc::deadline_exceeded, Errc::stopped}) {
        CHECK_FALSE(Error{code, Operation::receive}.is_disconnect());
        CHECK_FALSE(Error{code, Operation::receive}.is_transient());
    }
}

// The words stand in the order of the enumerators.
#define OWN_CAUSE(cause) CHECK(describe(Errc::cause).name == #cause)
TEST_CASE("every cause of ferrule's own has its own name") {
    OWN_CAUSE(end_of_stream);
    OWN_CAUSE(message_truncated);
    OWN_CAUSE(deadline_exceeded);
    OWN_CAUSE(stopped);
    OWN_CAUSE(not_open);
    OWN_CAUSE(empty_buffer);
    OWN_CAUSE(wrong_family);
    OWN_CAUSE(wrong_type);
    OWN_CAUSE(wrong_state);
    OWN_CAUSE(wrong_protocol);
    OWN_CAUSE(value_out_of_range);
    OWN_CAUSE(not_a_peer);
    OWN_CAUSE(scope_missing);
    OWN_CAUSE(not_passed);
    OWN_CAUSE(bad_host);
    OWN_CAUSE(bad_service);
    OWN_CAUSE(host_not_found);
    OWN_CAUSE(service_not_found);
    OWN_CAUSE(resolver_busy);
    OWN_CAUSE(resolver_failed);
    OWN_CAUSE(is_a_url);
    OWN_CAUSE(needs_any);
    OWN_CAUSE(too_many_lookups);
    OWN_CAUSE(unexpected_end);
    OWN_CAUSE(unexpected_character);
    OWN_CAUSE(unexpected_rest);
    OWN_CAUSE(leading_zero);
    OWN_CAUSE(octet_above_255);
    OWN_CAUSE(group_too_long);
    OWN_CAUSE(too_few_groups);
    OWN_CAUSE(too_many_groups);
    OWN_CAUSE(second_gap);
    OWN_CAUSE(missing_port);
    OWN_CAUSE(port_above_65535);
    OWN_CAUSE(missing_bracket);
    OWN_CAUSE(missing_prefix_length);
    OWN_CAUSE(prefix_too_long);
    OWN_CAUSE(bad_netmask);
    OWN_CAUSE(bad_scope);
    OWN_CAUSE(no_abstract_names);
    OWN_CAUSE(path_too_long);
    OWN_CAUSE(nul_in_path);
    OWN_CAUSE(empty_path);
}

TEST_CASE("every operation has its own name") {
    CHECK(name(Operation::none) == "");
    CHECK(name(Operation::open) == "open");
    CHECK(name(Operation::bind) == "bind");
    CHECK(name(Operation::listen) == "listen");
    CHECK(name(Operation::accept) == "accept");
    CHECK(name(Operation::connect) == "connect");
    CHECK(name(Operation::pair) == "pair");
    CHECK(name(Operation::send) == "send");
    CHECK(name(Operation::receive) == "receive");
    CHECK(name(Operation::peek) == "peek");
    CHECK(name(Operation::shutdown) == "shutdown");
    CHECK(name(Operation::close) == "close");
    CHECK(name(Operation::finish) == "finish");
    CHECK(name(Operation::abort) == "abort");
    CHECK(name(Operation::adopt) == "adopt");
    CHECK(name(Operation::notify) == "notify");
    CHECK(name(Operation::get_option) == "get option");
    CHECK(name(Operation::set_option) == "set option");
    CHECK(name(Operation::local_endpoint) == "local endpoint");
    CHECK(name(Operation::peer_endpoint) == "peer endpoint");
    CHECK(name(Operation::convert) == "convert");
    CHECK(name(Operation::stop) == "stop");
    CHECK(name(Operation::wait) == "wait");
    CHECK(name(Operation::resolve) == "resolve");
    CHECK(name(Operation::dial) == "dial");
    CHECK(name(Operation::interfaces) == "interfaces");
    CHECK(name(Operation::parse) == "parse");
    CHECK(name(static_cast<Operation>(255)) == "");
}
