// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A Stop for a part of a program, such as one client of a server. It stops with its parent, too.

#include <concepts>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/epoll.hpp"
#include "../sys/platform.hpp"
#include "stop.hpp"

#if FERRULE_HAS_EPOLL

namespace ferrule {

/// Requested when its parent is requested, or alone. The parent must outlive it. There may be any
/// number of children, at any depth. (An epoll set takes the descriptors of at most 500 children of
/// one parent; waiting calls have no such limit.)
class ChildStop : public Stop {
public:
    template <std::derived_from<Stop> Parent>
    explicit ChildStop(Parent& parent) : Stop{parent, watch_all} {}
    explicit ChildStop(const Stop&& parent) = delete;

private:
    // An epoll descriptor can itself be polled (epoll(7)). It watches the events themselves, not
    // the descriptor of the parent, which may be another of its kind: the kernel allows five
    // levels.
    static Result<Descriptor> watch_all(const Stop& youngest) {
        auto epoll = sys::open_epoll(Operation::stop);
        for (const Stop* stop = &youngest; epoll && stop != nullptr; stop = parent_of(*stop)) {
            if (auto watched = sys::change_epoll(epoll->number(), sys::epoll_ctl_add,
                                                 event_of(*stop), sys::epollin, 0, Operation::stop);
                !watched) {
                return watched.error();
            }
        }
        return epoll;
    }
};

} // namespace ferrule

#endif
