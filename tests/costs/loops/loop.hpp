// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// How ferrule.cpp and careful_c.cpp beside this file count: callgrind writes down the instructions
/// of each loop under its name.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

inline constexpr int times = 200; // of each loop; loops.py divides by it

/// Runs the body so many times.
template <class Body> [[gnu::always_inline]] inline void loop(const char* name, Body body) {
    CALLGRIND_ZERO_STATS;
    for (int left = times; left > 0; --left) {
        body();
    }
    CALLGRIND_DUMP_STATS_AT(name);
}

/// What belongs to no side, such as the client that a server accepts.
template <class Work> [[gnu::noinline]] auto uncounted(Work work) {
    CALLGRIND_TOGGLE_COLLECT;
    auto result = work();
    CALLGRIND_TOGGLE_COLLECT;
    return result;
}

inline void must(bool holds) {
    if (!holds) [[unlikely]] {
        std::abort();
    }
}

/// The text that is read line by line: each has 80 bytes and its end.
inline constexpr std::size_t line_size = 80;
inline char* lines_of_text() {
    static char lines[times * (line_size + 1)];
    for (std::size_t at = 0; at < sizeof lines; ++at) {
        lines[at] = (at + 1) % (line_size + 1) == 0 ? '\n' : 'x';
    }
    return lines;
}

/// A TCP client of this port of the loopback interface.
inline int connected_to(std::uint16_t port) {
    sockaddr_in endpoint{};
    endpoint.sin_family = AF_INET;
    endpoint.sin_port = htons(port);
    endpoint.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(client >= 0 &&
         ::connect(client, reinterpret_cast<const sockaddr*>(&endpoint), sizeof endpoint) == 0);
    return client;
}
