// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Causes of failure that doctest prints by their names.

#include <ferrule/core/error.hpp>
#include <ferrule/core/result.hpp>

#include <doctest/doctest.h>
#include <string>

/// Why a Result holds no value; `none` if it does.
template <class T, class E> ferrule::Errc failure_of(const ferrule::Result<T, E>& result) {
    return result.has_value() ? ferrule::Errc::none
                              : static_cast<ferrule::Error>(result.error()).code();
}

namespace ferrule {

// Found by doctest, which prints enumerators as numbers otherwise.
inline doctest::String toString(Errc code) {
    const std::string name{describe(code).name};
    return name.empty() ? std::to_string(static_cast<int>(code)).c_str() : name.c_str();
}

} // namespace ferrule

template <> struct doctest::StringMaker<ferrule::Error> {
    static doctest::String convert(const ferrule::Error& error) { return error.text().c_str(); }
};
