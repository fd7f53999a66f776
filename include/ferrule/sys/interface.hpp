// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// if_nametoindex(3), if_indextoname(3), getifaddrs(3): the network interfaces of this host.

#include <cstdint>
#include <ifaddrs.h>
#include <net/if.h>
#include <string_view>
#include <utility>

#include "../error.hpp"
#include "../result.hpp"
#include "../text.hpp"

namespace ferrule::sys {

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

/// if_indextoname(3): the name of the interface of this index.
inline Result<Text<IF_NAMESIZE - 1>> interface_name(std::uint32_t index, Operation operation) {
    char name[IF_NAMESIZE];
    if (::if_indextoname(index, name) == nullptr) {
        return Error::from_errno(operation);
    }
    return Text<IF_NAMESIZE - 1>{name};
}

/// Owns the list that getifaddrs(3) made.
class InterfaceList {
public:
    constexpr InterfaceList() = default;
    explicit InterfaceList(ifaddrs* first) : first_{first} {}
    InterfaceList(const InterfaceList&) = delete;
    InterfaceList& operator=(const InterfaceList&) = delete;
    InterfaceList(InterfaceList&& other) noexcept : first_{std::exchange(other.first_, nullptr)} {}
    InterfaceList& operator=(InterfaceList&& other) noexcept {
        std::swap(first_, other.first_);
        return *this;
    }
    ~InterfaceList() {
        if (first_ != nullptr) {
            ::freeifaddrs(first_);
        }
    }

    [[nodiscard]] const ifaddrs* first() const { return first_; }

private:
    ifaddrs* first_ = nullptr;
};

/// getifaddrs(3): first an entry for every interface, then one for every address.
inline Result<InterfaceList> list_interfaces(Operation operation) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Error::from_errno(operation);
    }
    return InterfaceList{first};
}

} // namespace ferrule::sys
