// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A host of a child's own: its network, its names, its name servers.

#include <cstdlib>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/mount.h>
#include <utility>
#include <vector>

#include "folder.hpp"
#include "in_child.hpp"

/// Files of /etc that only this process and its children see, and a network with a loopback only.
class OwnHost {
public:
    void add(const std::string& path, const std::string& text) { files_.emplace_back(path, text); }

    /// Enters it. Only for a child: there is no way back.
    void enter() const {
        if (!enter_network_of_our_own() || ::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            throw std::runtime_error{"no host of our own"};
        }
        int number = 0;
        for (const auto& [path, text] : files_) {
            const auto own = folder_.file(std::to_string(number++));
            if (!write_file(own, text) ||
                ::mount(own.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                throw std::runtime_error{"can't replace " + path};
            }
        }
    }

    /// ip(8) and other tools of the network.
    static void run(const std::string& command) {
        if (std::system(command.c_str()) != 0) {
            throw std::runtime_error{command};
        }
    }

private:
    TemporaryFolder folder_;
    std::vector<std::pair<std::string, std::string>> files_;
};
