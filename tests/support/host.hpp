// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What not every host has: tests ask for it first and are skipped by name without it, but never
/// where CI=true, where a lack is a failure. LACKS="IPv6;..." plays a host that lacks these.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_network.hpp"

namespace host {

/// Something that a test needs, by its name in a sentence, and how to ask for it.
struct Need {
    const char* name;
    bool (*is_there)();
};

/// Nothing may be skipped here.
inline bool is_ci() {
    const char* const value = std::getenv("CI");
    return value != nullptr && std::strcmp(value, "true") == 0;
}

inline bool is_played_as_lacking(const char* name) {
    const char* const lacks = std::getenv("LACKS");
    std::string_view rest = lacks == nullptr ? "" : lacks;
    while (!rest.empty()) {
        const auto end = rest.find(';');
        if (rest.substr(0, end) == name) {
            return true;
        }
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    return false;
}

inline bool is_there(const Need& need) {
    return !is_played_as_lacking(need.name) && need.is_there();
}

/// A test says it of itself, or of a part, that it leaves out.
inline void report_skipped(const char* test, const Need& need) {
    for (const std::string_view words :
         {std::string_view{"skipped: "}, std::string_view{test}, std::string_view{": needs "},
          std::string_view{need.name}, std::string_view{"\n"}}) {
        [[maybe_unused]] const auto written = // allocates nothing
            ::write(STDOUT_FILENO, words.data(), words.size());
    }
}

/// For a part of a program without doctest: whether the part is to be left out, which is said. It
/// is not where CI=true: there it fails.
inline bool leaves_out(const char* part, const Need& need) {
    if (is_ci() || is_there(need)) {
        return false;
    }
    report_skipped(part, need);
    return true;
}

inline constexpr int skipped_status = 77; // which Meson shows as a skipped test

// What a program does without something that it needs. The main function of the tests puts
// doctest's way here: the test case ends.
inline void (*without)(const Need&) = [](const Need& need) {
    if (!is_ci()) {
        report_skipped("the rest of this program", need);
        std::exit(skipped_status);
    }
    ::dprintf(STDOUT_FILENO, "this host lacks %s\n", need.name);
    std::exit(1);
};

/// First in a test case, or in what it makes first: without this the case ends here, skipped by its
/// name. What it had checked before still counts: a failure is never a skip. Not in a child, in
/// another thread or in an assertion.
inline void needs(const Need& need) {
    if (!is_there(need)) {
        without(need);
    }
}

// Whether a forked child can do it.
template <class Try> bool child_can(Try attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(attempt() ? 0 : 1);
    }
    int status = 1;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The loopback of IPv6.
inline constexpr Need ipv6{"IPv6", [] {
                               sockaddr_in6 loopback{};
                               loopback.sin6_family = AF_INET6;
                               loopback.sin6_addr = in6addr_loopback;
                               const int number = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
                               const bool bound =
                                   number >= 0 &&
                                   ::bind(number, reinterpret_cast<const sockaddr*>(&loopback),
                                          sizeof loopback) == 0;
                               if (number >= 0) {
                                   ::close(number);
                               }
                               return bound;
                           }};

/// A network namespace of its own, as root or through a user namespace.
inline constexpr Need own_network{"a network namespace of its own",
                                  [] { return child_can(enter_network_of_our_own); }};

/// Besides, mounts of its own.
inline constexpr Need own_host{
    "network and mount namespaces of its own", [] {
        return child_can([] {
            return enter_network_of_our_own() && ::unshare(CLONE_NEWNS) == 0 &&
                   ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        });
    }};

} // namespace host
