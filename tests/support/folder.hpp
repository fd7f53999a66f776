// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A folder of a test's own.

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

/// A new, empty folder that goes away with all that is in it. Its path is short, so that Unix
/// sockets fit.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = "/tmp/ferrule.XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error{"mkdtemp " + name};
        }
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};
