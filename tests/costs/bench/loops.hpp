// SPDX-License-Identifier: MIT
// What the programs of this folder share: each has loops of the same names, of which one runs.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

inline constexpr char word[] = "sixty-four bytes that go there and come back, as they were sent";
inline constexpr std::size_t block = 65536;
inline constexpr std::size_t datagram = 1200; ///< Bytes.
inline constexpr std::size_t datagrams = 50;  ///< Of a turn.

inline void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// The loop that was asked for, and how often: `PROGRAM LOOP TIMES`. Prints nanoseconds for one.
class Loops {
public:
    Loops(int argc, char** argv)
        : name_{argc > 1 ? argv[1] : ""}, times_{argc > 2 ? std::atol(argv[2]) : 0} {}

    /// Prepares and runs it, if it is the one; `prepare` gives what is called again and again.
    template <class Prepare> void loop(const char* name, Prepare prepare) {
        if (name_[0] == '\0') {
            std::printf("%s\n", name);
        }
        if (std::strcmp(name, name_) != 0) {
            return;
        }
        prepare([this](auto once) {
            const auto start = std::chrono::steady_clock::now();
            for (long at = 0; at < times_; ++at) {
                once();
            }
            const auto took = std::chrono::steady_clock::now() - start;
            std::printf("%f\n", std::chrono::duration<double, std::nano>(took).count() /
                                    static_cast<double>(times_ == 0 ? 1 : times_));
        });
    }

private:
    const char* name_;
    long times_;
};
