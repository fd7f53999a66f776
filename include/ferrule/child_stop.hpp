// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A Stop for a part of what another one stops: each client's of a server's, say.

#include <concepts>
#include <sys/epoll.h>
#include <utility>

#include "error.hpp"
#include "result.hpp"
#include "stop.hpp"
#include "sys/descriptor.hpp"
#include "sys/epoll.hpp"

namespace ferrule {

/// Requested when its parent is, and by itself without its parent. The parent must outlive it.
class ChildStop : public Stop {
public:
    template <std::derived_from<Stop> Parent>
    explicit ChildStop(Parent& parent) : Stop{parent, watch_both} {}
    explicit ChildStop(const Stop&& parent) = delete;

private:
    // Readable when either is (epoll(7): an epoll descriptor can itself be polled).
    static Result<Descriptor> watch_both(int own, int parents) {
        return sys::open_epoll(Operation::stop).and_then([&](Descriptor&& epoll) {
            return sys::change_epoll(epoll.number(), EPOLL_CTL_ADD, own, EPOLLIN, 0,
                                     Operation::stop)
                .and_then([&] {
                    return sys::change_epoll(epoll.number(), EPOLL_CTL_ADD, parents, EPOLLIN, 1,
                                             Operation::stop);
                })
                .and_then([&]() -> Result<Descriptor> { return std::move(epoll); });
        });
    }
};

} // namespace ferrule
