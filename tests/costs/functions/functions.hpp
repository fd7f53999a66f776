// SPDX-License-Identifier: MIT
// What both programs of this folder do: each of ten functions so often.
#pragma once

#include <cstdlib>
#include <valgrind/callgrind.h>

inline constexpr int times = 8;
inline constexpr char word[] = "hello";
inline constexpr int word_size = 5;
inline constexpr int line_size = 80;

/// So many lines.
struct Lines {
    char text[times * (line_size + 1)];

    Lines() {
        for (int at = 0; at < times * (line_size + 1); ++at) {
            text[at] = at % (line_size + 1) == line_size ? '\n' : 'x';
        }
    }
};

inline void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// What `call` returns; callgrind writes down under the name what it took.
template <class Call> [[gnu::noinline]] auto counted(const char* name, Call call) {
    CALLGRIND_ZERO_STATS;
    const auto result = call();
    CALLGRIND_DUMP_STATS_AT(name);
    return result;
}
