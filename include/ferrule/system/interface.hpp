// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// if_nametoindex(3): the number of a network interface.

#include <cstdint>
#include <net/if.h>

#include "../error.hpp"
#include "../result.hpp"
#include "../text.hpp"

namespace ferrule::system {

/// if_nametoindex(3): the index of the interface of this name, `no_such_device` without one.
inline Result<std::uint32_t> interface_index(std::string_view name, Operation operation) {
    if (name.empty() || name.size() >= IF_NAMESIZE || name.find('\0') != name.npos) {
        return Error{Errc::no_such_device, operation};
    }
    const std::uint32_t index = ::if_nametoindex(Text<IF_NAMESIZE>{name}.c_str());
    if (index == 0) {
        return Error::from_errno(operation);
    }
    return index;
}

} // namespace ferrule::system
