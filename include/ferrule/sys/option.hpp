// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// getsockopt(2) and setsockopt(2) for one value of one type.

#include <sys/socket.h>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"

namespace ferrule::sys {

/// setsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<void> set_option(int descriptor, int level, int name, const Value& value) {
    return check(Operation::set_option, [=, &value] {
        return ::setsockopt(descriptor, level, name, &value, static_cast<socklen_t>(sizeof value));
    });
}

/// getsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<Value> get_option(int descriptor, int level, int name) {
    Value value{};
    socklen_t size = sizeof value;
    if (auto done = check(Operation::get_option,
                          [&] { return ::getsockopt(descriptor, level, name, &value, &size); });
        !done) {
        return done.error();
    }
    return value;
}

} // namespace ferrule::sys
