// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The fast way to read a valid IPv4 address. The position of the dot tells how many digits an
/// octet has, so no check for the end is needed before each character.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../../core/language.hpp"

namespace ferrule {

/// Reads octets until something is wrong. Parser then says what is wrong.
class Octets {
public:
    static constexpr std::size_t shortest = 7; ///< Characters of the shortest address.

    /// Of a text with at least so many characters.
    constexpr explicit Octets(std::string_view text)
        : at_{text.data()}, last_{text.data() + text.size() - 3} {}

    /// All octets until now, the first in the highest bits.
    [[nodiscard]] constexpr std::uint32_t number() const { return number_; }

    /// An octet and the dot after it. Part of the caller, as is last_octet(): this is for speed.
    [[gnu::__always_inline__]] constexpr bool octet_and_dot() {
        if (at_ > last_) {
            return false;
        }
        if (at_[1] == '.') {
            return one_digit(2);
        }
        if (at_[2] == '.') {
            return two_digits(3);
        }
        return at_ != last_ && at_[3] == '.' && three_digits(4);
    }

    /// The octet that ends the text.
    [[gnu::__always_inline__]] constexpr bool last_octet() {
        switch (last_ + 3 - at_) {
        case 1:
            return one_digit(1);
        case 2:
            return two_digits(2);
        case 3:
            return three_digits(3);
        default:
            return false;
        }
    }

private:
    // Each takes so many characters.
    constexpr bool one_digit(int characters) { return take(digit(0), 0, 9, characters); }
    constexpr bool two_digits(int characters) {
        return digit(1) <= 9 && take(digit(0) * 10 + digit(1), 10, 99, characters);
    }
    constexpr bool three_digits(int characters) {
        return digit(1) <= 9 && digit(2) <= 9 &&
               take((digit(0) * 10 + digit(1)) * 10 + digit(2), 100, 255, characters);
    }

    constexpr unsigned digit(int ahead) const {
        return unsigned{static_cast<unsigned char>(at_[ahead])} - '0';
    }

    constexpr bool take(unsigned octet, unsigned least, unsigned most, int characters) {
        number_ = number_ << 8 | octet;
        at_ += characters;
        return octet >= least && octet <= most;
    }

    const char* at_;
    const char* last_; // where three characters are left
    std::uint32_t number_ = 0;
};

} // namespace ferrule
