// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Many sockets watched by one thread (epoll(7)).

#include <bit>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../socket/handle.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/epoll.hpp"
#include "../sys/numbers.hpp"
#include "../sys/platform.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

#if FERRULE_HAS_EPOLL

namespace ferrule {

/// What to watch a socket for. Errors, and the end of both halves, are always reported. The end of
/// the peer's half is reported with `reading`.
enum class Interest : std::uint32_t {
    none = 0, ///< Errors, and that both halves are over.
    reading = sys::epollin |
              sys::epollrdhup, ///< And what is to be received or accepted, the end included.
    writing = sys::epollout,   ///< And room to send, or the end of a connect.
    both = sys::epollin | sys::epollrdhup | sys::epollout,
};

/// When to be told.
enum class Trigger : std::uint32_t {
    level = 0,           ///< As long as it is so.
    edge = sys::epollet, ///< When it becomes so: then go on until `would_block`.
    once =
        sys::epolloneshot, ///< Once, until change() watches again: one of several threads takes it.
    exclusive = sys::epollexclusive, ///< As level; of several Pollers that watch one socket, such
                                     ///< as a listener of several threads, one is told, at least,
                                     ///< and every one that waits with a Stop. For add() only
                                     ///< (epoll_ctl(2)).
};

/// The caller's key for a socket, at most the 8 bytes that epoll(7) keeps.
template <class Key>
concept PollerKey = std::is_trivially_copyable_v<Key> && sizeof(Key) <= 8;

/// What a Poller reports about one socket. It is the kernel's struct epoll_event, so that a wait
/// copies nothing.
template <PollerKey Key> class Ready {
public:
    /// The key under which the socket was added.
    [[nodiscard]] Key key() const {
        const std::uint64_t number = event_.data.u64;
        unsigned char bytes[sizeof(Key)];
        __builtin_memcpy(bytes, &number, sizeof bytes);
        return std::bit_cast<Key>(bytes);
    }

    /// A receive or an accept would not wait; the end of the stream is to be read, too.
    [[nodiscard]] bool readable() const {
        return has(sys::epollin | sys::epollrdhup | sys::epollhup | sys::epollerr);
    }
    /// A send, or the completion of a connect, would not wait.
    [[nodiscard]] bool writable() const {
        return has(sys::epollout | sys::epollhup | sys::epollerr);
    }
    /// Both halves are over: nothing more comes, and nothing more can be sent.
    [[nodiscard]] bool ended() const { return has(sys::epollhup); }
    /// An error waits. The next operation tells it; where it would block instead, it is a message
    /// in the error queue (ip(7), IP_RECVERR; a timestamp is one, too), of which Trigger::level
    /// tells until it is read: watch with Trigger::edge then.
    [[nodiscard]] bool has_error() const { return has(sys::epollerr); }

private:
    template <PollerKey> friend class Poller;

    [[nodiscard]] bool has(std::uint32_t events) const { return (event_.events & events) != 0; }

    sys::EpollEvent event_;
};

namespace detail {

// Shown when a socket is added that would be gone at once, or has nothing to wait for.
struct borrowed_so_keep_the_socket_in_a_variable;
struct without_a_peer_it_would_always_be_told_as_ended;

} // namespace detail

/// A state in which a socket has something to wait for. A stream that has no peer and does not
/// listen is always reported as ended (epoll(7), EPOLLHUP).
template <class State, class Type>
concept BecomesReady = !std::is_same_v<State, state::Socket> &&
                       !(std::is_same_v<State, state::Bound> && FormsConnections<Type>);

/// Watches sockets under the caller's keys (a number, a pointer, an enum). It borrows the sockets:
/// remove or close a socket before you reuse its key. Const members may be called from several
/// threads. A child of fork(2) shares the Poller and should open its own. While a child has a copy
/// of a socket, closing the socket does not remove it.
template <PollerKey Key> class [[nodiscard("it watches as long as it lives")]] Poller {
public:
    /// epoll_create1(2).
    [[nodiscard]] static Result<Poller> open() {
        auto epoll = sys::open_epoll(Operation::open);
        if (!epoll) {
            return epoll.error();
        }
        return Poller{*std::move(epoll)};
    }

    /// epoll_ctl(2): watch it from now on. `file_exists` if it is watched already, `not_open` if it
    /// was moved from.
    template <class State, class Family, class Type, class Protocol>
        requires BecomesReady<State, Type>
    [[nodiscard]] Result<void> add(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                   Interest interest, Trigger trigger = Trigger::level) const {
        return socket.is_open() ? add(socket.descriptor(), key, interest, trigger) : not_open();
    }
    template <class State, class Family, class Type, class Protocol,
              class Because = detail::without_a_peer_it_would_always_be_told_as_ended>
        requires(!BecomesReady<State, Type>)
    void add(const Handle<State, Family, Type, Protocol>& socket, Key key, Interest interest,
             Trigger trigger = Trigger::level) const = delete;
    template <class State, class Family, class Type, class Protocol,
              class Because = detail::borrowed_so_keep_the_socket_in_a_variable>
    void add(Handle<State, Family, Type, Protocol>&& socket, Key key, Interest interest,
             Trigger trigger = Trigger::level) const = delete;
    [[nodiscard]] Result<void> add(int descriptor, Key key, Interest interest,
                                   Trigger trigger = Trigger::level) const {
        return control(sys::epoll_ctl_add, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it for something else. `no_such_file_or_directory` if it is not watched.
    template <class State, class Family, class Type, class Protocol>
        requires BecomesReady<State, Type>
    [[nodiscard]] Result<void> change(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                      Interest interest, Trigger trigger = Trigger::level) const {
        return socket.is_open() ? change(socket.descriptor(), key, interest, trigger) : not_open();
    }
    [[nodiscard]] Result<void> change(int descriptor, Key key, Interest interest,
                                      Trigger trigger = Trigger::level) const {
        return control(sys::epoll_ctl_mod, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it no longer. Closing a socket does that, too, unless its descriptor was
    /// duplicated.
    template <class State, class Family, class Type, class Protocol>
    [[nodiscard]] Result<void> remove(const Handle<State, Family, Type, Protocol>& socket) const {
        return socket.is_open() ? remove(socket.descriptor()) : not_open();
    }
    [[nodiscard]] Result<void> remove(int descriptor) const {
        if (!epoll_.is_open()) {
            return not_open();
        }
        return sys::change_epoll(epoll_.number(), sys::epoll_ctl_del, descriptor, 0, 0,
                                 Operation::wait);
    }

    /// epoll_wait(2): waits until at least one is ready, and returns the part of `ready` that was
    /// filled; those that did not fit come next time. Allocates nothing. With `no_wait` the result
    /// is empty if none is ready. Ready sockets are reported even after the deadline; a busy loop
    /// must check the deadline itself. If several threads wait without a Stop, a socket with
    /// Trigger::edge or Trigger::once wakes one of them; with Trigger::level it may wake more,
    /// until one thread has received what is there.
    [[nodiscard]] Result<std::span<Ready<Key>>> wait(std::span<Ready<Key>> ready,
                                                     Wait wait = {}) const {
        if (ready.empty()) [[unlikely]] {
            return Error{Errc::empty_buffer, Operation::wait};
        }
        if (!epoll_.is_open()) [[unlikely]] {
            return not_open();
        }
        static_assert(sizeof(Ready<Key>) == sizeof(sys::EpollEvent));
        // epoll_wait(2) takes no more than this: EINVAL.
        constexpr std::size_t most = INT_MAX / sizeof(sys::EpollEvent);
        const int size = static_cast<int>(ready.size() < most ? ready.size() : most);
        auto* const events = reinterpret_cast<sys::EpollEvent*>(ready.data());
        auto count = Result<std::size_t>{0};
        if (wait.is_for_ever()) [[likely]] {
            do {
                count = sys::wait_epoll(epoll_.number(), events, size, -1);
            } while (count && *count == 0); // a signal
        } else {
            count = wait_in_time({events, static_cast<std::size_t>(size)}, wait);
        }
        if (!count) [[unlikely]] {
            return count.error();
        }
        return ready.first(*count);
    }

    /// For another event loop: readable when wait() would not wait. Borrowed.
    [[nodiscard]] int descriptor() const { return epoll_.number(); }

private:
    explicit Poller(Descriptor epoll) : epoll_{std::move(epoll)} {}

    // Without a Stop epoll_wait(2) does the waiting: it wakes one of several threads, while poll(2)
    // of the epoll descriptor wakes all.
    [[gnu::__noinline__]] Result<std::size_t> wait_in_time(std::span<sys::EpollEvent> events,
                                                           Wait wait) const {
        const int size = static_cast<int>(events.size());
        if (wait.stop() != nullptr) {
            return wait_and_try(
                epoll_.number(), sys::pollin, wait, Operation::wait, [&]() -> Result<std::size_t> {
                    auto waited = sys::wait_epoll(epoll_.number(), events.data(), size, 0);
                    if (waited && *waited == 0) {
                        return Error{Errc::would_block, Operation::wait};
                    }
                    return waited;
                });
        }
        for (;;) {
            const std::int64_t left = wait.is_no_wait() ? 0 : wait.deadline().remaining();
            auto waited = sys::wait_epoll(epoll_.number(), events.data(), size, left);
            if (!waited || *waited != 0 || wait.is_no_wait()) {
                return waited;
            }
            if (left == 0) {
                return Error{Errc::deadline_exceeded, Operation::wait};
            }
        }
    }

    // The poller or the socket was moved from.
    static Error not_open() { return {Errc::not_open, Operation::wait}; }

    Result<void> control(int change, int descriptor, Key key, Interest interest,
                         Trigger trigger) const {
        if (!epoll_.is_open()) {
            return not_open();
        }
        std::uint64_t number = 0;
        __builtin_memcpy(&number, &key, sizeof key);
        std::uint32_t events =
            static_cast<std::uint32_t>(interest) | static_cast<std::uint32_t>(trigger);
        if (trigger == Trigger::exclusive) {
            events &= ~sys::epollrdhup; // epoll_ctl(2) does not take both
        }
        return sys::change_epoll(epoll_.number(), change, descriptor, events, number,
                                 Operation::wait);
    }

    Descriptor epoll_;
};

} // namespace ferrule

#endif
