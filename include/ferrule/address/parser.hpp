// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Reads the texts of addresses and endpoints: a position in the text, and the first failure. A
/// type that can be read has `constexpr bool read(Parser&)`, which reads its own characters and
/// leaves the rest, so that `&&` combines small grammars. `parse_whole` makes a parse of it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../core/error.hpp"
#include "../core/result.hpp"

namespace ferrule {

/// The value of each character as a hexadecimal digit of either case; 16 for one that is none.
inline constexpr auto hexadecimal_values = [] {
    std::array<unsigned char, 256> values{};
    for (unsigned character = 0; character < 256; ++character) {
        const unsigned letter = (character | 0x20) - 'a';
        const unsigned digit = character - '0';
        values[character] = static_cast<unsigned char>(digit <= 9    ? digit
                                                       : letter <= 5 ? letter + 10
                                                                     : 16);
    }
    return values;
}();

/// A position in a text. Its functions return false on a failure, and keep the cause and its
/// position: the first wrong character, or the end of a text that is too short.
class Parser {
public:
    constexpr explicit Parser(std::string_view text)
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()} {}

    [[nodiscard]] constexpr bool at_end() const { return at_ == end_; }
    [[nodiscard]] constexpr std::string_view rest() const {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }

    /// The character here. NUL at the end: no grammar of ours has a NUL that could be confused with
    /// it.
    [[nodiscard]] constexpr char here() const { return at_end() ? '\0' : *at_; }
    constexpr void advance(std::size_t count = 1) { at_ += count; }

    /// Notes why the text can't be read from here on. Always false.
    constexpr bool fail(Errc code) {
        code_ = code;
        return false;
    }

    /// What stands here is not what was expected.
    constexpr bool fail() {
        return fail(at_end() ? Errc::unexpected_end : Errc::unexpected_character);
    }

    /// Takes `character`. `missing` is the failure if the text ends instead.
    constexpr bool expect(char character, Errc missing = Errc::unexpected_end) {
        if (at_end() || *at_ != character) {
            return at_end() ? fail(missing) : fail();
        }
        advance();
        return true;
    }

    constexpr bool expect_end() { return at_end() || fail(Errc::unexpected_rest); }

    /// A decimal number from 0 to `most` without leading zeros; `above` is the failure if it is
    /// larger.
    constexpr bool decimal(std::uint32_t& number, std::uint32_t most, Errc above) {
        std::uint64_t value = digit_here();
        if (value > 9) {
            return fail();
        }
        advance();
        if (value == 0 && digit_here() <= 9) {
            return fail(Errc::leading_zero);
        }
        for (unsigned digit = 0; (digit = digit_here()) <= 9; advance()) {
            value = value * 10 + digit;
            if (value > most) {
                return fail(above);
            }
        }
        number = static_cast<std::uint32_t>(value);
        return true;
    }

    /// A decimal number from 0 to 255: the same, unrolled, because this is what parsing addresses
    /// consists of.
    constexpr bool octet(unsigned char& number) {
        unsigned value = digit_here();
        if (value > 9) {
            return fail();
        }
        advance();
        if (const unsigned second = digit_here(); second <= 9) {
            if (value == 0) {
                return fail(Errc::leading_zero);
            }
            value = value * 10 + second;
            advance();
            if (const unsigned third = digit_here(); third <= 9) {
                value = value * 10 + third;
                if (value > 255) {
                    return fail(Errc::octet_above_255);
                }
                advance();
                if (digit_here() <= 9) {
                    return fail(Errc::octet_above_255);
                }
            }
        }
        number = static_cast<unsigned char>(value);
        return true;
    }

    /// A group of an IPv6 address: one to four hexadecimal digits.
    constexpr bool group(unsigned& number) {
        number = hexadecimal_here();
        if (number > 15) {
            return fail();
        }
        advance();
        if (end_ - at_ < 4) {
            while (hexadecimal_here() <= 15) { // at most three
                add_hexadecimal(number);
            }
            return true;
        }
        // Four characters can be looked at without asking for the end.
        const bool is_full =
            add_hexadecimal(number) && add_hexadecimal(number) && add_hexadecimal(number);
        return !is_full || hexadecimal_values[static_cast<unsigned char>(*at_)] > 15 ||
               fail(Errc::group_too_long);
    }

    /// A port: 0 to 65535.
    constexpr bool port(std::uint16_t& number) {
        std::uint32_t value = 0;
        const bool fits = decimal(value, 65535, Errc::port_above_65535);
        number = static_cast<std::uint16_t>(value);
        return fits;
    }

    [[nodiscard]] constexpr Error error() const {
        return {code_, Operation::parse, static_cast<std::size_t>(at_ - begin_)};
    }

    /// The value of the decimal digit here, more than 9 if there is none.
    [[nodiscard]] constexpr unsigned digit_here() const {
        return at_end() ? 10 : unsigned{static_cast<unsigned char>(*at_)} - '0';
    }

    /// The value of the hexadecimal digit here, of either case; more than 15 if there is none.
    [[nodiscard]] constexpr unsigned hexadecimal_here() const {
        return at_end() ? 16 : hexadecimal_values[static_cast<unsigned char>(*at_)];
    }

    /// A place in the text to come back to.
    [[nodiscard]] constexpr const char* place() const { return at_; }
    constexpr void back_to(const char* place) { at_ = place; }

private:
    [[gnu::__always_inline__]] constexpr bool add_hexadecimal(unsigned& number) {
        const unsigned digit = hexadecimal_values[static_cast<unsigned char>(*at_)];
        if (digit > 15) {
            return false;
        }
        number = number << 4 | digit;
        ++at_;
        return true;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    Errc code_ = Errc::none;
};

/// The value that is written in the whole of `text`. The error tells what is wrong, and where.
template <class Value> [[nodiscard]] constexpr Result<Value> parse_whole(std::string_view text) {
    Parser parser{text};
    Result<Value> parsed{Value{}}; // read where it is returned: a copy of it would have to wait
    if (!parsed->read(parser) || !parser.expect_end()) {
        parsed = parser.error();
    }
    return parsed;
}

} // namespace ferrule
