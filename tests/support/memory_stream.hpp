// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A stream without a socket: what it gives is a text, in pieces of at most so many bytes; what is
/// sent to it is kept.

#include <ferrule/stream/byte_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

struct MemoryStream {
    std::string text{};
    std::size_t longest_piece = SIZE_MAX;
    std::string sent{};
    std::size_t receives = 0; ///< Calls.
    std::size_t sends = 0;

    ferrule::Result<std::span<std::byte>> receive_some(std::span<std::byte> buffer, ferrule::Wait) {
        ++receives;
        const auto size = std::min({buffer.size(), text.size(), longest_piece});
        std::copy_n(std::as_bytes(std::span{text}).begin(), size, buffer.begin());
        text.erase(0, size);
        return buffer.first(size);
    }
    ferrule::Result<void> send_all(ferrule::BytesView bytes, ferrule::Wait) {
        ++sends;
        sent.append(static_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    ferrule::Result<void> shutdown(ferrule::Shutdown) { return {}; }
};
static_assert(ferrule::ByteStream<MemoryStream>);
