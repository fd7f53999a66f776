// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What the kernel knows of this process's descriptors.

#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/// How many descriptors are open. The one that is used for looking cancels out between two looks.
inline std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator{"/proc/self/fd"}) {
        ++count;
    }
    return count;
}

inline bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

inline bool is_close_on_exec(int descriptor) {
    return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0;
}

inline bool is_blocking(int descriptor) { return (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0; }

/// getsockopt(2) of an int, past the library; -1 if it fails.
inline int kernel_option(int descriptor, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, level, name, &value, &size) == 0 ? value : -1;
}

/// While it lives, this process can't open another descriptor (EMFILE).
class NoDescriptorLeft {
public:
    NoDescriptorLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int lowest_free = ::dup(2);
        ::close(lowest_free);
        const rlimit limit{static_cast<rlim_t>(lowest_free), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    NoDescriptorLeft(const NoDescriptorLeft&) = delete;
    NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;
    ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};
