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

#include "address/parser.hpp"
#include "adopt.hpp"
#include "endpoint/unix.hpp"
#include "error.hpp"
#include "result.hpp"
#include "system/descriptor.hpp"
#include "system/socket.hpp"
#include "system/transfer.hpp"
#include "type.hpp"
#include "wait.hpp"

namespace ferrule {

namespace detail {

inline std::string_view environment(const char* name) {
    const char* const value = ::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

inline constexpr int first_passed_descriptor = 3;

// A whole decimal number that could be one of a descriptor or a process, or 0.
inline std::uint32_t number_of(std::string_view text) {
    constexpr std::uint32_t most = INT_MAX - first_passed_descriptor;
    Parser parser{text};
    std::uint32_t number = 0;
    return parser.decimal(number, most, Errc::value_out_of_range) && parser.at_end() ? number : 0;
}

} // namespace detail

/// How many descriptors the service manager passed to this process: LISTEN_FDS, if LISTEN_PID is
/// us. 0 if no process could have so many.
[[nodiscard]] inline std::uint32_t passed_descriptors() {
    if (detail::number_of(detail::environment("LISTEN_PID")) !=
        static_cast<std::uint32_t>(::getpid())) {
        return 0;
    }
    return detail::number_of(detail::environment("LISTEN_FDS"));
}

/// Takes over the socket that was passed under this name (LISTEN_FDNAMES), the first of several;
/// or, without a name, the first of all: `activated<Listener<Ip>>("http")`. Checked as adopt()
/// does. `no_such_file` if there is none, and `not_open` if it was taken before: what is taken is
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
    return AdoptError{Error{Errc::no_such_file, Operation::adopt}};
}

/// What a service tells its manager (sd_notify(3)).
namespace notification {
inline constexpr std::string_view ready = "READY=1";
inline constexpr std::string_view reloading = "RELOADING=1";
inline constexpr std::string_view stopping = "STOPPING=1";
inline constexpr std::string_view watchdog = "WATCHDOG=1";
} // namespace notification

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
    const auto socket = system::open(AF_UNIX, Datagram::number, 0, system::Blocking::yes);
    if (!socket) {
        return Error{socket.error().code(), Operation::notify};
    }
    const auto sent = pause_and_try(wait, Operation::notify, [&] {
        return system::send_to(socket->number(), lines.data(), lines.size(), MSG_DONTWAIT,
                               manager->native(), manager->native_size());
    });
    return sent ? Result<void>{} : Error{sent.error().code(), Operation::notify};
}

} // namespace ferrule
