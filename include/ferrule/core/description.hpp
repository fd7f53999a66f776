// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The words for each cause of a failure.

#include <string_view>

#include "errc.hpp"
#include "language.hpp"

namespace ferrule {

/// The words for a cause: the name to search for and what it means.
struct Description {
    std::string_view name;
    std::string_view meaning;
};

[[nodiscard]] constexpr Description describe(Errc code) {
    switch (code) {
    case Errc::none:
        return {"none", "No error"};
    case Errc::permission_denied:
        return {"EACCES", "Permission denied"};
    case Errc::address_family_not_supported:
        return {"EAFNOSUPPORT", "Address family not supported"};
    case Errc::address_in_use:
        return {"EADDRINUSE", "Address already in use"};
    case Errc::address_not_available:
        return {"EADDRNOTAVAIL", "Address not available on this host"};
    case Errc::already_connected:
        return {"EISCONN", "Already connected"};
    case Errc::connection_already_in_progress:
        return {"EALREADY", "Connection already in progress"};
    case Errc::bad_file_descriptor:
        return {"EBADF", "Bad file descriptor"};
    case Errc::broken_pipe:
        return {"EPIPE", "Broken pipe: the other end no longer reads"};
    case Errc::connection_aborted:
        return {"ECONNABORTED", "Connection aborted"};
    case Errc::connection_refused:
        return {"ECONNREFUSED", "Connection refused"};
    case Errc::connection_reset:
        return {"ECONNRESET", "Connection reset by peer"};
    case Errc::connection_timed_out:
        return {"ETIMEDOUT", "Connection timed out"};
    case Errc::destination_address_required:
        return {"EDESTADDRREQ", "Destination address required"};
    case Errc::file_exists:
        return {"EEXIST", "File exists"};
    case Errc::host_down:
        return {"EHOSTDOWN", "Host is down"};
    case Errc::host_unreachable:
        return {"EHOSTUNREACH", "Host is unreachable"};
    case Errc::operation_in_progress:
        return {"EINPROGRESS", "Operation in progress"};
    case Errc::interrupted:
        return {"EINTR", "Interrupted by a signal"};
    case Errc::invalid_argument:
        return {"EINVAL", "Invalid argument"};
    case Errc::io_error:
        return {"EIO", "Input/output error"};
    case Errc::is_a_directory:
        return {"EISDIR", "Is a directory"};
    case Errc::machine_not_on_network:
        return {"ENONET", "Machine is not on the network"};
    case Errc::message_size:
        return {"EMSGSIZE", "Message too long"};
    case Errc::filename_too_long:
        return {"ENAMETOOLONG", "File name too long"};
    case Errc::network_down:
        return {"ENETDOWN", "Network is down"};
    case Errc::network_reset:
        return {"ENETRESET", "Connection aborted by network"};
    case Errc::network_unreachable:
        return {"ENETUNREACH", "Network is unreachable"};
    case Errc::no_buffer_space:
        return {"ENOBUFS", "No buffer space available"};
    case Errc::not_enough_memory:
        return {"ENOMEM", "Not enough memory"};
    case Errc::no_such_device:
        return {"ENODEV", "No such device"};
    case Errc::no_such_file_or_directory:
        return {"ENOENT", "No such file or directory"};
    case Errc::not_a_directory:
        return {"ENOTDIR", "Not a directory"};
    case Errc::not_a_socket:
        return {"ENOTSOCK", "Not a socket"};
    case Errc::not_connected:
        return {"ENOTCONN", "Not connected"};
    case Errc::operation_not_permitted:
        return {"EPERM", "Operation not permitted"};
    case Errc::operation_not_supported:
        return {"EOPNOTSUPP", "Operation not supported"};
    case Errc::no_protocol_option:
        return {"ENOPROTOOPT", "Option not available"};
    case Errc::protocol_error:
        return {"EPROTO", "Protocol error"};
    case Errc::protocol_not_supported:
        return {"EPROTONOSUPPORT", "Protocol not supported"};
    case Errc::read_only_file_system:
        return {"EROFS", "Read-only file system"};
    case Errc::resource_deadlock_would_occur:
        return {"EDEADLK", "Resource deadlock would occur"};
    case Errc::result_out_of_range:
        return {"ERANGE", "Result out of range"};
    case Errc::shut_down:
        return {"ESHUTDOWN", "Endpoint was shut down"};
    case Errc::socket_type_not_supported:
        return {"ESOCKTNOSUPPORT", "Socket type not supported"};
    case Errc::too_many_files_open:
        return {"EMFILE", "Too many open files in this process"};
    case Errc::too_many_files_open_in_system:
        return {"ENFILE", "Too many open files in the system"};
    case Errc::too_many_symbolic_link_levels:
        return {"ELOOP", "Too many symbolic links"};
    case Errc::would_block:
        return {"EAGAIN", "Would block: not ready now"};
    case Errc::wrong_protocol_type:
        return {"EPROTOTYPE", "Wrong type of socket at the other end"};
    case Errc::end_of_stream:
        return {"end_of_stream", "The peer has ended the stream"};
    case Errc::message_truncated:
        return {"message_truncated", "The message is longer than the buffer"};
    case Errc::deadline_exceeded:
        return {"deadline_exceeded", "The deadline passed"};
    case Errc::stopped:
        return {"stopped", "A stop was requested"};
    case Errc::not_open:
        return {"not_open", "The socket is not open"};
    case Errc::empty_buffer:
        return {"empty_buffer", "The buffer to receive into is empty"};
    case Errc::wrong_family:
        return {"wrong_family", "Not of this address family"};
    case Errc::wrong_type:
        return {"wrong_type", "Not of this socket type"};
    case Errc::wrong_state:
        return {"wrong_state", "Not in this state"};
    case Errc::wrong_protocol:
        return {"wrong_protocol", "Not of this protocol"};
    case Errc::value_out_of_range:
        return {"value_out_of_range", "The value is out of range"};
    case Errc::not_passed:
        return {"not_passed", "The service manager passed no such socket"};
    case Errc::not_a_peer:
        return {"not_a_peer", "Nobody can be there: no address, no port, no name, or a group"};
    case Errc::scope_missing:
        return {"scope_missing", "A link-local IPv6 endpoint needs its interface: [fe80::1%2]:80"};
    case Errc::bad_host:
        return {"bad_host", "The host is no name and no address"};
    case Errc::bad_service:
        return {"bad_service", "The service is no port and no name"};
    case Errc::host_not_found:
        return {"host_not_found", "No such host, or no address of it"};
    case Errc::service_not_found:
        return {"service_not_found", "No such service"};
    case Errc::resolver_busy:
        return {"resolver_busy", "The name server does not answer now"};
    case Errc::resolver_failed:
        return {"resolver_failed", "The name server failed"};
    case Errc::is_a_url:
        return {"is_a_url", "A URL, not a host: give its host and its port"};
    case Errc::needs_any:
        return {"needs_any", "A Unix socket, which dial<Any> reaches"};
    case Errc::too_many_lookups:
        return {"too_many_lookups", "Too many lookups are under way at once"};
    case Errc::unexpected_end:
        return {"unexpected_end", "The text ends too early"};
    case Errc::unexpected_character:
        return {"unexpected_character", "A character that can't stand here"};
    case Errc::unexpected_rest:
        return {"unexpected_rest", "The text goes on where it should end"};
    case Errc::leading_zero:
        return {"leading_zero", "A number with a leading zero"};
    case Errc::octet_above_255:
        return {"octet_above_255", "A part of an IPv4 address is above 255"};
    case Errc::group_too_long:
        return {"group_too_long", "A group of an IPv6 address has more than four digits"};
    case Errc::too_few_groups:
        return {"too_few_groups", "An IPv6 address has fewer than eight groups and no '::'"};
    case Errc::too_many_groups:
        return {"too_many_groups", "An IPv6 address has too many groups"};
    case Errc::second_gap:
        return {"second_gap", "An IPv6 address has a second '::'"};
    case Errc::missing_port:
        return {"missing_port", "A ':' and a port are missing"};
    case Errc::port_above_65535:
        return {"port_above_65535", "The port is above 65535"};
    case Errc::missing_bracket:
        return {"missing_bracket", "An IPv6 endpoint is written [address]:port"};
    case Errc::missing_prefix_length:
        return {"missing_prefix_length", "A '/' and a prefix length are missing"};
    case Errc::prefix_too_long:
        return {"prefix_too_long", "A prefix is longer than an address"};
    case Errc::bad_netmask:
        return {"bad_netmask", "A netmask is ones, then zeros, of the address's family"};
    case Errc::bad_scope:
        return {"bad_scope", "A scope is a number from 1 to 4294967295 here"};
    case Errc::no_abstract_names:
        return {"no_abstract_names", "Only Linux has abstract names of Unix sockets"};
    case Errc::path_too_long:
        return {"path_too_long", "A Unix path or name has more than 108 bytes"};
    case Errc::nul_in_path:
        return {"nul_in_path", "A Unix path has a NUL in it"};
    case Errc::empty_path:
        return {"empty_path", "A Unix path is empty"};
    }
    return {};
}

} // namespace ferrule
