// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many sockets watched by one thread (epoll(7)).

#include <bit>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <span>
#include <sys/epoll.h>
#include <type_traits>
#include <utility>

#include "error.hpp"
#include "handle.hpp"
#include "result.hpp"
#include "sys/descriptor.hpp"
#include "sys/epoll.hpp"
#include "wait.hpp"

namespace ferrule {

/// What to watch a socket for. The end of the peer and errors are always told.
enum class Interest : std::uint32_t {
    none = 0,
    reading = EPOLLIN | EPOLLRDHUP,
    writing = EPOLLOUT,
    both = EPOLLIN | EPOLLRDHUP | EPOLLOUT,
};

/// When to be told.
enum class Trigger : std::uint32_t {
    level = 0,           ///< As long as it is so.
    edge = EPOLLET,      ///< When it becomes so: then go on until `would_block`.
    once = EPOLLONESHOT, ///< Once, until change() watches again: one of several threads takes it.
};

/// The caller's name for a socket: what epoll(7) keeps beside a descriptor, which is 8 bytes.
template <class Key>
concept PollerKey = std::is_trivially_copyable_v<Key> && sizeof(Key) <= 8;

/// What a Poller says of one socket.
template <PollerKey Key> struct Ready {
    Key key;
    bool readable; ///< A receive or an accept would not wait; the end of the stream is to be read,
                   ///< too.
    bool writable; ///< A send, or the completion of a connect, would not wait.
    bool ended;    ///< Both halves are over, or an error waits to be received.
};

/// Watches sockets under keys of the caller's choice (a number, a pointer, an enum). The sockets
/// are borrowed: remove one, or close it, before its key means something else. Members that are
/// const may be called from several threads. A child of fork(2) shares it and should open its own;
/// while a child has a copy of a socket, closing does not remove it here.
template <PollerKey Key> class Poller {
public:
    /// epoll_create1(2).
    [[nodiscard]] static Result<Poller> open() {
        auto epoll = sys::open_epoll(Operation::open);
        if (!epoll) {
            return epoll.error();
        }
        return Poller{*std::move(epoll)};
    }

    /// epoll_ctl(2): watch it from now on. `file_exists` if it is watched already.
    template <class State, class Family, class Type, class Protocol>
    [[nodiscard]] Result<void> add(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                   Interest interest, Trigger trigger = Trigger::level) const {
        return add(socket.descriptor(), key, interest, trigger);
    }
    [[nodiscard]] Result<void> add(int descriptor, Key key, Interest interest,
                                   Trigger trigger = Trigger::level) const {
        return control(EPOLL_CTL_ADD, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it for something else. `no_such_file` if it is not watched.
    template <class State, class Family, class Type, class Protocol>
    [[nodiscard]] Result<void> change(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                      Interest interest, Trigger trigger = Trigger::level) const {
        return change(socket.descriptor(), key, interest, trigger);
    }
    [[nodiscard]] Result<void> change(int descriptor, Key key, Interest interest,
                                      Trigger trigger = Trigger::level) const {
        return control(EPOLL_CTL_MOD, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it no longer. Closing a socket does that, too, unless its descriptor was
    /// duplicated.
    template <class State, class Family, class Type, class Protocol>
    [[nodiscard]] Result<void> remove(const Handle<State, Family, Type, Protocol>& socket) const {
        return remove(socket.descriptor());
    }
    [[nodiscard]] Result<void> remove(int descriptor) const {
        return sys::change_epoll(epoll_.number(), EPOLL_CTL_DEL, descriptor, 0, 0, Operation::wait);
    }

    /// epoll_wait(2): waits until at least one is ready, and returns the part of `ready` that was
    /// filled; those that did not fit come next time. At most 64 in one call. Allocates nothing.
    /// What is ready is told after the deadline, too, so that a busy loop does not hear of it here.
    [[nodiscard]] Result<std::span<Ready<Key>>> wait(std::span<Ready<Key>> ready,
                                                     Wait wait = {}) const {
        if (ready.empty()) {
            return Error{Errc::empty_buffer, Operation::wait};
        }
        epoll_event events[64];
        const int size = static_cast<int>(ready.size() < 64 ? ready.size() : 64);
        const auto count = wait_and_try(
            epoll_.number(), POLLIN, wait, Operation::wait, [&]() -> Result<std::size_t> {
                auto waited =
                    sys::wait_epoll(epoll_.number(), events, size, wait.is_for_ever() ? -1 : 0);
                if (waited && *waited == 0) {
                    return Error{Errc::would_block, Operation::wait};
                }
                return waited;
            });
        if (!count) {
            return count.error();
        }
        for (std::size_t at = 0; at < *count; ++at) {
            const std::uint32_t told = events[at].events;
            ready[at] = {key_of(events[at].data.u64),
                         (told & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                         (told & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
                         (told & (EPOLLHUP | EPOLLERR)) != 0};
        }
        return ready.first(*count);
    }

    /// For use in a foreign event loop: readable when wait() would not wait. Borrowed.
    [[nodiscard]] int descriptor() const { return epoll_.number(); }

private:
    explicit Poller(Descriptor epoll) : epoll_{std::move(epoll)} {}

    Result<void> control(int change, int descriptor, Key key, Interest interest,
                         Trigger trigger) const {
        std::uint64_t number = 0;
        __builtin_memcpy(&number, &key, sizeof key);
        return sys::change_epoll(epoll_.number(), change, descriptor,
                                 static_cast<std::uint32_t>(interest) |
                                     static_cast<std::uint32_t>(trigger),
                                 number, Operation::wait);
    }

    static Key key_of(std::uint64_t number) {
        unsigned char bytes[sizeof(Key)];
        __builtin_memcpy(bytes, &number, sizeof bytes);
        return std::bit_cast<Key>(bytes);
    }

    Descriptor epoll_;
};

} // namespace ferrule
