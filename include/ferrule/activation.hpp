// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Sockets that a service manager opened, and word to it (sd_listen_fds(3), sd_notify(3)).

#include <climits>
#include <cstdint>
#include <fcntl.h>
#include <stdlib.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "adopt.hpp"
#include "duration.hpp"
#include "endpoint/unix.hpp"
#include "error.hpp"
#include "result.hpp"
#include "sys/descriptor.hpp"
#include "sys/socket.hpp"
#include "sys/transfer.hpp"
#include "type.hpp"
#include "wait.hpp"

namespace ferrule {

namespace detail {

inline std::string_view environment(const char* name) {
    const char* const value = ::getenv(name);
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

// What an environment variable says of a process or of so many descriptors.
inline std::uint32_t int_in(const char* name) {
    constexpr std::uint64_t most = INT_MAX - first_passed_descriptor;
    return static_cast<std::uint32_t>(number_of(environment(name), most));
}

inline bool is_this_process(std::uint32_t process) {
    return process == static_cast<std::uint32_t>(::getpid());
}

} // namespace detail

/// How many descriptors the service manager passed to this process: LISTEN_FDS, if LISTEN_PID is
/// us. 0 if no process could have so many.
[[nodiscard]] inline std::uint32_t passed_descriptors() {
    return detail::is_this_process(detail::int_in("LISTEN_PID")) ? detail::int_in("LISTEN_FDS") : 0;
}

/// Takes over the socket that was passed under this name (LISTEN_FDNAMES), the first of several;
/// or, without a name, the first of all: `activated<Listener<Ip>>("http")`. Checked as adopt()
/// does. `not_passed` if there is none, and `not_open` if it was taken before: what is taken is
/// close-on-exec, what is passed is not. The environment stays as it is.
template <class Adopted>
[[nodiscard]] Result<Adopted, AdoptError> activated(std::string_view name = {}) {
    const std::uint32_t count = passed_descriptors();
    std::string_view names = detail::environment("LISTEN_FDNAMES");
    for (std::uint32_t at = 0; at < count; ++at) {
        const auto colon = names.find(':');
        const auto own_name = names.substr(0, colon);
        if (!name.empty() && name != own_name) {
            if (colon == names.npos) {
                break; // the rest, however many, have no names
            }
            names.remove_prefix(colon + 1);
            continue;
        }
        const int descriptor = detail::first_passed_descriptor + static_cast<int>(at);
        const int flags = ::fcntl(descriptor, F_GETFD);
        if (flags < 0) {
            return AdoptError{Error::from_errno(Operation::adopt)};
        }
        if ((flags & FD_CLOEXEC) != 0) {
            return AdoptError{Error{Errc::not_open, Operation::adopt}};
        }
        return adopt<Adopted>(descriptor);
    }
    return AdoptError{Error{Errc::not_passed, Operation::adopt}};
}

/// What a service tells its manager (sd_notify(3)).
namespace notification {
inline constexpr std::string_view ready = "READY=1";
inline constexpr std::string_view reloading = "RELOADING=1";
inline constexpr std::string_view stopping = "STOPPING=1";
inline constexpr std::string_view watchdog = "WATCHDOG=1";
} // namespace notification

/// How long the service manager waits for `notification::watchdog` before it takes this process for
/// stuck: WATCHDOG_USEC, if WATCHDOG_PID is us or not set (sd_watchdog_enabled(3)). 0 if it does
/// not watch.
[[nodiscard]] inline Microseconds watchdog_period() {
    if (!detail::environment("WATCHDOG_PID").empty() &&
        !detail::is_this_process(detail::int_in("WATCHDOG_PID"))) {
        return {};
    }
    return Microseconds{static_cast<std::int64_t>(
        detail::number_of(detail::environment("WATCHDOG_USEC"), INT64_MAX))};
}

/// One datagram to NOTIFY_SOCKET: `notify(notification::ready)`, or lines of one's own such as
/// `STATUS=...`. Without a service manager it does nothing, which is no error. It waits while the
/// manager's queue is full.
[[nodiscard]] inline Result<void> notify(std::string_view lines, Wait wait = {}) {
    const std::string_view path = detail::environment("NOTIFY_SOCKET");
    if (path.empty()) {
        return {};
    }
    const auto manager = Endpoint<Unix>::parse(path);
    if (!manager) {
        return Error{manager.error().code(), Operation::notify};
    }
    // Not bound: the manager sees who it is by its credentials, and does not answer.
    const auto socket = sys::open(AF_UNIX, Datagram::number, 0, sys::Blocking::yes);
    if (!socket) {
        return Error{socket.error().code(), Operation::notify};
    }
    const auto sent = pause_and_try(wait, Operation::notify, [&] {
        return sys::send_to(socket->number(), lines.data(), lines.size(), MSG_DONTWAIT,
                            manager->native(), manager->native_size());
    });
    return sent ? Result<void>{} : Error{sent.error().code(), Operation::notify};
}

} // namespace ferrule
