// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What went wrong: which operation, with what cause, and how far it had come. 16 bytes, no
/// allocation; reads as a sentence.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "text.hpp"

namespace ferrule {

/// The cause of a failure. What the kernel says keeps the number of errno(3); ferrule's own causes
/// lie above all of those.
enum class Errc : std::int32_t {
    none = 0,

    access_denied = EACCES,
    address_family_not_supported = EAFNOSUPPORT,
    address_in_use = EADDRINUSE,
    address_not_available = EADDRNOTAVAIL,
    already_connected = EISCONN,
    already_in_progress = EALREADY,
    bad_descriptor = EBADF,
    broken_pipe = EPIPE,
    connection_aborted = ECONNABORTED,
    connection_refused = ECONNREFUSED,
    connection_reset = ECONNRESET,
    connection_timed_out =
        ETIMEDOUT, ///< The kernel gave up; a Deadline that passed is `timed_out`.
    destination_required = EDESTADDRREQ,
    file_exists = EEXIST,
    host_down = EHOSTDOWN,
    host_unreachable = EHOSTUNREACH,
    in_progress = EINPROGRESS,
    interrupted = EINTR,
    invalid_argument = EINVAL,
    io_error = EIO,
    is_a_directory = EISDIR,
    machine_not_on_network = ENONET,
    message_too_large = EMSGSIZE,
    name_too_long = ENAMETOOLONG,
    network_down = ENETDOWN,
    network_reset = ENETRESET,
    network_unreachable = ENETUNREACH,
    no_buffer_space = ENOBUFS,
    no_memory = ENOMEM,
    no_such_device = ENODEV,
    no_such_file = ENOENT,
    not_a_directory = ENOTDIR,
    not_a_socket = ENOTSOCK,
    not_connected = ENOTCONN,
    not_permitted = EPERM,
    operation_not_supported = EOPNOTSUPP,
    option_not_available = ENOPROTOOPT,
    protocol_error = EPROTO,
    protocol_not_supported = EPROTONOSUPPORT,
    read_only_file_system = EROFS,
    resource_deadlock_would_occur = EDEADLK,
    result_out_of_range = ERANGE,
    shut_down = ESHUTDOWN,
    socket_type_not_supported = ESOCKTNOSUPPORT,
    too_many_descriptors = EMFILE,
    too_many_descriptors_in_system = ENFILE,
    too_many_links = ELOOP,
    would_block = EAGAIN,
    wrong_protocol_for_socket = EPROTOTYPE,

    end_of_stream = 0x10000, ///< The peer has sent all that it will send.
    message_truncated, ///< The buffer was smaller than the message; `message_size()` is its true
                       ///< size.
    timed_out,         ///< The Deadline passed.
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
    bad_scope,     ///< A scope is a number of 32 bits here; names of interfaces are not looked up.
    path_too_long, ///< A Unix path or name of more bytes than sun_path has (108 on Linux).
    nul_in_path,   ///< A NUL in a Unix path would cut it short.
    empty_path,    ///< A Unix path of no bytes names nothing.
};

/// What was being done when it went wrong.
enum class Operation : std::uint8_t {
    none,
    open,
    bind,
    listen,
    accept,
    connect,
    pair,
    send,
    receive,
    peek,
    shutdown,
    close,
    finish,
    abort,
    adopt,
    notify,
    get_option,
    set_option,
    local_endpoint,
    peer_endpoint,
    convert,
    stop,
    wait,
    resolve,
    dial,
    interfaces,
    parse,
};

/// The words for a cause: the name to search for and what it means.
struct Description {
    std::string_view name;
    std::string_view meaning;
};

[[nodiscard]] constexpr Description describe(Errc code) {
    switch (code) {
    case Errc::none:
        return {"none", "No error"};
    case Errc::access_denied:
        return {"EACCES", "Permission denied"};
    case Errc::address_family_not_supported:
        return {"EAFNOSUPPORT", "Address family not supported"};
    case Errc::address_in_use:
        return {"EADDRINUSE", "Address already in use"};
    case Errc::address_not_available:
        return {"EADDRNOTAVAIL", "Address not available on this host"};
    case Errc::already_connected:
        return {"EISCONN", "Already connected"};
    case Errc::already_in_progress:
        return {"EALREADY", "Connection already in progress"};
    case Errc::bad_descriptor:
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
    case Errc::destination_required:
        return {"EDESTADDRREQ", "Destination address required"};
    case Errc::file_exists:
        return {"EEXIST", "File exists"};
    case Errc::host_down:
        return {"EHOSTDOWN", "Host is down"};
    case Errc::host_unreachable:
        return {"EHOSTUNREACH", "Host is unreachable"};
    case Errc::in_progress:
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
    case Errc::message_too_large:
        return {"EMSGSIZE", "Message too long"};
    case Errc::name_too_long:
        return {"ENAMETOOLONG", "File name too long"};
    case Errc::network_down:
        return {"ENETDOWN", "Network is down"};
    case Errc::network_reset:
        return {"ENETRESET", "Connection aborted by network"};
    case Errc::network_unreachable:
        return {"ENETUNREACH", "Network is unreachable"};
    case Errc::no_buffer_space:
        return {"ENOBUFS", "No buffer space available"};
    case Errc::no_memory:
        return {"ENOMEM", "Not enough memory"};
    case Errc::no_such_device:
        return {"ENODEV", "No such device"};
    case Errc::no_such_file:
        return {"ENOENT", "No such file or directory"};
    case Errc::not_a_directory:
        return {"ENOTDIR", "Not a directory"};
    case Errc::not_a_socket:
        return {"ENOTSOCK", "Not a socket"};
    case Errc::not_connected:
        return {"ENOTCONN", "Not connected"};
    case Errc::not_permitted:
        return {"EPERM", "Operation not permitted"};
    case Errc::operation_not_supported:
        return {"EOPNOTSUPP", "Operation not supported"};
    case Errc::option_not_available:
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
    case Errc::too_many_descriptors:
        return {"EMFILE", "Too many open files in this process"};
    case Errc::too_many_descriptors_in_system:
        return {"ENFILE", "Too many open files in the system"};
    case Errc::too_many_links:
        return {"ELOOP", "Too many symbolic links"};
    case Errc::would_block:
        return {"EAGAIN", "Would block: not ready now"};
    case Errc::wrong_protocol_for_socket:
        return {"EPROTOTYPE", "Wrong type of socket at the other end"};
    case Errc::end_of_stream:
        return {"end_of_stream", "The peer has ended the stream"};
    case Errc::message_truncated:
        return {"message_truncated", "The message is longer than the buffer"};
    case Errc::timed_out:
        return {"timed_out", "The deadline passed"};
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
    case Errc::path_too_long:
        return {"path_too_long", "A Unix path or name has more than 108 bytes"};
    case Errc::nul_in_path:
        return {"nul_in_path", "A Unix path has a NUL in it"};
    case Errc::empty_path:
        return {"empty_path", "A Unix path is empty"};
    }
    return {};
}

[[nodiscard]] constexpr std::string_view name(Operation operation) {
    switch (operation) {
    case Operation::none:
        return "";
    case Operation::open:
        return "open";
    case Operation::bind:
        return "bind";
    case Operation::listen:
        return "listen";
    case Operation::accept:
        return "accept";
    case Operation::connect:
        return "connect";
    case Operation::pair:
        return "pair";
    case Operation::send:
        return "send";
    case Operation::receive:
        return "receive";
    case Operation::peek:
        return "peek";
    case Operation::shutdown:
        return "shutdown";
    case Operation::close:
        return "close";
    case Operation::finish:
        return "finish";
    case Operation::abort:
        return "abort";
    case Operation::adopt:
        return "adopt";
    case Operation::notify:
        return "notify";
    case Operation::get_option:
        return "get option";
    case Operation::set_option:
        return "set option";
    case Operation::local_endpoint:
        return "local endpoint";
    case Operation::peer_endpoint:
        return "peer endpoint";
    case Operation::convert:
        return "convert";
    case Operation::stop:
        return "stop";
    case Operation::wait:
        return "wait";
    case Operation::resolve:
        return "resolve";
    case Operation::dial:
        return "dial";
    case Operation::interfaces:
        return "interfaces";
    case Operation::parse:
        return "parse";
    }
    return "";
}

/// A failure: its cause, the operation, and how much had already been done.
class Error {
public:
    constexpr Error(Errc code, Operation operation, std::size_t count = 0)
        : code_{code}, about_{static_cast<std::uint32_t>(operation)}, count_{count} {}

    /// What errno(3) says now of `operation`, of which `count` bytes had gone through.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] static Error from_errno(Operation operation,
                                                                            std::size_t count = 0) {
        return {static_cast<Errc>(errno), operation, count};
    }

    /// Of an option: `name` is the kernel's name of it, and lives as long as the program.
    [[nodiscard]] static Error of_option(Errc code, Operation operation, const char* name) {
        Error error{code, operation, reinterpret_cast<std::uintptr_t>(name)};
        error.about_ |= about(Names::option);
        return error;
    }

    /// Of an IP endpoint, which the text names: `address` is in the order of the host, of IPv6 0
    /// ([::]), 1 ([::1]) or UINT32_MAX for any other, of which there is room for the port alone.
    /// `size` is that of a message, below 4 GiB. Where pointers have 32 bits, only one of the two.
    [[nodiscard]] static constexpr Error at_endpoint(Errc code, Operation operation, bool is_ipv6,
                                                     std::uint32_t address, std::uint16_t port,
                                                     std::size_t size = 0) {
        Error error{code, operation, size};
        if (has_room_for_both || size == 0) {
            error.count_ = has_room_for_both ? shifted(address) | size : address;
            error.about_ |= about(is_ipv6 ? Names::ipv6_endpoint : Names::ipv4_endpoint, port);
        }
        return error;
    }

    [[nodiscard]] constexpr Errc code() const { return code_; }
    [[nodiscard]] constexpr Operation operation() const {
        return static_cast<Operation>(about_ & 0xff);
    }

    /// Bytes that had gone through before the failure; they are not lost.
    [[nodiscard]] constexpr std::size_t transferred() const {
        return operation() == Operation::parse || code_ == Errc::message_truncated ? 0 : count();
    }

    /// Of a parse: the index of the character at which the text stopped making sense.
    [[nodiscard]] constexpr std::size_t position() const {
        return operation() == Operation::parse ? count_ : 0;
    }

    /// Of `message_truncated`: the true size of the message in bytes.
    [[nodiscard]] constexpr std::size_t message_size() const {
        return code_ == Errc::message_truncated ? count() : 0;
    }

    /// Of an option: the kernel's name of it, such as `TCP_NODELAY`; empty otherwise.
    [[nodiscard]] std::string_view option_name() const {
        return names() == Names::option ? reinterpret_cast<const char*>(count_)
                                        : std::string_view{};
    }

    /// The same call may succeed when it is simply made again, now or a little later. Never
    /// together with `is_disconnect()`: to receive again after a connection that is over gives an
    /// end of stream, and would make a cut look complete.
    [[nodiscard]] constexpr bool is_transient() const {
        switch (code_) {
        case Errc::would_block:
        case Errc::interrupted:
        case Errc::network_down:
        case Errc::network_unreachable:
        case Errc::host_down:
        case Errc::host_unreachable:
        case Errc::machine_not_on_network:
        case Errc::resolver_busy:
            return true;
        default:
            return false;
        }
    }

    /// The conversation is over: the peer, or the network between, is gone.
    [[nodiscard]] constexpr bool is_disconnect() const {
        switch (code_) {
        case Errc::end_of_stream:
        case Errc::connection_reset:
        case Errc::connection_aborted:
        case Errc::connection_timed_out:
        case Errc::network_reset:
        case Errc::broken_pipe:
        case Errc::not_connected:
        case Errc::shut_down:
            return true;
        default:
            return false;
        }
    }

    /// Descriptors, buffers or memory have run out: pause, free some, try again.
    [[nodiscard]] constexpr bool is_resource_exhausted() const {
        switch (code_) {
        case Errc::too_many_descriptors:
        case Errc::too_many_descriptors_in_system:
        case Errc::no_buffer_space:
        case Errc::no_memory:
        case Errc::too_many_lookups:
            return true;
        default:
            return false;
        }
    }

    /// One sentence: `connect: Connection refused (ECONNREFUSED)`.
    [[nodiscard]] constexpr Text<160> text() const {
        Text<160> sentence{name(operation())};
        if (names() == Names::option) {
            sentence.append(' ').append(option_name());
        }
        if (!sentence.empty()) {
            sentence.append(": ");
        }
        const auto [errc_name, meaning] = describe(code_);
        if (errc_name.empty()) {
            sentence.append("Error ")
                .append_number(static_cast<std::uint32_t>(code_))
                .append(" (see errno(3))");
        } else {
            sentence.append(meaning).append(" (").append(errc_name).append(')');
        }
        if (operation() == Operation::parse) {
            sentence.append(" at position ").append_number(count_);
        } else if (code_ == Errc::message_truncated) {
            sentence.append(", its size is ").append_number(count()).append(" bytes");
        } else if (transferred() != 0) {
            sentence.append(", after ").append_number(count_).append(" bytes");
        }
        append_endpoint(sentence);
        return sentence;
    }

    /// By cause, operation and how far it had come; what else the text names does not matter.
    friend constexpr bool operator==(const Error& one, const Error& other) {
        return one.code_ == other.code_ && one.operation() == other.operation() &&
               one.count() == other.count();
    }
    friend constexpr bool operator==(const Error& error, Errc code) { return error.code_ == code; }

private:
    template <class, class, bool> friend class ResultStorage;

    // What count_ is, if no count.
    enum class Names : std::uint8_t {
        nothing,
        option, // a pointer to the kernel's name of it
        ipv4_endpoint,
        ipv6_endpoint,
    };

    static constexpr bool has_room_for_both = sizeof(std::size_t) == 8;

    static constexpr std::size_t shifted(std::size_t address) {
        return address << (has_room_for_both ? 32 : 0);
    }

    constexpr std::size_t count() const {
        switch (names()) {
        case Names::nothing:
            return count_;
        case Names::option:
            return 0;
        default:
            return has_room_for_both ? count_ & UINT32_MAX : 0;
        }
    }

    constexpr void append_endpoint(Text<160>& sentence) const {
        if (names() != Names::ipv4_endpoint && names() != Names::ipv6_endpoint) {
            return;
        }
        const auto address =
            static_cast<std::uint32_t>(count_ >> (has_room_for_both ? 32 : 0) & UINT32_MAX);
        sentence.append(code_ == Errc::message_truncated ? ", from " : ": ");
        if (names() == Names::ipv4_endpoint) {
            for (const unsigned shift : {24U, 16U, 8U, 0U}) {
                sentence.append_number(address >> shift & 255).append(shift != 0 ? '.' : ':');
            }
        } else {
            sentence.append(address == 0 ? "[::]:" : address == 1 ? "[::1]:" : "port ");
        }
        sentence.append_number(about_ >> 16);
    }

    static constexpr std::uint32_t about(Names names, std::uint16_t port = 0) {
        return static_cast<std::uint32_t>(names) << 8 | std::uint32_t{port} << 16;
    }
    constexpr Names names() const { return static_cast<Names>(about_ >> 8 & 0xff); }

    Errc code_;
    std::uint32_t about_; // the operation, what else is named, a port: together, so that an error
    std::size_t count_;   // is made in two steps
};

/// What an error has that knows more than its cause, such as a DialError: it answers what an Error
/// answers, goes wherever an Error goes, and says in `text()` what else it knows.
class RicherError {
public:
    [[nodiscard]] constexpr Errc code() const { return cause_.code(); }
    [[nodiscard]] constexpr Operation operation() const { return cause_.operation(); }
    [[nodiscard]] constexpr std::size_t transferred() const { return cause_.transferred(); }
    [[nodiscard]] constexpr std::size_t message_size() const { return cause_.message_size(); }
    [[nodiscard]] constexpr bool is_transient() const { return cause_.is_transient(); }
    [[nodiscard]] constexpr bool is_disconnect() const { return cause_.is_disconnect(); }
    [[nodiscard]] constexpr bool is_resource_exhausted() const {
        return cause_.is_resource_exhausted();
    }
    constexpr operator Error() const { return cause_; }

    friend constexpr bool operator==(const RicherError& error, Errc code) {
        return error.code() == code;
    }

protected:
    constexpr explicit RicherError(Error cause) : cause_{cause} {}

    Error cause_;
};

static_assert(std::is_trivially_copyable_v<Error> && sizeof(Error) == 8 + sizeof(std::size_t));
static_assert(Error{Errc::connection_refused, Operation::connect}.text() ==
              "connect: Connection refused (ECONNREFUSED)");

} // namespace ferrule
