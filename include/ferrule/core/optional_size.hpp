// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A number of bytes that may be unknown. std::optional would cost every file more lines than all
/// errors together.

#include <cstddef>

#include "language.hpp"

namespace ferrule {

/// A number of bytes above 0, or none.
class OptionalSize {
public:
    constexpr OptionalSize() = default;
    constexpr explicit OptionalSize(std::size_t size) : size_{size} {}

    [[nodiscard]] constexpr bool has_value() const { return size_ != 0; }
    constexpr explicit operator bool() const { return has_value(); }
    /// 0 of none.
    [[nodiscard]] constexpr std::size_t operator*() const { return size_; }
    [[nodiscard]] constexpr std::size_t value_or(std::size_t other) const {
        return has_value() ? size_ : other;
    }

    /// None is equal to 0.
    friend constexpr bool operator==(OptionalSize one, std::size_t other) {
        return one.size_ == other;
    }
    friend constexpr bool operator==(OptionalSize, OptionalSize) = default;

private:
    std::size_t size_ = 0;
};

} // namespace ferrule
