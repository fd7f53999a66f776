// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// How long an operation may wait. The last parameter of everything that can block: left out (for
/// ever), a Deadline, a Stop, both (`within(2s, stop)`), or `no_wait`.

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../sys/platform.hpp"
#include "../sys/poll.hpp"
#include "deadline.hpp"
#include "stop.hpp"

namespace ferrule {

/// The type of `no_wait`.
struct NoWait {};

/// Don't wait: `would_block` when the operation can't be done now.
inline constexpr NoWait no_wait{};

namespace detail {

// Shown when a number, or a bare time, is given as a wait.
struct within_2s_for_a_time_std_span_for_a_length;
struct within_around_the_time;

} // namespace detail

/// How long an operation may wait, and which Stop ends it. 16 bytes, passed by value; borrows the
/// Stop.
class Wait {
public:
    /// For ever.
    constexpr Wait() = default;
    constexpr Wait(Deadline deadline) : deadline_{deadline} {}
    constexpr Wait(NoWait) : deadline_{INT64_MIN} {}
    constexpr Wait(const Stop& stop [[clang::lifetimebound]]) : stop_{&stop} {}
    constexpr Wait(Deadline deadline, const Stop& stop [[clang::lifetimebound]])
        : deadline_{deadline}, stop_{&stop} {}
    Wait(const Stop&&) = delete;
    Wait(Deadline, const Stop&&) = delete;
    /// A time goes through within(); the length of a buffer belongs in std::span{pointer, length}.
    template <class Number, class Write = detail::within_2s_for_a_time_std_span_for_a_length>
        requires std::is_arithmetic_v<Number>
    Wait(Number) = delete;
    template <Duration Time, class Write = detail::within_around_the_time>
    Wait(const Time&) = delete;

    /// Neither deadline nor stop: the kernel may do the waiting.
    [[nodiscard]] constexpr bool is_for_ever() const {
        return stop_ == nullptr && deadline_.is_never();
    }
    [[nodiscard]] constexpr bool is_no_wait() const { return deadline_ == Deadline{INT64_MIN}; }
    [[nodiscard]] constexpr Deadline deadline() const { return deadline_; }
    [[nodiscard]] constexpr const Stop* stop() const { return stop_; }

    /// Whether an operation may begin: no stop was requested. If not, why_not() is its error.
    [[nodiscard]] bool may_begin() const { return stop_ == nullptr || stop_->may_go_on(); }
    [[nodiscard]] Error why_not(Operation operation) const { return stop_->why_not(operation); }

    /// Whether a stop was requested. Every waiting call checks this first.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] Result<void>
    check_stop(Operation operation) const {
        return may_begin() ? Result<void>{} : why_not(operation);
    }

    /// Whether an operation that takes several calls may make the next one. If not: `stopped` or
    /// `deadline_exceeded`.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] Result<void> check(Operation operation) const {
        if (auto going = check_stop(operation); !going) {
            return going;
        }
        if (!is_no_wait() && deadline_.has_passed()) {
            return Error{Errc::deadline_exceeded, operation};
        }
        return {};
    }

private:
    Deadline deadline_ = Deadline::never();
    const Stop* stop_ = nullptr;
};

/// What can be given where a Wait is taken.
template <class Given>
concept Waits = std::convertible_to<Given, Wait>;

/// So long from now, or until the stop is requested.
template <Duration Time>
[[nodiscard]] Wait within(const Time& time, const Stop& stop [[clang::lifetimebound]]) {
    return {within(time), stop};
}

/// At this point of any clock, or when the stop is requested.
template <TimePoint Time>
[[nodiscard]] Wait until(const Time& time, const Stop& stop [[clang::lifetimebound]]) {
    return {until(time), stop};
}

template <Duration Time> Wait within(const Time& time, const Stop&& stop) = delete;
template <TimePoint Time> Wait until(const Time& time, const Stop&& stop) = delete;

/// Waits until the descriptor is ready for `events` (poll(2)), has an error, or its peer has ended;
/// with a descriptor below 0, until `pause` is over; with both, until something is new at the
/// descriptor, or until `pause` is over if it is ready already (sys::watch_change). Errors:
/// `would_block`, `deadline_exceeded`, `stopped`.
[[nodiscard, gnu::__cold__, gnu::__noinline__]] inline Result<void>
wait_for(int descriptor, short events, Wait wait, Operation operation,
         Deadline pause = Deadline::never()) {
    const bool pauses = pause < wait.deadline();
    const bool for_change = descriptor >= 0 && !pause.is_never();
    for (;;) {
        if (auto going = wait.check_stop(operation); !going) {
            return going;
        }
        if (wait.is_no_wait()) {
            return Error{Errc::would_block, operation};
        }
        const std::int64_t left = (pauses ? pause : wait.deadline()).remaining();
        if (left == 0) {
            return pauses ? Result<void>{} : Error{Errc::deadline_exceeded, operation};
        }
        const int stop = wait.stop() == nullptr ? -1 : wait.stop()->descriptor();
        const auto ready = for_change ? sys::watch_change(descriptor, events, stop,
                                                          wait.deadline().remaining(), left)
                                      : sys::watch(descriptor, events, stop, left);
        if (ready) {
            return ready;
        }
        if (ready.error() == Errc::stopped) {
            wait.stop()->see_what_came_before();
        }
        if (ready.error() != Errc::would_block) {
            return ready.error().during(operation);
        }
    }
}

/// Pauses between tries. Each pause is twice as long as the one before: from 1 to 10 ms by default.
class GrowingPause {
public:
    constexpr GrowingPause() = default;
    constexpr GrowingPause(Nanoseconds first, Nanoseconds longest)
        : first_{first.count()}, longest_{longest.count()}, next_{first_} {}

    /// The end of a pause of the default lengths that begins now, after so many before it.
    [[nodiscard, gnu::__cold__]] static Deadline end_of(int before) {
        constexpr GrowingPause lengths;
        return within(Nanoseconds{before < 4 ? lengths.first_ << before : lengths.longest_});
    }

    /// The end of the next pause, which begins now.
    [[nodiscard]] Deadline next() {
        const Nanoseconds pause{next_};
        next_ = next_ > longest_ / 2 ? longest_ : next_ * 2;
        return within(pause);
    }

    /// Starts again with the shortest pause.
    constexpr void reset() { next_ = first_; }

private:
    std::int64_t first_ = 1'000'000;
    std::int64_t longest_ = 10'000'000;
    std::int64_t next_ = first_;
};

namespace detail {

// Whether a call has to be made again later. The first send after a connect with
// TCP_FASTOPEN_CONNECT, without a cookie of the server, has only begun to connect: nothing was sent
// (tcp(7), TCP_FASTOPEN).
constexpr bool has_to_wait(Error error) {
    return error.code() == Errc::would_block ||
           (error.code() == Errc::operation_in_progress && error.operation() == Operation::send);
}

// What stands between two tries of a call, after the error of the last: an error that ends it, or a
// wait. With `events` that is a wait for the descriptor. While the error queue of the descriptor is
// not empty, it polls ready though the call still returns EAGAIN (ip(7), IP_RECVERR): from the
// third time in a row the wait is for something new, so that the loop does not spin. Without
// `events` it is a pause alone. `in_vain` counts the tries.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> before_next_try(Error error, int& in_vain,
                                                                         int descriptor,
                                                                         short events, Wait wait,
                                                                         Operation operation) {
    if (!has_to_wait(error)) {
        return error;
    }
    const int before = in_vain++;
    if (events == 0) {
        return wait_for(-1, 0, wait, operation, GrowingPause::end_of(before));
    }
    return wait_for(descriptor, events, wait, operation,
                    before < 2 ? Deadline::never() : GrowingPause::end_of(before - 2));
}

// The rest of wait_and_try, after an attempt that has failed.
template <class Attempt, class... Arguments>
[[gnu::__cold__, gnu::__noinline__]] auto try_again(Error error, int descriptor, short events,
                                                    Wait wait, Operation operation, Attempt attempt,
                                                    Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    for (int in_vain = 0;;) {
        if (auto going = before_next_try(error, in_vain, descriptor, events, wait, operation);
            !going) {
            return going.error();
        }
        auto outcome = attempt(arguments...);
        if (outcome.has_value()) {
            return outcome;
        }
        error = outcome.error();
    }
}

} // namespace detail

/// Repeats `attempt(arguments...)` until it succeeds or fails. When it would block, waits for
/// `events` on the descriptor first. The first attempt is a part of the caller, as in C; the rest
/// is out of line. What an attempt needs is best given as arguments: the compiler keeps them in
/// registers, but writes what a closure has captured into memory.
template <class Attempt, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto wait_and_try(int descriptor, short events, Wait wait,
                                                   Operation operation, Attempt attempt,
                                                   Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    if (!wait.may_begin()) [[unlikely]] {
        return wait.why_not(operation);
    }
    auto outcome = attempt(arguments...);
    if (outcome.has_value()) [[likely]] {
        return outcome;
    }
    if (!detail::has_to_wait(outcome.error())) {
        return outcome;
    }
    if (wait.is_no_wait()) {
        return Error{Errc::would_block, operation};
    }
    return detail::try_again(outcome.error(), descriptor, events, wait, operation, attempt,
                             arguments...);
}

/// The same with pauses, for what can't be polled, such as the full queue of a Unix datagram peer
/// (unix(7)).
template <class Attempt, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto pause_and_try(Wait wait, Operation operation, Attempt attempt,
                                                    Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    return wait_and_try(-1, 0, wait, operation, attempt, arguments...);
}

} // namespace ferrule
