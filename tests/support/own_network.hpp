// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A network of this process's own. Without exceptions.

#include <fstream>
#include <net/if.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

inline bool write_file(const std::string& path, const std::string& text) {
    std::ofstream file{path};
    file << text << std::flush;
    return file.good();
}

/// From here on this process has a network of its own, with a loopback and nothing else, in which
/// it may do everything. False where the host allows no namespace.
inline bool enter_network_of_our_own() {
    const auto user = std::to_string(::geteuid());
    const auto group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWNET) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 ||
            !write_file("/proc/self/setgroups", "deny") ||
            !write_file("/proc/self/uid_map", "0 " + user + " 1") ||
            !write_file("/proc/self/gid_map", "0 " + group + " 1")) {
            return false;
        }
    }
    const int any_socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq loopback{};
    loopback.ifr_name[0] = 'l';
    loopback.ifr_name[1] = 'o';
    loopback.ifr_flags = IFF_UP;
    const bool up = ::ioctl(any_socket, SIOCSIFFLAGS, &loopback) == 0;
    ::close(any_socket);
    return up;
}
