// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The words for each cause of a failure.

#include <string_view>

#include "errc.hpp"
#include "impl/words.hpp"

namespace ferrule {

/// The words for a cause: the name to search for and what it means.
struct Description {
    std::string_view name;
    std::string_view meaning;
};

namespace detail {

// What the kernel says, and in the same order the words for it: a name and a meaning for each.
inline constexpr Errc kernel_causes[] = {
    Errc::permission_denied,
    Errc::address_family_not_supported,
    Errc::address_in_use,
    Errc::address_not_available,
    Errc::already_connected,
    Errc::connection_already_in_progress,
    Errc::bad_file_descriptor,
    Errc::broken_pipe,
    Errc::connection_aborted,
    Errc::connection_refused,
    Errc::connection_reset,
    Errc::connection_timed_out,
    Errc::destination_address_required,
    Errc::file_exists,
    Errc::host_down,
    Errc::host_unreachable,
    Errc::operation_in_progress,
    Errc::interrupted,
    Errc::invalid_argument,
    Errc::io_error,
    Errc::is_a_directory,
    Errc::machine_not_on_network,
    Errc::message_size,
    Errc::filename_too_long,
    Errc::network_down,
    Errc::network_reset,
    Errc::network_unreachable,
    Errc::no_buffer_space,
    Errc::not_enough_memory,
    Errc::no_such_device,
    Errc::no_such_file_or_directory,
    Errc::not_a_directory,
    Errc::not_a_socket,
    Errc::not_connected,
    Errc::operation_not_permitted,
    Errc::operation_not_supported,
    Errc::no_protocol_option,
    Errc::protocol_error,
    Errc::protocol_not_supported,
    Errc::read_only_file_system,
    Errc::resource_deadlock_would_occur,
    Errc::result_out_of_range,
    Errc::shut_down,
    Errc::socket_type_not_supported,
    Errc::too_many_files_open,
    Errc::too_many_files_open_in_system,
    Errc::too_many_symbolic_link_levels,
    Errc::would_block,
    Errc::wrong_protocol_type,
};
inline constexpr const char* kernel_words = "EACCES\nPermission denied\n"
                                            "EAFNOSUPPORT\nAddress family not supported\n"
                                            "EADDRINUSE\nAddress already in use\n"
                                            "EADDRNOTAVAIL\nAddress not available on this host\n"
                                            "EISCONN\nAlready connected\n"
                                            "EALREADY\nConnection already in progress\n"
                                            "EBADF\nBad file descriptor\n"
                                            "EPIPE\nBroken pipe: the other end no longer reads\n"
                                            "ECONNABORTED\nConnection aborted\n"
                                            "ECONNREFUSED\nConnection refused\n"
                                            "ECONNRESET\nConnection reset by peer\n"
                                            "ETIMEDOUT\nConnection timed out\n"
                                            "EDESTADDRREQ\nDestination address required\n"
                                            "EEXIST\nFile exists\n"
                                            "EHOSTDOWN\nHost is down\n"
                                            "EHOSTUNREACH\nHost is unreachable\n"
                                            "EINPROGRESS\nOperation in progress\n"
                                            "EINTR\nInterrupted by a signal\n"
                                            "EINVAL\nInvalid argument\n"
                                            "EIO\nInput/output error\n"
                                            "EISDIR\nIs a directory\n"
                                            "ENONET\nMachine is not on the network\n"
                                            "EMSGSIZE\nMessage too long\n"
                                            "ENAMETOOLONG\nFile name too long\n"
                                            "ENETDOWN\nNetwork is down\n"
                                            "ENETRESET\nConnection aborted by network\n"
                                            "ENETUNREACH\nNetwork is unreachable\n"
                                            "ENOBUFS\nNo buffer space available\n"
                                            "ENOMEM\nNot enough memory\n"
                                            "ENODEV\nNo such device\n"
                                            "ENOENT\nNo such file or directory\n"
                                            "ENOTDIR\nNot a directory\n"
                                            "ENOTSOCK\nNot a socket\n"
                                            "ENOTCONN\nNot connected\n"
                                            "EPERM\nOperation not permitted\n"
                                            "EOPNOTSUPP\nOperation not supported\n"
                                            "ENOPROTOOPT\nOption not available\n"
                                            "EPROTO\nProtocol error\n"
                                            "EPROTONOSUPPORT\nProtocol not supported\n"
                                            "EROFS\nRead-only file system\n"
                                            "EDEADLK\nResource deadlock would occur\n"
                                            "ERANGE\nResult out of range\n"
                                            "ESHUTDOWN\nEndpoint was shut down\n"
                                            "ESOCKTNOSUPPORT\nSocket type not supported\n"
                                            "EMFILE\nToo many open files in this process\n"
                                            "ENFILE\nToo many open files in the system\n"
                                            "ELOOP\nToo many symbolic links\n"
                                            "EAGAIN\nWould block: not ready now\n"
                                            "EPROTOTYPE\nWrong type of socket at the other end\n";

// The words for ferrule's own causes, in the order of Errc.
inline constexpr const char* own_words =
    "end_of_stream\nThe peer has ended the stream\n"
    "message_truncated\nThe message is longer than the buffer\n"
    "deadline_exceeded\nThe deadline passed\n"
    "stopped\nA stop was requested\n"
    "not_open\nThe socket is not open\n"
    "empty_buffer\nThe buffer to receive into is empty\n"
    "wrong_family\nNot of this address family\n"
    "wrong_type\nNot of this socket type\n"
    "wrong_state\nNot in this state\n"
    "wrong_protocol\nNot of this protocol\n"
    "value_out_of_range\nThe value is out of range\n"
    "not_a_peer\nNobody can be there: no address, no port, no name, or a group\n"
    "scope_missing\nA link-local IPv6 endpoint needs its interface: [fe80::1%2]:80\n"
    "not_passed\nThe service manager passed no such socket\n"
    "option_off\nThe option that asks for it is off\n"
    "control_missing\nThe message came without it\n"
    "control_truncated\nThe control messages did not fit\n"
    "bad_host\nThe host is no name and no address\n"
    "bad_service\nThe service is no port and no name\n"
    "host_not_found\nNo such host, or no address of it\n"
    "service_not_found\nNo such service\n"
    "resolver_busy\nThe name server does not answer now\n"
    "resolver_failed\nThe name server failed\n"
    "is_a_url\nA URL, not a host: give its host and its port\n"
    "needs_any\nA Unix socket, which dial<Any> reaches\n"
    "too_many_lookups\nToo many lookups are under way at once\n"
    "unexpected_end\nThe text ends too early\n"
    "unexpected_character\nA character that can't stand here\n"
    "unexpected_rest\nThe text goes on where it should end\n"
    "leading_zero\nA number with a leading zero\n"
    "octet_above_255\nA part of an IPv4 address is above 255\n"
    "group_too_long\nA group of an IPv6 address has more than four digits\n"
    "too_few_groups\nAn IPv6 address has fewer than eight groups and no '::'\n"
    "too_many_groups\nAn IPv6 address has too many groups\n"
    "second_gap\nAn IPv6 address has a second '::'\n"
    "missing_port\nA ':' and a port are missing\n"
    "port_above_65535\nThe port is above 65535\n"
    "missing_bracket\nAn IPv6 endpoint is written [address]:port\n"
    "missing_prefix_length\nA '/' and a prefix length are missing\n"
    "prefix_too_long\nA prefix is longer than an address\n"
    "bad_netmask\nA netmask is ones, then zeros, of the address's family\n"
    "bad_scope\nA scope is a number from 1 to 4294967295 here\n"
    "no_abstract_names\nOnly Linux has abstract names of Unix sockets\n"
    "path_too_long\nA Unix path or name has more than 108 bytes\n"
    "nul_in_path\nA Unix path has a NUL in it\n"
    "empty_path\nA Unix path is empty\n";

} // namespace detail

/// Empty for a number that is no cause, or one of errno(3) that has no name here.
[[nodiscard, gnu::__cold__, gnu::__noinline__]] constexpr Description describe(Errc code) {
    if (code == Errc::none) {
        return {"none", "No error"};
    }
    if (code >= Errc::end_of_stream) {
        const auto at = static_cast<unsigned>(code) - static_cast<unsigned>(Errc::end_of_stream);
        return {detail::word(detail::own_words, 2 * at),
                detail::word(detail::own_words, 2 * at + 1)};
    }
    unsigned at = 0;
    for (const Errc cause : detail::kernel_causes) {
        if (cause == code) {
            return {detail::word(detail::kernel_words, at),
                    detail::word(detail::kernel_words, at + 1)};
        }
        at += 2;
    }
    return {};
}

} // namespace ferrule
