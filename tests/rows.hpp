// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The rows of the tables in tests/data, and errors that doctest can print.

#include <doctest/doctest.h>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <ferrule/error.hpp>

using Row = std::vector<std::string>;

/// The rows of a table without the first, which names the columns; cells are divided by tabs.
inline std::vector<Row> rows_of(const std::string& table) {
    std::ifstream file{TEST_DATA "/" + table};
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        Row row{""};
        for (char character : line) {
            if (character == '\t') {
                row.emplace_back();
            } else {
                row.back() += character;
            }
        }
        rows.push_back(row);
    }
    REQUIRE_MESSAGE(rows.size() > 1, "no rows in " << table);
    rows.erase(rows.begin());
    return rows;
}

/// Why `text` is no `Value`, as "octet_above_255 at 2"; the text that it prints as if it is one.
template <class Value> std::string outcome(std::string_view text) {
    const auto value = Value::parse(text);
    if (value) {
        return std::string{value->text().view()};
    }
    CHECK(value.error().operation() == ferrule::Operation::parse);
    CHECK(value.error().position() <= text.size());
    return std::string{ferrule::describe(value.error().code()).name} + " at " +
           std::to_string(value.error().position());
}

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
