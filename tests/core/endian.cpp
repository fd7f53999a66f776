// SPDX-License-Identifier: MIT
#include <ferrule/core/endian.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <type_traits>

using namespace ferrule;

static_assert(BigEndian<std::uint16_t>{0x1234} == std::uint16_t{0x1234});
static_assert(sizeof(BigEndian<std::uint64_t>) == 8 && alignof(BigEndian<std::uint64_t>) == 1);
static_assert(BigEndian<std::int32_t>{-2} == -2);

namespace {

template <class Stored>
constexpr std::array<unsigned char, sizeof(Stored)> in_memory(Stored number) {
    return std::bit_cast<std::array<unsigned char, sizeof(Stored)>>(number);
}

enum class Opcode : std::uint16_t { read = 1, data = 0x0304 };

template <class Number>
concept CanBeBigEndian = requires { typename BigEndian<Number>; };

static_assert(CanBeBigEndian<std::uint8_t> && CanBeBigEndian<std::int64_t> &&
              CanBeBigEndian<Opcode>);
static_assert(!CanBeBigEndian<float> && !CanBeBigEndian<void*>);

static_assert(in_memory(BigEndian<std::uint16_t>{0x1234}) ==
              std::array<unsigned char, 2>{0x12, 0x34});
static_assert(in_memory(BigEndian<std::uint32_t>{0x12345678}) ==
              std::array<unsigned char, 4>{0x12, 0x34, 0x56, 0x78});
static_assert(in_memory(BigEndian<std::int16_t>{-2}) == std::array<unsigned char, 2>{0xff, 0xfe});
static_assert(in_memory(BigEndian<Opcode>{Opcode::data}) ==
              std::array<unsigned char, 2>{0x03, 0x04});
static_assert(BigEndian<std::uint32_t>{} == 0U);
static_assert(in_memory(LittleEndian<std::uint16_t>{0x1234}) ==
              std::array<unsigned char, 2>{0x34, 0x12});
static_assert(in_memory(LittleEndian<std::int32_t>{-2}) ==
              std::array<unsigned char, 4>{0xfe, 0xff, 0xff, 0xff});
static_assert(in_memory(LittleEndian<Opcode>{Opcode::data}) ==
              std::array<unsigned char, 2>{0x04, 0x03});

static_assert(sizeof(BigEndian<std::uint32_t>) == 4 && alignof(BigEndian<std::uint32_t>) == 1);
static_assert(std::is_trivially_copyable_v<BigEndian<Opcode>>);
static_assert(std::has_unique_object_representations_v<BigEndian<std::uint64_t>>);

// A header as RFC 1035 section 4.1.1 draws it: no padding, whatever stands before what.
struct Header {
    std::uint8_t flags;
    BigEndian<std::uint32_t> length;
    BigEndian<std::uint16_t> id;
};
static_assert(sizeof(Header) == 7);

} // namespace

TEST_CASE_TEMPLATE("a number comes out as it went in", Number, std::uint8_t, std::int8_t,
                   std::uint16_t, std::int16_t, std::uint32_t, std::int32_t, std::uint64_t,
                   std::int64_t) {
    using Limits = std::numeric_limits<Number>;
    for (const Number number : {Limits::min(), Limits::max(), Number{0}, Number{1},
                                static_cast<Number>(Limits::max() / 3)}) {
        const BigEndian<Number> stored = number;
        CHECK(Number{stored} == number);
        const LittleEndian<Number> other = number;
        CHECK(Number{other} == number);
    }
}

TEST_CASE("an enumeration comes out as it went in") {
    const BigEndian<Opcode> stored = Opcode::data;
    CHECK((stored == Opcode::data));
}

TEST_CASE("a field of a header can be assigned like a number") {
    Header header{1, 2, 3};
    header.length = 0xdeadbeef;
    CHECK(header.length == 0xdeadbeef);
    CHECK(header.id == 3);
}
