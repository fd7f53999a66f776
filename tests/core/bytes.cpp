// SPDX-License-Identifier: MIT
#include <ferrule/core/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace ferrule;

static_assert(ByteBuffer<char (&)[4]> && ByteBuffer<std::span<std::byte>>);
static_assert(!ByteBuffer<const char (&)[4]> && !ByteBuffer<std::string_view> &&
              !ByteBuffer<int (&)[4]>);
static_assert(BytesView{"hello"}.size() == 5);

namespace {

template <class Given> constexpr bool can_be_sent = std::is_convertible_v<Given, BytesView>;

static_assert(can_be_sent<std::string> && can_be_sent<const std::string&> &&
              can_be_sent<std::string_view>);
static_assert(can_be_sent<std::vector<unsigned char>> && can_be_sent<std::vector<std::byte>&>);
static_assert(can_be_sent<std::array<signed char, 3>> && can_be_sent<std::u8string>);
static_assert(can_be_sent<std::span<const std::byte>> && can_be_sent<std::span<char, 4>>);
static_assert(can_be_sent<unsigned char (&)[4]> && can_be_sent<char (&)[4]>);
static_assert(!can_be_sent<std::vector<int>> && !can_be_sent<std::u16string>);
static_assert(!can_be_sent<std::vector<bool>> && !can_be_sent<int (&)[4]>);
static_assert(!can_be_sent<const char*> && !can_be_sent<void*> && !can_be_sent<int>);
static_assert(!can_be_sent<char>);

template <class Given> constexpr bool can_be_filled = ByteBuffer<Given>;

static_assert(can_be_filled<char (&)[4]> && can_be_filled<std::array<unsigned char, 4>&>);
static_assert(can_be_filled<std::string&> && can_be_filled<std::vector<std::byte>&>);
static_assert(can_be_filled<std::span<std::byte>> && can_be_filled<std::span<char>&>);
static_assert(can_be_filled<const std::span<char>&>); // the span is const, its elements are not
static_assert(!can_be_filled<const std::string&> && !can_be_filled<std::string_view>);
static_assert(!can_be_filled<std::span<const char>> && !can_be_filled<const char (&)[4]>);
static_assert(!can_be_filled<std::vector<int>&> && !can_be_filled<char*>);
// What was received would be gone at the end of the line.
static_assert(!can_be_filled<std::string> && !can_be_filled<std::array<char, 4>>);
static_assert(!can_be_filled<std::vector<char>>);

static_assert(std::is_same_v<FilledPart<char (&)[4]>, std::string_view>);
static_assert(std::is_same_v<FilledPart<std::string&>, std::string_view>);
static_assert(std::is_same_v<FilledPart<std::span<char>>, std::string_view>);
static_assert(std::is_same_v<FilledPart<std::vector<std::byte>&>, std::span<std::byte>>);
static_assert(std::is_same_v<FilledPart<std::uint8_t (&)[4]>, std::span<std::uint8_t>>);

static_assert(BytesView{}.empty() && BytesView{""}.empty());
static_assert(BytesView{"four"}.size() == 4);
static_assert(BytesView{"\0\0"}.size() == 2);
static_assert(BytesView{"a\0b"}.size() == 3);

struct Padded {
    char letter;
    int number;
};
struct Packed {
    std::uint16_t one;
    std::uint8_t two[2];
};
template <class Struct> constexpr bool has_bytes = requires(Struct& object) { bytes_of(object); };

static_assert(has_bytes<Packed> && has_bytes<const Packed> && has_bytes<std::uint32_t>);
static_assert(!has_bytes<Padded> && !has_bytes<std::string> && !has_bytes<float>);
static_assert(can_be_sent<decltype(bytes_of(std::declval<const Packed&>()))>);
static_assert(can_be_filled<decltype(bytes_of(std::declval<Packed&>()))>);
static_assert(!can_be_filled<decltype(bytes_of(std::declval<const Packed&>()))>);
// What is received into a temporary would be lost.
static_assert(can_be_sent<decltype(bytes_of(Packed{}))>);
static_assert(!can_be_filled<decltype(bytes_of(Packed{}))>);

std::string copied(BytesView bytes) {
    return {static_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

TEST_CASE("a literal is sent without its final NUL") {
    CHECK(copied("hello") == "hello");
    CHECK(copied("") == "");
}

TEST_CASE("a mutable array is sent whole") {
    char letters[4] = {'a', 'b', 0, 0};
    CHECK(copied(letters) == std::string{"ab\0\0", 4});
    const unsigned char octets[2] = {65, 66};
    CHECK(copied(octets) == "AB");
}

TEST_CASE("containers and views are sent as they are, NULs too") {
    CHECK(copied(std::string{"a\0b", 3}) == std::string{"a\0b", 3});
    CHECK(copied(std::string_view{"hello"}.substr(1, 3)) == "ell");
    CHECK(copied(std::vector<std::byte>{std::byte{65}, std::byte{0}}) == std::string{"A\0", 2});
    CHECK(copied(std::vector<char>{}).empty());
}

TEST_CASE("bytes to send are borrowed, not copied") {
    const std::string text = "borrowed";
    CHECK(BytesView{text}.data() == text.data());
}

TEST_CASE("the bytes of a struct are the struct") {
    Packed packed{0, {3, 4}};
    CHECK(bytes_of(packed).size() == 4);
    CHECK(bytes_of(packed).data() == static_cast<void*>(&packed));
    CHECK(std::to_integer<int>(bytes_of(packed)[3]) == 4);
    bytes_of(packed)[2] = std::byte{9};
    CHECK(packed.two[0] == 9);
    const Packed fixed{0, {5, 6}};
    CHECK(std::to_integer<int>(bytes_of(fixed)[3]) == 6);
}

TEST_CASE("an array of char goes whole, its text by name") {
    char line[100] = "hello";
    CHECK(BytesView{line}.size() == 100);
    CHECK(BytesView{c_string(line)}.size() == 5);
    const char full[3] = {'a', 'b', 'c'};
    CHECK(c_string(full) == "abc");
    static constexpr char fixed[] = "fixed";
    CHECK(BytesView{fixed}.size() == 5);
}

namespace {

// A container whose size is signed, as Qt's are.
struct SignedSize {
    const char* data() const { return "abc"; }
    int size() const { return 3; }
};

} // namespace

TEST_CASE("the size of a container may be signed") { CHECK(BytesView{SignedSize{}}.size() == 3); }
