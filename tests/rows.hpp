// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The rows of the tables in tests/data, and what comes of a text.

#include <doctest/doctest.h>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <ferrule/core/error.hpp>

#include "support/mutation.hpp"

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
