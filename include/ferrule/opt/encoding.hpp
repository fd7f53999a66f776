// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The values of options: their units and ranges, and what the kernel gets of them.

#include <array>
#include <climits>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/duration.hpp"
#include "../core/text.hpp"

namespace ferrule::opt {

/// A value and whether the option can hold what was given.
template <class Value> struct Fitted {
    Value value;
    bool fits;
};

/// On or off; an int for the kernel.
struct Switch {
    using value_type = bool;
    using kernel_type = int;
    template <std::same_as<bool> Given> static constexpr Fitted<bool> fit(Given given) {
        return {given, true};
    }
    static constexpr int encode(bool value) { return value ? 1 : 0; }
    static constexpr bool decode(int kernel) { return kernel != 0; }
};

/// A whole number from `least` to `most`; an int for the kernel.
template <std::int64_t least, std::int64_t most> struct Number {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = std::conditional_t<(most > INT_MAX), std::uint32_t, int>;
    using kernel_type = value_type;
    template <std::integral Given>
        requires(!std::same_as<Given, bool>)
    static constexpr Fitted<value_type> fit(Given given) {
        const bool fits = std::cmp_greater_equal(given, least) && std::cmp_less_equal(given, most);
        return {fits ? static_cast<value_type>(given) : value_type{}, fits};
    }
    static constexpr kernel_type encode(value_type value) { return value; }
    static constexpr value_type decode(kernel_type kernel) { return kernel; }
};

/// A number of bytes from `least` to `most`; an int for the kernel.
template <std::int64_t least = 0, std::int64_t most = INT_MAX> struct Bytes {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = std::size_t;
    using kernel_type = int;
    template <std::integral Given>
        requires(!std::same_as<Given, bool>)
    static constexpr Fitted<value_type> fit(Given given) {
        const bool fits = std::cmp_greater_equal(given, least) && std::cmp_less_equal(given, most);
        return {fits ? static_cast<value_type>(given) : value_type{}, fits};
    }
    static constexpr int encode(value_type value) { return static_cast<int>(value); }
    static constexpr value_type decode(int kernel) { return static_cast<value_type>(kernel); }
};

/// A time from `least` to `most` units, rounded up; an int for the kernel. Never zero unless zero
/// is asked.
template <class Unit, std::int64_t least, std::int64_t most = INT_MAX> struct Time {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = Unit;
    using kernel_type = int;
    template <Duration Given> static constexpr Fitted<value_type> fit(const Given& given) {
        const std::int64_t count = count_in<Unit::period::num, Unit::period::den>(given);
        return {Unit{count}, count >= least && count <= most};
    }
    static constexpr int encode(value_type value) { return static_cast<int>(value.count()); }
    static constexpr value_type decode(int kernel) { return Unit{kernel}; }
};

/// What the kernel says, unchanged.
template <class Value> struct AsItIs {
    using value_type = Value;
    using kernel_type = Value;
    static constexpr Value decode(const Value& kernel) { return kernel; }
};

/// A name of up to 15 characters, as interfaces and algorithms have; empty only if `may_be_empty`.
template <bool may_be_empty> struct ShortName {
    using value_type = Text<15>;
    using kernel_type = std::array<char, 16>;
    static constexpr Fitted<value_type> fit(std::string_view given) {
        const bool fits = given.size() <= value_type::capacity && (may_be_empty || !given.empty());
        return {fits ? value_type{given} : value_type{}, fits};
    }
    static constexpr kernel_type encode(const value_type& value) {
        kernel_type name{};
        for (std::size_t at = 0; at < value.size(); ++at) {
            name[at] = value.view()[at];
        }
        return name;
    }
    static constexpr value_type decode(const kernel_type& kernel) {
        std::size_t size = 0;
        while (size < kernel.size() && kernel[size] != '\0') {
            ++size;
        }
        return value_type{std::string_view{kernel.data(), size}};
    }
};

} // namespace ferrule::opt
