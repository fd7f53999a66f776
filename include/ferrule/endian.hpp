// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Numbers in network byte order (RFC 1700: the most significant byte first), so that headers of
/// protocols can be written as plain structs without htons and its relatives.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace ferrule {

/// A number that is stored most significant byte first, without alignment: put it into a struct,
/// send the struct.
template <class Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
class BigEndian {
public:
    constexpr BigEndian() = default;
    constexpr BigEndian(Number number) {
        for (std::size_t at = 0; at < sizeof(Number); ++at) {
            bytes_[at] = static_cast<unsigned char>(static_cast<std::uint64_t>(number) >>
                                                    8 * (sizeof(Number) - 1 - at));
        }
    }

    constexpr operator Number() const {
        std::uint64_t number = 0;
        for (unsigned char byte : bytes_) {
            number = number << 8 | byte;
        }
        return static_cast<Number>(number);
    }

private:
    unsigned char bytes_[sizeof(Number)]{};
};

static_assert(BigEndian<std::uint16_t>{0x1234} == std::uint16_t{0x1234});
static_assert(sizeof(BigEndian<std::uint64_t>) == 8 && alignof(BigEndian<std::uint64_t>) == 1);
static_assert(BigEndian<std::int32_t>{-2} == -2);

} // namespace ferrule
