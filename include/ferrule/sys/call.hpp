// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// How a system call is made here: again when a signal interrupted it, and with a Result instead of
/// errno(3).

#include <cerrno>
#include <cstddef>

#include "../core/error.hpp"
#include "../core/result.hpp"

namespace ferrule::sys {

/// Makes `call` until a signal does not interrupt it (EINTR). Only for calls that did nothing then:
/// not for close(2) and connect(2). Part of the caller, as are check() and count(): out of line
/// they would cost more than the rest of what a send or a receive adds to the system call.
template <class Call> [[gnu::__always_inline__]] inline auto uninterrupted(Call call) {
    auto answer = call();
    while (answer < 0 && errno == EINTR) [[unlikely]] {
        answer = call();
    }
    return answer;
}

/// What a call that answers 0 or -1 says.
template <class Call>
[[gnu::__always_inline__]] inline Result<void> check(Operation operation, Call call) {
    if (uninterrupted(call) < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return {};
}

/// What a call that waits for descriptors answered: how many are ready; 0, too, when a signal came.
inline Result<std::size_t> ready_count(int answer) {
    if (answer < 0 && errno != EINTR) {
        return Error::from_errno(Operation::wait);
    }
    return answer < 0 ? std::size_t{0} : static_cast<std::size_t>(answer);
}

/// What a call that answers a number of bytes or -1 says.
template <class Call>
[[gnu::__always_inline__]] inline Result<std::size_t> count(Operation operation, Call call) {
    const auto answer = uninterrupted(call);
    if (answer < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return static_cast<std::size_t>(answer);
}

} // namespace ferrule::sys
