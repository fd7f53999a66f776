// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getsockopt(2) and setsockopt(2): a value of one type, or as many bytes as there are.

#include <cstddef>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "platform.hpp"

namespace ferrule::sys {

/// setsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<void> set_option(int descriptor, int level, int name, const Value& value) {
    return check(Operation::set_option, ::setsockopt, descriptor, level, name, &value,
                 static_cast<socklen_t>(sizeof value));
}

/// getsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<Value> get_option(int descriptor, int level, int name) {
    Value value{};
    socklen_t size = sizeof value;
    if (auto done =
            check(Operation::get_option, ::getsockopt, descriptor, level, name, &value, &size);
        !done) {
        return done.error();
    }
    return value;
}

/// getsockopt(2) into `size` bytes; returns how many the kernel wrote.
inline Result<std::size_t> get_option_bytes(int descriptor, int level, int name, void* buffer,
                                            std::size_t size) {
    auto written = static_cast<socklen_t>(size);
    if (auto done =
            check(Operation::get_option, ::getsockopt, descriptor, level, name, buffer, &written);
        !done) {
        return done.error();
    }
    return std::size_t{written};
}

} // namespace ferrule::sys
