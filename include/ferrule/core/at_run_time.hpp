// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Marks a value that the compiler can't check.

#include "language.hpp"

namespace ferrule {

/// A value that is known only at run time, where a constant is checked by the compiler:
/// `opt::HopLimit{at_run_time(hops)}`. Whether it is in range is seen when it is used.
template <class Given> struct AtRunTime {
    Given given;
};

/// Marks a value that is checked when the program runs, not while it is compiled.
template <class Given> [[nodiscard]] constexpr AtRunTime<Given> at_run_time(const Given& given) {
    return {given};
}

} // namespace ferrule
