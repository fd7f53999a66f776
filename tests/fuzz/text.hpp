// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What holds of every text, and of all bytes from the kernel; a program that finds it broken
/// traps.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <sys/socket.h>

#include <ferrule/core/error.hpp>

inline void require(bool holds) {
    if (!holds) {
        __builtin_trap();
    }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// What is read is printed as something that is read as the same; what is not read is refused with
/// a cause and a position within the text.
template <class Value> void read_and_print(std::string_view text) {
    const auto value = Value::parse(text);
    if (!value) {
        const ferrule::Error error = value.error();
        require(error.operation() == ferrule::Operation::parse);
        require(error.code() != ferrule::Errc::none);
        require(error.position() <= text.size());
        require(!error.text().empty());
        return;
    }
    const auto printed = value->text();
    const auto back = Value::parse(printed);
    require(back && *back == *value && back->hash() == value->hash());
    require(back->text() == printed);
    require((*back <=> *value) == 0);
}

/// Whatever the kernel might say, an endpoint is made of it that can be printed.
template <class Endpoint> void take_from_kernel(std::string_view bytes) {
    Endpoint endpoint;
    const auto room = static_cast<std::size_t>(Endpoint::native_capacity);
    std::memcpy(endpoint.native_buffer(), bytes.data(), bytes.size() < room ? bytes.size() : room);
    endpoint.native_resize(static_cast<socklen_t>(bytes.size()));
    require(endpoint.text().size() <= endpoint.text().capacity);
    require(endpoint.native_size() <= Endpoint::native_capacity);
    require(endpoint == Endpoint{endpoint});
}
