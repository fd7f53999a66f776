// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// How a system call is made here: again when a signal interrupted it, and with a Result instead of
/// errno(3).

#include <cerrno>
#include <cstddef>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "platform.hpp"

namespace ferrule::sys {

// What is called gets its arguments, here and in all that calls it: the compiler keeps them in
// registers, but writes what a closure has captured into memory. All of it is a part of the caller:
// out of line it would cost more than the rest of what a send or a receive adds to the system call.

/// Makes `call(arguments...)` until a signal does not interrupt it (EINTR). Only for calls that did
/// nothing then: not for close(2) and connect(2).
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto uninterrupted(Call call, Arguments... arguments) {
    auto answer = call(arguments...);
    while (answer < 0 && errno == EINTR) [[unlikely]] {
        answer = call(arguments...);
    }
    return answer;
}

/// What a call that answers 0 or -1 says.
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> check(Operation operation, Call call,
                                                    Arguments... arguments) {
    if (uninterrupted(call, arguments...) < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return {};
}

/// What a call that answers a number of bytes, or of a descriptor, or -1 says.
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> count(Operation operation, Call call,
                                                           Arguments... arguments) {
    const auto answer = uninterrupted(call, arguments...);
    if (answer < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return static_cast<std::size_t>(answer);
}

/// What a call that waits for descriptors answered: how many are ready; 0, too, when a signal came.
inline Result<std::size_t> ready_count(int answer) {
    if (answer < 0 && errno != EINTR) {
        return Error::from_errno(Operation::wait);
    }
    return answer < 0 ? std::size_t{0} : static_cast<std::size_t>(answer);
}

/// A function of sys/ as an object without content, for who calls it again and again.
template <auto function> struct Calls {
    template <class... Arguments>
    [[FERRULE_ALWAYS_INLINE]] auto operator()(Arguments... arguments) const {
        return function(arguments...);
    }
};

} // namespace ferrule::sys
