// SPDX-License-Identifier: MIT
//
// Threads that end with the object that has started them.
#pragma once

#include <chrono>
#include <ferrule/wait/stop.hpp>
#include <functional>
#include <future>
#include <list>
#include <utility>

// When it goes, it requests the Stop, which each thread is given as its last argument, and waits
// for all of them.
class Threads {
public:
    explicit Threads(ferrule::Stop& stop) : stop_{stop} {}
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;
    ~Threads() { stop_.request(); }

    // One more. Throws what one that has ended threw.
    template <class Function, class... Arguments>
    void start(Function function, Arguments&&... arguments) {
        for (auto at = running_.begin(); at != running_.end();) {
            if (at->wait_for(std::chrono::seconds{0}) == std::future_status::ready) {
                at->get();
                at = running_.erase(at);
            } else {
                ++at;
            }
        }
        running_.push_back(std::async(std::launch::async, function,
                                      std::forward<Arguments>(arguments)..., std::ref(stop_)));
    }

    // Waits for all, and throws what the first of them threw.
    void finish() {
        for (auto& one : running_) {
            one.get();
        }
        running_.clear();
    }

private:
    ferrule::Stop& stop_;
    std::list<std::future<void>> running_; // each waits for its thread when it goes
};
