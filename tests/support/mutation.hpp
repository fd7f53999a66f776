// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Texts that are almost right.

#include <string>
#include <string_view>

/// Random numbers that are the same in every run (xorshift64, Marsaglia 2003).
class Dice {
public:
    unsigned below(unsigned limit) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<unsigned>(state_ % limit);
    }

private:
    unsigned long long state_ = 88172645463325252ULL;
};

/// `text` with up to four characters of `alphabet` inserted, removed or replaced.
inline std::string mutated(std::string text, std::string_view alphabet, Dice& dice) {
    for (unsigned turn = dice.below(5); turn != 0; --turn) {
        const auto at = dice.below(static_cast<unsigned>(text.size() + 1));
        const char character = alphabet[dice.below(static_cast<unsigned>(alphabet.size()))];
        switch (dice.below(3)) {
        case 0:
            text.insert(at, 1, character);
            break;
        case 1:
            text.erase(at, 1);
            break;
        default:
            if (at < text.size()) {
                text[at] = character;
            }
        }
    }
    return text;
}
