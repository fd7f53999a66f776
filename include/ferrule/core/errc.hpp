// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The causes of failures.

#include <cerrno>
#include <cstdint>

#include "language.hpp"

namespace ferrule {

/// The cause of a failure. What the kernel says keeps the number of errno(3); ferrule's own causes
/// lie above all of those.
enum class Errc : std::int32_t {
    none = 0,

    permission_denied = EACCES,
    address_family_not_supported = EAFNOSUPPORT,
    address_in_use = EADDRINUSE,
    address_not_available = EADDRNOTAVAIL,
    already_connected = EISCONN,
    connection_already_in_progress = EALREADY,
    bad_file_descriptor = EBADF,
    broken_pipe = EPIPE,
    connection_aborted = ECONNABORTED,
    connection_refused = ECONNREFUSED,
    connection_reset = ECONNRESET,
    connection_timed_out =
        ETIMEDOUT, ///< The kernel gave up; a Deadline that passed is `deadline_exceeded`.
    destination_address_required = EDESTADDRREQ,
    file_exists = EEXIST,
    host_down = EHOSTDOWN,
    host_unreachable = EHOSTUNREACH,
    operation_in_progress = EINPROGRESS,
    interrupted = EINTR,
    invalid_argument = EINVAL,
    io_error = EIO,
    is_a_directory = EISDIR,
    machine_not_on_network = ENONET,
    message_size = EMSGSIZE,
    filename_too_long = ENAMETOOLONG,
    network_down = ENETDOWN,
    network_reset = ENETRESET,
    network_unreachable = ENETUNREACH,
    no_buffer_space = ENOBUFS,
    not_enough_memory = ENOMEM,
    no_such_device = ENODEV,
    no_such_file_or_directory = ENOENT,
    not_a_directory = ENOTDIR,
    not_a_socket = ENOTSOCK,
    not_connected = ENOTCONN,
    operation_not_permitted = EPERM,
    operation_not_supported = EOPNOTSUPP,
    no_protocol_option = ENOPROTOOPT,
    protocol_error = EPROTO,
    protocol_not_supported = EPROTONOSUPPORT,
    read_only_file_system = EROFS,
    resource_deadlock_would_occur = EDEADLK,
    result_out_of_range = ERANGE,
    shut_down = ESHUTDOWN,
    socket_type_not_supported = ESOCKTNOSUPPORT,
    too_many_files_open = EMFILE,
    too_many_files_open_in_system = ENFILE,
    too_many_symbolic_link_levels = ELOOP,
    would_block = EAGAIN,
    wrong_protocol_type = EPROTOTYPE,

    end_of_stream = 0x10000, ///< The peer has sent all that it will send.
    message_truncated, ///< The buffer was smaller than the message; `message_size()` is its true
                       ///< size, if it is known.
    deadline_exceeded, ///< The Deadline passed.
    stopped,           ///< The Stop was requested.
    not_open,          ///< The object was moved from, closed or released.
    empty_buffer,   ///< A receive into nothing, which would lose the message, or could not be told
                    ///< from the end of the stream.
    wrong_family,   ///< The socket at hand, or its peer, is not of the family asked for.
    wrong_type,     ///< The socket at hand is not of the type asked for.
    wrong_state,    ///< The socket at hand is not in the state asked for.
    wrong_protocol, ///< The socket at hand does not speak the protocol asked for.
    value_out_of_range, ///< An option's value that its kernel type can't hold, or an address past
                        ///< the last.
    not_a_peer,    ///< Nobody can be there: no endpoint, 0.0.0.0 or [::], port 0, no Unix name,
                   ///< or for a stream a group.
    scope_missing, ///< A link-local IPv6 endpoint that does not say on which interface.
    not_passed,    ///< The service manager passed no socket of this name.

    option_off,        ///< The option that asks for this control message is off.
    control_missing,   ///< The message came without the control message that was asked for.
    control_truncated, ///< Control messages were cut; what had come of them, such as descriptors,
                       ///< is closed. The data is in the buffer.

    // Of resolve.
    bad_host, ///< Empty, over 253 characters, with a NUL or blank, or a number that is no address.
    bad_service,       ///< Neither a port from 0 to 65535 nor the name of a service.
    host_not_found,    ///< No such name, or none with an address of this family (EAI_NONAME).
    service_not_found, ///< No service of this name for this type of socket (EAI_SERVICE).
    resolver_busy,     ///< The name server did not answer; later it may (EAI_AGAIN).
    resolver_failed,   ///< The name server answered that it can't (EAI_FAIL).
    is_a_url,          ///< A URL such as http://example.com: its host and its port are meant.
    needs_any,         ///< `unix:...`, which is dialled as dial<Any>.
    too_many_lookups,  ///< As many lookups as there may be at once are still under way.

    // Of a parse; position() says where.
    unexpected_end,        ///< The text ends too early.
    unexpected_character,  ///< A character that can't stand here.
    unexpected_rest,       ///< The text goes on after what was to be read.
    leading_zero,          ///< 010 might mean 8 or 10.
    octet_above_255,       ///< A part of an IPv4 address.
    group_too_long,        ///< More than four hexadecimal digits in a group of an IPv6 address.
    too_few_groups,        ///< An IPv6 address of fewer than eight groups without `::`.
    too_many_groups,       ///< An IPv6 address of more than eight groups, or seven and `::`.
    second_gap,            ///< An IPv6 address with two `::`.
    missing_port,          ///< An address without `:port`.
    port_above_65535,      ///< A port that 16 bits can't hold.
    missing_bracket,       ///< An IPv6 endpoint is written `[address]:port`.
    missing_prefix_length, ///< A network without `/length`.
    prefix_too_long,       ///< A prefix of more bits than an address has: 32 or 128.
    bad_netmask,           ///< A mask with a one after a zero, or of the other family.
    bad_scope, ///< A scope is a number of 32 bits here; names of interfaces are not looked up.
    no_abstract_names, ///< A Unix name that begins with `@`, on another system than Linux.
    path_too_long,     ///< A Unix path or name of more bytes than sun_path has (108 on Linux).
    nul_in_path,       ///< A NUL in a Unix path would cut it short.
    empty_path,        ///< A Unix path of no bytes names nothing.
};

} // namespace ferrule
