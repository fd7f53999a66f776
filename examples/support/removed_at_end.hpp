// SPDX-License-Identifier: MIT
//
// A Unix listener that has a path has made a file, which stays when it is closed, as in C: whoever
// made it removes it. PathListener (lesson 10) does that, and more.
#pragma once

#include <ferrule/endpoint/unix.hpp>
#include <filesystem>
#include <system_error>

struct RemovedAtEnd {
    std::filesystem::path path{};

    RemovedAtEnd(const ferrule::Endpoint<ferrule::Unix>& endpoint)
        : path{endpoint.is_path() ? endpoint.name() : ""} {}
    RemovedAtEnd(const auto&) {} // other endpoints have no file
    RemovedAtEnd(const RemovedAtEnd&) = delete;
    RemovedAtEnd& operator=(const RemovedAtEnd&) = delete;
    ~RemovedAtEnd() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};
