// SPDX-License-Identifier: MIT
#include <ferrule/core/text.hpp>

#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <type_traits>

using namespace ferrule;

static_assert(Text<8>{"port "}.append_number(80) == "port 80");
static_assert(Text<3>{"abcd"} == "abc");

namespace {

struct Answer {
    constexpr char* print(char* at) const {
        *at++ = '4';
        *at++ = '2';
        return at;
    }
};

static_assert(Text<4>{}.empty() && Text<4>{}.view().empty());
static_assert(Text<4>{"four"}.size() == 4 && Text<4>::capacity == 4);
static_assert(Text<4>{"four"} == "four" && Text<4>{"four"} == Text<4>{"four"});
static_assert(Text<4>{"four"} != "fou" && Text<4>{"four"} != Text<4>{"five"});
static_assert(Text<9>{"a"}.append('b').append("cd") == "abcd");
static_assert(Text<20>{}.append_number(0) == "0");
static_assert(Text<20>{}.append_number(UINT64_MAX) == "18446744073709551615");
static_assert(Text<4>::printed(Answer{}) == "42");
static_assert(std::is_trivially_copyable_v<Text<160>>);
static_assert(std::is_convertible_v<Text<4>, std::string_view>);
static_assert(!std::is_convertible_v<std::string_view, Text<4>>);

} // namespace

TEST_CASE("a text that is full leaves out what does not fit") {
    Text<5> text{"abc"};
    text.append("def").append('g').append_number(123);
    CHECK(text.view() == "abcde");
    CHECK(Text<3>{}.append_number(12345) == "123");
    CHECK(Text<0>{"x"}.empty());
}

TEST_CASE("a text can be handed to C: a NUL follows it") {
    const Text<5> full{"abcde"};
    CHECK(std::strlen(full.c_str()) == 5);
    CHECK(full.data() == full.c_str());
    CHECK(std::strlen(Text<5>{"ab"}.c_str()) == 2);
}

TEST_CASE("a text keeps the NULs within it") {
    CHECK(Text<5>{std::string_view{"a\0b", 3}}.view() == std::string_view{"a\0b", 3});
}

TEST_CASE("a text becomes a string wherever one is made") {
    const Text<20> text{"as it is"};
    const std::string copied = text;
    std::string assigned;
    assigned = text;
    assigned += text;
    const auto returned = [&]() -> std::string { return text; };
    CHECK(copied == "as it is");
    CHECK(assigned == "as it isas it is");
    CHECK(returned() == "as it is");
    CHECK(std::string{text} == "as it is");
    const std::string_view viewed = text;
    CHECK(viewed == "as it is");
}
