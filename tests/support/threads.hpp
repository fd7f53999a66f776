// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Threads that join, and a look at whether one sleeps in the kernel.

#include <chrono>
#include <fstream>
#include <string>
#include <sys/types.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <utility>

/// A thread that is joined at the end of its scope, whatever ends that.
class Thread {
public:
    template <class Body> explicit Thread(Body body) : thread_{std::move(body)} {}
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;
    ~Thread() { join(); }
    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::thread thread_;
};

/// Whether a thread of this process sleeps (state S of proc(5), /proc/PID/stat).
inline bool is_asleep(pid_t thread) {
    std::ifstream file{"/proc/self/task/" + std::to_string(thread) + "/stat"};
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(") ");
    return name_end != std::string::npos && line[name_end + 2] == 'S';
}

/// Waits until a thread of this process sleeps. False if it does not within ten seconds.
inline bool becomes_asleep(pid_t thread) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!is_asleep(thread)) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

/// The time that this thread has used the processor.
inline std::chrono::nanoseconds processor_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}
