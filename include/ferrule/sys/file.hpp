// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The calls about files that a Unix socket with a path needs.

#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "call.hpp"
#include "descriptor.hpp"
#include "number.hpp"

namespace ferrule::sys {

/// Which file a path names: the same numbers are the same file, for as long as it is open or
/// linked.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool is_socket = false;
    std::uint32_t permissions =
        0; ///< The nine bits of chmod(2) as they were; no part of who it is.
    friend constexpr bool operator==(const FileIdentity& one, const FileIdentity& other) {
        return one.device == other.device && one.inode == other.inode &&
               one.is_socket == other.is_socket;
    }
};

/// open(2) for reading and writing, made if it is not there, with mode 0600; never through a
/// symbolic link; close-on-exec.
inline Result<Descriptor> open_lock_file(const char* path) {
    const auto number =
        count(Operation::bind, ::open, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (!number) {
        return number.error();
    }
    return Descriptor{static_cast<int>(*number)};
}

/// flock(2), exclusive, without waiting: `would_block` if another process holds it. Goes with the
/// last descriptor of the open file.
inline Result<void> lock(int descriptor) {
    return check(Operation::bind, ::flock, descriptor, LOCK_EX | LOCK_NB);
}

/// lstat(2).
inline Result<FileIdentity> identify(const char* path) {
    struct stat status{};
    if (::lstat(path, &status) != 0) {
        return Error::from_errno(Operation::bind);
    }
    return FileIdentity{status.st_dev, status.st_ino, S_ISSOCK(status.st_mode),
                        number_as<std::uint32_t>(status.st_mode) & 0777};
}

/// fchmodat(2), not through a symbolic link: the mode as it is given, whatever the umask.
inline Result<void> set_permissions(const char* path, std::uint32_t permissions) {
    return check(Operation::bind, ::fchmodat, AT_FDCWD, path, number_as<mode_t>(permissions),
                 AT_SYMLINK_NOFOLLOW);
}

/// fchmod(2) of a socket that is not bound: the mode of the path that bind(2) makes, less the
/// umask.
inline Result<void> set_mode_to_be(int descriptor, mode_t mode) {
    return check(Operation::set_option, ::fchmod, descriptor, mode);
}

/// rename(2): `to` is replaced in one step.
inline Result<void> rename(const char* from, const char* to) {
    return check(Operation::bind, ::rename, from, to);
}

/// unlink(2).
inline Result<void> unlink(const char* path) { return check(Operation::bind, ::unlink, path); }

} // namespace ferrule::sys
