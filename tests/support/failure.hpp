// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Causes of failure that doctest prints by their names.

#include <ferrule/error.hpp>
#include <ferrule/result.hpp>

#include <doctest/doctest.h>
#include <string>

/// Why a Result holds no value; `none` if it does.
template <class T, class E> ferrule::Errc failure_of(const ferrule::Result<T, E>& result) {
    return result.has_value() ? ferrule::Errc::none
                              : static_cast<ferrule::Error>(result.error()).code();
}

template <> struct doctest::StringMaker<ferrule::Errc> {
    static doctest::String convert(ferrule::Errc code) {
        const std::string name{ferrule::describe(code).name};
        return name.empty() ? doctest::toString(static_cast<int>(code)) : name.c_str();
    }
};

template <> struct doctest::StringMaker<ferrule::Error> {
    static doctest::String convert(const ferrule::Error& error) { return error.text().c_str(); }
};
