// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The choice of the operating system, and its types of addresses and buffers. Only this header
/// asks which system it is. Only sys/ includes headers of the system.
///
/// What sys/ promises has two bodies. `linux` is the one on Linux. `posix` uses what POSIX.1-2024,
/// macOS and the BSDs share. -DFERRULE_SYSTEM_POSIX chooses it on Linux, too: for a whole program,
/// or not at all.

#include <netinet/in.h> // IWYU pragma: export
#include <sys/socket.h> // IWYU pragma: export
#include <sys/types.h>  // IWYU pragma: export
#include <sys/un.h>     // IWYU pragma: export

#include "../core/language.hpp"

// FERRULE_SYSTEM_BODY("poll/linux.hpp", "poll/posix.hpp") is the one that was chosen, for #include.
// FERRULE_HAS_... is 1 or 0: whether the system has what headers outside of sys/ need.
#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
#define FERRULE_SYSTEM_BODY(of_linux, of_posix) of_linux
#define FERRULE_HAS_EPOLL 1   // Poller, ChildStop
#define FERRULE_HAS_NETLINK 1 // for_each_tcp_socket(), find_tcp_socket()
#else
#define FERRULE_SYSTEM_BODY(of_linux, of_posix) of_posix
#define FERRULE_HAS_EPOLL 0
#define FERRULE_HAS_NETLINK 0
#endif

// For a function that is a system call and little around it. If the program is optimised, the
// function becomes a part of its caller, even where the compiler thinks it too large. If not, it
// stays a function: there is less code to compile, and a debugger can step into it.
#if defined(__OPTIMIZE__)
#define FERRULE_ALWAYS_INLINE gnu::__always_inline__
#else
#define FERRULE_ALWAYS_INLINE
#endif

namespace ferrule::sys {

#if defined(__linux__)
inline constexpr bool is_linux = true;
#else
inline constexpr bool is_linux = false;
#endif

#if defined(__APPLE__)
inline constexpr bool is_macos = true;
#else
inline constexpr bool is_macos = false;
#endif

#if defined(MSG_NOSIGNAL)
inline constexpr int no_signal_flag = MSG_NOSIGNAL; ///< A send to nobody raises no SIGPIPE.
#else
inline constexpr int no_signal_flag = 0; ///< The option says it instead.
#endif
#if defined(MSG_CMSG_CLOEXEC)
inline constexpr int close_on_exec_flag = MSG_CMSG_CLOEXEC; ///< Of descriptors that are received.
#else
inline constexpr int close_on_exec_flag = 0;
#endif
#if defined(SO_NOSIGPIPE)
inline constexpr int no_signal_option = SO_NOSIGPIPE; ///< Of SOL_SOCKET.
#else
inline constexpr int no_signal_option = -1; ///< There is none.
#endif

#if defined(AF_LINK)
inline constexpr int link_domain = AF_LINK; ///< Of an interface's hardware address.
#else
inline constexpr int link_domain = AF_PACKET;
#endif

} // namespace ferrule::sys
