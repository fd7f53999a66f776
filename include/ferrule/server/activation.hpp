// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sockets from a service manager (sd_listen_fds(3)), and messages to it (sd_notify(3)).

#include <climits>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../core/bytes.hpp"
#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/unix.hpp"
#include "../socket/adopt.hpp"
#include "../socket/impl/native_form.hpp"
#include "../socket/impl/transfer.hpp"
#include "../sys/clock.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/flags.hpp"
#include "../sys/numbers.hpp"
#include "../sys/process.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"
#include "../wait/wait.hpp"

namespace ferrule {

namespace detail {

inline std::string_view environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

inline constexpr int first_passed_descriptor = 3;

// A whole decimal number without leading zeros and up to `most`, or 0.
inline std::uint64_t number_of(std::string_view text, std::uint64_t most) {
    std::uint64_t number = 0;
    for (const char character : text) {
        const auto digit = static_cast<unsigned char>(character - '0');
        if (digit > 9 || number > (most - digit) / 10 ||
            (number == 0 && text.size() > 1 && digit == 0)) {
            return 0;
        }
        number = number * 10 + digit;
    }
    return number;
}

// The value of an environment variable that is a process or a number of descriptors.
inline std::uint32_t int_in(const char* name) {
    constexpr std::uint64_t most = INT_MAX - first_passed_descriptor;
    return static_cast<std::uint32_t>(number_of(environment(name), most));
}

inline bool is_this_process(std::uint32_t process) {
    return process == static_cast<std::uint32_t>(sys::process_id());
}

} // namespace detail

/// How many descriptors the service manager passed to this process: LISTEN_FDS, if LISTEN_PID is
/// us. 0 if no process could have so many.
[[nodiscard]] inline std::uint32_t passed_descriptors() {
    return detail::is_this_process(detail::int_in("LISTEN_PID")) ? detail::int_in("LISTEN_FDS") : 0;
}

namespace detail {

/// At most so many passed sockets are remembered as taken.
inline constexpr std::uint32_t most_passed = 1024;

// Which of the passed sockets this process has taken, a bit each.
inline std::uint64_t taken_of_passed[most_passed / 64]{};

// Takes one socket, once, also if several threads ask at the same time.
inline bool take_passed(std::uint32_t at) {
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    return (__atomic_fetch_or(&taken_of_passed[at / 64], bit, __ATOMIC_ACQ_REL) & bit) == 0;
}

inline void put_back_passed(std::uint32_t at) {
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    __atomic_fetch_and(&taken_of_passed[at / 64], ~bit, __ATOMIC_ACQ_REL);
}

} // namespace detail

/// Takes ownership of the first socket that was passed under this name (LISTEN_FDNAMES), fits the
/// type and was not taken yet: `activated<Listener<Ip>>("http")`. Without a name: the first socket
/// of all. systemd gives all sockets of a unit one name: each call takes one of them. The checks
/// are those of adopt(). Errors: `not_passed` if no socket has the name; `not_open` if all of them
/// were taken before, even if they are closed now; otherwise why the first remaining socket does
/// not fit. A taken socket is close-on-exec, a passed one is not. The environment does not change.
/// Any thread may call it. At most 1024 passed sockets are checked.
template <class Adopted>
[[nodiscard]] Result<Adopted, AdoptError> activated(std::string_view name = {}) {
    const std::uint32_t passed = passed_descriptors();
    const std::uint32_t count = passed < detail::most_passed ? passed : detail::most_passed;
    std::string_view names = detail::environment("LISTEN_FDNAMES");
    AdoptError failure{Error{Errc::not_passed, Operation::adopt}};
    bool misfit = false;
    for (std::uint32_t at = 0; at < count; ++at) {
        const auto colon = names.find(':');
        const bool is_meant = name.empty() || name == names.substr(0, colon);
        if (!name.empty() && !is_meant && colon == names.npos) {
            break; // the rest, however many, have no names
        }
        names.remove_prefix(colon == names.npos ? names.size() : colon + 1);
        if (!is_meant) {
            continue;
        }
        const int descriptor = detail::first_passed_descriptor + static_cast<int>(at);
        const auto is_own = sys::is_close_on_exec(descriptor, Operation::adopt);
        if (!is_own.has_value()) { // fewer are there than the environment says
            if (failure.code() == Errc::not_passed) {
                failure = is_own.error();
            }
            break;
        }
        if (!detail::take_passed(at) || *is_own) {
            if (!misfit) {
                failure = Error{Errc::not_open, Operation::adopt};
            }
            continue;
        }
        auto adopted = adopt<Adopted>(descriptor);
        if (adopted) {
            return adopted;
        }
        detail::put_back_passed(at);
        if (!misfit) {
            failure = adopted.error();
            misfit = true;
        }
    }
    return failure;
}

/// Messages of a service to its manager (sd_notify(3)).
namespace notification {
inline constexpr std::string_view ready = "READY=1";         ///< It serves.
inline constexpr std::string_view reloading = "RELOADING=1"; ///< It reads its settings again.
inline constexpr std::string_view stopping = "STOPPING=1";   ///< It is about to end.
inline constexpr std::string_view watchdog = "WATCHDOG=1";   ///< It is alive.
} // namespace notification

namespace detail {

// Whether one of the lines is this one.
constexpr bool has_line(std::string_view lines, std::string_view line) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        if (lines.substr(0, end) == line) {
            return true;
        }
        lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    }
    return false;
}

} // namespace detail

/// How long the service manager waits for `notification::watchdog` before it considers this process
/// stuck: WATCHDOG_USEC, if WATCHDOG_PID is this process or not set (sd_watchdog_enabled(3)). 0 if
/// it does not watch.
[[nodiscard]] inline Microseconds watchdog_period() {
    if (!detail::environment("WATCHDOG_PID").empty() &&
        !detail::is_this_process(detail::int_in("WATCHDOG_PID"))) {
        return {};
    }
    return Microseconds{static_cast<std::int64_t>(
        detail::number_of(detail::environment("WATCHDOG_USEC"), INT64_MAX))};
}

/// One datagram to NOTIFY_SOCKET: `notify(notification::ready)`, or other lines such as
/// `STATUS=...`. `RELOADING=1` is sent with the MONOTONIC_USEC that Type=notify-reload needs
/// (sd_notify(3)). Without a service manager it does nothing and succeeds. It waits while the
/// manager's queue is full. `address_family_not_supported` if the manager's address is not a Unix
/// socket (`vsock:`).
[[nodiscard]] inline Result<void> notify(std::string_view lines, Wait wait = {}) {
    const std::string_view path = detail::environment("NOTIFY_SOCKET");
    if (path.empty()) {
        return {};
    }
    if (path.front() != '/' && path.front() != '@') {
        return Error{Errc::address_family_not_supported, Operation::notify};
    }
    const auto manager = Endpoint<Unix>::parse(path);
    if (!manager) {
        return manager.error().during(Operation::notify);
    }
    // The socket is not bound: the manager identifies the sender by its credentials, and does not
    // answer.
    const auto socket = sys::open(sys::af_unix, Datagram::number, 0, sys::Blocking::yes);
    if (!socket) {
        return socket.error().during(Operation::notify);
    }
    Text<48> since;
    if (detail::has_line(lines, notification::reloading) &&
        lines.find("MONOTONIC_USEC=") == lines.npos) {
        since.append("\nMONOTONIC_USEC=")
            .append_number(static_cast<std::uint64_t>(sys::now() / 1000));
    }
    const BytesView pieces[]{lines, since.view()};
    const detail::Gathered<2> gathered{pieces};
    const auto sent = detail::send_gathered(
        socket->number(), 0, gathered.message(NativeForm<Unix>{*manager, sys::af_unix}), wait);
    return sent ? Result<void>{} : sent.error().during(Operation::notify);
}

} // namespace ferrule
