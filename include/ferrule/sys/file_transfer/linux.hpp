// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// sendfile(2), splice(2).

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../call.hpp"
#include "../descriptor.hpp"
#include "../number.hpp"
#include "../socket.hpp"

namespace ferrule::sys {

inline Result<std::size_t> send_file(int socket, int file, std::uint64_t offset, std::size_t size) {
    auto at = number_as<off_t>(offset);
    if (at < 0 || number_as<std::uint64_t>(at) != offset) {
        return Error{Errc::value_out_of_range, Operation::send};
    }
    return count(Operation::send, ::sendfile, socket, file, &at, size);
}

/// The two ends of a pipe(7): what is written into the second is read from the first.
/// Close-on-exec.
inline Result<BothEnds> open_pipe(Operation operation) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return Error::from_errno(operation);
    }
    return BothEnds{Descriptor{ends[0]}, Descriptor{ends[1]}};
}

/// splice(2): moves up to `size` bytes, one of the two a pipe; 0 at the end.
inline Result<std::size_t> splice(int from, int to, std::size_t size, Operation operation) {
    return count(operation, ::splice, from, nullptr, to, nullptr, size,
                 static_cast<unsigned>(SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
}

} // namespace ferrule::sys
