// SPDX-License-Identifier: MIT
#include <ferrule/core/optional_size.hpp>

#include <cstddef>
#include <doctest/doctest.h>

#include <ferrule/core/error.hpp>

using namespace ferrule;

TEST_CASE("a size is known or not, and none compares like 0") {
    const OptionalSize none;
    const OptionalSize seven{std::size_t{7}};
    CHECK_FALSE(none.has_value());
    CHECK_FALSE(static_cast<bool>(none));
    CHECK(seven.has_value());
    CHECK(static_cast<bool>(seven));
    CHECK(*none == 0);
    CHECK(*seven == 7);
    CHECK(none.value_or(3) == 3);
    CHECK(seven.value_or(3) == 7);
    CHECK(none == std::size_t{0});
    CHECK(seven == std::size_t{7});
    CHECK(seven != none);
}

TEST_CASE("a message that was cut tells its size only if it is known") {
    const Error unknown{Errc::message_truncated, Operation::receive};
    CHECK_FALSE(unknown.message_size().has_value());
    CHECK(unknown.text() == "receive: The message is longer than the buffer (message_truncated)");
}
