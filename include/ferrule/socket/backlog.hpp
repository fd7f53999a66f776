// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The length of a listener's queue.

#include <climits>

#include "../opt/encoding.hpp"
#include "../opt/setting.hpp"
#include "../sys/numbers.hpp"

namespace ferrule {

/// How many established connections may wait for accept. The kernel caps it at net.core.somaxconn
/// (listen(2)).
class Backlog {
public:
    constexpr Backlog() = default;
    /// At least 0. A negative constant does not compile; a negative `at_run_time(n)` becomes 0.
    constexpr explicit Backlog(opt::Checked<opt::Number<0, INT_MAX>> connections)
        : connections_{connections.value} {}
    [[nodiscard]] constexpr int connections() const { return connections_; }

private:
    int connections_ = sys::somaxconn;
};

} // namespace ferrule
