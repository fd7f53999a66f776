// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The interface that framing, relays, test doubles and encryption layers use.

#include <concepts>
#include <cstddef>
#include <span>

#include "../core/bytes.hpp"
#include "../core/result.hpp"
#include "../socket/connection.hpp"      // IWYU pragma: export
#include "../socket/stream_transfer.hpp" // IWYU pragma: export
#include "../wait/wait.hpp"

namespace ferrule {

/// Bytes in order, both ways, with an end: a Connection of type Stream, or anything that behaves
/// like one.
template <class Candidate>
concept ByteStream = requires(Candidate& stream, BytesView bytes, std::span<std::byte> buffer,
                              Wait wait, Shutdown half) {
    { stream.receive_some(buffer, wait) } -> std::same_as<Result<std::span<std::byte>>>;
    { stream.send_all(bytes, wait) } -> std::same_as<Result<void>>;
    { stream.shutdown(half) } -> std::same_as<Result<void>>;
};

} // namespace ferrule
