// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The buffer that a Reader, a Writer or an Outbox works in.

#include <cstddef>

#include "../../core/bytes.hpp"

namespace ferrule::detail {

/// A buffer of so many bytes inside.
template <std::size_t capacity> class StreamBuffer {
public:
    [[nodiscard]] char* data() { return bytes_; }
    [[nodiscard]] const char* data() const { return bytes_; }
    [[nodiscard]] static constexpr std::size_t size() { return capacity; }

private:
    char bytes_[capacity];
};

/// The buffer of somebody else, borrowed.
template <> class StreamBuffer<0> {
public:
    template <ByteBuffer Buffer>
    explicit StreamBuffer(Buffer&& buffer)
        : data_{reinterpret_cast<char*>(std::data(buffer))}, size_{size_of(buffer)} {}
    [[nodiscard]] char* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    char* data_;
    std::size_t size_;
};

} // namespace ferrule::detail
