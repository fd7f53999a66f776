// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The length of a listener's queue.

#include <sys/socket.h>

#include "language.hpp"

namespace ferrule {

/// How many connections may wait, fully established, for accept. The kernel caps it at
/// net.core.somaxconn (listen(2)).
class Backlog {
public:
    constexpr Backlog() = default;
    constexpr explicit Backlog(int connections) : connections_{connections} {}
    [[nodiscard]] constexpr int connections() const { return connections_; }

private:
    int connections_ = SOMAXCONN;
};

} // namespace ferrule
