// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What all states with a local endpoint share.

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../endpoint/base.hpp"
#include "../sys/platform.hpp"
#include "../sys/socket.hpp"
#include "handle.hpp"

namespace ferrule {

/// An owned socket with a local endpoint.
template <class State, class Family, class Type, class Protocol>
class Named : public Handle<State, Family, Type, Protocol> {
public:
    using Handle<State, Family, Type, Protocol>::Handle;

    /// getsockname(2): our own endpoint, with the port or the name that the kernel chose.
    [[nodiscard]] Result<Endpoint<Family>> local_endpoint() const {
        return name(Operation::local_endpoint, sys::local_name);
    }

protected:
    ~Named() = default;
    Named(Named&&) noexcept = default;
    Named& operator=(Named&&) noexcept = default;

    [[nodiscard]] Result<Endpoint<Family>>
    name(Operation operation, Result<void> (*ask)(int, sockaddr*, socklen_t*)) const {
        if (!this->is_open()) {
            return this->not_open(operation);
        }
        Endpoint<Family> endpoint;
        socklen_t size = Endpoint<Family>::native_capacity;
        if (auto asked = ask(this->descriptor(), endpoint.native_buffer(), &size); !asked) {
            return asked.error();
        }
        endpoint.native_resize(size);
        return endpoint;
    }
};

} // namespace ferrule
