// SPDX-License-Identifier: MIT
#include <ferrule/stream/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string_view>

#include <ferrule/core/endian.hpp>

#include "../support/failure.hpp"

using namespace ferrule;
using namespace std::string_view_literals;

namespace {

struct ThreeBytes {
    static constexpr std::size_t longest = 3;
    static Result<FrameSize> read(std::string_view) { return FrameSize{}; }
    static Result<std::size_t> write(std::uint64_t, char*) { return std::size_t{3}; }
};
struct WithoutWrite {
    static constexpr std::size_t longest = 3;
    static Result<FrameSize> read(std::string_view) { return FrameSize{}; }
};

static_assert(PrefixesFrames<BigEndian<std::uint16_t>> &&
              PrefixesFrames<BigEndian<std::uint64_t>> &&
              PrefixesFrames<LittleEndian<std::uint32_t>> && PrefixesFrames<std::uint8_t> &&
              PrefixesFrames<Varint> && PrefixesFrames<ThreeBytes>);
static_assert(!PrefixesFrames<std::uint32_t> && !PrefixesFrames<BigEndian<std::int32_t>> &&
              !PrefixesFrames<int> && !PrefixesFrames<WithoutWrite>);

template <class Prefix> Result<FrameSize> read(std::string_view come) {
    return PrefixOf<Prefix>::read(come);
}

} // namespace

TEST_CASE("a number before a frame counts the bytes after it, in the order of its type") {
    CHECK(read<BigEndian<std::uint16_t>>("\x01\x02rest"sv)->body == 0x0102);
    CHECK(read<BigEndian<std::uint16_t>>("\x01\x02rest"sv)->prefix == 2);
    CHECK(read<LittleEndian<std::uint16_t>>("\x01\x02"sv)->body == 0x0201);
    CHECK(read<std::uint8_t>("\xff"sv)->body == 255);
    CHECK(read<BigEndian<std::uint32_t>>("\x01\x02\x03"sv)->prefix == 0);
    CHECK(read<BigEndian<std::uint64_t>>("\xff\xff\xff\xff\xff\xff\xff\xff"sv)->body == UINT64_MAX);
}

TEST_CASE("a size that the number can't hold is not written") {
    char to[8];
    CHECK(PrefixOf<std::uint8_t>::write(255, to).value() == 1);
    CHECK(failure_of(PrefixOf<std::uint8_t>::write(256, to)) == Errc::message_size);
    CHECK(failure_of(PrefixOf<BigEndian<std::uint16_t>>::write(65536, to)) == Errc::message_size);
    CHECK(PrefixOf<LittleEndian<std::uint32_t>>::write(UINT32_MAX, to).value() == 4);
    CHECK(std::string_view{to, 4} == "\xff\xff\xff\xff");
}

TEST_CASE("a varint comes out as it went in, and shows only when it has come whole") {
    for (int bit = 0; bit < 64; ++bit) {
        for (const std::uint64_t body : {std::uint64_t{1} << bit, (std::uint64_t{2} << bit) - 1}) {
            char to[Varint::longest];
            const std::string_view written{to, Varint::write(body, to).value()};
            CHECK(written.size() == static_cast<std::size_t>(body == 0 ? 1 : bit / 7 + 1));
            CHECK(Varint::read(written)->body == body);
            CHECK(Varint::read(written)->prefix == written.size());
            CHECK(Varint::read(written.substr(0, written.size() - 1))->prefix == 0);
        }
    }
    CHECK(Varint::read("\0"sv)->prefix == 1); // a frame of nothing
    CHECK(Varint::read(""sv)->prefix == 0);
}

TEST_CASE("a varint of more than 64 bits is no varint") {
    CHECK(Varint::read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv)->body == UINT64_MAX);
    CHECK(failure_of(Varint::read("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv)) ==
          Errc::protocol_error);
    CHECK(failure_of(Varint::read("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"sv)) ==
          Errc::protocol_error);
}
