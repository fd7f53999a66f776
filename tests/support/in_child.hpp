// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Things that a test can't do to its own process: it does them to a child.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_network.hpp"

/// What `body()` says in a forked child: a text. An exception is `threw: ...`, a signal that ends
/// the child `signal N`.
template <class Body> std::string in_child(Body body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error{"pipe2"};
    }
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error{"fork"};
    }
    if (child == 0) {
        for (const int number : {SIGABRT, SIGFPE, SIGILL, SIGINT, SIGSEGV, SIGTERM}) {
            std::signal(number, SIG_DFL); // doctest's handlers are for the parent
        }
        std::string said;
        try {
            said = body();
        } catch (const std::exception& exception) {
            said = std::string{"threw: "} + exception.what();
        } catch (...) {
            said = "threw what is no exception";
        }
        [[maybe_unused]] const auto written = ::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 4096> buffer;
    for (;;) {
        const auto got = ::read(ends[0], buffer.data(), buffer.size());
        if (got > 0) {
            said.append(buffer.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : said;
}

/// From here on this process runs under this filter of system calls (seccomp(2)).
template <std::size_t size> bool filter_calls(sock_filter (&filter)[size]) {
    const sock_fprog program{static_cast<unsigned short>(size), filter};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// From here on this call (SYS_accept4, ...) fails with this errno in this process.
inline bool fail_calls_of(long call, int error) {
    const auto number = static_cast<unsigned>(offsetof(seccomp_data, nr));
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return filter_calls(filter);
}

/// From here on socket(2) of this domain fails with this errno in this process.
inline bool refuse_sockets_of(int domain, int error) {
    const auto number = static_cast<unsigned>(offsetof(seccomp_data, nr));
    const auto first_argument = static_cast<unsigned>(
        offsetof(seccomp_data, args) + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0));
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, first_argument),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(domain), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    return filter_calls(filter);
}
