// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The length of a listener's queue.

#include <climits>
#include <concepts>
#include <sys/socket.h>
#include <utility>

#include "opt/setting.hpp"

namespace ferrule {

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void a_backlog_is_a_number_of_connections_from_0_on() {}

} // namespace detail

/// How many connections may wait, fully established, for accept. The kernel caps it at
/// net.core.somaxconn (listen(2)).
class Backlog {
public:
    constexpr Backlog() = default;
    /// From 0 on. A constant below does not compile; one of run time, `at_run_time(n)`, is 0 then.
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    consteval explicit Backlog(Number connections) : Backlog{opt::at_run_time(connections)} {
        if (!std::in_range<int>(connections) || connections < 0) {
            detail::a_backlog_is_a_number_of_connections_from_0_on();
        }
    }
    template <std::integral Number>
    constexpr explicit Backlog(opt::AtRunTime<Number> connections)
        : connections_{std::cmp_less(connections.given, 0)     ? 0
                       : std::in_range<int>(connections.given) ? static_cast<int>(connections.given)
                                                               : INT_MAX} {}
    [[nodiscard]] constexpr int connections() const { return connections_; }

private:
    int connections_ = SOMAXCONN;
};

} // namespace ferrule
