// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// pread(2) and send(2): POSIX has no call that moves bytes from a file into a socket.

#include <cstddef>
#include <cstdint>
#include <sys/types.h>
#include <unistd.h>

#include "../../core/error.hpp"
#include "../../core/result.hpp"
#include "../call.hpp"
#include "../number.hpp"
#include "../transfer.hpp"

namespace ferrule::sys {

inline Result<std::size_t> send_file(int socket, int file, std::uint64_t offset, std::size_t size) {
    const auto at = number_as<off_t>(offset);
    if (at < 0 || number_as<std::uint64_t>(at) != offset) {
        return Error{Errc::value_out_of_range, Operation::send};
    }
    char buffer[16384];
    const auto read = count(Operation::send, ::pread, file, buffer,
                            size < sizeof buffer ? size : sizeof buffer, at);
    return read && *read != 0 ? send(socket, buffer, *read, 0) : read;
}

} // namespace ferrule::sys
