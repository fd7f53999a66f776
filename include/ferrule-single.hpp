// SPDX-License-Identifier: MIT
// clang-format off
//
// All of ferrule in one file, 0.1.0: what ferrule/ferrule.hpp includes. Made of the headers in
// ferrule/ by a script; change those. The bridges to other libraries come with it where a macro
// asks for them before the #include:
//
//     #define FERRULE_BRIDGE_FMT
//     #define FERRULE_BRIDGE_FORMAT
//     #define FERRULE_BRIDGE_OSTREAM
//     #define FERRULE_BRIDGE_SIGNALS
//     #define FERRULE_BRIDGE_STOP_TOKEN
//     #define FERRULE_BRIDGE_SYSTEM_ERROR

#ifndef FERRULE_SINGLE_HPP
#define FERRULE_SINGLE_HPP
// ferrule/core/language.hpp
/// @file
/// What ferrule needs of the compiler. Every header includes this one first. An older compiler
/// prints the #error below and nothing else: the include after it names a file that does not exist,
/// which ends the compilation.

#if defined(__clang__) && !defined(__apple_build_version__) && __clang_major__ < 14
#error "ferrule needs clang 14 or later, with -std=c++20"
#include "ferrule needs clang 14 or later"
#elif !defined(__clang__) && defined(__GNUC__) && __GNUC__ < 11
#error "ferrule needs g++ 11 or later, with -std=c++20"
#include "ferrule needs g++ 11 or later"
#elif __cplusplus < 202002L
#error "ferrule needs C++20: pass -std=c++20 (Meson: cpp_std=c++20, CMake: CXX_STANDARD 20)"
#include "ferrule needs -std=c++20"
#endif

// clang knows [[clang::lifetimebound]]; g++ should not warn about it.
#if !defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 12
#pragma GCC diagnostic ignored_attributes "clang::"
#endif
// ferrule/address/base.hpp
/// @file
/// What the addresses of all families share: the name, the hash, the comparison of the first bits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view> // declares std::hash // IWYU pragma: export

namespace ferrule {

/// The address of a host, without a port: `Address<Ipv4>`, `Address<Ipv6>`, or either of the two as
/// `Address<Ip>`.
template <class Family> class Address;

/// The hash `seed` with 64 more bits in it.
[[nodiscard]] constexpr std::uint64_t hash_with(std::uint64_t seed, std::uint64_t bits) {
    std::uint64_t mixed =
        (seed ^ bits) * 0x9e3779b97f4a7c15; // 2^64 / golden ratio: spreads neighbours
    mixed ^= mixed >> 32;
    mixed *= 0xd6e8feb86659fd93;
    return mixed ^ mixed >> 32;
}

/// Whether the first `length` bits of two addresses are the same.
template <std::size_t Size>
[[nodiscard]] constexpr bool begin_alike(const std::array<unsigned char, Size>& one,
                                         const std::array<unsigned char, Size>& other,
                                         unsigned length) {
    std::size_t at = 0;
    for (; length >= 8; length -= 8, ++at) {
        if (one[at] != other[at]) {
            return false;
        }
    }
    return length == 0 || (one[at] ^ other[at]) >> (8 - length) == 0;
}

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Address<Family>> {
    constexpr std::size_t operator()(const ferrule::Address<Family>& address) const noexcept {
        return static_cast<std::size_t>(address.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
// ferrule/core/errc.hpp
/// @file
/// The causes of failures.

#include <cerrno>

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
// ferrule/core/impl/words.hpp
/// @file
/// Many texts in one: it needs no relocation at the start of a program, as a table of pointers
/// does, and no code, as a switch does.

namespace ferrule::detail {

/// The text `at` this place of many that each end with a newline; empty after the last.
[[nodiscard, gnu::__cold__, gnu::__noinline__]] constexpr std::string_view word(const char* words,
                                                                                unsigned at) {
    for (; at != 0 && *words != 0; ++words) {
        at -= *words == '\n' ? 1 : 0;
    }
    const char* end = words;
    while (*end != 0 && *end != '\n') {
        ++end;
    }
    return std::string_view{words, static_cast<std::string_view::size_type>(end - words)};
}

} // namespace ferrule::detail
// ferrule/core/description.hpp
/// @file
/// The words for each cause of a failure.

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
// ferrule/core/operation.hpp
/// @file
/// What can go wrong: the operations, and the words for them.

namespace ferrule {

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

namespace detail {

// In the order of Operation.
inline constexpr const char* operation_words = "\n"
                                               "open\n"
                                               "bind\n"
                                               "listen\n"
                                               "accept\n"
                                               "connect\n"
                                               "pair\n"
                                               "send\n"
                                               "receive\n"
                                               "peek\n"
                                               "shutdown\n"
                                               "close\n"
                                               "finish\n"
                                               "abort\n"
                                               "adopt\n"
                                               "notify\n"
                                               "get option\n"
                                               "set option\n"
                                               "local endpoint\n"
                                               "peer endpoint\n"
                                               "convert\n"
                                               "stop\n"
                                               "wait\n"
                                               "resolve\n"
                                               "dial\n"
                                               "interfaces\n"
                                               "parse\n";

} // namespace detail

/// The word for it in a sentence: "connect".
[[nodiscard]] constexpr std::string_view name(Operation operation) {
    return detail::word(detail::operation_words, static_cast<unsigned>(operation));
}

} // namespace ferrule
// ferrule/core/optional_size.hpp
/// @file
/// A number of bytes that may be unknown. std::optional would cost every file more lines than all
/// errors together.

namespace ferrule {

/// A number of bytes above 0, or none.
class OptionalSize {
public:
    constexpr OptionalSize() = default;
    constexpr explicit OptionalSize(std::size_t size) : size_{size} {}

    [[nodiscard]] constexpr bool has_value() const { return size_ != 0; }
    constexpr explicit operator bool() const { return has_value(); }
    /// 0 of none.
    [[nodiscard]] constexpr std::size_t operator*() const { return size_; }
    [[nodiscard]] constexpr std::size_t value_or(std::size_t other) const {
        return has_value() ? size_ : other;
    }

    /// None is equal to 0.
    friend constexpr bool operator==(OptionalSize one, std::size_t other) {
        return one.size_ == other;
    }
    friend constexpr bool operator==(OptionalSize, OptionalSize) = default;

private:
    std::size_t size_ = 0;
};

} // namespace ferrule
// ferrule/core/text.hpp
/// @file
/// Text of bounded length that lives in the object: what every `text()` of ferrule returns. No
/// allocation, usable while compiling.

#include <concepts>

namespace ferrule {

/// A std::string, whatever its allocator, without its header.
template <class Candidate>
concept OwnsCharacters = requires {
    typename Candidate::traits_type;
    typename Candidate::allocator_type;
    requires std::same_as<typename Candidate::value_type, char>;
};

/// Up to `Capacity` characters and a final NUL. What does not fit is left out. Converts to a
/// std::string_view, which it must outlive, and to a std::string.
template <std::size_t Capacity> class Text {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr Text() = default;
    constexpr explicit Text(std::string_view characters) { append(characters); }

    /// The text of anything that has `constexpr char* print(char* at) const`, which writes at most
    /// `Capacity` characters and returns the place after them.
    template <class Printable> [[nodiscard]] static constexpr Text printed(const Printable& value) {
        Text text;
        text.size_ = static_cast<std::size_t>(value.print(text.characters_) - text.characters_);
        return text;
    }

    [[nodiscard]] constexpr std::string_view view() const [[clang::lifetimebound]] {
        return {characters_, size_};
    }
    constexpr operator std::string_view() const [[clang::lifetimebound]] { return view(); }
    template <OwnsCharacters String> constexpr operator String() const {
        return String(characters_, size_);
    }
    [[nodiscard]] constexpr const char* c_str() const [[clang::lifetimebound]] {
        return characters_;
    }
    [[nodiscard]] constexpr const char* data() const [[clang::lifetimebound]] {
        return characters_;
    }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

    // These are no part of their callers, which are sentences made of many parts.

    [[gnu::__noinline__]] constexpr Text& append(std::string_view characters) {
        for (const char character : characters) {
            if (size_ < Capacity) {
                characters_[size_++] = character;
            }
        }
        return *this;
    }
    constexpr Text& append(char character) { return append(std::string_view{&character, 1}); }

    /// In decimal.
    [[gnu::__noinline__]] constexpr Text& append_number(std::uint64_t number) {
        char digits[20]{};
        std::size_t first = sizeof digits;
        do {
            digits[--first] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        return append(std::string_view{digits + first, sizeof digits - first});
    }

    friend constexpr bool operator==(const Text& one, std::string_view other) {
        return one.view() == other;
    }
    friend constexpr bool operator==(const Text& one, const Text& other) {
        return one.view() == other.view();
    }

private:
    char characters_[Capacity + 1]{};
    std::size_t size_ = 0;
};

/// Printed as what its `text()` says; for the bridges to fmt, std::format and std::ostream.
template <class Candidate>
concept Textual = requires(const Candidate& candidate) {
    { candidate.text().view() } -> std::same_as<std::string_view>;
};

namespace detail {

// Return types of the operators that a stream would need: their names are the messages.
struct include_ferrule_bridge_ostream_hpp_to_print_this {};
struct print_its_peer_endpoint_or_local_endpoint {};

template <class Candidate>
concept OutputStream = requires(Candidate& candidate) {
    candidate.rdbuf();
    candidate.flush();
};

} // namespace detail

/// Declared by ferrule/bridge/ostream.hpp, for what <ostream> costs.
template <detail::OutputStream Stream, Textual Printed>
detail::include_ferrule_bridge_ostream_hpp_to_print_this operator<<(Stream&,
                                                                    const Printed&) = delete;

} // namespace ferrule
// ferrule/core/error.hpp
/// @file
/// What went wrong: which operation, with what cause, and how far it had come. 16 bytes, no
/// allocation; reads as a sentence.

namespace ferrule {

/// A failure: its cause, the operation, and how much had already been done.
class Error {
public:
    constexpr Error(Errc code, Operation operation, std::size_t count = 0)
        : code_{code}, about_{static_cast<std::uint32_t>(operation)}, count_{count} {}

    /// What errno(3) says now of `operation`, of which `count` bytes had gone through.
    [[nodiscard, gnu::__always_inline__]] static Error from_errno(Operation operation,
                                                                  std::size_t count = 0) {
        return {last_cause(), operation, count};
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

    /// The same failure as its caller sees it: of another operation.
    [[nodiscard]] constexpr Error during(Operation operation) const {
        Error error = *this;
        error.about_ = (about_ & ~std::uint32_t{0xff}) | static_cast<std::uint32_t>(operation);
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

    /// Of `message_truncated`: the true size of the message in bytes, if the system tells it.
    [[nodiscard]] constexpr OptionalSize message_size() const {
        return code_ == Errc::message_truncated ? OptionalSize{count()} : OptionalSize{};
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
        case Errc::too_many_files_open:
        case Errc::too_many_files_open_in_system:
        case Errc::no_buffer_space:
        case Errc::not_enough_memory:
        case Errc::too_many_lookups:
            return true;
        default:
            return false;
        }
    }

    /// One sentence: `connect: Connection refused (ECONNREFUSED)`.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] constexpr Text<160> text() const {
        Text<160> sentence{name(operation())};
        if (names() == Names::option) {
            sentence.append(" ").append(option_name());
        }
        if (!sentence.empty()) {
            sentence.append(": ");
        }
        const auto [errc_name, meaning] = describe(code_);
        if (errc_name.empty()) {
            append(sentence, "Error ", static_cast<std::uint32_t>(code_), " (see errno(3))");
        } else {
            sentence.append(meaning).append(" (").append(errc_name).append(")");
        }
        if (operation() == Operation::parse) {
            append(sentence, " at position ", count_, "");
        } else if (count() != 0) {
            append(sentence, code_ == Errc::message_truncated ? ", its size is " : ", after ",
                   count(), " bytes");
        }
        append_endpoint(sentence);
        return sentence;
    }

    /// Compares cause, operation and count; what else the text names does not matter.
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

    // Cold, and so is what leads to it.
    [[gnu::__cold__, gnu::__noinline__]] static Errc last_cause() {
        return static_cast<Errc>(errno);
    }

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

    [[gnu::__cold__, gnu::__noinline__]] constexpr void append_endpoint(Text<160>& sentence) const {
        if (names() != Names::ipv4_endpoint && names() != Names::ipv6_endpoint) {
            return;
        }
        const auto address =
            static_cast<std::uint32_t>(count_ >> (has_room_for_both ? 32 : 0) & UINT32_MAX);
        sentence.append(code_ == Errc::message_truncated ? ", from " : ": ");
        if (names() == Names::ipv4_endpoint) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                sentence.append_number(address >> shift & 255).append(shift != 0 ? "." : ":");
            }
        } else {
            sentence.append(address == 0 ? "[::]:" : address == 1 ? "[::1]:" : "port ");
        }
        sentence.append_number(about_ >> 16);
    }

    static constexpr std::uint32_t about(Names names, std::uint16_t port = 0) {
        return static_cast<std::uint32_t>(names) << 8 | std::uint32_t{port} << 16;
    }
    [[gnu::__cold__, gnu::__noinline__]] static constexpr void append(Text<160>& sentence,
                                                                      std::string_view before,
                                                                      std::size_t number,
                                                                      std::string_view after) {
        sentence.append(before).append_number(number).append(after);
    }
    constexpr Names names() const { return static_cast<Names>(about_ >> 8 & 0xff); }

    Errc code_;
    std::uint32_t about_; // the operation, what else is named, a port: together, so that an error
    std::size_t count_;   // is made in two steps
};

/// The base of errors that know more than a cause, such as DialError. It has the members of an
/// Error, converts to an Error, and its `text()` says the rest.
class RicherError {
public:
    [[nodiscard]] constexpr Errc code() const { return cause_.code(); }
    [[nodiscard]] constexpr Operation operation() const { return cause_.operation(); }
    [[nodiscard]] constexpr std::size_t transferred() const { return cause_.transferred(); }
    [[nodiscard]] constexpr OptionalSize message_size() const { return cause_.message_size(); }
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

} // namespace ferrule
// ferrule/core/one_of.hpp
/// @file
/// Lists of types, and the question whether a type is on one. Every rule of ferrule ends in
/// `Among`, because a compiler that finds it false prints both the type that was chosen and the
/// list of what could have been.

#include <type_traits>

namespace ferrule {

/// A list of types to choose from.
template <class... Choices> struct OneOf {};

/// The list that every type is on.
struct Every {};

/// The list that every type is on but these.
template <class... Excluded> struct EveryBut {};

/// Whether `Choice` is on the list `Choices`.
template <class Choice, class Choices> inline constexpr bool among = std::is_same_v<Choices, Every>;

template <class Choice, class... Choices>
inline constexpr bool among<Choice, OneOf<Choices...>> = (std::is_same_v<Choice, Choices> || ...);

template <class Choice, class... Excluded>
inline constexpr bool among<Choice, EveryBut<Excluded...>> =
    !(std::is_same_v<Choice, Excluded> || ...);

template <class Choice, class Choices>
concept Among = among<Choice, Choices>;

} // namespace ferrule
// ferrule/sys/print.hpp
/// @file
/// write(2) to standard error: the last words of a program.

#include <unistd.h>

namespace ferrule::sys {

/// Writes the text, or as much of it as the system takes.
inline void print_to_standard_error(std::string_view text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace ferrule::sys
// ferrule/core/failure.hpp
/// @file
/// What happens when there is no value: a Failure is thrown, or the sentence is printed and the
/// program aborts.

#include <new> // IWYU pragma: keep; std::exception, the base of std::bad_alloc: less than <exception>

namespace ferrule {

#if defined(__cpp_exceptions)

/// What `Result::value()` throws when there is no value. `what()` is the sentence of the error.
/// Visible beyond a library that is built with hidden names, so that it is caught by its name
/// there.
// NOLINTNEXTLINE(misc-include-cleaner): <new> has std::exception
class [[gnu::visibility("default")]] Failure : public std::exception {
public:
    Failure(Error error, std::string_view sentence) : error_{error}, sentence_{sentence} {}
    [[nodiscard]] const Error& error() const noexcept { return error_; }
    [[nodiscard]] const char* what() const noexcept override { return sentence_.c_str(); }

private:
    Error error_;
    Text<1023> sentence_;
};

#endif

/// What `value()` does without a value. It is part of the names of the functions that differ, so
/// that objects built with and without exceptions can be linked together.
enum class OnFailure { aborts, throws };

/// Of this file: whether it is compiled with exceptions.
#if defined(__cpp_exceptions)
inline constexpr OnFailure on_failure_here = OnFailure::throws;
#else
inline constexpr OnFailure on_failure_here = OnFailure::aborts;
#endif

namespace detail {

// Prints the sentence and aborts: the program has a fault.
[[noreturn, gnu::__cold__, gnu::__noinline__]] inline void
print_and_abort(std::string_view sentence) {
    sys::print_to_standard_error(sentence);
    __builtin_abort();
}

} // namespace detail

/// How an error is passed on: a small one by value, so that a Result that may fail can stay in
/// registers.
template <class E> using Passed = std::conditional_t<sizeof(E) <= 16, E, const E&>;

/// Throws the error, or prints its sentence and aborts.
template <OnFailure on_failure, class E>
[[noreturn, gnu::__cold__, gnu::__noinline__]] void fail(Passed<E> error) {
#if defined(__cpp_exceptions)
    if constexpr (on_failure == OnFailure::throws) {
        throw Failure{static_cast<Error>(error), error.text().view()};
    }
#endif
    auto sentence = error.text();
    detail::print_and_abort(sentence.append('\n').view());
}

/// What `error()` does with a value.
[[noreturn, gnu::__cold__, gnu::__noinline__]] inline void fail_without_an_error() {
    detail::print_and_abort("error() of a Result that holds a value\n");
}

} // namespace ferrule
// ferrule/core/impl/result_storage.hpp
/// @file
/// Where the value or the error of a Result lies.

#include <utility>

namespace ferrule {

/// What `value()` of a Result<void> stands for inside.
struct VoidValue {};

/// Where the value or the error lies. Three ways to store: trivially copyable types in a plain
/// union, std::size_t and VoidValue packed into the Error itself (so that they return in
/// registers), types with a destructor moved only. Here and in Result the compiler's own traits are
/// used: those of <type_traits> in libstdc++ instantiate further templates for each type of value,
/// which is many times the work.
template <class Value, class E, bool trivial = __is_trivially_copyable(Value)> class ResultStorage {
public:
    template <class... Arguments>
    constexpr explicit ResultStorage(std::in_place_t, Arguments&&... arguments)
        : value_(std::forward<Arguments>(arguments)...), has_value_{true} {}
    constexpr explicit ResultStorage(E error) : error_{error}, has_value_{false} {}

    constexpr bool has_value() const { return has_value_; }
    constexpr Value& value() { return value_; }
    constexpr const Value& value() const { return value_; }
    constexpr const E& error() const { return error_; }

private:
    union {
        Value value_;
        E error_;
    };
    bool has_value_;
};

template <class Value, class E> class ResultStorage<Value, E, false> {
public:
    template <class... Arguments>
    constexpr explicit ResultStorage(std::in_place_t, Arguments&&... arguments)
        : value_(std::forward<Arguments>(arguments)...), has_value_{true} {}
    constexpr explicit ResultStorage(E error) : error_{error}, has_value_{false} {}

    constexpr ResultStorage(ResultStorage&& other) noexcept { take(std::move(other)); }
    constexpr ResultStorage& operator=(ResultStorage&& other) noexcept {
        static_assert(__is_nothrow_constructible(Value, Value&&),
                      "a move that throws would leave the Result without value and error");
        if (this != &other) {
            destroy();
            take(std::move(other));
        }
        return *this;
    }
    constexpr ~ResultStorage() { destroy(); }

    constexpr bool has_value() const { return has_value_; }
    constexpr Value& value() { return value_; }
    constexpr const Value& value() const { return value_; }
    constexpr const E& error() const { return error_; }

private:
    constexpr void take(ResultStorage&& other) {
        has_value_ = other.has_value_;
        if (has_value_) {
            ::new (static_cast<void*>(&value_)) Value(std::move(other.value_));
        } else {
            error_ = other.error_;
        }
    }
    constexpr void destroy() {
        if (has_value_) {
            value_.~Value();
        }
    }

    union {
        Value value_;
        E error_;
    };
    bool has_value_;
};

template <> class ResultStorage<VoidValue, Error, true> {
public:
    constexpr explicit ResultStorage(std::in_place_t, VoidValue = {})
        : error_{Errc::none, Operation::none} {}
    constexpr explicit ResultStorage(Error error) : error_{error} {}

    constexpr bool has_value() const { return error_.code() == Errc::none; }
    constexpr VoidValue value() const { return {}; }
    constexpr const Error& error() const { return error_; }

private:
    Error error_;
};

template <> class ResultStorage<std::size_t, Error, true> {
public:
    constexpr explicit ResultStorage(std::in_place_t, std::size_t value = 0)
        : error_{Errc::none, Operation::none, value} {}
    constexpr explicit ResultStorage(Error error) : error_{error} {}

    constexpr bool has_value() const { return error_.code() == Errc::none; }
    constexpr std::size_t& value() { return error_.count_; }
    constexpr const std::size_t& value() const { return error_.count_; }
    constexpr const Error& error() const { return error_; }

private:
    Error error_;
};

} // namespace ferrule
// ferrule/core/result.hpp
/// @file
/// A value or an error: what every operation that can fail returns. Throws only in `value()`, and
/// only when asked. A class of our own, because std::expected is not in C++20 and an alias that
/// switches with the language would break the one-definition rule.

namespace ferrule {

template <class T, class E> class Result;

/// Whether a type is a Result. A Result is never converted into the value of another one:
/// `Result<bool>` would take its operator bool, and the error would be lost (LWG 3836).
template <class> inline constexpr bool is_result = false;
template <class T, class E> inline constexpr bool is_result<Result<T, E>> = true;

/// What can be the error of a Result: it reads as a sentence and converts to an Error.
template <class Candidate>
concept IsError = requires(const Candidate& error) {
    error.text();
    static_cast<Error>(error);
};

/// Whether a type is a number; a truth value is none.
template <class T>
inline constexpr bool is_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// As std::is_convertible_v, less work for the compiler.
template <class From, class To>
inline constexpr bool converts_to =
    requires(void (&take)(To), From&& from) { take(static_cast<From&&>(from)); };

/// A value of type `T`, or an error of type `E`. `E` is trivially copyable and has `text()`.
template <class T, class E = Error>
class [[nodiscard("a Result may hold an error: look at it, or call value()")]] Result {
    using Stored = std::conditional_t<std::is_void_v<T>, VoidValue, T>;

public:
    using value_type = T;
    using error_type = E;

    static_assert(__is_trivially_copyable(E));
    static_assert(!std::is_reference_v<T> && !std::is_array_v<T> && !std::is_const_v<T>,
                  "a Result holds a value, no reference, array or constant");
    static_assert(!std::is_same_v<std::remove_cv_t<T>, E>,
                  "a value of the error's type could not be told from an error");

    constexpr Result()
        requires std::is_void_v<T>
        : storage_{std::in_place} {}

    /// Of a number: converted where it is given, so that `return 0;` is a size, and a conversion
    /// that loses something is a warning there.
    constexpr Result(Stored number)
        requires is_number<T>
        : storage_{std::in_place, number} {}

    template <class U = Stored>
        requires(!is_number<T> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
                 !std::is_same_v<std::remove_cvref_t<U>, E> && !std::is_void_v<T> &&
                 !(std::is_same_v<T, bool> && is_result<std::remove_cvref_t<U>>) &&
                 __is_constructible(Stored, U))
    constexpr explicit(!converts_to<U, Stored>) Result(U&& value)
        : storage_{std::in_place, std::forward<U>(value)} {}

    constexpr Result(E error) : storage_{error} {}

    /// Of a richer error, such as a DialError: what of it an `E` can hold.
    template <class Richer>
        requires(IsError<Richer> && !std::is_same_v<Richer, E> && converts_to<const Richer&, E> &&
                 !__is_constructible(Stored, const Richer&))
    constexpr Result(const Richer& error) : storage_{static_cast<E>(error)} {}

    /// A Result whose value and error convert to these.
    template <class U, class F>
        requires(!std::is_same_v<Result<U, F>, Result> && !std::is_void_v<T> &&
                 !std::is_void_v<U> && converts_to<U, Stored> && converts_to<const F&, E> &&
                 (std::is_same_v<T, bool> || !__is_constructible(Stored, Result<U, F>)))
    constexpr Result(Result<U, F> other)
        : storage_{other.has_value() ? ResultStorage<Stored, E>{std::in_place, *std::move(other)}
                                     : ResultStorage<Stored, E>{static_cast<E>(other.error())}} {}

    [[nodiscard]] constexpr bool has_value() const { return storage_.has_value(); }

    /// Not for Result<bool>, where `if (result)` would be read as a question about the value.
    constexpr explicit operator bool() const
        requires(!std::is_same_v<T, bool>)
    {
        return has_value();
    }
    constexpr explicit operator bool() const // of a bool inside: has_value(), or what *result is
        requires std::is_same_v<T, bool>
    = delete;

    /// The value. Without one: prints the sentence of the error and aborts, in every build. After
    /// `if (result)` the compiler drops the check.
    constexpr decltype(auto) operator*() & {
        must_have_a_value();
        return storage_.value();
    }
    constexpr decltype(auto) operator*() const& {
        must_have_a_value();
        return storage_.value();
    }
    constexpr Stored operator*() && {
        must_have_a_value();
        return std::move(storage_.value());
    }
    constexpr auto* operator->() {
        must_have_a_value();
        return &storage_.value();
    }
    constexpr const auto* operator->() const {
        must_have_a_value();
        return &storage_.value();
    }

    /// The error. With a value: prints that there is none and aborts.
    [[nodiscard]] constexpr const E& error() const& {
        if (has_value()) [[unlikely]] {
            fail_without_an_error();
        }
        return storage_.error();
    }
    /// Of a temporary a copy, which may be kept.
    [[nodiscard]] constexpr E error() && { return static_cast<const Result&>(*this).error(); }

    /// The value. Without one: throws Failure, or prints the sentence and aborts where exceptions
    /// are switched off.
    template <OnFailure on_failure = on_failure_here> constexpr T value() && {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return std::move(storage_.value());
        }
    }

    template <OnFailure on_failure = on_failure_here> constexpr decltype(auto) value() const& {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return (storage_.value());
        }
    }

    template <OnFailure on_failure = on_failure_here> constexpr decltype(auto) value() & {
        require<on_failure>();
        if constexpr (!std::is_void_v<T>) {
            return (storage_.value());
        }
    }

    /// The same where the value itself is not needed: `listener.accept(stop).require()`.
    template <OnFailure on_failure = on_failure_here> constexpr void require() const {
        if (!has_value()) [[unlikely]] {
            fail<on_failure, E>(storage_.error());
        }
    }

    /// The value, or what `other` makes of one.
    template <class U = Stored>
        requires(!std::is_void_v<T>)
    [[nodiscard]] constexpr T value_or(U&& other) const& {
        return has_value() ? storage_.value() : static_cast<T>(std::forward<U>(other));
    }

    template <class U = Stored>
        requires(!std::is_void_v<T>)
    [[nodiscard]] constexpr T value_or(U&& other) && {
        return has_value() ? std::move(storage_.value()) : static_cast<T>(std::forward<U>(other));
    }

    /// The value goes on into `next`, which returns a Result of the same error type; an error goes
    /// past it.
    template <class Next> constexpr auto and_then(Next&& next) && {
        return followed(std::forward<Next>(next), std::move(*this));
    }

    template <class Next> constexpr auto and_then(Next&& next) const& {
        return followed(std::forward<Next>(next), *this);
    }

    /// The value is replaced by what `change` makes of it; an error goes past it.
    template <class Change> constexpr auto transform(Change&& change) && {
        return transformed(std::forward<Change>(change), std::move(*this));
    }

    template <class Change> constexpr auto transform(Change&& change) const& {
        return transformed(std::forward<Change>(change), *this);
    }

    /// An error goes into `rescue`, which returns a Result of the same value type; a value goes
    /// past it.
    template <class Rescue> constexpr Result or_else(Rescue&& rescue) && {
        return has_value() ? std::move(*this) : Result{std::forward<Rescue>(rescue)(error())};
    }

    template <class Rescue>
        requires std::is_copy_constructible_v<ResultStorage<Stored, E>>
    constexpr Result or_else(Rescue&& rescue) const& {
        return has_value() ? *this : Result{std::forward<Rescue>(rescue)(error())};
    }

private:
    constexpr void must_have_a_value() const {
        if (!has_value()) [[unlikely]] {
            fail<OnFailure::aborts, E>(storage_.error());
        }
    }

    // Of a Result that has a value.
    template <class F, class Self> static constexpr decltype(auto) call(F&& f, Self&& self) {
        if constexpr (std::is_void_v<T>) {
            return std::forward<F>(f)();
        } else if constexpr (std::is_lvalue_reference_v<Self>) {
            return std::forward<F>(f)(self.storage_.value());
        } else {
            // A reference to the value inside, which `f` may return.
            return std::forward<F>(f)(std::move(self.storage_.value()));
        }
    }

    template <class Next, class Self> static constexpr auto followed(Next&& next, Self&& self) {
        using After =
            std::remove_cvref_t<decltype(call(std::forward<Next>(next), std::forward<Self>(self)))>;
        static_assert(is_result<After>, "and_then goes on with what returns a Result; transform "
                                        "takes any other function");
        return self.has_value() ? call(std::forward<Next>(next), std::forward<Self>(self))
                                : After{self.storage_.error()};
    }

    template <class Change, class Self>
    static constexpr auto transformed(Change&& change, Self&& self) {
        using U = std::remove_cvref_t<decltype(call(std::forward<Change>(change),
                                                    std::forward<Self>(self)))>;
        if (!self.has_value()) {
            return Result<U, E>{self.error()};
        }
        if constexpr (std::is_void_v<U>) {
            call(std::forward<Change>(change), std::forward<Self>(self));
            return Result<U, E>{};
        } else {
            return Result<U, E>{call(std::forward<Change>(change), std::forward<Self>(self))};
        }
    }

    ResultStorage<Stored, E> storage_;
};

} // namespace ferrule
// ferrule/sys/platform.hpp
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
// ferrule/sys/numbers.hpp
/// @file
/// The numbers of the system: domains, types, protocols, levels, options, flags. Each has the name
/// that the manual pages give it, in small letters: `sys::so_reuseaddr` is SO_REUSEADDR. One that
/// the system does not have is `absent`; a tag or an option with such a number does not compile.

namespace ferrule::sys {

/// The number of what this system does not have.
inline constexpr int absent = -1;

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// The numbers of Linux. Socket types and the options of SOL_SOCKET differ from machine to machine;
/// the others never change. No header of the C library has all of them, so they are written out.
/// tests/sys/numbers.cpp compares them with the headers that have them.

namespace ferrule::sys {

// Domains (socket(2)).
inline constexpr int af_unspec = 0, af_inet = 2, af_inet6 = 10, af_unix = 1;
inline constexpr int af_packet = 17, af_vsock = 40;

// Types.
inline constexpr int sock_stream = SOCK_STREAM, sock_dgram = SOCK_DGRAM;
inline constexpr int sock_seqpacket = SOCK_SEQPACKET, sock_raw = SOCK_RAW;

// Protocols.
inline constexpr int ipproto_ip = 0, ipproto_icmp = 1, ipproto_tcp = 6, ipproto_udp = 17;
inline constexpr int ipproto_ipv6 = 41, ipproto_icmpv6 = 58, ipproto_sctp = 132;
inline constexpr int ipproto_udplite = 136, ipproto_mptcp = 262;

// Levels of options, beside the protocols.
inline constexpr int sol_socket = SOL_SOCKET, sol_raw = 255, sol_mptcp = 284;

// Of listen(2) and shutdown(2).
inline constexpr int somaxconn = SOMAXCONN, shut_rd = 0, shut_wr = 1, shut_rdwr = 2;

// Flags of send(2) and recv(2), and what recvmsg(2) tells.
inline constexpr int msg_peek = 0x02, msg_waitall = 0x100, msg_trunc = 0x20, msg_ctrunc = 0x08;
inline constexpr int msg_dontwait = 0x40, msg_nosignal = 0x4000, msg_cmsg_cloexec = 0x40000000;
inline constexpr int msg_errqueue = 0x2000, msg_confirm = 0x800, msg_dontroute = 0x04;
inline constexpr int msg_more = 0x8000, msg_zerocopy = 0x4000000, msg_waitforone = 0x10000;

// Events of poll(2).
inline constexpr short pollin = 0x01, pollout = 0x04, pollpri = 0x02;

// Options of every socket (socket(7)).
inline constexpr int so_acceptconn = SO_ACCEPTCONN, so_broadcast = SO_BROADCAST;
inline constexpr int so_domain = SO_DOMAIN, so_dontroute = SO_DONTROUTE, so_error = SO_ERROR;
inline constexpr int so_keepalive = SO_KEEPALIVE, so_linger = SO_LINGER, so_protocol = SO_PROTOCOL;
inline constexpr int so_rcvbuf = SO_RCVBUF, so_rcvlowat = SO_RCVLOWAT, so_reuseaddr = SO_REUSEADDR;
inline constexpr int so_reuseport = SO_REUSEPORT, so_sndbuf = SO_SNDBUF, so_type = SO_TYPE;
inline constexpr int so_bindtodevice = SO_BINDTODEVICE, so_bindtoifindex = SO_BINDTOIFINDEX;
inline constexpr int so_busy_poll = SO_BUSY_POLL, so_incoming_cpu = SO_INCOMING_CPU;
inline constexpr int so_mark = SO_MARK, so_priority = SO_PRIORITY, so_rcvbufforce = SO_RCVBUFFORCE;
inline constexpr int so_sndbufforce = SO_SNDBUFFORCE, so_timestamping = SO_TIMESTAMPING;
inline constexpr int so_timestampns = SO_TIMESTAMPNS, so_zerocopy = SO_ZEROCOPY, so_cookie = 57;
inline constexpr int so_passcred = SO_PASSCRED, so_peercred = SO_PEERCRED, so_peergroups = 59;
inline constexpr int so_peerpidfd = 77, so_passpidfd = 76, so_passrights = 83;
inline constexpr int so_rcvpriority = 82, so_rxq_ovfl = SO_RXQ_OVFL, so_txtime = SO_TXTIME;

// Control messages (cmsg(3)) of SOL_SOCKET; their types.
inline constexpr int scm_rights = SCM_RIGHTS, scm_credentials = 2, scm_pidfd = 4;
inline constexpr int scm_timestampns = SO_TIMESTAMPNS, scm_timestamping = SO_TIMESTAMPING;
inline constexpr int scm_txtime = SO_TXTIME, scm_priority = SO_PRIORITY;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = 2, ip_tos = 1, ip_hdrincl = 3, ip_recvttl = 12, ip_recvtos = 13;
inline constexpr int ip_multicast_if = 32, ip_multicast_ttl = 33, ip_multicast_loop = 34;
inline constexpr int ip_mtu_discover = 10, ip_recverr = 11, ip_mtu = 14, ip_freebind = 15;
inline constexpr int ip_transparent = 19, ip_recvorigdstaddr = 20, ip_minttl = 21;
inline constexpr int ip_bind_address_no_port = 24, ip_pktinfo = 8, ip_multicast_all = 49;
inline constexpr int ip_local_port_range = 51, ip_pmtudisc_dont = 0, ip_pmtudisc_want = 1;
inline constexpr int ip_pmtudisc_do = 2, ip_pmtudisc_probe = 3, ip_pmtudisc_interface = 4;
inline constexpr int ip_pmtudisc_omit = 5;

// Options of IPv6 (ipv6(7), RFC 3493, RFC 3542).
inline constexpr int ipv6_unicast_hops = 16, ipv6_multicast_if = 17, ipv6_multicast_hops = 18;
inline constexpr int ipv6_multicast_loop = 19, ipv6_v6only = 26, ipv6_checksum = 7;
inline constexpr int ipv6_tclass = 67, ipv6_dontfrag = 62, ipv6_recvpktinfo = 49;
inline constexpr int ipv6_recvhoplimit = 51, ipv6_recvtclass = 66, ipv6_flowinfo = 11;
inline constexpr int ipv6_mtu_discover = 23, ipv6_mtu = 24, ipv6_recverr = 25;
inline constexpr int ipv6_multicast_all = 29, ipv6_flowlabel_mgr = 32, ipv6_flowinfo_send = 33;
inline constexpr int ipv6_hdrincl = 36, ipv6_autoflowlabel = 70, ipv6_minhopcount = 73;
inline constexpr int ipv6_recvorigdstaddr = 74, ipv6_transparent = 75, ipv6_unicast_if = 76;
inline constexpr int ipv6_freebind = 78, ipv6_pktinfo = 50, ipv6_hoplimit = 52;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = 42, mcast_leave_group = 45, mcast_join_source_group = 46;
inline constexpr int mcast_leave_source_group = 47;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = 1, icmp6_filter = 1;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = 1, tcp_maxseg = 2, tcp_keepidle = 4, tcp_keepintvl = 5;
inline constexpr int tcp_keepcnt = 6, tcp_cork = 3, tcp_syncnt = 7, tcp_linger2 = 8;
inline constexpr int tcp_defer_accept = 9, tcp_window_clamp = 10, tcp_info = 11, tcp_quickack = 12;
inline constexpr int tcp_congestion = 13, tcp_thin_linear_timeouts = 16, tcp_user_timeout = 18;
inline constexpr int tcp_fastopen = 23, tcp_notsent_lowat = 25, tcp_save_syn = 27;
inline constexpr int tcp_saved_syn = 28, tcp_fastopen_connect = 30, mptcp_info = 1;
inline constexpr int tcp_is_mptcp = 43, tcp_rto_max_ms = 44;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = 1, udp_no_check6_tx = 101, udp_no_check6_rx = 102;
inline constexpr int udp_segment = 103, udp_gro = 104, udplite_send_cscov = 10;
inline constexpr int udplite_recv_cscov = 11;

// What recv(2) is given to return the whole size of a message that is cut.
inline constexpr int msg_whole_size = msg_trunc;

// What Unix sockets have (unix(7)).
inline constexpr bool unix_has_seqpacket = true;
inline constexpr bool unix_has_abstract_names = true;
inline constexpr bool unix_has_autobind = true; ///< bind(2) without a name gives an abstract one.
inline constexpr bool unix_has_modes = true;    ///< fchmod(2) before bind(2).

} // namespace ferrule::sys
#else
/// @file
/// The numbers that POSIX.1-2024, macOS and the BSDs share. What only some of them have is absent.

#include <netinet/tcp.h>
#include <poll.h>

namespace ferrule::sys {

// Domains (socket(2)).
inline constexpr int af_packet = absent, af_vsock = absent;
inline constexpr int af_unspec = AF_UNSPEC, af_inet = AF_INET, af_inet6 = AF_INET6;
inline constexpr int af_unix = AF_UNIX;

// Types.
inline constexpr int sock_stream = SOCK_STREAM, sock_dgram = SOCK_DGRAM;
inline constexpr int sock_seqpacket = SOCK_SEQPACKET, sock_raw = SOCK_RAW;

// Protocols.
inline constexpr int ipproto_ip = IPPROTO_IP, ipproto_icmp = IPPROTO_ICMP;
inline constexpr int ipproto_tcp = IPPROTO_TCP, ipproto_udp = IPPROTO_UDP;
inline constexpr int ipproto_ipv6 = IPPROTO_IPV6, ipproto_icmpv6 = IPPROTO_ICMPV6;
inline constexpr int ipproto_sctp = 132, ipproto_udplite = absent, ipproto_mptcp = absent;

// Levels of options, beside the protocols.
inline constexpr int sol_socket = SOL_SOCKET, sol_raw = absent, sol_mptcp = absent;

// Of listen(2) and shutdown(2).
inline constexpr int somaxconn = SOMAXCONN, shut_rd = SHUT_RD, shut_wr = SHUT_WR;
inline constexpr int shut_rdwr = SHUT_RDWR;

// Flags of send(2) and recv(2), and what recvmsg(2) tells.
inline constexpr int msg_peek = MSG_PEEK, msg_waitall = MSG_WAITALL, msg_trunc = MSG_TRUNC;
inline constexpr int msg_ctrunc = MSG_CTRUNC, msg_dontwait = MSG_DONTWAIT;
inline constexpr int msg_dontroute = MSG_DONTROUTE, msg_errqueue = absent, msg_confirm = absent;
inline constexpr int msg_more = absent, msg_zerocopy = absent, msg_waitforone = absent;
inline constexpr int msg_nosignal = no_signal_flag, msg_cmsg_cloexec = close_on_exec_flag;

// Events of poll(2).
inline constexpr short pollin = POLLIN, pollout = POLLOUT, pollpri = POLLPRI;

// Options of every socket (socket(7)).
inline constexpr int so_acceptconn = SO_ACCEPTCONN, so_broadcast = SO_BROADCAST;
inline constexpr int so_domain = SO_DOMAIN, so_dontroute = SO_DONTROUTE, so_error = SO_ERROR;
inline constexpr int so_keepalive = SO_KEEPALIVE, so_linger = SO_LINGER, so_protocol = SO_PROTOCOL;
inline constexpr int so_rcvbuf = SO_RCVBUF, so_rcvlowat = SO_RCVLOWAT, so_reuseaddr = SO_REUSEADDR;
inline constexpr int so_reuseport = SO_REUSEPORT, so_sndbuf = SO_SNDBUF, so_type = SO_TYPE;
inline constexpr int so_bindtodevice = absent, so_bindtoifindex = absent, so_busy_poll = absent;
inline constexpr int so_incoming_cpu = absent, so_mark = absent, so_priority = absent;
inline constexpr int so_rcvbufforce = absent, so_sndbufforce = absent, so_timestamping = absent;
inline constexpr int so_timestampns = absent, so_zerocopy = absent, so_cookie = absent;
inline constexpr int so_passcred = absent, so_peercred = absent, so_peergroups = absent;
inline constexpr int so_peerpidfd = absent, so_passpidfd = absent, so_passrights = absent;
inline constexpr int so_rcvpriority = absent, so_rxq_ovfl = absent, so_txtime = absent;

// Control messages (cmsg(3)) of SOL_SOCKET; their types.
inline constexpr int scm_rights = SCM_RIGHTS, scm_credentials = absent, scm_pidfd = absent;
inline constexpr int scm_timestampns = absent, scm_timestamping = absent, scm_txtime = absent;
inline constexpr int scm_priority = absent;

// Options of IPv4 (ip(7)).
inline constexpr int ip_ttl = IP_TTL, ip_tos = IP_TOS, ip_hdrincl = IP_HDRINCL;
inline constexpr int ip_recvttl = IP_RECVTTL, ip_recvtos = IP_RECVTOS;
inline constexpr int ip_multicast_if = IP_MULTICAST_IF, ip_multicast_ttl = IP_MULTICAST_TTL;
inline constexpr int ip_multicast_loop = IP_MULTICAST_LOOP, ip_mtu_discover = absent;
inline constexpr int ip_recverr = absent, ip_mtu = absent, ip_freebind = absent;
inline constexpr int ip_transparent = absent, ip_recvorigdstaddr = absent, ip_minttl = absent;
inline constexpr int ip_bind_address_no_port = absent, ip_pktinfo = absent;
inline constexpr int ip_multicast_all = absent, ip_local_port_range = absent;
inline constexpr int ip_pmtudisc_dont = absent, ip_pmtudisc_want = absent, ip_pmtudisc_do = absent;
inline constexpr int ip_pmtudisc_probe = absent, ip_pmtudisc_interface = absent;
inline constexpr int ip_pmtudisc_omit = absent;

// Options of IPv6 (ipv6(7), RFC 3493, RFC 3542).
inline constexpr int ipv6_unicast_hops = IPV6_UNICAST_HOPS, ipv6_multicast_if = IPV6_MULTICAST_IF;
inline constexpr int ipv6_multicast_hops = IPV6_MULTICAST_HOPS;
inline constexpr int ipv6_multicast_loop = IPV6_MULTICAST_LOOP, ipv6_v6only = IPV6_V6ONLY;
inline constexpr int ipv6_checksum = IPV6_CHECKSUM, ipv6_tclass = IPV6_TCLASS;
inline constexpr int ipv6_dontfrag = IPV6_DONTFRAG, ipv6_recvpktinfo = IPV6_RECVPKTINFO;
inline constexpr int ipv6_recvhoplimit = IPV6_RECVHOPLIMIT, ipv6_recvtclass = IPV6_RECVTCLASS;
inline constexpr int ipv6_flowinfo = absent, ipv6_mtu_discover = absent, ipv6_mtu = absent;
inline constexpr int ipv6_recverr = absent, ipv6_multicast_all = absent;
inline constexpr int ipv6_flowlabel_mgr = absent, ipv6_flowinfo_send = absent;
inline constexpr int ipv6_hdrincl = absent, ipv6_autoflowlabel = absent, ipv6_minhopcount = absent;
inline constexpr int ipv6_recvorigdstaddr = absent, ipv6_transparent = absent;
inline constexpr int ipv6_unicast_if = absent, ipv6_freebind = absent;
inline constexpr int ipv6_pktinfo = IPV6_PKTINFO, ipv6_hoplimit = IPV6_HOPLIMIT;

// Membership in groups (RFC 3678).
inline constexpr int mcast_join_group = MCAST_JOIN_GROUP, mcast_leave_group = MCAST_LEAVE_GROUP;
inline constexpr int mcast_join_source_group = MCAST_JOIN_SOURCE_GROUP;
inline constexpr int mcast_leave_source_group = MCAST_LEAVE_SOURCE_GROUP;

// Options of ICMP sockets (raw(7), icmp(7)).
inline constexpr int icmp_filter = absent, icmp6_filter = absent;

// Options of TCP and of Multipath TCP (tcp(7)).
inline constexpr int tcp_nodelay = TCP_NODELAY, tcp_maxseg = TCP_MAXSEG, tcp_keepidle = absent;
inline constexpr int tcp_keepintvl = absent, tcp_keepcnt = absent, tcp_cork = absent;
inline constexpr int tcp_syncnt = absent, tcp_linger2 = absent, tcp_defer_accept = absent;
inline constexpr int tcp_window_clamp = absent, tcp_info = absent, tcp_quickack = absent;
inline constexpr int tcp_congestion = absent, tcp_thin_linear_timeouts = absent;
inline constexpr int tcp_user_timeout = absent, tcp_fastopen = absent, tcp_notsent_lowat = absent;
inline constexpr int tcp_save_syn = absent, tcp_saved_syn = absent, tcp_fastopen_connect = absent;
inline constexpr int mptcp_info = absent, tcp_is_mptcp = absent, tcp_rto_max_ms = absent;

// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).
inline constexpr int udp_cork = absent, udp_no_check6_tx = absent, udp_no_check6_rx = absent;
inline constexpr int udp_segment = absent, udp_gro = absent, udplite_send_cscov = absent;
inline constexpr int udplite_recv_cscov = absent;

// No receive tells the whole size of a message that is cut.
inline constexpr int msg_whole_size = 0;

// What Unix sockets have.
inline constexpr bool unix_has_seqpacket = !is_macos;
inline constexpr bool unix_has_abstract_names = is_linux;
inline constexpr bool unix_has_autobind = false;
inline constexpr bool unix_has_modes = false;

} // namespace ferrule::sys
#endif
// ferrule/tag/type.hpp
/// @file
/// The socket types of socket(2), each a tag that states its facts. A user's own type is one more
/// such struct.

namespace ferrule {

/// A stream of bytes, reliable and in order, between two ends.
struct Stream {
    static constexpr int number = sys::sock_stream;
    static constexpr bool forms_connections = true; ///< listen(2) and accept(2) exist.
    static constexpr bool keeps_boundaries = false; ///< One send is one receive.
};

/// Messages of bounded size, each for itself.
struct Datagram {
    static constexpr int number = sys::sock_dgram;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
};

/// Messages, reliable and in order, between two ends.
struct SeqPacket {
    static constexpr int number = sys::sock_seqpacket;
    static constexpr bool forms_connections = true;
    static constexpr bool keeps_boundaries = true;
};

/// Packets of one IP protocol as they are, without UDP or TCP around them; needs CAP_NET_RAW
/// (raw(7)).
struct Raw {
    static constexpr int number = sys::sock_raw;
    static constexpr bool forms_connections = false;
    static constexpr bool keeps_boundaries = true;
};

/// Whether the facts of a tag are those of its number, as far as socket(2) knows it.
template <class Type> constexpr bool facts_fit_the_number() {
    switch (Type::number) {
    case sys::sock_stream:
        return Type::forms_connections && !Type::keeps_boundaries;
    case sys::sock_dgram:
    case sys::sock_raw:
        return !Type::forms_connections && Type::keeps_boundaries;
    case sys::sock_seqpacket:
        return Type::forms_connections && Type::keeps_boundaries;
    default:
        return true;
    }
}

/// A tag that says what a socket type is.
template <class Type>
concept SocketType = requires {
    { Type::number } -> std::convertible_to<int>;
    { Type::forms_connections } -> std::convertible_to<bool>;
    { Type::keeps_boundaries } -> std::convertible_to<bool>;
} && facts_fit_the_number<Type>();

/// Sockets of this `Type` can listen and accept.
template <class Type>
concept FormsConnections = Type::forms_connections;

/// What one side sends in one call the other receives in one call, whole.
template <class Type>
concept KeepsBoundaries = Type::keeps_boundaries;

} // namespace ferrule
// ferrule/tag/protocol.hpp
/// @file
/// The protocols of socket(2). Each is a tag with its number and the types whose promises it keeps.
/// A user's own protocol is another such struct; with `using families = OneOf<Ipv4>` in it, no
/// family has to change.

namespace ferrule {

/// tcp(7), RFC 9293.
struct Tcp {
    static constexpr int number = sys::ipproto_tcp;
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true; ///< A close can tell the peer that it is no end.
};

/// udp(7), RFC 768.
struct Udp {
    static constexpr int number = sys::ipproto_udp;
    using types = OneOf<Datagram>;
};

/// ICMP, RFC 792. As Datagram it is echo only, for the groups in net.ipv4.ping_group_range
/// (icmp(7)).
struct Icmp {
    static constexpr int number = sys::ipproto_icmp;
    using types = OneOf<Datagram, Raw>;
};

/// ICMP for IPv6, RFC 4443.
struct Icmpv6 {
    static constexpr int number = sys::ipproto_icmpv6;
    using types = OneOf<Datagram, Raw>;
};

/// TCP over several paths at once, RFC 8684; falls back to TCP where the peer does not know it.
struct Mptcp {
    static constexpr int number = sys::ipproto_mptcp;
    using types = OneOf<Stream>;
    static constexpr bool can_reset = true;
};

/// UDP whose checksum may cover a part of the message only, udplite(7), RFC 3828.
struct UdpLite {
    static constexpr int number = sys::ipproto_udplite;
    using types = OneOf<Datagram>;
};

/// No protocol is named: number 0. The only one of Unix; of Any it means whichever the socket
/// speaks.
struct Unspecified {
    static constexpr int number = 0;
    using types = OneOf<Stream, Datagram, SeqPacket>;
};

/// The placeholder for the missing protocol of a Raw socket. There is no default, so write
/// `Socket<Ipv4, Raw, Icmp>`. The kernel refuses protocol 0 (EPROTONOSUPPORT).
struct RawNeedsAProtocol {
    static constexpr int number = 0;
    using types = OneOf<>;
};

namespace detail {

// Whether the protocol of this number has sockets of this type, as far as socket(2) knows it. Raw
// sockets it has of every number (raw(7)).
constexpr bool has_type(int protocol, int type) {
    const auto is_one_of = [=](auto... numbers) { return ((protocol == numbers) || ...); };
    if (type == sys::sock_raw) {
        return true;
    }
    if (is_one_of(sys::ipproto_tcp, sys::ipproto_mptcp)) {
        return type == sys::sock_stream;
    }
    if (is_one_of(sys::ipproto_sctp)) {
        return type == sys::sock_stream || type == sys::sock_seqpacket;
    }
    if (is_one_of(sys::ipproto_udp, sys::ipproto_udplite, sys::ipproto_icmp, sys::ipproto_icmpv6)) {
        return type == sys::sock_dgram;
    }
    return true;
}

template <int protocol, class Types> inline constexpr bool has_types = true;
template <int protocol, class... Types>
inline constexpr bool has_types<protocol, OneOf<Types...>> =
    (has_type(protocol, Types::number) && ...);

// Unix has no protocols (unix(7)).
template <int protocol, class Family> inline constexpr bool is_of_family = true;
template <int protocol, class Family>
    requires requires { Family::number; }
inline constexpr bool is_of_family<protocol, Family> =
    Family::number != sys::af_unix || protocol == 0;

template <int protocol, class Families> inline constexpr bool is_of_families = true;
template <int protocol, class... Families>
inline constexpr bool is_of_families<protocol, OneOf<Families...>> =
    (is_of_family<protocol, Families> && ...);

template <class Protocol> inline constexpr bool names_its_families_rightly = true;
template <class Protocol>
    requires requires { typename Protocol::families; }
inline constexpr bool names_its_families_rightly<Protocol> =
    is_of_families<Protocol::number, typename Protocol::families>;

} // namespace detail

/// A tag that says what a protocol is, and this system has it. Its types and families are some that
/// the kernel has for its number.
template <class Protocol>
concept SocketProtocol =
    requires {
        { Protocol::number } -> std::convertible_to<int>;
        typename Protocol::types;
    } && (Protocol::number != sys::absent) &&
    detail::has_types<Protocol::number, typename Protocol::types> &&
    detail::names_its_families_rightly<Protocol>;

/// Whether a protocol says that it has a reset.
template <class Protocol>
inline constexpr bool can_reset = requires { requires Protocol::can_reset; };

/// The protocol can end a connection by a reset. Unix sockets can't: each close is a normal end.
template <class Protocol>
concept CanReset = can_reset<Protocol>;

} // namespace ferrule
// ferrule/tag/family.hpp
/// @file
/// The address families of socket(2). Each is a tag with its number, its types and its protocols,
/// the default of each type first. `Ip` and `Any` stand for several families, known at run time,
/// and have no number.

namespace ferrule {

/// ip(7).
struct Ipv4 {
    static constexpr int number = sys::af_inet;
    using types = OneOf<Stream, Datagram, Raw>;
    using protocols = OneOf<Tcp, Udp, Icmp, Mptcp, UdpLite>;
};

/// ipv6(7). Always IPv6 alone (IPV6_V6ONLY); for both at once there is `Ip`.
struct Ipv6 {
    static constexpr int number = sys::af_inet6;
    using types = OneOf<Stream, Datagram, Raw>;
    using protocols = OneOf<Tcp, Udp, Icmpv6, Mptcp, UdpLite>;
};

/// unix(7): sockets within one host, named by a path or an abstract name. No Raw: the kernel would
/// silently make it Datagram.
struct Unix {
    static constexpr int number = sys::af_unix;
    using types = std::conditional_t<sys::unix_has_seqpacket, OneOf<Stream, Datagram, SeqPacket>,
                                     OneOf<Stream, Datagram>>;
    using protocols = OneOf<Unspecified>;
    static constexpr bool forms_pairs = true; ///< socketpair(2) works.
};

/// IPv4 or IPv6, known at run time. No Raw: ICMP and ICMPv6 are two protocols.
struct Ip {
    using members = OneOf<Ipv4, Ipv6>;
    using types = OneOf<Stream, Datagram>;
    using protocols = OneOf<Tcp, Udp, Mptcp, UdpLite>;
};

/// IPv4, IPv6 or Unix, known at run time, over any protocol of the type.
struct Any {
    using members = OneOf<Ipv4, Ipv6, Unix, Ip>;
    using types = OneOf<Stream, Datagram, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

namespace detail {

// Whether one of the protocols has sockets of this type.
template <class Type, class Protocols> inline constexpr bool has_a_protocol = true;
template <class Type, class... Protocols>
inline constexpr bool has_a_protocol<Type, OneOf<Protocols...>> =
    (has_type(Protocols::number, Type::number) || ...);

// Whether a family of this number has these types over these protocols, as far as socket(2) knows
// it.
template <int number, class Types, class Protocols> inline constexpr bool has = true;
template <class... Types, class... Protocols>
inline constexpr bool has<sys::af_unix, OneOf<Types...>, OneOf<Protocols...>> =
    ((Types::number != sys::sock_raw) && ...) && (is_of_family<Protocols::number, Unix> && ...);
template <class... Types, class Protocols>
inline constexpr bool has<sys::af_inet, OneOf<Types...>, Protocols> =
    (has_a_protocol<Types, Protocols> && ...);
template <class... Types, class Protocols>
inline constexpr bool has<sys::af_inet6, OneOf<Types...>, Protocols> =
    (has_a_protocol<Types, Protocols> && ...);

template <class Family> inline constexpr bool has_what_its_number_has = true;
template <class Family>
    requires requires { Family::number; }
inline constexpr bool has_what_its_number_has<Family> =
    Family::number != sys::absent &&
    has<Family::number, typename Family::types, typename Family::protocols>;

} // namespace detail

/// A tag that says what a family is, and this system has it. Its types and protocols are some that
/// the kernel has for its number.
template <class Family>
concept AddressFamily = requires {
    typename Family::types;
    typename Family::protocols;
} && detail::has_what_its_number_has<Family>;

/// Whether a family has a number for socket(2).
template <class Family> inline constexpr bool has_a_number = requires { int{Family::number}; };

namespace detail {

template <class Family> struct MembersOf {
    using type = OneOf<>;
};

template <class Family>
    requires requires { typename Family::members; }
struct MembersOf<Family> {
    using type = typename Family::members;
};

} // namespace detail

/// The families that a variable family stands for; of a fixed one, none.
template <class Family> using MembersOf = typename detail::MembersOf<Family>::type;

/// Whether a family stands for others.
template <class Family>
inline constexpr bool stands_for_several = !std::is_same_v<MembersOf<Family>, OneOf<>>;

/// A family that is known while compiling: it has a number for socket(2).
template <class Family>
concept FixedFamily = AddressFamily<Family> && has_a_number<Family>;

/// A family that is one of several, known at run time.
template <class Family>
concept VariableFamily = AddressFamily<Family> && stands_for_several<Family>;

/// Whether a family says that it has socketpair(2).
template <class Family>
inline constexpr bool forms_pairs = requires { requires Family::forms_pairs; };

/// The family makes two connected sockets at once (socketpair(2)).
template <class Family>
concept FormsPairs = forms_pairs<Family>;

/// Whether connect(2) gives the sockets of a family a peer. A family says so only if it does not.
template <class Family>
inline constexpr bool is_connectable = !requires { requires !Family::is_connectable; };

/// A socket of the family can have a peer (connect(2)).
template <class Family>
concept Connectable = is_connectable<Family>;

} // namespace ferrule
// ferrule/address/impl/literal.hpp
/// @file
/// How a literal that can't be read is refused while compiling: the constant expression calls a
/// function that is not constexpr, and the compiler shows its name.
///
/// clang 14 crashes on two literals in braces in one expression, as in `f(Endpoint<Ip>{"..."},
/// Endpoint<Ip>{"..."})`. It takes them in parentheses, or bare: `f("...", "...")`.

namespace ferrule {

namespace detail {

inline void the_text_ends_too_early() {}
inline void the_text_goes_on_where_it_should_end() {}
inline void a_number_has_a_leading_zero() {}
inline void an_octet_is_above_255() {}
inline void a_group_has_more_than_four_digits() {}
inline void the_address_has_fewer_than_eight_groups() {}
inline void the_address_has_too_many_groups() {}
inline void the_address_has_a_second_gap() {}
inline void the_port_is_missing() {}
inline void the_port_is_above_65535() {}
inline void an_ipv6_endpoint_is_written_in_brackets() {}
inline void the_prefix_length_is_missing() {}
inline void the_prefix_is_longer_than_an_address() {}
inline void the_scope_is_not_a_number_from_1_to_4294967295() {}
inline void the_unix_path_is_longer_than_108_bytes() {}
inline void the_unix_path_has_a_NUL_in_it() {}
inline void the_unix_path_is_empty() {}
inline void the_literal_does_not_end_in_NUL() {}

inline void names_are_for_dial_and_resolve() {}
inline void urls_are_not_read_here() {}

template <class Value> void the_text_is_not_an() {}

// Whether a text that is no address begins as the name of a host does: with a letter that no
// hexadecimal number has, before any of `:[%/`.
constexpr bool begins_with_a_name(std::string_view text) {
    for (char character : text) {
        if ((character >= 'g' && character <= 'z') || (character >= 'G' && character <= 'Z')) {
            return true;
        }
        if (character == ':' || character == '[' || character == '%' || character == '/') {
            return false;
        }
    }
    return false;
}

template <class Value> constexpr void refuse_literal(Errc code) {
    switch (code) {
    case Errc::none:
        return;
    case Errc::unexpected_end:
        return the_text_ends_too_early();
    case Errc::unexpected_rest:
        return the_text_goes_on_where_it_should_end();
    case Errc::leading_zero:
        return a_number_has_a_leading_zero();
    case Errc::octet_above_255:
        return an_octet_is_above_255();
    case Errc::group_too_long:
        return a_group_has_more_than_four_digits();
    case Errc::too_few_groups:
        return the_address_has_fewer_than_eight_groups();
    case Errc::too_many_groups:
        return the_address_has_too_many_groups();
    case Errc::second_gap:
        return the_address_has_a_second_gap();
    case Errc::missing_port:
        return the_port_is_missing();
    case Errc::port_above_65535:
        return the_port_is_above_65535();
    case Errc::missing_bracket:
        return an_ipv6_endpoint_is_written_in_brackets();
    case Errc::missing_prefix_length:
        return the_prefix_length_is_missing();
    case Errc::prefix_too_long:
        return the_prefix_is_longer_than_an_address();
    case Errc::bad_scope:
        return the_scope_is_not_a_number_from_1_to_4294967295();
    case Errc::path_too_long:
        return the_unix_path_is_longer_than_108_bytes();
    case Errc::nul_in_path:
        return the_unix_path_has_a_NUL_in_it();
    case Errc::empty_path:
        return the_unix_path_is_empty();
    default:
        return the_text_is_not_an<Value>();
    }
}

} // namespace detail

/// The value of a literal, for the consteval constructors; a bad literal does not compile. It is
/// not consteval itself, because clang 19 emits a call to it from some nested initializer lists.
template <class Value, std::size_t Size> constexpr Value from_literal(const char (&literal)[Size]) {
    if (literal[Size - 1] != '\0') {
        detail::the_literal_does_not_end_in_NUL();
    }
    const auto value = Value::parse(std::string_view{literal, Size - 1});
    if (!value) {
        const std::string_view text{literal, Size - 1};
        if (text.find("://") != text.npos) {
            detail::urls_are_not_read_here();
        }
        if (detail::begins_with_a_name(text) && !text.starts_with("unix:")) {
            detail::names_are_for_dial_and_resolve();
        }
        detail::refuse_literal<Value>(value.error().code());
    }
    return *value;
}

} // namespace ferrule
// ferrule/core/endian.hpp
/// @file
/// Numbers in network byte order (RFC 1700: the most significant byte first) or in the other, so
/// that headers of protocols can be written as plain structs without htons and its relatives.

#include <bit>

namespace ferrule {

namespace detail {

// The bytes of a number in the other order.
template <class Number> constexpr Number swapped(Number number) {
    if constexpr (sizeof(Number) == 1) {
        return number;
    } else if constexpr (sizeof(Number) == 2) {
        return static_cast<Number>(__builtin_bswap16(static_cast<std::uint16_t>(number)));
    } else if constexpr (sizeof(Number) == 4) {
        return static_cast<Number>(__builtin_bswap32(static_cast<std::uint32_t>(number)));
    } else {
        return static_cast<Number>(__builtin_bswap64(static_cast<std::uint64_t>(number)));
    }
}

// The numbers that have an order of bytes.
template <class Number>
inline constexpr bool has_byte_order =
    (std::is_integral_v<Number> && !std::is_same_v<Number, bool>) || std::is_enum_v<Number>;

// A number that is stored in this order, without alignment.
template <class Number, std::endian order> class StoredNumber {
public:
    constexpr StoredNumber() = default;
    constexpr StoredNumber(Number number) : bytes_{std::bit_cast<Bytes>(in_order(number))} {}

    constexpr operator Number() const { return in_order(std::bit_cast<Number>(bytes_)); }

private:
    using Bytes = std::array<unsigned char, sizeof(Number)>;

    static constexpr Number in_order(Number number) {
        return std::endian::native == order ? number : swapped(number);
    }

    Bytes bytes_{};
};

} // namespace detail

/// A number that is stored most significant byte first, without alignment: put it into a struct,
/// send the struct.
template <class Number>
    requires detail::has_byte_order<Number>
class BigEndian : public detail::StoredNumber<Number, std::endian::big> {
public:
    constexpr BigEndian() = default;
    constexpr BigEndian(Number number) : detail::StoredNumber<Number, std::endian::big>{number} {}
};

/// The same, least significant byte first.
template <class Number>
    requires detail::has_byte_order<Number>
class LittleEndian : public detail::StoredNumber<Number, std::endian::little> {
public:
    constexpr LittleEndian() = default;
    constexpr LittleEndian(Number number)
        : detail::StoredNumber<Number, std::endian::little>{number} {}
};

} // namespace ferrule
// ferrule/address/impl/octets.hpp
/// @file
/// The fast way to read a valid IPv4 address. The position of the dot tells how many digits an
/// octet has, so no check for the end is needed before each character.

namespace ferrule {

/// Reads octets until something is wrong. Parser then says what is wrong.
class Octets {
public:
    static constexpr std::size_t shortest = 7; ///< Characters of the shortest address.

    /// Of a text with at least so many characters.
    constexpr explicit Octets(std::string_view text)
        : at_{text.data()}, last_{text.data() + text.size() - 3} {}

    /// All octets until now, the first in the highest bits.
    [[nodiscard]] constexpr std::uint32_t number() const { return number_; }

    /// An octet and the dot after it. Part of the caller, as is last_octet(): this is for speed.
    [[gnu::__always_inline__]] constexpr bool octet_and_dot() {
        if (at_ > last_) {
            return false;
        }
        if (at_[1] == '.') {
            return one_digit(2);
        }
        if (at_[2] == '.') {
            return two_digits(3);
        }
        return at_ != last_ && at_[3] == '.' && three_digits(4);
    }

    /// The octet that ends the text.
    [[gnu::__always_inline__]] constexpr bool last_octet() {
        switch (last_ + 3 - at_) {
        case 1:
            return one_digit(1);
        case 2:
            return two_digits(2);
        case 3:
            return three_digits(3);
        default:
            return false;
        }
    }

private:
    // Each takes so many characters.
    constexpr bool one_digit(int characters) { return take(digit(0), 0, 9, characters); }
    constexpr bool two_digits(int characters) {
        return digit(1) <= 9 && take(digit(0) * 10 + digit(1), 10, 99, characters);
    }
    constexpr bool three_digits(int characters) {
        return digit(1) <= 9 && digit(2) <= 9 &&
               take((digit(0) * 10 + digit(1)) * 10 + digit(2), 100, 255, characters);
    }

    constexpr unsigned digit(int ahead) const {
        return unsigned{static_cast<unsigned char>(at_[ahead])} - '0';
    }

    constexpr bool take(unsigned octet, unsigned least, unsigned most, int characters) {
        number_ = number_ << 8 | octet;
        at_ += characters;
        return octet >= least && octet <= most;
    }

    const char* at_;
    const char* last_; // where three characters are left
    std::uint32_t number_ = 0;
};

} // namespace ferrule
// ferrule/address/parser.hpp
/// @file
/// Reads the texts of addresses and endpoints: a position in the text, and the first failure. A
/// type that can be read has `constexpr bool read(Parser&)`, which reads its own characters and
/// leaves the rest, so that `&&` combines small grammars. `parse_whole` makes a parse of it.

namespace ferrule {

/// The value of each character as a hexadecimal digit of either case; 16 for one that is none.
inline constexpr auto hexadecimal_values = [] {
    std::array<unsigned char, 256> values{};
    for (unsigned character = 0; character < 256; ++character) {
        const unsigned letter = (character | 0x20) - 'a';
        const unsigned digit = character - '0';
        values[character] = static_cast<unsigned char>(digit <= 9    ? digit
                                                       : letter <= 5 ? letter + 10
                                                                     : 16);
    }
    return values;
}();

/// A position in a text. Its functions return false on a failure, and keep the cause and its
/// position: the first wrong character, or the end of a text that is too short.
class Parser {
public:
    constexpr explicit Parser(std::string_view text)
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()} {}

    [[nodiscard]] constexpr bool at_end() const { return at_ == end_; }
    [[nodiscard]] constexpr std::string_view rest() const {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }

    /// The character here. NUL at the end: no grammar of ours has a NUL that could be confused with
    /// it.
    [[nodiscard]] constexpr char here() const { return at_end() ? '\0' : *at_; }
    constexpr void advance(std::size_t count = 1) { at_ += count; }

    /// Notes why the text can't be read from here on. Always false.
    constexpr bool fail(Errc code) {
        code_ = code;
        return false;
    }

    /// What stands here is not what was expected.
    constexpr bool fail() {
        return fail(at_end() ? Errc::unexpected_end : Errc::unexpected_character);
    }

    /// Takes `character`. `missing` is the failure if the text ends instead.
    constexpr bool expect(char character, Errc missing = Errc::unexpected_end) {
        if (at_end() || *at_ != character) {
            return at_end() ? fail(missing) : fail();
        }
        advance();
        return true;
    }

    constexpr bool expect_end() { return at_end() || fail(Errc::unexpected_rest); }

    /// A decimal number from 0 to `most` without leading zeros; `above` is the failure if it is
    /// larger.
    constexpr bool decimal(std::uint32_t& number, std::uint32_t most, Errc above) {
        std::uint64_t value = digit_here();
        if (value > 9) {
            return fail();
        }
        advance();
        if (value == 0 && digit_here() <= 9) {
            return fail(Errc::leading_zero);
        }
        for (unsigned digit = 0; (digit = digit_here()) <= 9; advance()) {
            value = value * 10 + digit;
            if (value > most) {
                return fail(above);
            }
        }
        number = static_cast<std::uint32_t>(value);
        return true;
    }

    /// A decimal number from 0 to 255: the same, unrolled, because this is what parsing addresses
    /// consists of.
    constexpr bool octet(unsigned char& number) {
        unsigned value = digit_here();
        if (value > 9) {
            return fail();
        }
        advance();
        if (const unsigned second = digit_here(); second <= 9) {
            if (value == 0) {
                return fail(Errc::leading_zero);
            }
            value = value * 10 + second;
            advance();
            if (const unsigned third = digit_here(); third <= 9) {
                value = value * 10 + third;
                if (value > 255) {
                    return fail(Errc::octet_above_255);
                }
                advance();
                if (digit_here() <= 9) {
                    return fail(Errc::octet_above_255);
                }
            }
        }
        number = static_cast<unsigned char>(value);
        return true;
    }

    /// A group of an IPv6 address: one to four hexadecimal digits.
    constexpr bool group(unsigned& number) {
        number = hexadecimal_here();
        if (number > 15) {
            return fail();
        }
        advance();
        if (end_ - at_ < 4) {
            while (hexadecimal_here() <= 15) { // at most three
                add_hexadecimal(number);
            }
            return true;
        }
        // Four characters can be looked at without asking for the end.
        const bool is_full =
            add_hexadecimal(number) && add_hexadecimal(number) && add_hexadecimal(number);
        return !is_full || hexadecimal_values[static_cast<unsigned char>(*at_)] > 15 ||
               fail(Errc::group_too_long);
    }

    /// A port: 0 to 65535.
    constexpr bool port(std::uint16_t& number) {
        std::uint32_t value = 0;
        const bool fits = decimal(value, 65535, Errc::port_above_65535);
        number = static_cast<std::uint16_t>(value);
        return fits;
    }

    [[nodiscard]] constexpr Error error() const {
        return {code_, Operation::parse, static_cast<std::size_t>(at_ - begin_)};
    }

    /// The value of the decimal digit here, more than 9 if there is none.
    [[nodiscard]] constexpr unsigned digit_here() const {
        return at_end() ? 10 : unsigned{static_cast<unsigned char>(*at_)} - '0';
    }

    /// The value of the hexadecimal digit here, of either case; more than 15 if there is none.
    [[nodiscard]] constexpr unsigned hexadecimal_here() const {
        return at_end() ? 16 : hexadecimal_values[static_cast<unsigned char>(*at_)];
    }

    /// A place in the text to come back to.
    [[nodiscard]] constexpr const char* place() const { return at_; }
    constexpr void back_to(const char* place) { at_ = place; }

private:
    [[gnu::__always_inline__]] constexpr bool add_hexadecimal(unsigned& number) {
        const unsigned digit = hexadecimal_values[static_cast<unsigned char>(*at_)];
        if (digit > 15) {
            return false;
        }
        number = number << 4 | digit;
        ++at_;
        return true;
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    Errc code_ = Errc::none;
};

/// The value that is written in the whole of `text`. The error tells what is wrong, and where.
template <class Value> [[nodiscard]] constexpr Result<Value> parse_whole(std::string_view text) {
    Parser parser{text};
    Result<Value> parsed{Value{}}; // read where it is returned: a copy of it would have to wait
    if (!parsed->read(parser) || !parser.expect_end()) {
        parsed = parser.error();
    }
    return parsed;
}

} // namespace ferrule
// ferrule/address/printer.hpp
/// @file
/// Writes the texts of addresses and endpoints, the reverse of parser.hpp. A type that can be
/// written has `constexpr char* print(char* at) const`, which returns the position after its
/// characters, so that types print their parts. `Text<N>::printed` makes a text of it; N is the
/// most that the type can need.

namespace ferrule {

/// Copies characters to a place with room for them; returns what comes after.
[[nodiscard]] constexpr char* print_characters(char* at, std::string_view characters) {
    for (char character : characters) {
        *at++ = character;
    }
    return at;
}

/// 0 to 255, decimal.
[[nodiscard]] constexpr char* print_octet(char* at, unsigned octet) {
    if (octet > 9) {
        if (octet > 99) {
            *at++ = static_cast<char>('0' + octet / 100);
            octet %= 100;
        }
        *at++ = static_cast<char>('0' + octet / 10);
        octet %= 10;
    }
    *at++ = static_cast<char>('0' + octet);
    return at;
}

/// Decimal.
[[nodiscard]] constexpr char* print_decimal(char* at, std::uint32_t number) {
    char* end = at + 1;
    for (std::uint32_t rest = number; rest > 9; rest /= 10) {
        ++end;
    }
    for (char* digit = end; digit != at; number /= 10) {
        *--digit = static_cast<char>('0' + number % 10);
    }
    return end;
}

/// 0 to ffff, hexadecimal, small letters.
[[nodiscard]] constexpr char* print_group(char* at, unsigned group) {
    constexpr const char* digits = "0123456789abcdef";
    if (group > 0xf) {
        if (group > 0xff) {
            if (group > 0xfff) {
                *at++ = digits[group >> 12];
            }
            *at++ = digits[group >> 8 & 0xf];
        }
        *at++ = digits[group >> 4 & 0xf];
    }
    *at++ = digits[group & 0xf];
    return at;
}

} // namespace ferrule
// ferrule/address/special.hpp
/// @file
/// What an address is for: the special-purpose registries of IANA as a table, and the questions
/// that every address answers from it.
///
/// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry as of
/// 2025, when their newest entry was that of RFC 9780; for multicast RFC 5771 and RFC 4291 section
/// 2.7. Entries that say no more than the block around them are left out.

namespace ferrule {

/// What a block of addresses was set aside for.
enum class Purpose : unsigned char {
    none, ///< In no row of the tables.
    unspecified,
    this_network,
    loopback,
    link_local,
    private_use,
    unique_local,
    shared,
    documentation,
    benchmarking,
    reserved,
    broadcast,
    multicast,
    assigned, ///< To a protocol: translation, tunnels, anycast services.
};

/// How far a multicast address reaches: the field of RFC 7346 section 2.
enum class MulticastScope : unsigned char {
    none = 0, ///< No multicast, or a scope that has no name yet.
    interface_local = 0x1,
    link_local = 0x2,
    realm_local = 0x3,
    admin_local = 0x4,
    site_local = 0x5,
    organization_local = 0x8,
    global = 0xe,
};

/// What the tables say of an address.
struct Special {
    Purpose purpose = Purpose::none;
    bool is_global = true; ///< "Globally Reachable"; for what IANA calls "N/A" it is false.
};

/// A row: the first bytes of the block, how many bits of them count, what it is.
struct SpecialIpv4 {
    std::array<unsigned char, 4> bytes;
    unsigned length;
    Special special;
};

/// The same, written in groups of 16 bits.
struct SpecialIpv6 {
    constexpr SpecialIpv6(std::array<std::uint16_t, 8> groups, unsigned bits, Special what)
        : length{bits}, special{what} {
        for (std::size_t at = 0; at < groups.size(); ++at) {
            bytes[2 * at] = static_cast<unsigned char>(groups[at] >> 8);
            bytes[2 * at + 1] = static_cast<unsigned char>(groups[at]);
        }
    }

    std::array<unsigned char, 16> bytes{};
    unsigned length;
    Special special;
};

// clang-format off

/// The first row that fits counts: an exception stands above the block that it is taken from.
inline constexpr auto special_ipv4 = [] {
    using enum Purpose;
    constexpr bool yes = true;
    constexpr bool no = false;
    return std::array{
        //           block             purpose        global
        SpecialIpv4{{0, 0, 0, 0}, 32,      {unspecified,   no}},  // RFC 1122 3.2.1.3
        SpecialIpv4{{0}, 8,                {this_network,  no}},  // RFC 791 3.2
        SpecialIpv4{{10}, 8,               {private_use,   no}},  // RFC 1918
        SpecialIpv4{{100, 64}, 10,         {shared,        no}},  // RFC 6598: carrier-grade NAT
        SpecialIpv4{{127}, 8,              {loopback,      no}},  // RFC 1122 3.2.1.3
        SpecialIpv4{{169, 254}, 16,        {link_local,    no}},  // RFC 3927
        SpecialIpv4{{172, 16}, 12,         {private_use,   no}},  // RFC 1918
        SpecialIpv4{{192, 0, 0, 9}, 32,    {assigned,      yes}}, // RFC 7723: Port Control Protocol
        SpecialIpv4{{192, 0, 0, 10}, 32,   {assigned,      yes}}, // RFC 8155: TURN
        SpecialIpv4{{192, 0, 0}, 24,       {assigned,      no}},  // RFC 6890 2.1
        SpecialIpv4{{192, 0, 2}, 24,       {documentation, no}},  // RFC 5737
        SpecialIpv4{{192, 31, 196}, 24,    {assigned,      yes}}, // RFC 7535: AS112
        SpecialIpv4{{192, 52, 193}, 24,    {assigned,      yes}}, // RFC 7450: AMT
        SpecialIpv4{{192, 88, 99}, 24,     {assigned,      no}},  // RFC 7526, RFC 6751: 6to4 relays
        SpecialIpv4{{192, 168}, 16,        {private_use,   no}},  // RFC 1918
        SpecialIpv4{{192, 175, 48}, 24,    {assigned,      yes}}, // RFC 7534: AS112
        SpecialIpv4{{198, 18}, 15,         {benchmarking,  no}},  // RFC 2544
        SpecialIpv4{{198, 51, 100}, 24,    {documentation, no}},  // RFC 5737
        SpecialIpv4{{203, 0, 113}, 24,     {documentation, no}},  // RFC 5737
        SpecialIpv4{{224}, 4,              {multicast,     yes}}, // RFC 5771
        SpecialIpv4{{255, 255, 255, 255}, 32, {broadcast,  no}},  // RFC 8190, RFC 919
        SpecialIpv4{{240}, 4,              {reserved,      no}},  // RFC 1112 4
    };
}();

/// IPv4-mapped addresses (::ffff:0:0/96) are not here: they are IPv4 addresses.
inline constexpr auto special_ipv6 = [] {
    using enum Purpose;
    constexpr bool yes = true;
    constexpr bool no = false;
    return std::array{
        //           block                              purpose        global
        SpecialIpv6{{0, 0, 0, 0, 0, 0, 0, 0}, 128,      {unspecified,   no}},  // RFC 4291 2.5.2
        SpecialIpv6{{0, 0, 0, 0, 0, 0, 0, 1}, 128,      {loopback,      no}},  // RFC 4291 2.5.3
        SpecialIpv6{{0x64, 0xff9b}, 96,                 {assigned,      yes}}, // RFC 6052: NAT64
        SpecialIpv6{{0x64, 0xff9b, 1}, 48,              {assigned,      no}},  // RFC 8215: NAT64
        SpecialIpv6{{0x100}, 64,                        {assigned,      no}},  // RFC 6666: discard
        SpecialIpv6{{0x100, 0, 0, 1}, 64,               {assigned,      no}},  // RFC 9780: dummy
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 1}, 128, {assigned,      yes}}, // RFC 7723: PCP
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 2}, 128, {assigned,      yes}}, // RFC 8155: TURN
        SpecialIpv6{{0x2001, 1, 0, 0, 0, 0, 0, 3}, 128, {assigned,      yes}}, // RFC 9665: DNS-SD
        SpecialIpv6{{0x2001, 2}, 48,                    {benchmarking,  no}},  // RFC 5180
        SpecialIpv6{{0x2001, 3}, 32,                    {assigned,      yes}}, // RFC 7450: AMT
        SpecialIpv6{{0x2001, 4, 0x112}, 48,             {assigned,      yes}}, // RFC 7535: AS112
        SpecialIpv6{{0x2001, 0x20}, 28,                 {assigned,      yes}}, // RFC 7343: ORCHIDv2
        SpecialIpv6{{0x2001, 0x30}, 28,                 {assigned,      yes}}, // RFC 9374: DRIP
        SpecialIpv6{{0x2001}, 23,                       {assigned,      no}},  // RFC 2928
        SpecialIpv6{{0x2001, 0xdb8}, 32,                {documentation, no}},  // RFC 3849
        SpecialIpv6{{0x2002}, 16,                       {assigned,      no}},  // RFC 3056: 6to4
        SpecialIpv6{{0x2620, 0x4f, 0x8000}, 48,         {assigned,      yes}}, // RFC 7534: AS112
        SpecialIpv6{{0x3fff}, 20,                       {documentation, no}},  // RFC 9637
        SpecialIpv6{{0x5f00}, 16,                       {assigned,      no}},  // RFC 9602: SRv6
        SpecialIpv6{{0xfc00}, 7,                        {unique_local,  no}},  // RFC 4193
        SpecialIpv6{{0xfe80}, 10,                       {link_local,    no}},  // RFC 4291 2.5.6
        SpecialIpv6{{0xff00}, 8,                        {multicast,     yes}}, // RFC 4291 2.7
    };
}();

// clang-format on

/// What a table says of an address.
template <class Table, class Bytes>
[[nodiscard]] constexpr Special special_in(const Table& table, const Bytes& bytes) {
    for (const auto& row : table) {
        if (begin_alike(row.bytes, bytes, row.length)) {
            return row.special;
        }
    }
    return {};
}

/// What `Address<Ipv4>`, `Address<Ipv6>` and `Address<Ip>` have in common. An IPv4-mapped IPv6
/// address answers as the IPv4 address that it is: `::ffff:127.0.0.1` is loopback.
template <class Family> class Properties {
public:
    [[nodiscard]] constexpr Purpose purpose() const {
        return static_cast<const Address<Family>&>(*this).special().purpose;
    }

    /// 0.0.0.0 and ::
    [[nodiscard]] constexpr bool is_unspecified() const { return is(Purpose::unspecified); }
    /// 127.0.0.0/8 and ::1
    [[nodiscard]] constexpr bool is_loopback() const { return is(Purpose::loopback); }
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16; IPv6 has `is_unique_local`.
    [[nodiscard]] constexpr bool is_private() const { return is(Purpose::private_use); }
    /// fc00::/7
    [[nodiscard]] constexpr bool is_unique_local() const { return is(Purpose::unique_local); }
    /// 100.64.0.0/10: between a provider and the homes behind its address translation.
    [[nodiscard]] constexpr bool is_shared() const { return is(Purpose::shared); }
    /// 169.254.0.0/16 and fe80::/10, which means something only together with a scope.
    [[nodiscard]] constexpr bool is_link_local() const { return is(Purpose::link_local); }
    /// 224.0.0.0/4 and ff00::/8
    [[nodiscard]] constexpr bool is_multicast() const { return is(Purpose::multicast); }
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24; 2001:db8::/32 and 3fff::/20
    [[nodiscard]] constexpr bool is_documentation() const { return is(Purpose::documentation); }
    /// 198.18.0.0/15 and 2001:2::/48
    [[nodiscard]] constexpr bool is_benchmarking() const { return is(Purpose::benchmarking); }
    /// 240.0.0.0/4 but 255.255.255.255. IPv6 has no such block.
    [[nodiscard]] constexpr bool is_reserved() const { return is(Purpose::reserved); }
    /// 255.255.255.255; that of a network is `Network<Ipv4>::broadcast()`.
    [[nodiscard]] constexpr bool is_broadcast() const { return is(Purpose::broadcast); }

    /// No registry says that it is not globally reachable. That does not mean that it can be
    /// reached: multicast of any scope counts as global here.
    [[nodiscard]] constexpr bool is_global() const {
        return static_cast<const Address<Family>&>(*this).special().is_global;
    }

    /// The address of one host, and not limited to a part of the network or to a local purpose (RFC
    /// 4291 section 2.4). Addresses that are assigned to protocols count, too, reachable or not.
    [[nodiscard]] constexpr bool is_unicast_global() const {
        return is(Purpose::none) || is(Purpose::assigned);
    }

private:
    constexpr bool is(Purpose one) const { return purpose() == one; }

    friend constexpr bool operator==(const Properties&, const Properties&) = default;
};

} // namespace ferrule
// ferrule/address/ipv4.hpp
/// @file
/// An IPv4 address: four bytes, written `192.0.2.1`.

#include <compare>

namespace ferrule {

/// Four bytes (RFC 791), written `192.0.2.1`.
template <> class Address<Ipv4> : public Properties<Ipv4> {
public:
    using Bytes = std::array<unsigned char, 4>;

    /// 0.0.0.0
    constexpr Address() = default;
    /// From the bytes in the order in which they are sent and written.
    constexpr explicit Address(Bytes bytes) : bytes_{bytes} {}
    constexpr Address(unsigned char first, unsigned char second, unsigned char third,
                      unsigned char fourth)
        : bytes_{first, second, third, fourth} {}

    /// Checked by the compiler: `Address<Ipv4> address = "192.0.2.1";`
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// From a number in the byte order of the host: 127.0.0.1 is 0x7f000001.
    [[nodiscard]] static constexpr Address from_number(std::uint32_t number) {
        return Address{std::bit_cast<Bytes>(BigEndian<std::uint32_t>{number})};
    }

    /// 0.0.0.0: in a bind, every address of this host.
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// 127.0.0.1
    [[nodiscard]] static constexpr Address loopback() { return {127, 0, 0, 1}; }
    /// 255.255.255.255: every host on the local network.
    [[nodiscard]] static constexpr Address broadcast() { return {255, 255, 255, 255}; }

    /// The grammar of inet_pton(3): four decimal numbers up to 255 without leading zeros, dots
    /// between them.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        if (text.size() >= Octets::shortest) {
            Octets octets{text};
            if (octets.octet_and_dot() && octets.octet_and_dot() && octets.octet_and_dot() &&
                octets.last_octet()) {
                return from_number(octets.number());
            }
        }
        return parse_carefully(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        return parser.octet(bytes_[0]) && parser.expect('.') && parser.octet(bytes_[1]) &&
               parser.expect('.') && parser.octet(bytes_[2]) && parser.expect('.') &&
               parser.octet(bytes_[3]);
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = print_octet(at, bytes_[0]);
        for (std::size_t next = 1; next < bytes_.size(); ++next) {
            *at++ = '.';
            at = print_octet(at, bytes_[next]);
        }
        return at;
    }

    [[nodiscard]] constexpr Text<15> text() const { return Text<15>::printed(*this); }

    [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

    /// In the byte order of the host.
    [[nodiscard]] constexpr std::uint32_t number() const {
        return std::bit_cast<BigEndian<std::uint32_t>>(bytes_);
    }

    /// The address after this one; `value_out_of_range` after 255.255.255.255.
    [[nodiscard]] constexpr Result<Address> next() const {
        if (number() == 0xffffffff) {
            return Error{Errc::value_out_of_range, Operation::convert};
        }
        return from_number(number() + 1);
    }
    /// The address before this one; `value_out_of_range` before 0.0.0.0.
    [[nodiscard]] constexpr Result<Address> previous() const {
        if (number() == 0) {
            return Error{Errc::value_out_of_range, Operation::convert};
        }
        return from_number(number() - 1);
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const { return special_in(special_ipv4, bytes_); }

    /// RFC 5771 section 4 and RFC 2365 section 8.
    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        if (!is_multicast()) {
            return MulticastScope::none;
        }
        if (number() >> 8 == 0xe00000) { // 224.0.0.0/24
            return MulticastScope::link_local;
        }
        if (number() >> 16 == 0xefff) { // 239.255.0.0/16
            return MulticastScope::realm_local;
        }
        if (number() >> 18 == 0xefc0 >> 2) { // 239.192.0.0/14
            return MulticastScope::organization_local;
        }
        return number() >> 24 == 0xef ? MulticastScope::none : MulticastScope::global;
    }

    [[nodiscard]] constexpr std::uint64_t hash() const { return hash_with(0, number()); }

    friend constexpr bool operator==(Address one, Address other) {
        return one.number() == other.number();
    }
    friend constexpr std::strong_ordering operator<=>(Address one, Address other) {
        return one.number() <=> other.number();
    }

    /// Public only so that an address can be a template argument.
    Bytes bytes_{};

private:
    // Finds the mistake. Out of line, so that the fast path is short.
    [[gnu::__noinline__, gnu::__cold__]] static constexpr Result<Address>
    parse_carefully(std::string_view text) {
        return parse_whole<Address>(text);
    }
};

} // namespace ferrule
// ferrule/address/ipv6.hpp
/// @file
/// An IPv6 address: 16 bytes, written `2001:db8::1`. A scope (`%eth0`) belongs to the endpoint, not
/// to the address.

namespace ferrule {

/// Sixteen bytes, written as RFC 5952 has it: `2001:db8::1`.
template <> class Address<Ipv6> : public Properties<Ipv6> {
public:
    using Bytes = std::array<unsigned char, 16>;

    /// ::
    constexpr Address() = default;
    /// From the bytes in the order in which they are sent.
    constexpr explicit Address(Bytes bytes) : bytes_{bytes} {}

    /// Checked by the compiler: `Address<Ipv6> address = "2001:db8::1";`
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// ::ffff:a.b.c.d, the form in which a socket for both families sees IPv4 (RFC 4291 2.5.5.2).
    [[nodiscard]] static constexpr Address mapped(Address<Ipv4> ipv4) {
        return Address{std::bit_cast<Bytes>(Words{0, 0, 0xffff, ipv4.number()})};
    }

    /// ::, in a bind: every address of this host.
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// ::1
    [[nodiscard]] static constexpr Address loopback() {
        return Address{Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    }

    /// The grammar of RFC 4291 2.2, as inet_pton(3) reads it: `::` stands for at least one group.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        return parse_whole<Address>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Parser ahead = parser; // of its own, which stays in registers
        const bool fits = read_groups(ahead);
        parser = ahead;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        if (is_ipv4_mapped()) {
            return unmapped().print(print_characters(at, "::ffff:"));
        }
        const auto [gap, gap_end] = longest_zeros();
        for (unsigned next = 0; next < 8; ++next) {
            if (next == gap) {
                at = print_characters(at, "::");
                next = gap_end;
                if (next == 8) {
                    break;
                }
            } else if (next != 0) {
                *at++ = ':';
            }
            at = print_group(at, group(next));
        }
        return at;
    }

    [[nodiscard]] constexpr Text<39> text() const { return Text<39>::printed(*this); }

    [[nodiscard]] constexpr Bytes bytes() const { return bytes_; }

    /// The address after this one; `value_out_of_range` after the last.
    [[nodiscard]] constexpr Result<Address> next() const {
        Address address = *this;
        for (std::size_t at = address.bytes_.size(); at-- != 0;) {
            if (++address.bytes_[at] != 0) {
                return address;
            }
        }
        return Error{Errc::value_out_of_range, Operation::convert};
    }
    /// The address before this one; `value_out_of_range` before `::`.
    [[nodiscard]] constexpr Result<Address> previous() const {
        Address address = *this;
        for (std::size_t at = address.bytes_.size(); at-- != 0;) {
            if (address.bytes_[at]-- != 0) {
                return address;
            }
        }
        return Error{Errc::value_out_of_range, Operation::convert};
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const {
        return is_ipv4_mapped() ? unmapped().special() : special_in(special_ipv6, bytes_);
    }

    /// RFC 7346 section 2.
    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        if (is_ipv4_mapped()) {
            return unmapped().multicast_scope();
        }
        const auto scope = static_cast<MulticastScope>(bytes_[1] & 0xf);
        switch (is_multicast() ? scope : MulticastScope::none) {
        case MulticastScope::interface_local:
        case MulticastScope::link_local:
        case MulticastScope::realm_local:
        case MulticastScope::admin_local:
        case MulticastScope::site_local:
        case MulticastScope::organization_local:
        case MulticastScope::global:
            return scope;
        default:
            return MulticastScope::none;
        }
    }

    /// ::ffff:0:0/96, RFC 4291 2.5.5.2.
    [[nodiscard]] constexpr bool is_ipv4_mapped() const {
        return half(0) == 0 && std::bit_cast<Words>(bytes_)[2] == std::uint32_t{0xffff};
    }

    /// The IPv4 address in the last four bytes; asks nothing about those before.
    [[nodiscard]] constexpr Address<Ipv4> unmapped() const {
        return Address<Ipv4>{std::bit_cast<std::array<Address<Ipv4>::Bytes, 4>>(bytes_)[3]};
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(hash_with(1, half(0)), half(8));
    }

    friend constexpr bool operator==(const Address& one, const Address& other) {
        return one.half(0) == other.half(0) && one.half(8) == other.half(8);
    }
    friend constexpr std::strong_ordering operator<=>(const Address& one, const Address& other) {
        const auto first = one.half(0) <=> other.half(0);
        return std::is_neq(first) ? first : one.half(8) <=> other.half(8);
    }

    /// Public only so that an address can be a template argument.
    Bytes bytes_{};

private:
    using Words = std::array<BigEndian<std::uint32_t>, 4>;

    [[gnu::__always_inline__]] constexpr bool read_groups(Parser& parser) {
        std::array<BigEndian<std::uint16_t>, 8> groups{};
        std::size_t filled = 0; // groups that have been read
        std::size_t limit = 8;  // that may be read: less once a :: has taken the place of some
        std::size_t gap = 8;    // where the :: stands
        if (parser.here() == ':') {
            parser.advance();
            if (!parser.expect(':')) {
                return false;
            }
            gap = 0;
            limit = 7;
        }
        while (filled != gap || parser.hexadecimal_here() <= 15) { // an address may end in ::
            if (filled == limit) {
                return parser.fail(Errc::too_many_groups);
            }
            const char* const start = parser.place();
            unsigned group = 0;
            if (!parser.group(group)) {
                return false;
            }
            const char next = parser.here();
            if (next == '.') { // no group, but the first number of an IPv4 address
                parser.back_to(start);
                if (limit - filled < 2) {
                    return parser.fail(Errc::too_many_groups);
                }
                Address<Ipv4> ipv4;
                Parser rest = parser;
                const bool fits = ipv4.read(rest);
                parser = rest;
                if (!fits) {
                    return false;
                }
                groups[filled++] = static_cast<std::uint16_t>(ipv4.number() >> 16);
                groups[filled++] = static_cast<std::uint16_t>(ipv4.number());
                break;
            }
            groups[filled++] = static_cast<std::uint16_t>(group);
            if (next != ':') {
                break;
            }
            if (filled == limit) {
                return parser.fail(Errc::too_many_groups);
            }
            parser.advance();
            if (parser.here() == ':') {
                if (limit == 7) {
                    return parser.fail(Errc::second_gap);
                }
                gap = filled;
                limit = 7;
                parser.advance();
            }
        }
        if (filled != 8 && limit == 8) {
            return parser.fail(Errc::too_few_groups);
        }
        // What was read after the :: belongs to the end.
        for (std::size_t to = 8; filled > gap;) {
            groups[--to] = groups[--filled];
            groups[filled] = 0;
        }
        bytes_ = std::bit_cast<Bytes>(groups);
        return true;
    }

    struct Range {
        unsigned begin;
        unsigned end;
    };

    // A bit for each of the four groups of a half that is zero, the lowest for the first. All at
    // once: printing would spend a third of its time on one after the other.
    static constexpr unsigned zero_groups(std::uint64_t half) {
        constexpr std::uint64_t low = 0x7fff'7fff'7fff'7fff; // all bits but the highest
        const std::uint64_t highest = ~(((half & low) + low) | half | low); // 0x8000 for a zero
        // The product moves the four bits to where they lie side by side.
        return static_cast<unsigned>((highest >> 15) * 0x0008'0004'0002'0001 >> 48 & 0xf);
    }

    // The first of the longest runs of zero groups; one group alone is no run.
    constexpr Range longest_zeros() const {
        unsigned zeros = zero_groups(half(0)) | zero_groups(half(8)) << 4;
        // Each turn makes every run one bit shorter and leaves its first bit: what is there last
        // began the longest.
        unsigned length = 0;
        unsigned starts = 0;
        for (; zeros != 0; zeros &= zeros >> 1) {
            starts = zeros;
            ++length;
        }
        if (length < 2) {
            return {8, 8};
        }
        const auto begin = static_cast<unsigned>(std::countr_zero(starts));
        return {begin, begin + length};
    }

    constexpr unsigned group(std::size_t at) const {
        return unsigned{bytes_[2 * at]} << 8 | bytes_[2 * at + 1];
    }

    // The eight bytes from `first` on, 0 or 8, as a number.
    constexpr std::uint64_t half(std::size_t first) const {
        const auto number = std::bit_cast<std::array<std::uint64_t, 2>>(bytes_)[first / 8];
        return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
    }
};

} // namespace ferrule
// ferrule/address/ip.hpp
/// @file
/// An IPv4 or an IPv6 address, known at run time.

namespace ferrule {

/// An IPv4 address and its IPv4-mapped IPv6 address are different here. All IPv4 addresses come
/// before all IPv6 addresses.
template <> class Address<Ip> : public Properties<Ip> {
public:
    /// ::
    constexpr Address() = default;
    constexpr Address(Address<Ipv4> ipv4) : bytes_{Address<Ipv6>::mapped(ipv4)}, is_ipv4_{true} {}
    constexpr Address(const Address<Ipv6>& ipv6) : bytes_{ipv6} {}

    /// Checked by the compiler.
    template <std::size_t Size>
    consteval Address(const char (&literal)[Size]) : Address{from_literal<Address>(literal)} {}

    /// ::
    [[nodiscard]] static constexpr Address any() { return {}; }
    /// ::1
    [[nodiscard]] static constexpr Address loopback() { return Address<Ipv6>::loopback(); }

    /// Either grammar; a text is IPv6 if a ':' ends its first number.
    [[nodiscard]] static constexpr Result<Address> parse(std::string_view text) {
        return parse_whole<Address>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Parser ahead = parser;
        while (ahead.hexadecimal_here() <= 15) {
            ahead.advance();
        }
        if (ahead.here() == ':') {
            is_ipv4_ = false;
            return bytes_.read(parser);
        }
        Address<Ipv4> ipv4;
        const bool fits = ipv4.read(parser);
        *this = ipv4;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        return is_ipv4_ ? bytes_.unmapped().print(at) : bytes_.print(at);
    }

    [[nodiscard]] constexpr Text<39> text() const { return Text<39>::printed(*this); }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const { return is_ipv4_ ? sys::af_inet : sys::af_inet6; }

    /// The address as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr Result<Address<Family>> to() const {
        if (domain() != Family::number) {
            return Error{Errc::wrong_family, Operation::convert};
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return bytes_.unmapped();
        } else {
            return bytes_;
        }
    }

    /// An IPv4-mapped IPv6 address becomes its IPv4 address; all others do not change.
    [[nodiscard]] constexpr Address unmapped() const {
        return bytes_.is_ipv4_mapped() ? Address{bytes_.unmapped()} : *this;
    }

    /// The address of the same family after this one; `value_out_of_range` after the last.
    [[nodiscard]] constexpr Result<Address> next() const {
        return is_ipv4_ ? Result<Address>{bytes_.unmapped().next()} : bytes_.next();
    }
    /// The address of the same family before this one; `value_out_of_range` before the first.
    [[nodiscard]] constexpr Result<Address> previous() const {
        return is_ipv4_ ? Result<Address>{bytes_.unmapped().previous()} : bytes_.previous();
    }

    /// What the registries of IANA say about it; special.hpp has the questions.
    [[nodiscard]] constexpr Special special() const { return bytes_.special(); }

    [[nodiscard]] constexpr MulticastScope multicast_scope() const {
        return bytes_.multicast_scope();
    }
    /// An IPv6 address that maps an IPv4 address.
    [[nodiscard]] constexpr bool is_ipv4_mapped() const {
        return !is_ipv4_ && bytes_.is_ipv4_mapped();
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(bytes_.hash(), is_ipv4_);
    }

    friend constexpr bool operator==(const Address&, const Address&) = default;
    friend constexpr std::strong_ordering operator<=>(const Address& one, const Address& other) {
        return one.is_ipv4_ != other.is_ipv4_ ? other.is_ipv4_ <=> one.is_ipv4_
                                              : one.bytes_ <=> other.bytes_;
    }

    /// Public only so that an address can be a template argument. IPv4 is kept in its mapped form.
    Address<Ipv6> bytes_;
    bool is_ipv4_ = false;
};

} // namespace ferrule
// ferrule/address/range.hpp
/// @file
/// A range of consecutive addresses.

namespace ferrule {

/// From one address to another of the same family, both included; never empty. It has no size(),
/// which would not fit into a number for IPv6.
template <class Family> class AddressRange {
public:
    /// Over the addresses, in order.
    class iterator {
    public:
        using value_type = Address<Family>;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() = default;
        constexpr iterator(Address<Family> at, Address<Family> last, bool is_past)
            : at_{at}, last_{last}, is_past_{is_past} {}

        constexpr const Address<Family>& operator*() const { return at_; }
        constexpr const Address<Family>* operator->() const { return &at_; }

        constexpr iterator& operator++() {
            // The last address may be the last that there is.
            if (at_ == last_) {
                is_past_ = true;
            } else {
                at_ = *at_.next();
            }
            return *this;
        }
        constexpr iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }

        friend constexpr bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_ && one.is_past_ == other.is_past_;
        }

    private:
        Address<Family> at_;
        Address<Family> last_;
        bool is_past_ = false;
    };

    /// `first` must not lie behind `last`.
    constexpr AddressRange(Address<Family> first, Address<Family> last)
        : first_{first}, last_{last} {}

    [[nodiscard]] constexpr iterator begin() const { return {first_, last_, false}; }
    [[nodiscard]] constexpr iterator end() const { return {last_, last_, true}; }
    [[nodiscard]] constexpr const Address<Family>& front() const { return first_; }
    [[nodiscard]] constexpr const Address<Family>& back() const { return last_; }

    [[nodiscard]] constexpr bool contains(const Address<Family>& address) const {
        return first_ <= address && address <= last_;
    }

private:
    Address<Family> first_;
    Address<Family> last_;
};

} // namespace ferrule
// ferrule/address/network.hpp
/// @file
/// The addresses that begin with the same bits: CIDR (RFC 4632), written `192.0.2.0/24`.

namespace ferrule {

/// How many bits an address has: 32 or 128.
template <class Family> [[nodiscard]] constexpr unsigned bits_of(const Address<Family>& address) {
    if constexpr (std::is_same_v<Family, Ip>) {
        return address.domain() == Ipv4::number ? 32 : 128;
    } else {
        return 8 * sizeof address;
    }
}

/// The first `length` bits of an address, and those of `rest` in place of all others.
template <class Family>
[[nodiscard]] constexpr Address<Family> prefix_of(const Address<Family>& address, unsigned length,
                                                  unsigned char rest = 0) {
    if constexpr (std::is_same_v<Family, Ip>) {
        if (const auto ipv4 = address.template to<Ipv4>()) {
            return prefix_of(*ipv4, length, rest);
        }
        return prefix_of(*address.template to<Ipv6>(), length, rest);
    } else {
        auto bytes = address.bytes();
        unsigned begin = 0;
        for (auto& byte : bytes) {
            const unsigned kept = length > begin ? length - begin : 0; // bits, from here on
            const unsigned mask = kept >= 8 ? 0xff : 0xff00U >> kept & 0xff;
            byte = static_cast<unsigned char>((byte & mask) | (rest & ~mask));
            begin += 8;
        }
        return Address<Family>{bytes};
    }
}

/// An address and the number of its first bits that make the network. The other bits are kept as
/// written, so that it can also be the address of an interface in a network. `canonical()` clears
/// them.
///
/// An IPv4 address is in no IPv6 network, and an IPv6 address in no IPv4 network, IPv4-mapped
/// (`::ffff:192.0.2.1`) or not: to judge a peer, ask with `address.unmapped()`. Endpoints of `Ip`
/// that the kernel gave are unmapped already.
template <Among<OneOf<Ipv4, Ipv6, Ip>> Family> class Network {
public:
    /// 0.0.0.0/0 or ::/0: all addresses.
    constexpr Network() = default;
    /// An address alone: /32 or /128.
    constexpr explicit Network(const Address<Family>& address)
        : address_{address}, length_{static_cast<unsigned char>(bits_of(address))} {}

    /// A network of either family as one that is known at run time.
    template <Among<Ip::members> Member>
        requires std::is_same_v<Family, Ip>
    constexpr Network(const Network<Member>& network)
        : address_{network.address_}, length_{network.length_} {}

    /// Checked by the compiler: `Network<Ipv4> network = "192.0.2.0/24";`
    template <std::size_t Size>
    consteval Network(const char (&literal)[Size]) : Network{from_literal<Network>(literal)} {}

    /// The first `length` bits of an address; `prefix_too_long` if it has fewer.
    [[nodiscard]] static constexpr Result<Network> of(const Address<Family>& address,
                                                      unsigned length) {
        if (length > bits_of(address)) {
            return Error{Errc::prefix_too_long, Operation::convert};
        }
        Network network{address};
        network.length_ = static_cast<unsigned char>(length);
        return network;
    }

    /// With a mask such as 255.255.255.0; `bad_netmask` if it is of the other family or has a one
    /// after a zero.
    [[nodiscard]] static constexpr Result<Network> from_netmask(const Address<Family>& address,
                                                                const Address<Family>& netmask) {
        for (Network network{address};; --network.length_) {
            if (network.netmask() == netmask) {
                return network;
            }
            if (network.length_ == 0) {
                return Error{Errc::bad_netmask, Operation::convert};
            }
        }
    }

    /// Exactly `address/length`; the length is decimal, without leading zeros. No scope (`%eth0`):
    /// it belongs to an endpoint.
    [[nodiscard]] static constexpr Result<Network> parse(std::string_view text) {
        return parse_whole<Network>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        std::uint32_t length = 0;
        const bool fits = address_.read(parser) &&
                          parser.expect('/', Errc::missing_prefix_length) &&
                          parser.decimal(length, bits_of(address_), Errc::prefix_too_long);
        length_ = static_cast<unsigned char>(length);
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = address_.print(at);
        *at++ = '/';
        return print_octet(at, length_);
    }

    using Printed = Text<std::is_same_v<Family, Ipv4> ? 18 : 43>;
    [[nodiscard]] constexpr Printed text() const { return Printed::printed(*this); }

    /// As it was written.
    [[nodiscard]] constexpr Address<Family> address() const { return address_; }
    /// How many bits all of its addresses have in common.
    [[nodiscard]] constexpr unsigned prefix_length() const { return length_; }
    /// The same as an address: 255.255.255.0.
    [[nodiscard]] constexpr Address<Family> netmask() const {
        const auto all_ones = prefix_of(address_, 0, 0xff);
        return prefix_of(all_ones, length_);
    }

    [[nodiscard]] constexpr Address<Family> first() const { return prefix_of(address_, length_); }
    [[nodiscard]] constexpr Address<Family> last() const {
        return prefix_of(address_, length_, 0xff);
    }

    /// The same network with its first address: 192.0.2.0/24 for 192.0.2.7/24.
    [[nodiscard]] constexpr Network canonical() const {
        Network network = *this;
        network.address_ = first();
        return network;
    }
    [[nodiscard]] constexpr bool is_canonical() const { return address_ == first(); }

    [[nodiscard]] constexpr bool contains(const Address<Family>& address) const {
        return prefix_of(address, length_) == first();
    }
    /// Contains all addresses of the other.
    [[nodiscard]] constexpr bool covers(const Network& other) const {
        return length_ <= other.length_ && contains(other.address_);
    }
    /// Has an address in common.
    [[nodiscard]] constexpr bool overlaps(const Network& other) const {
        return covers(other) || other.covers(*this);
    }

    /// The addresses that a host may have. Those of IPv4 leave out the first, which names the
    /// network, and the last, its broadcast; those of IPv6 leave out the first, which is any router
    /// (RFC 4291 2.6.1). A network of two addresses (/31, RFC 3021; /127, RFC 6164) or of one has
    /// none to spare.
    [[nodiscard]] constexpr AddressRange<Family> hosts() const {
        const unsigned bits = bits_of(address_);
        if (bits - length_ < 2) {
            return {first(), last()};
        }
        return {*first().next(), bits == 32 ? *last().previous() : last()};
    }

    /// To all hosts of the network: its last address. /31 and /32 have no broadcast.
    [[nodiscard]] constexpr Address<Ipv4> broadcast() const
        requires std::is_same_v<Family, Ipv4>
    {
        return last();
    }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const {
        return bits_of(address_) == 32 ? Ipv4::number : Ipv6::number;
    }

    /// The network as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Member>
        requires std::is_same_v<Family, Ip>
    [[nodiscard]] constexpr Result<Network<Member>> to() const {
        const auto address = address_.template to<Member>();
        if (!address) {
            return address.error();
        }
        return Network<Member>::of(*address, length_);
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address_.hash(), length_);
    }

    /// Compares them as written: 192.0.2.7/24 is not equal to 192.0.2.0/24; compare `canonical()`
    /// networks for that.
    friend constexpr bool operator==(const Network&, const Network&) = default;
    /// By address, then by length: a network comes before those that it contains.
    friend constexpr std::strong_ordering operator<=>(const Network&, const Network&) = default;

    /// Public only so that a network can be a template argument.
    Address<Family> address_;
    unsigned char length_ = 0;
};

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Network<Family>> {
    constexpr std::size_t operator()(const ferrule::Network<Family>& network) const noexcept {
        return static_cast<std::size_t>(network.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
// ferrule/address.hpp
/// @file
/// All of address/: IP addresses, networks, and what each range of addresses is for.

// ferrule/core/at_run_time.hpp
/// @file
/// Marks a value that the compiler can't check.

namespace ferrule {

/// A value that is known only at run time, where a constant is checked by the compiler:
/// `opt::HopLimit{at_run_time(hops)}`. Whether it is in range is seen when it is used.
template <class Given> struct AtRunTime {
    Given given;
};

/// Marks a value that is checked when the program runs, not while it is compiled.
template <class Given> [[nodiscard]] constexpr AtRunTime<Given> at_run_time(const Given& given) {
    return {given};
}

} // namespace ferrule
// ferrule/core/bytes.hpp
/// @file
/// The bytes to send, and the buffers to fill. A sender takes a `BytesView`: anything contiguous of
/// one-byte elements. A receiver takes a `ByteBuffer`: the same, but mutable, and gives back the
/// part of it that was filled.

#include <span>

namespace ferrule {

/// The types whose contiguous elements are bytes.
template <class Element>
inline constexpr bool is_byte =
    std::is_same_v<Element, char> || std::is_same_v<Element, unsigned char> ||
    std::is_same_v<Element, signed char> ||
#ifdef __cpp_char8_t // not with -fno-char8_t
    std::is_same_v<Element, char8_t> ||
#endif
    std::is_same_v<Element, std::byte>;

namespace detail {

template <class Range>
using ElementOf = std::remove_pointer_t<decltype(std::data(std::declval<Range&>()))>;

// Also of a container whose size() is signed, as Qt's are.
template <class Range> constexpr std::size_t size_of(const Range& range) {
    return static_cast<std::size_t>(std::ssize(range));
}

// Shown when a pointer reaches a sender.
struct std_span_of_the_pointer_and_its_length;

// Not constexpr, so that the compiler shows the name when a literal reaches it.
inline void the_char_array_does_not_end_in_NUL() {}

// Its name is shown when the array can't be read while compiling.
constexpr char make_the_array_static_constexpr_or_wrap_it_in_string_view(const char& last) {
    return last;
}

} // namespace detail

// The three conditions of a buffer are variables, so that a refusal names one of them in one line.

/// Whether a range is contiguous and its elements are bytes.
template <class Range> inline constexpr bool elements_are_bytes = false;
template <class Range>
    requires requires(Range& range) {
        std::data(range);
        std::size(range);
    }
inline constexpr bool elements_are_bytes<Range> =
    is_byte<std::remove_const_t<detail::ElementOf<Range>>>;

/// Whether the elements of a byte range can be written: not those of a std::string_view, a string
/// literal, a const array.
template <class Range>
inline constexpr bool elements_can_be_written = !std::is_const_v<detail::ElementOf<Range>>;

/// Whether a buffer outlives the call, so that the received part of it can be handed out: it has a
/// name or is a view.
template <class Buffer>
inline constexpr bool outlives_the_call =
    std::is_lvalue_reference_v<Buffer> ||
    std::ranges::enable_borrowed_range<std::remove_cvref_t<Buffer>>;

/// Whether a buffer says how much it holds. A pointer does not: give std::span{pointer, length}.
template <class Buffer>
inline constexpr bool knows_its_length_as_std_span_does =
    !std::is_pointer_v<std::remove_cvref_t<Buffer>>;

namespace detail {

template <class Buffer> inline constexpr bool is_of_no_bytes = false;
template <template <class, std::size_t> class Array, class Element>
inline constexpr bool is_of_no_bytes<Array<Element, 0>> = true; // std::array, std::span

} // namespace detail

/// Whether a buffer has room for a byte, as far as its type tells.
template <class Buffer>
inline constexpr bool has_room_for_a_byte = !detail::is_of_no_bytes<std::remove_cvref_t<Buffer>>;

/// Contiguous one-byte elements: arrays, std::string, std::vector, std::span, ...
template <class Range>
concept ByteRange = elements_are_bytes<Range>;

/// What a receive operation fills.
template <class Buffer>
concept ByteBuffer =
    knows_its_length_as_std_span_does<Buffer> && has_room_for_a_byte<Buffer> &&
    elements_are_bytes<std::remove_reference_t<Buffer>> &&
    elements_can_be_written<std::remove_reference_t<Buffer>> && outlives_the_call<Buffer>;

/// The bytes to send, borrowed. A string literal, or another static constexpr array of char that
/// ends in NUL, goes without that NUL; any other array goes whole, one of char too, even if it was
/// filled with text that ends before: `c_string(array)` is that text. A const char array that the
/// compiler can't read, or without a NUL at its end, does not compile: wrap it in std::span or
/// std::string_view.
class BytesView {
public:
    constexpr BytesView() = default;

    template <std::size_t Size>
    consteval BytesView(const char (&literal)[Size]) : data_{literal}, size_{Size - 1} {
        if (detail::make_the_array_static_constexpr_or_wrap_it_in_string_view(literal[Size - 1]) !=
            '\0') {
            detail::the_char_array_does_not_end_in_NUL();
        }
    }

    /// A pointer does not know how much there is.
    template <class Pointer, class Write = detail::std_span_of_the_pointer_and_its_length>
        requires std::is_pointer_v<std::remove_cvref_t<Pointer>>
    BytesView(Pointer&& pointer) = delete;

    template <ByteRange Range>
        requires(!std::is_same_v<std::remove_cvref_t<Range>, BytesView>)
    constexpr BytesView(Range&& range) : data_{std::data(range)}, size_{detail::size_of(range)} {}

    [[nodiscard]] constexpr const void* data() const { return data_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

private:
    const void* data_ = nullptr;
    std::size_t size_ = 0;
};

/// The text in an array of char: up to its first NUL, or all of it.
template <std::size_t Size>
[[nodiscard]] constexpr std::string_view c_string(const char (&array)[Size]) {
    std::size_t size = 0;
    while (size < Size && array[size] != '\0') {
        ++size;
    }
    return {array, size};
}
template <std::size_t Size> std::string_view c_string(const char (&&array)[Size]) = delete;

namespace detail {

// Of what is no buffer: the constraint of the operation says so, if the compiler gets that far.
template <class Buffer> struct Filled {
    using type = void;
};

template <ByteBuffer Buffer> struct Filled<Buffer> {
    using Element = ElementOf<std::remove_reference_t<Buffer>>;
    using type =
        std::conditional_t<std::is_same_v<Element, char>, std::string_view, std::span<Element>>;
};

} // namespace detail

/// What a receive operation gives back for a buffer of this kind: a std::string_view for char, a
/// span otherwise.
template <class Buffer> using FilledPart = typename detail::Filled<Buffer>::type;

namespace detail {

template <class Struct> constexpr bool can_be_made_of_bytes() {
    struct Bytes {
        unsigned char bytes[sizeof(Struct)];
    };
    static_cast<void>(__builtin_bit_cast(Struct, Bytes{}));
    return true;
}
template <class Struct, bool = can_be_made_of_bytes<Struct>()> struct IsMadeOfBytes {};

// A class with a constructor or private members of which the compiler knows that it can be made of
// bytes while compiling (std::bit_cast): nothing with an address in it can.
template <class Struct> inline constexpr bool is_class_of_bytes = false;
template <class Struct>
    requires(std::is_trivially_copyable_v<Struct> && !std::is_aggregate_v<Struct>) &&
                requires { typename IsMadeOfBytes<Struct>; }
inline constexpr bool is_class_of_bytes<Struct> = true;

// Convert to anything without an address; to what is or may hold one; and to a reference. None
// converts to an aggregate, so that one is initialised scalar by scalar, however it is nested.
struct AnyNumber {
    template <class Number>
        requires std::is_arithmetic_v<Number> || std::is_enum_v<Number> || is_class_of_bytes<Number>
    constexpr operator Number() const noexcept;
};
struct AnyAddress {
    template <class Address>
        requires std::is_pointer_v<Address> || std::is_member_pointer_v<Address> ||
                 (std::is_class_v<Address> && !std::is_aggregate_v<Address> &&
                  !is_class_of_bytes<Address>)
    constexpr operator Address() const noexcept;
};
struct AnyReference {
    template <class Object> constexpr operator Object&() const noexcept;
};
template <std::size_t> using NumberAt = AnyNumber;

// Whether the scalar after so many numbers can be had from this.
template <class Struct, class From, class Before> inline constexpr bool goes_on_with = false;
template <class Struct, class From, std::size_t... before>
    requires requires { Struct{NumberAt<before>{}..., From{}}; } ||
                 requires { Struct{NumberAt<before>{}..., {From{}}}; } // g++ 12, of an array
inline constexpr bool goes_on_with<Struct, From, std::index_sequence<before...>> = true;

template <class Struct, class Before>
inline constexpr bool has_address_after =
    goes_on_with<Struct, AnyAddress, Before> ||
    (goes_on_with<Struct, AnyReference, Before> && !goes_on_with<Struct, AnyNumber, Before>);

template <class Struct, class Positions> inline constexpr bool has_address_among = false;
template <class Struct, std::size_t... positions>
inline constexpr bool has_address_among<Struct, std::index_sequence<positions...>> =
    (has_address_after<Struct, std::make_index_sequence<positions>> || ...);

// Whether a struct holds an address of this process: sent it would tell where memory lies, received
// it would be the peer's choice. An aggregate is asked scalar by scalar, as far as its first 64.
template <class Struct>
inline constexpr bool holds_an_address =
    std::is_aggregate_v<Struct>
        ? has_address_among<Struct,
                            std::make_index_sequence<(sizeof(Struct) < 64 ? sizeof(Struct) : 64)>>
        : !std::is_arithmetic_v<Struct> && !std::is_enum_v<Struct> && !is_class_of_bytes<Struct>;

} // namespace detail

/// Whether a struct can be taken for its bytes: it is copied byte by byte, none is padding, and
/// none belongs to a pointer, a reference or a view.
template <class Struct>
inline constexpr bool is_all_bytes =
    std::is_trivially_copyable_v<Struct> && std::has_unique_object_representations_v<Struct> &&
    !detail::holds_an_address<std::remove_cv_t<Struct>>;

/// The bytes of a struct as they lie in memory, to send it or to receive into it. Padding would
/// send bytes without a defined value, so a struct that has some does not compile. Those of a
/// constant, or of a temporary, are constant.
template <class Struct>
    requires is_all_bytes<std::remove_reference_t<Struct>>
[[nodiscard]] auto bytes_of(Struct&& object) {
    using Object = std::remove_reference_t<Struct>;
    using Byte = std::conditional_t<std::is_lvalue_reference_v<Struct> && !std::is_const_v<Object>,
                                    std::byte, const std::byte>;
    return std::span<Byte, sizeof(Object)>{reinterpret_cast<Byte*>(&object), sizeof(Object)};
}

} // namespace ferrule
// ferrule/core/duration.hpp
/// @file
/// Spans of time. They are taken by shape, std::chrono's included, so that <chrono> is included by
/// those who use it, not here; and they are given back in a small type of our own that converts.

namespace ferrule {

/// Whether a type has the shape of a std::chrono::duration. A bare number has not: no unit. A
/// variable, so that a refusal is one line.
template <class Time>
inline constexpr bool has_a_count_and_a_unit = requires(const Time& time) {
    { time.count() };
    Time::period::num;
    Time::period::den;
};

/// A std::chrono::duration, or anything of its shape.
template <class Time>
concept Duration = has_a_count_and_a_unit<Time>;

/// What stands for a duration that does not fit: no clock will see the end of it.
inline constexpr std::int64_t longest_span = INT64_MAX / 2;

namespace detail {

constexpr std::int64_t greatest_common_divisor(std::int64_t one, std::int64_t other) {
    return other == 0 ? one : greatest_common_divisor(other, one % other);
}

} // namespace detail

/// How many units of `numerator/denominator` seconds a duration is, rounded up: a positive duration
/// never becomes zero. If it does not fit: `longest_span`. If it is negative or not a number: -1.
template <std::int64_t numerator, std::int64_t denominator, Duration Time>
[[nodiscard]] constexpr std::int64_t count_in(const Time& time) {
    const auto count = time.count();
    if (!(count >= 0)) {
        return -1;
    }
    if constexpr (std::integral<decltype(time.count())>) {
        // count * up / down, of which up may be a billion times num
        constexpr std::int64_t common_up =
            detail::greatest_common_divisor(Time::period::num, numerator);
        constexpr std::int64_t common_down =
            detail::greatest_common_divisor(denominator, Time::period::den);
        constexpr std::int64_t up = Time::period::num / common_up * (denominator / common_down);
        constexpr std::int64_t down = Time::period::den / common_down * (numerator / common_up);
        std::int64_t whole = 0;
        std::int64_t part = 0;
        std::int64_t sum = 0;
        if (!std::in_range<std::int64_t>(count) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) / down, up, &whole) ||
            __builtin_mul_overflow(static_cast<std::int64_t>(count) % down, up, &part) ||
            __builtin_add_overflow(whole, part / down + (part % down != 0), &sum) ||
            sum > longest_span) {
            return longest_span;
        }
        return sum;
    } else {
        constexpr auto longest = static_cast<long double>(longest_span);
        const auto real = static_cast<long double>(count);
        // Multiplied out, more than this might not fit into a long double that is a double.
        if (!(real < longest * Time::period::den * numerator)) {
            return longest_span;
        }
        const long double units =
            real * Time::period::num * denominator / Time::period::den / numerator;
        if (!(units < longest)) {
            return longest_span;
        }
        const auto whole = static_cast<std::int64_t>(units);
        return whole + (static_cast<long double>(whole) < units);
    }
}

/// So many units of `numerator/denominator` seconds: what the kernel says of a time. Converts to
/// any duration that can hold it exactly.
template <std::int64_t numerator, std::int64_t denominator = 1> class Span {
public:
    using rep = std::int64_t;
    /// As std::chrono::duration has it.
    struct period {
        static constexpr std::int64_t num = numerator;
        static constexpr std::int64_t den = denominator;
    };

    constexpr Span() = default;
    constexpr explicit Span(std::int64_t count) : count_{count} {}

    /// Of any other duration: rounded up.
    template <Duration Time>
        requires(!std::same_as<Time, Span>)
    [[nodiscard]] static constexpr Span rounded_up(const Time& time) {
        return Span{count_in<numerator, denominator>(time)};
    }

    [[nodiscard]] constexpr std::int64_t count() const { return count_; }

    template <Duration Time>
        requires(!std::same_as<Time, Span> && std::constructible_from<Time, typename Time::rep> &&
                 numerator * Time::period::den % (denominator * Time::period::num) == 0)
    constexpr operator Time() const {
        constexpr auto factor = numerator * Time::period::den / (denominator * Time::period::num);
        return Time{static_cast<typename Time::rep>(count_ * factor)};
    }

    friend constexpr bool operator==(Span, Span) = default;
    friend constexpr auto operator<=>(Span, Span) = default;

    /// The same time in another unit.
    template <Duration Time>
        requires(!std::same_as<Time, Span>)
    friend constexpr bool operator==(Span one, const Time& other) {
        return static_cast<long double>(one.count_) * numerator * Time::period::den ==
               static_cast<long double>(other.count()) * Time::period::num * denominator;
    }

private:
    std::int64_t count_ = 0;
};

using Seconds = Span<1>;                    ///< As std::chrono::seconds.
using Milliseconds = Span<1, 1000>;         ///< 1/1,000 s.
using Microseconds = Span<1, 1'000'000>;    ///< 1/1,000,000 s.
using Nanoseconds = Span<1, 1'000'000'000>; ///< 1/1,000,000,000 s.

} // namespace ferrule
// ferrule/core.hpp
/// @file
/// All of core/: lists of types, sentences, values or errors, bytes, times.

// ferrule/endpoint/base.hpp
/// @file
/// The name that the endpoints of all families share, and their hash.

namespace ferrule {

namespace detail {

// What could be taken for a text with an endpoint in it.
template <class Text>
concept TextOfRunTime =
    !std::is_array_v<Text> && std::is_convertible_v<const Text&, std::string_view>;

// Shown when such a text is given where an endpoint should stand.
struct endpoint_parse_of_the_text;

} // namespace detail

/// The address of a socket: bind, connect and send_to take one, accept returns one. An endpoint
/// *is* the kernel's sockaddr, so that no call converts anything. `Endpoint<Ipv4>`,
/// `Endpoint<Ipv6>`, `Endpoint<Unix>`; `Endpoint<Ip>` and `Endpoint<Any>` are one of these, known
/// at run time.
///
/// Each has `parse` for text at run time, a constructor for literals that the compiler checks, and
/// `text()`. For the kernel: `native()` and `native_size()` are its input; it writes to
/// `native_buffer()`, at most `native_capacity` bytes, and then `native_resize(size)` takes the
/// size that it returned.
template <class Family> class Endpoint;

} // namespace ferrule

// NOLINTBEGIN(misc-include-cleaner): <string_view> declares std::hash
template <class Family> struct std::hash<ferrule::Endpoint<Family>> {
    constexpr std::size_t operator()(const ferrule::Endpoint<Family>& endpoint) const noexcept {
        return static_cast<std::size_t>(endpoint.hash());
    }
};
// NOLINTEND(misc-include-cleaner)
// ferrule/endpoint/port.hpp
/// @file
/// A port as a parameter: any number of 16 bits, or a constant that fits.

namespace ferrule {

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void a_port_is_from_0_to_65535() {}

} // namespace detail

/// From 0 to 65535, in the order of the host. The compiler checks a constant of any integer type. A
/// value of run time is a std::uint16_t, so that no bits are lost.
class Port {
public:
    template <std::unsigned_integral Number>
        requires(sizeof(Number) <= sizeof(std::uint16_t) && !std::is_same_v<Number, bool>)
    constexpr Port(Number number) : number_{number} {}

    template <std::integral Number>
        requires(std::is_signed_v<Number> || sizeof(Number) > sizeof(std::uint16_t))
    consteval Port(Number number) : number_{static_cast<std::uint16_t>(number)} {
        if (!std::in_range<std::uint16_t>(number)) {
            detail::a_port_is_from_0_to_65535();
        }
    }

    [[nodiscard]] constexpr std::uint16_t number() const { return number_; }

private:
    std::uint16_t number_;
};

} // namespace ferrule
// ferrule/endpoint/ipv4.hpp
/// @file
/// An IPv4 address and a port: the kernel's sockaddr_in, written `192.0.2.1:80`.

namespace ferrule {

/// An address and a port, written `192.0.2.1:80`.
template <> class Endpoint<Ipv4> {
public:
    /// 0.0.0.0:0
    constexpr Endpoint() { native_.sin_family = sys::af_inet; }
    constexpr Endpoint(Address<Ipv4> address, Port port) : Endpoint{} {
        native_.sin_addr.s_addr = std::bit_cast<in_addr_t>(address.bytes());
        native_.sin_port = std::bit_cast<in_port_t>(BigEndian<std::uint16_t>{port.number()});
    }

    /// Checked by the compiler: `Endpoint<Ipv4> endpoint = "192.0.2.1:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ipv4>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// 0.0.0.0: every address of this host. Port 0 lets bind(2) choose a free one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) {
        return {Address<Ipv4>::any(), port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return {Address<Ipv4>::loopback(), port};
    }

    /// Exactly `address:port`; the port is decimal, without leading zeros.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Address<Ipv4> address;
        std::uint16_t port = 0;
        const bool fits =
            address.read(parser) && parser.expect(':', Errc::missing_port) && parser.port(port);
        *this = Endpoint{address, port};
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = address().print(at);
        *at++ = ':';
        return print_decimal(at, port());
    }

    [[nodiscard]] constexpr Text<21> text() const { return Text<21>::printed(*this); }

    [[nodiscard]] constexpr Address<Ipv4> address() const {
        return Address<Ipv4>{std::bit_cast<Address<Ipv4>::Bytes>(native_.sin_addr.s_addr)};
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return std::bit_cast<BigEndian<std::uint16_t>>(native_.sin_port);
    }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const { return {address(), port}; }

    [[nodiscard]] static constexpr int domain() { return sys::af_inet; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address().hash(), port());
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.native_.sin_addr.s_addr == other.native_.sin_addr.s_addr &&
               one.native_.sin_port == other.native_.sin_port;
    }
    /// By address, then by port.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        const auto addresses = one.address() <=> other.address();
        return std::is_neq(addresses) ? addresses : one.port() <=> other.port();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return sizeof(sockaddr_in); }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`; anything but a whole IPv4 endpoint
    /// becomes 0.0.0.0:0.
    void native_resize(socklen_t size) {
        if (size < sizeof(sockaddr_in) || native_.sin_family != sys::af_inet) {
            *this = Endpoint{};
        }
    }

    /// Public only so that an endpoint can be a template argument.
    sockaddr_in native_{};
};

} // namespace ferrule
// ferrule/endpoint/ipv6.hpp
/// @file
/// An IPv6 address, a port and perhaps a scope: the kernel's sockaddr_in6, written
/// `[2001:db8::1]:80` and
/// `[fe80::1%3]:80`.

namespace ferrule {

namespace detail {

// The bytes of an address from one array to another: by words, where no constant is evaluated.
template <class To, class From> constexpr void copy_address(To& to, const From& from) {
    if (std::is_constant_evaluated()) {
        for (std::size_t at = 0; at < sizeof to; ++at) {
            to[at] = from[at];
        }
    } else {
        __builtin_memcpy(&to, &from, sizeof to);
    }
}

} // namespace detail

/// An address, a port, and the scope of a link-local address, written `[fe80::1%2]:80`.
template <> class Endpoint<Ipv6> {
public:
    /// [::]:0
    constexpr Endpoint() { native_.sin6_family = sys::af_inet6; }
    /// `scope_id` is the index of an interface, which a link-local address needs (RFC 4007); 0 is
    /// none.
    constexpr Endpoint(const Address<Ipv6>& address, Port port, std::uint32_t scope_id = 0)
        : Endpoint{} {
        set(address, port.number(), scope_id);
    }

    /// Checked by the compiler: `Endpoint<Ipv6> endpoint = "[2001:db8::1]:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ipv6>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// [::]: every IPv6 address of this host. Port 0 lets bind(2) choose a free one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) {
        return {Address<Ipv6>::any(), port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return {Address<Ipv6>::loopback(), port};
    }

    /// Exactly `[address]:port` or `[address%scope]:port`; a scope is a number from 1, names are
    /// not looked up here.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        Address<Ipv6> address;
        std::uint16_t port = 0;
        std::uint32_t scope_id = 0;
        if (parser.here() != '[') {
            return parser.fail(Errc::missing_bracket);
        }
        parser.advance();
        const bool fits = address.read(parser) && read_scope(parser, scope_id) &&
                          parser.expect(']', Errc::missing_bracket) &&
                          parser.expect(':', Errc::missing_port) && parser.port(port);
        set(address, port, scope_id);
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        *at++ = '[';
        at = address().print(at);
        if (scope_id() != 0) {
            *at++ = '%';
            at = print_decimal(at, scope_id());
        }
        return print_decimal(print_characters(at, "]:"), port());
    }

    [[nodiscard]] constexpr Text<58> text() const { return Text<58>::printed(*this); }

    [[nodiscard]] constexpr Address<Ipv6> address() const {
        Address<Ipv6> address;
        detail::copy_address(address.bytes_, native_.sin6_addr.s6_addr);
        return address;
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return std::bit_cast<BigEndian<std::uint16_t>>(native_.sin6_port);
    }
    /// The index of an interface, or 0.
    [[nodiscard]] constexpr std::uint32_t scope_id() const { return native_.sin6_scope_id; }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const {
        return Endpoint{address(), port, scope_id()}.with_flow_label(flow_label());
    }

    /// The flow label of packets to this endpoint, 20 bits (RFC 6437); opt::FlowLabel leases it. 0
    /// is none.
    [[nodiscard]] constexpr std::uint32_t flow_label() const {
        return std::bit_cast<BigEndian<std::uint32_t>>(native_.sin6_flowinfo) & 0xfffffU;
    }
    [[nodiscard]] constexpr Endpoint with_flow_label(std::uint32_t label) const {
        Endpoint labelled = *this;
        labelled.native_.sin6_flowinfo =
            std::bit_cast<std::uint32_t>(BigEndian<std::uint32_t>{label & 0xfffffU});
        return labelled;
    }

    [[nodiscard]] static constexpr int domain() { return sys::af_inet6; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(address().hash(), std::uint64_t{scope_id()} << 16 | port());
    }

    /// By address, port and scope; not by the flow label.
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (const auto addresses = one.address() <=> other.address(); std::is_neq(addresses)) {
            return addresses;
        }
        const auto ports = one.port() <=> other.port();
        return std::is_neq(ports) ? ports : one.scope_id() <=> other.scope_id();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in6);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return sizeof(sockaddr_in6); }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`; anything but a whole IPv6 endpoint
    /// becomes [::]:0.
    void native_resize(socklen_t size) {
        if (size < sizeof(sockaddr_in6) || native_.sin6_family != sys::af_inet6) {
            *this = Endpoint{};
        }
    }

    /// Public only so that an endpoint can be a template argument.
    sockaddr_in6 native_{};

private:
    constexpr void set(const Address<Ipv6>& address, std::uint16_t port, std::uint32_t scope_id) {
        detail::copy_address(native_.sin6_addr.s6_addr, address.bytes_);
        native_.sin6_port = std::bit_cast<in_port_t>(BigEndian<std::uint16_t>{port});
        native_.sin6_scope_id = scope_id;
    }

    static constexpr bool read_scope(Parser& parser, std::uint32_t& scope_id) {
        if (parser.here() != '%') {
            return true;
        }
        parser.advance();
        if (parser.here() < '1' || parser.here() > '9' ||
            !parser.decimal(scope_id, 0xffffffff, Errc::bad_scope)) {
            return parser.fail(Errc::bad_scope);
        }
        return parser.here() == ']' || parser.at_end() || parser.fail(Errc::bad_scope);
    }
};

} // namespace ferrule
// ferrule/endpoint/ip.hpp
/// @file
/// An IPv4 or an IPv6 endpoint, known at run time.

namespace ferrule {

/// All IPv4 endpoints are ordered before all IPv6 endpoints.
template <> class Endpoint<Ip> {
public:
    /// [::]:0
    constexpr Endpoint() : ipv6_{}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Endpoint<Ipv4>& ipv4) : ipv4_{ipv4}, domain_{sys::af_inet} {}
    constexpr Endpoint(const Endpoint<Ipv6>& ipv6) : ipv6_{ipv6}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Address<Ip>& address, Port port) : Endpoint{} {
        if (const auto ipv4 = address.to<Ipv4>()) {
            *this = Endpoint<Ipv4>{*ipv4, port};
        } else {
            *this = Endpoint<Ipv6>{*address.to<Ipv6>(), port};
        }
    }

    /// Checked by the compiler: `Endpoint<Ip> endpoint = "192.0.2.1:80";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Ip>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// [::]: every address of this host, IPv4 addresses included. Port 0 lets bind(2) choose a free
    /// one.
    [[nodiscard]] static constexpr Endpoint any(Port port = 0) { return Endpoint<Ipv6>::any(port); }
    /// [::1]
    [[nodiscard]] static constexpr Endpoint loopback(Port port = 0) {
        return Endpoint<Ipv6>::loopback(port);
    }

    /// `192.0.2.1:80` or `[2001:db8::1]:80`.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        if (parser.here() == '[') {
            Endpoint<Ipv6> ipv6;
            const bool fits = ipv6.read(parser);
            *this = ipv6;
            return fits;
        }
        const Parser start = parser;
        Endpoint<Ipv4> ipv4;
        if (!ipv4.read(parser)) {
            const auto colon = start.rest().find(':');
            if (colon != start.rest().rfind(':')) { // an IPv6 address without brackets
                parser = start;
                parser.fail(Errc::missing_bracket);
            }
            return false;
        }
        *this = ipv4;
        return true;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const { return is_ipv4() ? ipv4_.print(at) : ipv6_.print(at); }

    [[nodiscard]] constexpr Text<58> text() const { return Text<58>::printed(*this); }

    [[nodiscard]] constexpr Address<Ip> address() const {
        return is_ipv4() ? Address<Ip>{ipv4_.address()} : Address<Ip>{ipv6_.address()};
    }
    [[nodiscard]] constexpr std::uint16_t port() const {
        return is_ipv4() ? ipv4_.port() : ipv6_.port();
    }
    [[nodiscard]] constexpr Endpoint with_port(Port port) const {
        return is_ipv4() ? Endpoint{ipv4_.with_port(port)} : Endpoint{ipv6_.with_port(port)};
    }

    /// AF_INET or AF_INET6.
    [[nodiscard]] constexpr int domain() const { return domain_; }

    /// The endpoint as one of the two families, or the error `wrong_family`.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr Result<Endpoint<Family>> to() const {
        if (domain_ != Family::number) {
            return Error{Errc::wrong_family, Operation::convert};
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return ipv4_;
        } else {
            return ipv6_;
        }
    }

    /// The same, borrowed: nullptr if it is of the other family.
    template <Among<Ip::members> Family>
    [[nodiscard]] constexpr const Endpoint<Family>* get_if() const {
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return is_ipv4() ? &ipv4_ : nullptr;
        } else {
            return is_ipv4() ? nullptr : &ipv6_;
        }
    }

    /// The form for a socket of AF_INET6: an IPv4 endpoint as [::ffff:a.b.c.d]:port.
    [[nodiscard]] constexpr Endpoint<Ipv6> mapped() const {
        return is_ipv4() ? Endpoint<Ipv6>{Address<Ipv6>::mapped(ipv4_.address()), ipv4_.port()}
                         : ipv6_;
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return is_ipv4() ? ipv4_.hash() : ipv6_.hash();
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (one.domain_ != other.domain_) {
            return one.domain_ <=> other.domain_;
        }
        return one.is_ipv4() ? one.ipv4_ <=> other.ipv4_ : one.ipv6_ <=> other.ipv6_;
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_in6);
    [[nodiscard]] const sockaddr* native() const { return ipv6_.native(); }
    [[nodiscard]] socklen_t native_size() const {
        return is_ipv4() ? Endpoint<Ipv4>::native_size() : Endpoint<Ipv6>::native_size();
    }
    [[nodiscard]] sockaddr* native_buffer() { return ipv6_.native_buffer(); }

    /// Takes in what the kernel wrote into `native_buffer()`. An IPv4-mapped endpoint becomes the
    /// IPv4 endpoint, so that it can't bypass a list of IPv4 addresses. Anything but a whole IP
    /// endpoint becomes [::]:0.
    [[FERRULE_ALWAYS_INLINE]] void native_resize(socklen_t size) {
        if (size >= sizeof(sockaddr_in6) && native()->sa_family == sys::af_inet6) {
            const auto address = ipv6_.address();
            domain_ = address.is_ipv4_mapped() ? sys::af_inet : sys::af_inet6;
            if (is_ipv4()) {
                ipv4_ = {address.unmapped(), ipv6_.port()};
            }
        } else if (size >= sizeof(sockaddr_in) && native()->sa_family == sys::af_inet) {
            domain_ = sys::af_inet;
        } else {
            *this = Endpoint{};
        }
    }

private:
    constexpr bool is_ipv4() const { return domain_ == sys::af_inet; }

    union {
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
    };
    int domain_;
};

} // namespace ferrule
// ferrule/endpoint/unix.hpp
/// @file
/// The name of a Unix socket: the kernel's sockaddr_un and its length. A path in the file system, a
/// name in the abstract namespace (Linux only, without permissions), or no name at all; unix(7).

namespace ferrule {

namespace detail {

// Not constexpr, so that the compiler shows the name when a literal reaches it.
inline void a_unix_endpoint_has_no_prefix_unix_in_a_literal() {}
inline void this_is_an_ip_endpoint_as_a_path_it_is_written_with_dot_slash() {}
inline void this_is_a_url_as_a_path_it_is_written_with_dot_slash() {}

// A file named `127.0.0.1:80` or `http://...` would be a mistake.
constexpr void refuse_what_looks_like_something_else(std::string_view text) {
    if (text.starts_with("unix:")) {
        a_unix_endpoint_has_no_prefix_unix_in_a_literal();
    }
    if (const auto scheme = text.find("://"); scheme != text.npos && scheme < text.find('/')) {
        this_is_a_url_as_a_path_it_is_written_with_dot_slash();
    }
    const auto colon = text.rfind(':');
    if (colon == text.npos || text.find('/') != text.npos || text.starts_with('@')) {
        return;
    }
    bool is_port = colon + 1 < text.size();
    for (char character : text.substr(colon + 1)) {
        is_port = is_port && character >= '0' && character <= '9';
    }
    if (is_port) {
        this_is_an_ip_endpoint_as_a_path_it_is_written_with_dot_slash();
    }
}

} // namespace detail

/// A path is written `/run/x.sock` or `x.sock`; an abstract name begins with `@`. Before either may
/// be `unix:`, as Endpoint<Any> writes them. A file whose name begins so is written with `./`.
template <> class Endpoint<Unix> {
public:
    /// Marks a Unix endpoint where the text may be any endpoint.
    static constexpr std::string_view prefix = "unix:";

    /// The bytes that a name has room for: 108 on Linux. A path may fill all of them without a NUL,
    /// an abstract name all but the first.
    static constexpr std::size_t name_capacity = sizeof(sockaddr_un::sun_path);

    /// Unnamed, as a socket is before bind(2), and each end of a pair. If a socket is bound to it,
    /// the kernel gives the socket an abstract name (autobind).
    constexpr Endpoint() { native_.sun_family = sys::af_unix; }

    /// Checked by the compiler: `Endpoint<Unix> endpoint = "/run/x.sock";`. A literal that looks
    /// like an IP endpoint or a URL, or has the prefix, does not compile; `./127.0.0.1:80` is a
    /// file.
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {
        detail::refuse_what_looks_like_something_else({literal, Size - 1});
    }
    /// Text of run time: Endpoint<Unix>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// The file at this path, whatever its first character. Errors: `empty_path`, `path_too_long`,
    /// `nul_in_path`.
    [[nodiscard]] static constexpr Result<Endpoint> path(std::string_view path) {
        if (path.empty()) {
            return Error{Errc::empty_path, Operation::parse};
        }
        for (std::size_t at = 0; at < path.size() && at < name_capacity; ++at) {
            if (path[at] == '\0') {
                return Error{Errc::nul_in_path, Operation::parse, at};
            }
        }
        if (path.size() > name_capacity) {
            return Error{Errc::path_too_long, Operation::parse, name_capacity};
        }
        return Endpoint{path, 0};
    }

    /// This name in the abstract namespace. Any bytes, NUL too, and even none. Errors:
    /// `path_too_long` over 107 bytes, `no_abstract_names` on another system than Linux.
    [[nodiscard]] static constexpr Result<Endpoint> abstract(std::string_view name) {
        if (!sys::unix_has_abstract_names) {
            return Error{Errc::no_abstract_names, Operation::parse};
        }
        if (name.size() > name_capacity - 1) {
            return Error{Errc::path_too_long, Operation::parse, name_capacity - 1};
        }
        return Endpoint{name, 1};
    }

    /// `@name` is an abstract name, anything else a path, after an optional `unix:`. No text means
    /// unnamed; use the default constructor for that.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        if (parser.rest().starts_with(prefix)) {
            parser.advance(prefix.size());
            if (parser.rest().starts_with(prefix)) { // of a file it is `./unix:...`
                return parser.fail(Errc::unexpected_character);
            }
        }
        const bool is_name = parser.here() == '@';
        if (is_name) {
            parser.advance();
        }
        const auto endpoint = is_name ? abstract(parser.rest()) : path(parser.rest());
        if (!endpoint) {
            parser.advance(endpoint.error().position());
            return parser.fail(endpoint.error().code());
        }
        *this = *endpoint;
        parser.advance(parser.rest().size());
        return true;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        if (is_abstract()) {
            *at++ = '@';
        } else if (name().starts_with('@') || name().starts_with(prefix)) {
            at = print_characters(at, "./");
        }
        return print_characters(at, name());
    }

    /// What `parse` reads, with its bytes unchanged. A path that begins with `@` or `unix:` is
    /// written with `./` before it. Unnamed is empty.
    [[nodiscard]] constexpr Text<name_capacity + 2> text() const {
        return Text<name_capacity + 2>::printed(*this);
    }

    [[nodiscard]] constexpr bool is_unnamed() const { return size_ == 0; }
    [[nodiscard]] constexpr bool is_abstract() const {
        return size_ != 0 && native_.sun_path[0] == '\0';
    }
    [[nodiscard]] constexpr bool is_path() const {
        return size_ != 0 && native_.sun_path[0] != '\0';
    }

    /// The path without the NUL after it, or the abstract name without the NUL before it.
    [[nodiscard]] constexpr std::string_view name() const {
        return bytes().substr(is_abstract() ? 1 : 0);
    }

    [[nodiscard]] static constexpr int domain() { return sys::af_unix; }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        std::uint64_t hash = size_;
        for (char byte : bytes()) {
            hash = hash_with(hash, static_cast<unsigned char>(byte));
        }
        return hash;
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.bytes() == other.bytes();
    }
    /// Unnamed, then abstract names, then paths.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        return one.bytes() <=> other.bytes();
    }

    static constexpr socklen_t native_capacity = sizeof(sockaddr_un);
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    /// Counts the NUL after a path that leaves room for it.
    [[nodiscard]] socklen_t native_size() const {
        return path_offset + size_ + (is_path() && size_ < name_capacity ? 1 : 0);
    }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }

    /// Takes in what the kernel wrote into `native_buffer()`. For a path of 108 bytes the kernel
    /// returns one byte more than the buffer has; for a peer without a name it writes nothing, or
    /// the family only.
    void native_resize(socklen_t size) {
        if (size <= path_offset || native_.sun_family != sys::af_unix) {
            *this = Endpoint{};
            return;
        }
        size_ =
            size < sizeof(sockaddr_un) ? size - path_offset : static_cast<socklen_t>(name_capacity);
        if (native_.sun_path[0] != '\0') {
            size_ = static_cast<socklen_t>(bytes().find('\0') < size_ ? bytes().find('\0') : size_);
            if (size_ < name_capacity) {
                native_.sun_path[size_] = '\0';
            }
        }
    }

private:
    static constexpr socklen_t path_offset = offsetof(sockaddr_un, sun_path);

    constexpr Endpoint(std::string_view name, socklen_t start) : Endpoint{} {
        size_ = start;
        for (char byte : name) {
            native_.sun_path[size_++] = byte;
        }
    }

    // The part of sun_path that is used: an abstract name with the NUL before it, a path without
    // the NUL after it.
    constexpr std::string_view bytes() const { return {native_.sun_path, size_}; }

    sockaddr_un native_{};
    socklen_t size_ = 0;
};

} // namespace ferrule
// ferrule/endpoint/any.hpp
/// @file
/// An IPv4, IPv6 or Unix endpoint, known at run time, or none. Unix is written `unix:/run/x.sock`
/// and `unix:@x`.

namespace ferrule {

/// Ordered by the number of the domain first: none, Unix, IPv4, IPv6 on Linux.
template <> class Endpoint<Any> {
public:
    /// None: AF_UNSPEC.
    constexpr Endpoint() : none_{}, domain_{sys::af_unspec} {}
    constexpr Endpoint(const Endpoint<Ipv4>& ipv4) : ipv4_{ipv4}, domain_{sys::af_inet} {}
    constexpr Endpoint(const Endpoint<Ipv6>& ipv6) : ipv6_{ipv6}, domain_{sys::af_inet6} {}
    constexpr Endpoint(const Endpoint<Unix>& unix_name) : unix_{unix_name}, domain_{sys::af_unix} {}
    constexpr Endpoint(const Endpoint<Ip>& ip)
        : Endpoint{ip.domain() == sys::af_inet ? Endpoint{*ip.get_if<Ipv4>()}
                                               : Endpoint{*ip.get_if<Ipv6>()}} {}

    /// Checked by the compiler: `Endpoint<Any> endpoint = "unix:/run/x.sock";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    /// Text of run time: Endpoint<Any>::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    /// `192.0.2.1:80`, `[2001:db8::1]:80`, `unix:/run/x.sock`, `unix:@x`. Without `unix:` only
    /// texts that can be nothing else are Unix endpoints: `/run/x.sock`, `./x.sock`, `../x.sock`,
    /// `@x`.
    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        const std::string_view rest = parser.rest();
        if (rest.starts_with(Endpoint<Unix>::prefix) || rest.starts_with('/') ||
            rest.starts_with("./") || rest.starts_with("../") || rest.starts_with('@')) {
            Endpoint<Unix> unix_name;
            const bool fits = unix_name.read(parser);
            *this = unix_name;
            return fits;
        }
        Endpoint<Ip> ip;
        const bool fits = ip.read(parser);
        *this = ip;
        return fits;
    }

    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.print(at);
        case sys::af_inet6:
            return ipv6_.print(at);
        case sys::af_unix:
            return unix_.print(print_characters(at, Endpoint<Unix>::prefix));
        default:
            return at;
        }
    }

    /// What `parse` reads. An unnamed Unix endpoint is `unix:`, none is empty.
    [[nodiscard]] constexpr Text<115> text() const { return Text<115>::printed(*this); }

    /// AF_UNSPEC, AF_INET, AF_INET6 or AF_UNIX.
    [[nodiscard]] constexpr int domain() const { return domain_; }

    /// The endpoint as one of the families, or the error `wrong_family`.
    template <Among<OneOf<Ipv4, Ipv6, Unix, Ip>> Family>
    [[nodiscard]] constexpr Result<Endpoint<Family>> to() const {
        if constexpr (std::is_same_v<Family, Ip>) {
            if (domain_ == sys::af_inet) {
                return Endpoint<Ip>{ipv4_};
            } else if (domain_ == sys::af_inet6) {
                return Endpoint<Ip>{ipv6_};
            }
        } else if (domain_ == Family::number) {
            if constexpr (std::is_same_v<Family, Ipv4>) {
                return ipv4_;
            } else if constexpr (std::is_same_v<Family, Ipv6>) {
                return ipv6_;
            } else {
                return unix_;
            }
        }
        return Error{Errc::wrong_family, Operation::convert};
    }

    /// The same, borrowed: nullptr if it is of another family.
    template <Among<OneOf<Ipv4, Ipv6, Unix>> Family>
    [[nodiscard]] constexpr const Endpoint<Family>* get_if() const {
        if (domain_ != Family::number) {
            return nullptr;
        }
        if constexpr (std::is_same_v<Family, Ipv4>) {
            return &ipv4_;
        } else if constexpr (std::is_same_v<Family, Ipv6>) {
            return &ipv6_;
        } else {
            return &unix_;
        }
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.hash();
        case sys::af_inet6:
            return ipv6_.hash();
        case sys::af_unix:
            return unix_.hash();
        default:
            return 0;
        }
    }

    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (one.domain_ != other.domain_) {
            return one.domain_ <=> other.domain_;
        }
        switch (one.domain_) {
        case sys::af_inet:
            return one.ipv4_ <=> other.ipv4_;
        case sys::af_inet6:
            return one.ipv6_ <=> other.ipv6_;
        case sys::af_unix:
            return one.unix_ <=> other.unix_;
        default:
            return std::strong_ordering::equal;
        }
    }

    static constexpr socklen_t native_capacity = Endpoint<Unix>::native_capacity;
    [[nodiscard]] const sockaddr* native() const { return unix_.native(); }
    /// For none it is a sockaddr of AF_UNSPEC, which makes connect(2) disconnect a datagram socket.
    [[nodiscard]] socklen_t native_size() const {
        switch (domain_) {
        case sys::af_inet:
            return ipv4_.native_size();
        case sys::af_inet6:
            return ipv6_.native_size();
        case sys::af_unix:
            return unix_.native_size();
        default:
            return sizeof(sockaddr);
        }
    }
    [[nodiscard]] sockaddr* native_buffer() { return unix_.native_buffer(); }

    /// Takes in what the kernel wrote into `native_buffer()`. An IPv4-mapped endpoint becomes the
    /// IPv4 endpoint; an endpoint of another family becomes none.
    void native_resize(socklen_t size) {
        const int family = size < sizeof(sa_family_t) ? sys::af_unspec : native()->sa_family;
        if (family == sys::af_unix) {
            domain_ = sys::af_unix;
            unix_.native_resize(size);
        } else if (family == sys::af_inet && size >= sizeof(sockaddr_in)) {
            domain_ = sys::af_inet;
        } else if (family == sys::af_inet6 && size >= sizeof(sockaddr_in6)) {
            domain_ = sys::af_inet6;
            if (const auto address = ipv6_.address(); address.is_ipv4_mapped()) {
                ipv4_ = {address.unmapped(), ipv6_.port()};
                domain_ = sys::af_inet;
            }
        } else {
            *this = Endpoint{};
        }
    }

private:
    union {
        sockaddr none_;
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
        Endpoint<Unix> unix_;
    };
    int domain_;
};

} // namespace ferrule
// ferrule/tag/packet.hpp
/// @file
/// The family of packets as they are on an interface, below IP. Only Linux has it. It took the
/// place of SOCK_PACKET, which is obsolete.

namespace ferrule {

/// packet(7); needs CAP_NET_RAW. Raw has the header of the link (of Ethernet 14 bytes) in front,
/// Datagram comes without.
struct Packet {
    static constexpr int number = sys::af_packet;
    using types = OneOf<Datagram, Raw>;
    using protocols = OneOf<Unspecified>;
    static constexpr bool is_connectable = false;
};

/// What a packet carries, by its number in Ethernet (IEEE 802.3): 0x0800 is IPv4, 0x0806 ARP. A
/// packet socket gets those of its protocol; with Unspecified, those of the endpoint that it is
/// bound to.
template <std::uint16_t ether_type> struct EtherType {
    /// As socket(2) takes it: in network byte order.
    static constexpr int number =
        __builtin_bit_cast(std::uint16_t, BigEndian<std::uint16_t>{ether_type});
    using types = OneOf<Datagram, Raw>;
    using families = OneOf<Packet>;
};

/// ETH_P_ALL: packets of every protocol, those that go out, too.
using EveryEtherType = EtherType<0x0003>;

} // namespace ferrule
// ferrule/endpoint/packet.hpp
/// @file
/// An interface, a protocol and a hardware address of packet(7): the kernel's sockaddr_ll, written
/// `%2:0x0800:aa:bb:cc:dd:ee:ff`.

namespace ferrule {

/// The address of a network card: six bytes of Ethernet, up to eight of others, or none.
class HardwareAddress {
public:
    constexpr HardwareAddress() = default;
    constexpr HardwareAddress(unsigned char first, unsigned char second, unsigned char third,
                              unsigned char fourth, unsigned char fifth, unsigned char sixth)
        : bytes_{first, second, third, fourth, fifth, sixth}, size_{6} {}
    /// At most the first eight of `size` bytes.
    constexpr HardwareAddress(const unsigned char* bytes, std::size_t size)
        : size_{static_cast<unsigned char>(size < 8 ? size : 8)} {
        for (std::size_t at = 0; at < size_; ++at) {
            bytes_[at] = bytes[at];
        }
    }
    /// ff:ff:ff:ff:ff:ff
    [[nodiscard]] static constexpr HardwareAddress broadcast() {
        return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    }

    [[nodiscard]] constexpr const unsigned char* data() const { return bytes_.data(); }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    friend constexpr bool operator==(const HardwareAddress&, const HardwareAddress&) = default;
    friend constexpr auto operator<=>(const HardwareAddress&, const HardwareAddress&) = default;

    /// `aa:bb:cc:dd:ee:ff`
    [[nodiscard]] constexpr Text<23> text() const { return Text<23>::printed(*this); }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        constexpr std::string_view digits = "0123456789abcdef";
        for (std::size_t index = 0; index < size_; ++index) {
            if (index != 0) {
                *at++ = ':';
            }
            *at++ = digits[bytes_[index] >> 4U];
            *at++ = digits[bytes_[index] & 15U];
        }
        return at;
    }

private:
    std::array<unsigned char, 8> bytes_{};
    unsigned char size_ = 0;
};

/// Where a received packet was going (PACKET_HOST, ... of packet(7)).
enum class PacketDirection : std::uint8_t {
    to_this_host = 0,
    to_everybody = 1,
    to_a_group = 2,
    to_another_host = 3, ///< Seen because the interface listens to everything.
    outgoing = 4,        ///< Sent by this host.
};

/// To bind: the interface (0: every one) and the protocol. To send: the interface, the protocol of
/// the packet, and for Datagram the hardware address it goes to. Received: who has sent it, on
/// which interface, and where it was going.
template <> class Endpoint<Packet> {
public:
    constexpr Endpoint() = default;
    /// `ether_type` in the order of the host, such as 0x0800; 0x0003 is every protocol.
    constexpr Endpoint(std::uint32_t interface_index, std::uint16_t ether_type,
                       const HardwareAddress& address = {}) {
        native_.interface_index = static_cast<std::int32_t>(interface_index);
        native_.protocol = ether_type;
        native_.address_size = static_cast<std::uint8_t>(address.size());
        for (std::size_t at = 0; at < address.size(); ++at) {
            native_.address[at] = address.data()[at];
        }
    }

    /// Every interface, every protocol.
    [[nodiscard]] static constexpr Endpoint any() { return {0, 0x0003}; }

    [[nodiscard]] constexpr std::uint32_t interface_index() const {
        return static_cast<std::uint32_t>(native_.interface_index);
    }
    /// In the order of the host.
    [[nodiscard]] constexpr std::uint16_t ether_type() const { return native_.protocol; }
    [[nodiscard]] constexpr HardwareAddress hardware_address() const {
        return {native_.address, native_.address_size};
    }
    [[nodiscard]] constexpr PacketDirection direction() const { return native_.direction; }
    /// The kind of the interface: 1 is Ethernet, 772 the loopback (ARPHRD_... of net/if_arp.h).
    [[nodiscard]] constexpr std::uint16_t hardware_type() const { return native_.hardware_type; }

    [[nodiscard]] static constexpr int domain() { return sys::af_packet; }

    [[nodiscard]] constexpr Text<41> text() const { return Text<41>::printed(*this); }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        *at++ = '%';
        at = print_decimal(at, interface_index());
        at = print_characters(at, ":0x");
        for (int shift = 12; shift >= 0; shift -= 4) {
            *at++ = "0123456789abcdef"[(unsigned{ether_type()} >> shift) & 15U];
        }
        if (native_.address_size != 0) {
            *at++ = ':';
        }
        return hardware_address().print(at);
    }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        std::uint64_t bytes = interface_index();
        for (const unsigned char byte : native_.address) {
            bytes = bytes * 257 + byte;
        }
        return hash_with(bytes, ether_type());
    }
    /// By what names it: interface, protocol, address.
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return std::is_eq(one <=> other);
    }
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        if (const auto order = one.interface_index() <=> other.interface_index();
            std::is_neq(order)) {
            return order;
        }
        if (const auto order = one.ether_type() <=> other.ether_type(); std::is_neq(order)) {
            return order;
        }
        return one.hardware_address() <=> other.hardware_address();
    }

    static constexpr socklen_t native_capacity = 20;
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return native_capacity; }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }
    /// Takes in what the kernel wrote, which is shorter if the hardware address is. Anything but an
    /// endpoint of this family becomes that of no interface.
    void native_resize(socklen_t size) {
        constexpr socklen_t without_address = 12;
        if (size < without_address || int{native_.family} != sys::af_packet) {
            *this = Endpoint{};
            return;
        }
        const socklen_t come = size - without_address;
        if (native_.address_size > come) {
            native_.address_size = static_cast<std::uint8_t>(come);
        }
        if (native_.address_size > sizeof native_.address) {
            native_.address_size = sizeof native_.address;
        }
        for (std::size_t at = native_.address_size; at < sizeof native_.address; ++at) {
            native_.address[at] = 0;
        }
    }

private:
    struct Native { // struct sockaddr_ll of linux/if_packet.h
        std::uint16_t family = static_cast<std::uint16_t>(sys::af_packet);
        BigEndian<std::uint16_t> protocol{};
        std::int32_t interface_index = 0;
        std::uint16_t hardware_type = 0;
        PacketDirection direction = PacketDirection::to_this_host;
        std::uint8_t address_size = 0;
        unsigned char address[8]{};
    };
    static_assert(sizeof(Native) == native_capacity);

    Native native_{};
};

} // namespace ferrule
// ferrule/tag/vsock.hpp
/// @file
/// The family between a host and its virtual machines. Only Linux has it here.

namespace ferrule {

/// vsock(7). Which types there are depends on the hypervisor.
struct Vsock {
    static constexpr int number = sys::af_vsock;
    using types = OneOf<Stream, Datagram, SeqPacket>;
    using protocols = OneOf<Unspecified>;
};

} // namespace ferrule
// ferrule/endpoint/vsock.hpp
/// @file
/// A machine and a port of vsock(7): the kernel's sockaddr_vm, written `2:1234`.

namespace ferrule {

/// `cid:port`, two numbers of 32 bits. The cid says which machine: 2 is the host, 1 this machine
/// itself.
template <> class Endpoint<Vsock> {
public:
    static constexpr std::uint32_t any_cid = UINT32_MAX;  ///< Every cid of this machine.
    static constexpr std::uint32_t any_port = UINT32_MAX; ///< bind(2) chooses a free one.
    static constexpr std::uint32_t host_cid = 2;
    static constexpr std::uint32_t local_cid = 1;

    /// Every cid, a free port.
    constexpr Endpoint() = default;
    constexpr Endpoint(std::uint32_t cid, std::uint32_t port) {
        native_.cid = cid;
        native_.port = port;
    }
    /// Checked by the compiler: `Endpoint<Vsock> endpoint = "2:1234";`
    template <std::size_t Size>
    consteval Endpoint(const char (&literal)[Size]) : Endpoint{from_literal<Endpoint>(literal)} {}
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    Endpoint(const Text&) = delete;

    [[nodiscard]] static constexpr Endpoint any(std::uint32_t port = any_port) {
        return {any_cid, port};
    }
    [[nodiscard]] static constexpr Endpoint loopback(std::uint32_t port = any_port) {
        return {local_cid, port};
    }

    [[nodiscard]] static constexpr Result<Endpoint> parse(std::string_view text) {
        return parse_whole<Endpoint>(text);
    }

    [[nodiscard]] constexpr std::uint32_t cid() const { return native_.cid; }
    [[nodiscard]] constexpr std::uint32_t port() const { return native_.port; }
    [[nodiscard]] static constexpr int domain() { return sys::af_vsock; }

    /// The same as a part of a larger text; parser.hpp.
    constexpr bool read(Parser& parser) {
        return parser.decimal(native_.cid, UINT32_MAX, Errc::value_out_of_range) &&
               parser.expect(':', Errc::missing_port) &&
               parser.decimal(native_.port, UINT32_MAX, Errc::value_out_of_range);
    }
    /// Writes `text()` as a part of a larger one; printer.hpp.
    constexpr char* print(char* at) const {
        at = print_decimal(at, native_.cid);
        *at++ = ':';
        return print_decimal(at, native_.port);
    }
    [[nodiscard]] constexpr Text<21> text() const { return Text<21>::printed(*this); }

    [[nodiscard]] constexpr std::uint64_t hash() const {
        return hash_with(native_.cid, native_.port);
    }
    friend constexpr bool operator==(const Endpoint& one, const Endpoint& other) {
        return one.cid() == other.cid() && one.port() == other.port();
    }
    /// By cid, then by port.
    friend constexpr std::strong_ordering operator<=>(const Endpoint& one, const Endpoint& other) {
        const auto cids = one.cid() <=> other.cid();
        return std::is_neq(cids) ? cids : one.port() <=> other.port();
    }

    static constexpr socklen_t native_capacity = 16;
    [[nodiscard]] const sockaddr* native() const {
        return reinterpret_cast<const sockaddr*>(&native_);
    }
    [[nodiscard]] static constexpr socklen_t native_size() { return native_capacity; }
    [[nodiscard]] sockaddr* native_buffer() { return reinterpret_cast<sockaddr*>(&native_); }
    /// Takes in what the kernel wrote. Anything but an endpoint of this family becomes any().
    void native_resize(socklen_t size) {
        if (size < native_capacity || int{native_.family} != sys::af_vsock) {
            *this = Endpoint{};
        }
    }

private:
    struct Native { // struct sockaddr_vm of linux/vm_sockets.h
        std::uint16_t family = static_cast<std::uint16_t>(sys::af_vsock);
        std::uint16_t reserved = 0;
        std::uint32_t port = any_port;
        std::uint32_t cid = any_cid;
        std::uint8_t flags = 0;
        std::uint8_t zero[3]{};
    };
    static_assert(sizeof(Native) == native_capacity);

    Native native_{};
};

} // namespace ferrule
// ferrule/endpoint.hpp
/// @file
/// All of endpoint/: addresses with a port, paths and names: what a socket is bound or connected
/// to.

// ferrule/sys/descriptor.hpp
/// @file
/// The owner of one file descriptor: moved, never copied, closed exactly once.

namespace ferrule {

/// Owns one descriptor, or none (-1).
class Descriptor {
public:
    constexpr Descriptor() = default;
    constexpr explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    constexpr Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    constexpr Descriptor& operator=(Descriptor&& other) noexcept {
        Descriptor{std::move(other)}.swap(*this);
        return *this;
    }
    constexpr ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_); // there is no way to report an error
        }
    }

    /// The number, borrowed: valid as long as this object owns it.
    [[nodiscard]] constexpr int number() const { return number_; }
    [[nodiscard]] constexpr bool is_open() const { return number_ >= 0; }

    /// Gives the number away: the caller closes it.
    [[nodiscard]] constexpr int release() { return std::exchange(number_, -1); }

    constexpr void swap(Descriptor& other) noexcept { std::swap(number_, other.number_); }

    /// close(2), once: the descriptor is gone whatever the answer, so that no stranger's is closed
    /// by a second try. EINTR and EINPROGRESS mean that it was closed.
    Result<void> close() {
        const int number = release();
        if (number < 0) {
            return Error{Errc::not_open, Operation::close};
        }
        if (::close(number) != 0 && errno != EINTR && errno != EINPROGRESS) {
            return Error::from_errno(Operation::close);
        }
        return {};
    }

private:
    int number_ = -1;
};

} // namespace ferrule
// ferrule/sys/call.hpp
/// @file
/// How a system call is made here: again when a signal interrupted it, and with a Result instead of
/// errno(3).

namespace ferrule::sys {

// What is called gets its arguments, here and in all that calls it: the compiler keeps them in
// registers, but writes what a closure has captured into memory. All of it is a part of the caller:
// out of line it would cost more than the rest of what a send or a receive adds to the system call.

/// Makes `call(arguments...)` until a signal does not interrupt it (EINTR). Only for calls that did
/// nothing then: not for close(2) and connect(2).
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto uninterrupted(Call call, Arguments... arguments) {
    auto answer = call(arguments...);
    while (answer < 0 && errno == EINTR) [[unlikely]] {
        answer = call(arguments...);
    }
    return answer;
}

/// What a call that answers 0 or -1 says.
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> check(Operation operation, Call call,
                                                    Arguments... arguments) {
    if (uninterrupted(call, arguments...) < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return {};
}

/// What a call that answers a number of bytes, or of a descriptor, or -1 says.
template <class Call, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> count(Operation operation, Call call,
                                                           Arguments... arguments) {
    const auto answer = uninterrupted(call, arguments...);
    if (answer < 0) [[unlikely]] {
        return Error::from_errno(operation);
    }
    return static_cast<std::size_t>(answer);
}

/// What a call that waits for descriptors answered: how many are ready; 0, too, when a signal came.
inline Result<std::size_t> ready_count(int answer) {
    if (answer < 0 && errno != EINTR) {
        return Error::from_errno(Operation::wait);
    }
    return answer < 0 ? std::size_t{0} : static_cast<std::size_t>(answer);
}

/// A function of sys/ as an object without content, for who calls it again and again.
template <auto function> struct Calls {
    template <class... Arguments>
    [[FERRULE_ALWAYS_INLINE]] auto operator()(Arguments... arguments) const {
        return function(arguments...);
    }
};

} // namespace ferrule::sys
// ferrule/sys/number.hpp
/// @file
/// From one type of numbers to another, where the two may be the same.

namespace ferrule::sys {

/// A number that fits, as another type: the kernel's types (time_t, size_t) differ from machine to
/// machine, and a cast to what it is already is a warning for some (-Wuseless-cast).
template <class To, class From> constexpr To number_as(From number) {
    if constexpr (std::is_same_v<To, From>) {
        return number;
    } else {
        return static_cast<To>(number);
    }
}

} // namespace ferrule::sys
// ferrule/sys/clock.hpp
/// @file
/// The monotonic clock, in nanoseconds.

#include <climits>
#include <time.h>

namespace ferrule::sys {

/// clock_gettime(2) of CLOCK_MONOTONIC, in nanoseconds; no system call where the kernel offers a
/// vDSO (vdso(7)).
inline std::int64_t now() {
    timespec time; // this clock is always there
    static_cast<void>(::clock_gettime(CLOCK_MONOTONIC, &time));
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// A time as poll(2) and epoll_wait(2) take it: rounded up to milliseconds, at most INT_MAX; -1 for
/// a time below 0, which means without limit.
constexpr int in_milliseconds(std::int64_t nanoseconds) {
    const std::int64_t up = nanoseconds / 1'000'000 + (nanoseconds % 1'000'000 > 0 ? 1 : 0);
    return nanoseconds < 0 ? -1 : static_cast<int>(up < INT_MAX ? up : INT_MAX);
}

} // namespace ferrule::sys
// ferrule/sys/poll.hpp
/// @file
/// Waiting for descriptors, a stop, or time.

#include <poll.h>

namespace ferrule::sys {

/// poll(2): how many of the descriptors are ready; 0 when the time is up or a signal came, so look
/// at the clock and call again. `nanoseconds` below 0 means without limit. Never returns before the
/// time is up without a reason; a system that counts in milliseconds rounds up.
inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds);

/// Waits until `descriptor` is ready for `events` (pollin, pollout), has an error, or its peer has
/// ended. `stopped` if the event `stop` is raised, whatever else; `would_block` if neither: the
/// time is up, or a signal came. A number below 0 is not watched: without both it waits for the
/// time only. Time as of poll().
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> watch(int descriptor, short events,
                                                               int stop, std::int64_t nanoseconds) {
    // Only what there is to watch: an entry counts against RLIMIT_NOFILE even when it is ignored
    // (poll(2), EINVAL).
    pollfd watched[2]{};
    std::size_t size = 0;
    if (stop >= 0) {
        watched[size++] = {stop, POLLIN, 0};
    }
    const std::size_t stops = size;
    if (descriptor >= 0) {
        watched[size++] = {descriptor, events, 0};
    }
    if (const auto polled = sys::poll(watched, size, nanoseconds); !polled) {
        return polled.error();
    }
    if (stops != 0 && watched[0].revents != 0) {
        return Error{Errc::stopped, Operation::wait};
    }
    if (size != stops && watched[stops].revents != 0) {
        return {};
    }
    return Error{Errc::would_block, Operation::wait};
}

/// Waits for something new at a descriptor that polls ready while its calls return EAGAIN: one
/// whose error queue is not empty (ip(7), IP_RECVERR). A descriptor that is ready for `events` all
/// the same, and a system that can't tell, are waited for `pause` nanoseconds, which is no longer.
/// Otherwise as watch().
inline Result<void> watch_change(int descriptor, short events, int stop, std::int64_t nanoseconds,
                                 std::int64_t pause);

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// ppoll(2), which counts in nanoseconds, and epoll(7), which tells what is new.

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    // Who waits calls again: longer than a time_t of 32 bits holds is waited for in parts.
    constexpr std::int64_t longest = sizeof(time_t) < sizeof(std::int64_t) ? INT32_MAX : INT64_MAX;
    const std::int64_t seconds = nanoseconds / 1'000'000'000;
    const timespec limit{number_as<time_t>(seconds < longest ? seconds : longest),
                         number_as<long>(nanoseconds % 1'000'000'000)};
    return ready_count(::ppoll(descriptors, size, nanoseconds < 0 ? nullptr : &limit, nullptr));
}

// What fails here fails again and again, and ends in a pause. Edges are told by epoll alone.
inline Result<void> watch_change(int descriptor, short events, int stop, std::int64_t nanoseconds,
                                 std::int64_t pause) {
    static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT);
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLET | static_cast<std::uint32_t>(events);
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    ::epoll_wait(epoll, &event, 1, 0); // what is not new; if there is nothing, `event` stays
    const bool waits = (event.events & static_cast<std::uint32_t>(events)) == 0;
    const auto changed = watch(waits ? epoll : -1, POLLIN, stop, waits ? nanoseconds : pause);
    if (epoll >= 0) {
        ::close(epoll);
    }
    return changed;
}

} // namespace ferrule::sys
#else
/// @file
/// poll(2), which counts in milliseconds.

#include <cstddef>
#include <cstdint>
#include <poll.h>

namespace ferrule::sys {

inline Result<std::size_t> poll(pollfd* descriptors, std::size_t size, std::int64_t nanoseconds) {
    return ready_count(::poll(descriptors, number_as<nfds_t>(size), in_milliseconds(nanoseconds)));
}

inline Result<void> watch_change(int, short, int stop, std::int64_t, std::int64_t pause) {
    return watch(-1, 0, stop, pause);
}

} // namespace ferrule::sys
#endif
// ferrule/sys/socket.hpp
/// @file
/// The calls that make, name and end a socket, one function each. Descriptors are close-on-exec
/// from birth, as far as the system can: accept, open and pair of `posix` set it one call later.

#include <sys/ioctl.h>

namespace ferrule::sys {

/// Whether calls on the descriptor wait in the kernel (O_NONBLOCK not set) or answer EAGAIN.
enum class Blocking : bool { no, yes };

/// socket(2).
inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking);

/// Of a pair of sockets, or of a pipe.
struct BothEnds {
    Descriptor first;
    Descriptor second;
};

/// socketpair(2), both blocking.
inline Result<BothEnds> pair(int domain, int type, int protocol);

/// accept(2), once: `interrupted` is the caller's to try again. The new descriptor is blocking.
inline Result<Descriptor> accept(int descriptor, sockaddr* address, socklen_t* size);

/// How a connect(2) that has begun, to this address, stands: done, `operation_in_progress` or
/// `connection_already_in_progress` while it is on the way, or the error with which it ended. A
/// Unix socket whose connect was `would_block` has not begun: it tries again.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size);

/// bind(2).
inline Result<void> bind(int descriptor, const sockaddr* address, socklen_t size) {
    return check(Operation::bind, ::bind, descriptor, address, size);
}

/// listen(2).
inline Result<void> listen(int descriptor, int backlog) {
    return check(Operation::listen, ::listen, descriptor, backlog);
}

/// connect(2), once. After `interrupted` or `operation_in_progress` the kernel goes on by itself:
/// poll for writing, then ask connect_outcome().
inline Result<void> connect(int descriptor, const sockaddr* address, socklen_t size) {
    if (::connect(descriptor, address, size) != 0) {
        return Error::from_errno(Operation::connect);
    }
    return {};
}

/// shutdown(2).
inline Result<void> shutdown(int descriptor, int how) {
    return check(Operation::shutdown, ::shutdown, descriptor, how);
}

/// getsockname(2).
inline Result<void> local_name(int descriptor, sockaddr* address, socklen_t* size) {
    return check(Operation::local_endpoint, ::getsockname, descriptor, address, size);
}

/// getpeername(2).
inline Result<void> peer_name(int descriptor, sockaddr* address, socklen_t* size) {
    return check(Operation::peer_endpoint, ::getpeername, descriptor, address, size);
}

/// ioctl(2) FIOCLEX or FIONCLEX: whether the descriptor is closed on exec, in one call.
inline Result<void> set_close_on_exec(int descriptor, bool closed) {
    return check(Operation::set_option,
                 [=] { return ::ioctl(descriptor, closed ? FIOCLEX : FIONCLEX); });
}

/// ioctl(2) FIONBIO: sets or clears O_NONBLOCK and leaves the other flags alone, in one call.
inline Result<void> set_blocking(int descriptor, Blocking blocking) {
    int non_blocking = blocking == Blocking::no ? 1 : 0;
    return check(Operation::set_option,
                 [&] { return ::ioctl(descriptor, FIONBIO, &non_blocking); });
}

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// Sockets that have their flags from birth (SOCK_CLOEXEC, SOCK_NONBLOCK, accept4(2)).

#include <sys/socket.h>

namespace ferrule::sys {

inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking) {
    const int flags = SOCK_CLOEXEC | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
    const int number = ::socket(domain, type | flags, protocol);
    if (number < 0) {
        return Error::from_errno(Operation::open);
    }
    return Descriptor{number};
}

inline Result<BothEnds> pair(int domain, int type, int protocol) {
    int numbers[2];
    if (::socketpair(domain, type | SOCK_CLOEXEC, protocol, numbers) != 0) {
        return Error::from_errno(Operation::pair);
    }
    return BothEnds{Descriptor{numbers[0]}, Descriptor{numbers[1]}};
}

[[FERRULE_ALWAYS_INLINE]] inline Result<Descriptor> accept(int descriptor, sockaddr* address,
                                                           socklen_t* size) {
    const int number = ::accept4(descriptor, address, size, SOCK_CLOEXEC);
    if (number < 0) [[unlikely]] {
        return Error::from_errno(Operation::accept);
    }
    return Descriptor{number};
}

// connect(2) again says it: EISCONN is that it is done.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size) {
    auto outcome = sys::connect(descriptor, address, size);
    if (!outcome && outcome.error().code() == Errc::already_connected) {
        return {};
    }
    return outcome;
}

} // namespace ferrule::sys
#else
/// @file
/// Sockets that get their flags right after birth. Between the two calls another thread's fork(2)
/// and exec(2) would take the descriptor along.

#include <sys/socket.h>
#include <utility>

namespace ferrule::sys {

// What a new descriptor needs: close-on-exec, its mode, and no SIGPIPE where sends have no flag
// for that.
inline Result<Descriptor> equipped(int number, Blocking blocking, Operation operation) {
    if (number < 0) {
        return Error::from_errno(operation);
    }
    Descriptor descriptor{number};
    auto ready = set_close_on_exec(number, true);
    if (ready) { // the BSDs give an accepted socket the mode of its listener
        ready = set_blocking(number, blocking);
    }
    if (ready && no_signal_option >= 0) {
        const int on = 1;
        ready = check(operation, ::setsockopt, number, SOL_SOCKET, no_signal_option, &on,
                      static_cast<socklen_t>(sizeof on));
    }
    if (!ready) {
        return ready.error().during(operation);
    }
    return descriptor;
}

inline Result<Descriptor> open(int domain, int type, int protocol, Blocking blocking) {
    return equipped(::socket(domain, type, protocol), blocking, Operation::open);
}

inline Result<BothEnds> pair(int domain, int type, int protocol) {
    int numbers[2];
    if (::socketpair(domain, type, protocol, numbers) != 0) {
        return Error::from_errno(Operation::pair);
    }
    auto one = equipped(numbers[0], Blocking::yes, Operation::pair);
    auto other = equipped(numbers[1], Blocking::yes, Operation::pair);
    if (!one || !other) {
        return one ? other.error() : one.error();
    }
    return BothEnds{*std::move(one), *std::move(other)};
}

inline Result<Descriptor> accept(int descriptor, sockaddr* address, socklen_t* size) {
    return equipped(::accept(descriptor, address, size), Blocking::yes, Operation::accept);
}

// SO_ERROR and getpeername(2) say it. A Unix socket without a peer has not begun. What is neither
// there nor on its way has told its error before.
inline Result<void> connect_outcome(int descriptor, const sockaddr* address, socklen_t size) {
    for (bool is_over = false;;) {
        int failure = 0;
        socklen_t failure_size = sizeof failure;
        if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &failure_size) != 0) {
            return Error::from_errno(Operation::connect);
        }
        if (failure != 0) {
            return Error{static_cast<Errc>(failure), Operation::connect};
        }
        sockaddr peer{};
        socklen_t peer_size = sizeof peer;
        if (::getpeername(descriptor, &peer, &peer_size) == 0) {
            return {};
        }
        if (address->sa_family == AF_UNIX) {
            return sys::connect(descriptor, address, size);
        }
        if (is_over) {
            return Error::from_errno(Operation::connect);
        }
        if (const auto ended = watch(descriptor, POLLOUT, -1, 0); !ended) {
            return ended.error() == Errc::would_block
                       ? Error{Errc::operation_in_progress, Operation::connect}
                       : ended.error().during(Operation::connect);
        }
        is_over = true; // it may have ended since the first look
    }
}

} // namespace ferrule::sys
#endif
// ferrule/sys/transfer.hpp
/// @file
/// The calls that move bytes, one function each. Every send carries MSG_NOSIGNAL: a peer that is
/// gone is an error (EPIPE), never a signal.

namespace ferrule::sys {

/// send(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                          std::size_t size, int flags) {
    return count(Operation::send, ::send, descriptor, data, size, flags | msg_nosignal);
}

/// sendto(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send_to(int descriptor, const void* data,
                                                             std::size_t size, int flags,
                                                             const sockaddr* address,
                                                             socklen_t address_size) {
    return count(Operation::send, ::sendto, descriptor, data, size, flags | msg_nosignal, address,
                 address_size);
}

/// sendmsg(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_message(int descriptor, const msghdr& message, int flags) {
    return count(Operation::send, ::sendmsg, descriptor, &message, flags | msg_nosignal);
}

/// recv(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive(int descriptor, void* data,
                                                             std::size_t size, int flags) {
    return count(Operation::receive, ::recv, descriptor, data, size, flags);
}

/// recvfrom(2).
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_from(int descriptor, void* data,
                                                                  std::size_t size, int flags,
                                                                  sockaddr* address,
                                                                  socklen_t* address_size) {
    return count(Operation::receive, ::recvfrom, descriptor, data, size, flags, address,
                 address_size);
}

/// recvmsg(2). Descriptors that come along are close-on-exec.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_message(int descriptor,
                                                                     msghdr& message, int flags) {
    return count(Operation::receive, ::recvmsg, descriptor, &message, flags | msg_cmsg_cloexec);
}

} // namespace ferrule::sys
// ferrule/sys/netlink.hpp
/// @file
/// netlink(7): asking the kernel for a table.

#include <linux/netlink.h>

namespace ferrule::sys {

/// What is asked: a netlink header, and what the protocol wants after it.
template <class Question> struct TableRequest {
    nlmsghdr header{};
    Question question{};
};

/// Asks for the table of `type` (NLM_F_DUMP) and calls `each(type, body, size)` for every message
/// of the answer. The kernel answers in several parts, so that what changes meanwhile may be
/// missing or there twice.
template <class Question, class Each>
Result<void> for_each_of_table(int protocol, int type, const Question& question,
                               Operation operation, Each each) {
    auto opened = open(AF_NETLINK, SOCK_RAW, protocol, Blocking::yes);
    if (!opened) {
        return opened.error();
    }
    TableRequest<Question> request;
    request.question = question;
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = static_cast<decltype(request.header.nlmsg_type)>(type);
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (auto sent = sys::send(opened->number(), &request, sizeof request, 0); !sent) {
        return sent.error().during(operation);
    }

    alignas(nlmsghdr) char answer[16384];
    for (;;) {
        const auto received = sys::receive(opened->number(), answer, sizeof answer, MSG_TRUNC);
        if (!received) {
            return received.error().during(operation);
        }
        if (*received > sizeof answer) {
            return Error{Errc::message_truncated, operation, *received};
        }
        for (std::size_t at = 0; at + sizeof(nlmsghdr) <= *received;) {
            nlmsghdr header;
            __builtin_memcpy(&header, answer + at, sizeof header);
            if (header.nlmsg_len < sizeof header || header.nlmsg_len > *received - at) {
                return Error{Errc::protocol_error, operation};
            }
            const char* const body = answer + at + sizeof header;
            const std::size_t size = header.nlmsg_len - sizeof header;
            if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
                // Both begin with 0 or a negative errno(3): a table may fail at its end, too.
                int failure = 0;
                if (size >= sizeof failure) {
                    __builtin_memcpy(&failure, body, sizeof failure);
                }
                return failure == 0 ? Result<void>{}
                                    : Error{static_cast<Errc>(-failure), operation};
            }
            each(int{header.nlmsg_type}, body, size);
            at += (std::size_t{header.nlmsg_len} + 3) / 4 * 4; // NLMSG_ALIGN
        }
    }
}

} // namespace ferrule::sys
// ferrule/sys/interface.hpp
/// @file
/// if_nametoindex(3), if_indextoname(3), getifaddrs(3): the network interfaces of this host and
/// their addresses.

#include <ifaddrs.h>
#include <net/if.h>

namespace ferrule::sys {

/// if_nametoindex(3): the index of the interface of this name, `no_such_device` without one.
inline Result<std::uint32_t> interface_index(std::string_view name, Operation operation) {
    if (name.empty() || name.size() >= IF_NAMESIZE || name.find('\0') != name.npos) {
        return Error{Errc::no_such_device, operation};
    }
    const std::uint32_t index = ::if_nametoindex(Text<IF_NAMESIZE>{name}.c_str());
    if (index == 0) {
        return Error::from_errno(operation);
    }
    return index;
}

/// if_indextoname(3): the name of the interface of this index.
inline Result<Text<IF_NAMESIZE - 1>> interface_name(std::uint32_t index, Operation operation) {
    char name[IF_NAMESIZE];
    if (::if_indextoname(index, name) == nullptr) {
        return Error::from_errno(operation);
    }
    return Text<IF_NAMESIZE - 1>{name};
}

/// The index of an interface that getifaddrs(3) listed; 0 if it is gone.
inline std::uint32_t index_of(const ifaddrs& entry);

/// An interface in an InterfaceList, which it borrows; or the end of the list.
class InterfaceEntry {
public:
    constexpr InterfaceEntry() = default;

    /// The first interface from here on: the list has other entries, for addresses, too.
    InterfaceEntry(const ifaddrs* at) {
        while (at != nullptr && at->ifa_addr != nullptr && at->ifa_addr->sa_family != link_domain) {
            at = at->ifa_next;
        }
        at_ = at;
    }
    [[nodiscard]] InterfaceEntry next() const { return at_->ifa_next; }

    [[nodiscard]] std::string_view name() const { return at_->ifa_name; }
    [[nodiscard]] std::uint32_t index() const { return index_of(*at_); }
    [[nodiscard]] bool is_up() const { return has(IFF_UP); }
    [[nodiscard]] bool is_loopback() const { return has(IFF_LOOPBACK); }
    [[nodiscard]] bool is_multicast() const { return has(IFF_MULTICAST); }
    [[nodiscard]] bool is_broadcast() const { return has(IFF_BROADCAST); }
    [[nodiscard]] bool is_point_to_point() const { return has(IFF_POINTOPOINT); }

    friend constexpr bool operator==(InterfaceEntry, InterfaceEntry) = default;

private:
    bool has(unsigned flag) const { return (at_->ifa_flags & flag) != 0; }

    const ifaddrs* at_ = nullptr;
};

/// Owns the list that getifaddrs(3) made.
class InterfaceList {
public:
    constexpr InterfaceList() = default;
    explicit InterfaceList(ifaddrs* first) : first_{first} {}
    InterfaceList(const InterfaceList&) = delete;
    InterfaceList& operator=(const InterfaceList&) = delete;
    InterfaceList(InterfaceList&& other) noexcept : first_{std::exchange(other.first_, nullptr)} {}
    InterfaceList& operator=(InterfaceList&& other) noexcept {
        std::swap(first_, other.first_);
        return *this;
    }
    ~InterfaceList() {
        if (first_ != nullptr) {
            ::freeifaddrs(first_);
        }
    }

    /// The first interface.
    [[nodiscard]] InterfaceEntry first() const { return first_; }

private:
    ifaddrs* first_ = nullptr;
};

/// getifaddrs(3): first an entry for every interface, then one for every address.
inline Result<InterfaceList> list_interfaces(Operation operation) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Error::from_errno(operation);
    }
    return InterfaceList{first};
}

/// An address of an interface.
struct InterfaceAddress {
    int family = AF_UNSPEC;
    std::uint32_t interface_index = 0;
    unsigned prefix_length = 0;
    unsigned char bytes[16]{}; ///< In network order; the first four of IPv4.
};

/// Calls `each(const InterfaceAddress&)` for every address of this host (its network namespace),
/// in the order of the kernel.
template <class Each> Result<void> for_each_interface_address(Operation operation, Each each);

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// rtnetlink(7), packet(7): what the kernel knows of interfaces.

#include <cstddef>
#include <cstdint>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace ferrule::sys {

inline std::uint32_t index_of(const ifaddrs& entry) {
    if (entry.ifa_addr == nullptr) { // one without a hardware address, such as a tunnel
        return ::if_nametoindex(entry.ifa_name);
    }
    sockaddr_ll link;
    __builtin_memcpy(&link, entry.ifa_addr, sizeof link);
    return static_cast<std::uint32_t>(link.sll_ifindex);
}

// RTM_GETADDR. Not what getifaddrs(3) tells: it knows the interface of an IPv4 address by a label
// only, which may be the name of another interface.
template <class Each> Result<void> for_each_interface_address(Operation operation, Each each) {
    return for_each_of_table(
        NETLINK_ROUTE, RTM_GETADDR, ifaddrmsg{}, operation,
        [&](int type, const char* body, std::size_t size) {
            ifaddrmsg message;
            if (type != RTM_NEWADDR || size < sizeof message) {
                return;
            }
            __builtin_memcpy(&message, body, sizeof message);
            InterfaceAddress address{message.ifa_family, message.ifa_index, message.ifa_prefixlen};
            const std::size_t wanted = message.ifa_family == AF_INET ? 4U : 16U;
            bool is_local = false;
            for (std::size_t at = sizeof message; at + sizeof(rtattr) <= size;) {
                rtattr attribute;
                __builtin_memcpy(&attribute, body + at, sizeof attribute);
                if (attribute.rta_len < sizeof attribute || attribute.rta_len > size - at) {
                    return;
                }
                // IFA_LOCAL is this end of a point-to-point link, whose other is IFA_ADDRESS.
                const bool fits = attribute.rta_len - sizeof attribute >= wanted;
                if (fits && (attribute.rta_type == IFA_LOCAL ||
                             (attribute.rta_type == IFA_ADDRESS && !is_local))) {
                    is_local = attribute.rta_type == IFA_LOCAL;
                    __builtin_memcpy(address.bytes, body + at + sizeof attribute, wanted);
                }
                at += (std::size_t{attribute.rta_len} + 3) / 4 * 4; // RTA_ALIGN
            }
            each(static_cast<const InterfaceAddress&>(address));
        });
}

} // namespace ferrule::sys
#else
/// @file
/// getifaddrs(3), which macOS and the BSDs have, too: an entry for each address, and its network as
/// a mask.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ferrule::sys {

inline std::uint32_t index_of(const ifaddrs& entry) { return ::if_nametoindex(entry.ifa_name); }

// The bytes of an IP address; how many, 0 of any other.
inline std::size_t copy_address(const sockaddr* address, unsigned char (&bytes)[16]) {
    if (address->sa_family == AF_INET) {
        sockaddr_in ipv4;
        __builtin_memcpy(&ipv4, address, sizeof ipv4);
        __builtin_memcpy(bytes, &ipv4.sin_addr, sizeof ipv4.sin_addr);
        return sizeof ipv4.sin_addr;
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 ipv6;
        __builtin_memcpy(&ipv6, address, sizeof ipv6);
        __builtin_memcpy(bytes, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
        return sizeof ipv6.sin6_addr;
    }
    return 0;
}

template <class Each> Result<void> for_each_interface_address(Operation operation, Each each) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return Error::from_errno(operation);
    }
    const InterfaceList list{first};
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
        InterfaceAddress address;
        if (at->ifa_addr == nullptr || copy_address(at->ifa_addr, address.bytes) == 0) {
            continue;
        }
        address.family = at->ifa_addr->sa_family;
        address.interface_index = index_of(*at);
        unsigned char mask[16]{};
        if (at->ifa_netmask != nullptr) {
            copy_address(at->ifa_netmask, mask);
        }
        for (const unsigned char byte : mask) {
            address.prefix_length += static_cast<unsigned>(std::popcount(byte));
        }
        each(static_cast<const InterfaceAddress&>(address));
    }
    return {};
}

} // namespace ferrule::sys
#endif
// ferrule/inspect/interfaces.hpp
/// @file
/// The network interfaces of this host, and their addresses.

#include <cstring>

namespace ferrule {

/// if_nametoindex(3): the index of the interface of this name, which is the scope id of a
/// link-local endpoint; `no_such_device` without one.
[[nodiscard]] inline Result<std::uint32_t> interface_index(std::string_view name) {
    return sys::interface_index(name, Operation::interfaces);
}

/// if_indextoname(3): the name of the interface of this index.
[[nodiscard]] inline auto interface_name(std::uint32_t index) {
    return sys::interface_name(index, Operation::interfaces);
}

namespace detail {

// Return type of a range over temporary interfaces: its name is the message.
struct gone_at_once_so_keep_the_interfaces_in_a_variable {};

// An address of this host, and the index of its interface.
struct InterfaceAddress {
    Network<Ip> network;
    std::uint32_t interface_index = 0;
};

// The addresses of all interfaces, in the order of the kernel. Owns heap memory.
class InterfaceAddresses {
public:
    InterfaceAddresses() = default;
    InterfaceAddresses(const InterfaceAddresses&) = delete;
    InterfaceAddresses& operator=(const InterfaceAddresses&) = delete;
    InterfaceAddresses(InterfaceAddresses&& other) noexcept
        : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)},
          room_{std::exchange(other.room_, 0)} {}
    InterfaceAddresses& operator=(InterfaceAddresses&& other) noexcept {
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
        return *this;
    }
    ~InterfaceAddresses() { delete[] first_; }

    static Result<InterfaceAddresses> look() {
        InterfaceAddresses addresses;
        bool fits = true;
        auto looked = sys::for_each_interface_address(
            Operation::interfaces, [&](const sys::InterfaceAddress& told) {
                InterfaceAddress address{Network<Ip>{}, told.interface_index};
                if (told.family == Ipv4::number) {
                    address.network = network<Ipv4>(told);
                } else if (told.family == Ipv6::number) {
                    address.network = network<Ipv6>(told);
                } else {
                    return;
                }
                fits = fits && addresses.add(address);
            });
        if (!looked) {
            return looked.error();
        }
        if (!fits) {
            return Error{Errc::not_enough_memory, Operation::interfaces};
        }
        return addresses;
    }

    [[nodiscard]] const InterfaceAddress* begin() const { return first_; }
    [[nodiscard]] const InterfaceAddress* end() const { return first_ + size_; }

private:
    template <class Family> static Network<Ip> network(const sys::InterfaceAddress& told) {
        typename Address<Family>::Bytes bytes{};
        std::memcpy(bytes.data(), told.bytes, bytes.size());
        const Address<Family> address{bytes};
        return Network<Family>::of(address, told.prefix_length).value_or(Network<Family>{address});
    }

    bool add(const InterfaceAddress& address) {
        if (size_ == room_) {
            const std::size_t room = room_ == 0 ? 16 : 2 * room_;
            auto* const more = new (std::nothrow) InterfaceAddress[room];
            if (more == nullptr) {
                return false;
            }
            for (std::size_t at = 0; at < size_; ++at) {
                more[at] = first_[at];
            }
            delete[] std::exchange(first_, more);
            room_ = room;
        }
        first_[size_++] = address;
        return true;
    }

    InterfaceAddress* first_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

} // namespace detail

/// The addresses of one interface. A range of `Network<Ip>`; borrows the `Interfaces`.
class AddressesOfInterface {
public:
    /// Over them, in the order of the system.
    class iterator {
    public:
        using value_type = Network<Ip>;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const detail::InterfaceAddress* at, const detail::InterfaceAddress* end,
                 std::uint32_t index)
            : at_{at}, end_{end}, index_{index} {
            skip();
        }

        Network<Ip> operator*() const { return at_->network; }
        iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_;
        }

    private:
        void skip() {
            while (at_ != end_ && at_->interface_index != index_) {
                ++at_;
            }
        }

        const detail::InterfaceAddress* at_ = nullptr;
        const detail::InterfaceAddress* end_ = nullptr;
        std::uint32_t index_ = 0;
    };

    AddressesOfInterface(const detail::InterfaceAddresses& all, std::uint32_t index)
        : all_{&all}, index_{index} {}

    [[nodiscard]] iterator begin() const { return {all_->begin(), all_->end(), index_}; }
    [[nodiscard]] iterator end() const { return {all_->end(), all_->end(), index_}; }
    [[nodiscard]] bool empty() const { return begin() == end(); }

private:
    const detail::InterfaceAddresses* all_;
    std::uint32_t index_;
};

/// A network interface at the time of `interfaces()`. Borrows the `Interfaces`.
class Interface {
public:
    [[nodiscard]] std::string_view name() const { return entry_.name(); }

    /// Its index, which is the scope id of its link-local endpoints; 0 if the interface is gone.
    [[nodiscard]] std::uint32_t index() const { return entry_.index(); }

    /// Its IPv4 and IPv6 addresses, each with the prefix of its network, as `Network<Ip>`.
    [[nodiscard]] AddressesOfInterface addresses() const { return {*addresses_, index()}; }

    [[nodiscard]] bool is_up() const { return entry_.is_up(); }
    [[nodiscard]] bool is_loopback() const { return entry_.is_loopback(); }
    [[nodiscard]] bool is_multicast() const { return entry_.is_multicast(); }
    [[nodiscard]] bool is_broadcast() const { return entry_.is_broadcast(); }
    [[nodiscard]] bool is_point_to_point() const { return entry_.is_point_to_point(); }

private:
    friend class Interfaces;

    Interface(sys::InterfaceEntry entry, const detail::InterfaceAddresses& addresses)
        : entry_{entry}, addresses_{&addresses} {}

    sys::InterfaceEntry entry_;
    const detail::InterfaceAddresses* addresses_;
};

/// A range of `Interface`, in the order of the kernel. Owns heap memory, which each `Interface`
/// borrows.
class Interfaces {
public:
    Interfaces(sys::InterfaceList list, detail::InterfaceAddresses addresses)
        : list_{std::move(list)}, addresses_{std::move(addresses)} {}

    /// Over them, in the order of the system.
    class iterator {
    public:
        using value_type = Interface;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(sys::InterfaceEntry at, const detail::InterfaceAddresses& addresses)
            : at_{at}, addresses_{&addresses} {}

        Interface operator*() const { return {at_, *addresses_}; }
        iterator& operator++() {
            at_ = at_.next();
            return *this;
        }
        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_;
        }

    private:
        sys::InterfaceEntry at_;
        const detail::InterfaceAddresses* addresses_ = nullptr;
    };

    [[nodiscard]] iterator begin() const& { return {list_.first(), addresses_}; }
    [[nodiscard]] iterator end() const& { return {}; }
    detail::gone_at_once_so_keep_the_interfaces_in_a_variable begin() const&& = delete;
    detail::gone_at_once_so_keep_the_interfaces_in_a_variable end() const&& = delete;

private:
    sys::InterfaceList list_;
    detail::InterfaceAddresses addresses_;
};

/// getifaddrs(3), rtnetlink(7): the interfaces that this host has now, and their addresses.
[[nodiscard]] inline Result<Interfaces> interfaces() {
    auto list = sys::list_interfaces(Operation::interfaces);
    if (!list) {
        return list.error();
    }
    auto addresses = detail::InterfaceAddresses::look();
    if (!addresses) {
        return addresses.error();
    }
    return Interfaces{*std::move(list), *std::move(addresses)};
}

} // namespace ferrule
// ferrule/sys/sock_diag.hpp
/// @file
/// sock_diag(7): asking the kernel for its TCP sockets.

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

namespace ferrule::sys {

/// A TCP socket, as the kernel tells of it. Addresses and ports in network order, an IPv4 address
/// in the first four bytes.
struct TcpEntry {
    int domain = 0;
    std::uint8_t state = 0;
    std::uint8_t timer = 0;
    std::uint8_t unanswered = 0;
    unsigned char local_address[16]{};
    unsigned char peer_address[16]{};
    std::uint16_t local_port = 0;
    std::uint16_t peer_port = 0;
    std::uint32_t interface_index = 0; ///< That it is bound to; 0 is none.
    std::uint32_t expires = 0;         ///< When the timer is due, in milliseconds.
    std::uint32_t receive_queue = 0;
    std::uint32_t send_queue = 0;
    std::uint32_t user = 0;
    std::uint32_t inode = 0;
};

/// NETLINK_SOCK_DIAG: calls `each(const TcpEntry&)` for every TCP socket of `domain` in this
/// network namespace, TIME-WAIT included.
template <class Each> Result<void> for_each_tcp_socket(int domain, Each each) {
    inet_diag_req_v2 question{};
    question.sdiag_family = static_cast<std::uint8_t>(domain);
    question.sdiag_protocol = IPPROTO_TCP;
    question.idiag_states = UINT32_MAX;
    return for_each_of_table(
        NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, question, Operation::get_option,
        [&](int type, const char* body, std::size_t size) {
            inet_diag_msg message;
            if (type != SOCK_DIAG_BY_FAMILY || size < sizeof message) {
                return;
            }
            __builtin_memcpy(&message, body, sizeof message);
            TcpEntry entry;
            entry.domain = message.idiag_family;
            entry.state = message.idiag_state;
            entry.timer = message.idiag_timer;
            entry.unanswered = message.idiag_retrans;
            __builtin_memcpy(entry.local_address, message.id.idiag_src,
                             sizeof message.id.idiag_src);
            __builtin_memcpy(entry.peer_address, message.id.idiag_dst, sizeof message.id.idiag_dst);
            entry.local_port = message.id.idiag_sport;
            entry.peer_port = message.id.idiag_dport;
            entry.interface_index = message.id.idiag_if;
            entry.expires = message.idiag_expires;
            entry.receive_queue = message.idiag_rqueue;
            entry.send_queue = message.idiag_wqueue;
            entry.user = message.idiag_uid;
            entry.inode = message.idiag_inode;
            each(static_cast<const TcpEntry&>(entry));
        });
}

} // namespace ferrule::sys
// ferrule/sys/option.hpp
/// @file
/// getsockopt(2) and setsockopt(2): a value of one type, or as many bytes as there are.

namespace ferrule::sys {

/// setsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<void> set_option(int descriptor, int level, int name, const Value& value) {
    return check(Operation::set_option, ::setsockopt, descriptor, level, name, &value,
                 static_cast<socklen_t>(sizeof value));
}

/// getsockopt(2).
template <class Value>
    requires std::is_trivially_copyable_v<Value>
Result<Value> get_option(int descriptor, int level, int name) {
    Value value{};
    socklen_t size = sizeof value;
    if (auto done =
            check(Operation::get_option, ::getsockopt, descriptor, level, name, &value, &size);
        !done) {
        return done.error();
    }
    return value;
}

/// getsockopt(2) into `size` bytes; returns how many the kernel wrote.
inline Result<std::size_t> get_option_bytes(int descriptor, int level, int name, void* buffer,
                                            std::size_t size) {
    auto written = static_cast<socklen_t>(size);
    if (auto done =
            check(Operation::get_option, ::getsockopt, descriptor, level, name, buffer, &written);
        !done) {
        return done.error();
    }
    return std::size_t{written};
}

} // namespace ferrule::sys
// ferrule/opt/encoding.hpp
/// @file
/// The values of options: their units and ranges, and what the kernel gets of them.

namespace ferrule::opt {

/// A value and whether the option can hold what was given.
template <class Value> struct Fitted {
    Value value;
    bool fits;
};

/// On or off; an int for the kernel.
struct Switch {
    using value_type = bool;
    using kernel_type = int;
    template <std::same_as<bool> Given> static constexpr Fitted<bool> fit(Given given) {
        return {given, true};
    }
    static constexpr int encode(bool value) { return value ? 1 : 0; }
    static constexpr bool decode(int kernel) { return kernel != 0; }
};

/// A whole number from `least` to `most`; an int for the kernel.
template <std::int64_t least, std::int64_t most> struct Number {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = std::conditional_t<(most > INT_MAX), std::uint32_t, int>;
    using kernel_type = value_type;
    template <std::integral Given>
        requires(!std::same_as<Given, bool>)
    static constexpr Fitted<value_type> fit(Given given) {
        const bool fits = std::cmp_greater_equal(given, least) && std::cmp_less_equal(given, most);
        return {fits ? static_cast<value_type>(given) : value_type{}, fits};
    }
    static constexpr kernel_type encode(value_type value) { return value; }
    static constexpr value_type decode(kernel_type kernel) { return kernel; }
};

/// A number of bytes from `least` to `most`; an int for the kernel.
template <std::int64_t least = 0, std::int64_t most = INT_MAX> struct Bytes {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = std::size_t;
    using kernel_type = int;
    template <std::integral Given>
        requires(!std::same_as<Given, bool>)
    static constexpr Fitted<value_type> fit(Given given) {
        const bool fits = std::cmp_greater_equal(given, least) && std::cmp_less_equal(given, most);
        return {fits ? static_cast<value_type>(given) : value_type{}, fits};
    }
    static constexpr int encode(value_type value) { return static_cast<int>(value); }
    static constexpr value_type decode(int kernel) { return static_cast<value_type>(kernel); }
};

/// A time from `least` to `most` units, rounded up; an int for the kernel. Never zero unless zero
/// is asked.
template <class Unit, std::int64_t least, std::int64_t most = INT_MAX> struct Time {
    static constexpr std::int64_t lowest = least;
    static constexpr std::int64_t highest = most;
    using value_type = Unit;
    using kernel_type = int;
    template <Duration Given> static constexpr Fitted<value_type> fit(const Given& given) {
        const std::int64_t count = count_in<Unit::period::num, Unit::period::den>(given);
        return {Unit{count}, count >= least && count <= most};
    }
    static constexpr int encode(value_type value) { return static_cast<int>(value.count()); }
    static constexpr value_type decode(int kernel) { return Unit{kernel}; }
};

/// What the kernel says, unchanged.
template <class Value> struct AsItIs {
    using value_type = Value;
    using kernel_type = Value;
    static constexpr Value decode(const Value& kernel) { return kernel; }
};

/// A name of up to 15 characters, as interfaces and algorithms have; empty only if `may_be_empty`.
template <bool may_be_empty> struct ShortName {
    using value_type = Text<15>;
    using kernel_type = std::array<char, 16>;
    static constexpr Fitted<value_type> fit(std::string_view given) {
        const bool fits = given.size() <= value_type::capacity && (may_be_empty || !given.empty());
        return {fits ? value_type{given} : value_type{}, fits};
    }
    static constexpr kernel_type encode(const value_type& value) {
        kernel_type name{};
        for (std::size_t at = 0; at < value.size(); ++at) {
            name[at] = value.view()[at];
        }
        return name;
    }
    static constexpr value_type decode(const kernel_type& kernel) {
        std::size_t size = 0;
        while (size < kernel.size() && kernel[size] != '\0') {
            ++size;
        }
        return value_type{std::string_view{kernel.data(), size}};
    }
};

} // namespace ferrule::opt
// ferrule/tag/state.hpp
/// @file
/// Names for the states of a socket, so that an option can say in which of them it works.

namespace ferrule::state {

struct Socket {};     ///< Opened, without a name.
struct Bound {};      ///< With a local endpoint.
struct Listener {};   ///< Accepts connections.
struct Connecting {}; ///< On the way to a connection.
struct Connection {}; ///< With a peer.

} // namespace ferrule::state
// ferrule/opt/rules.hpp
/// @file
/// Which option works where: on which families, types, protocols and in which states, by the lists
/// that each option has.
///
/// Stricter than the kernel, which silently accepts options that have no effect: an option applies
/// only where it works. Any has only the options that all families have. Ip has no option that only
/// IPv6 has. An option that decides how to bind or connect is set before that step, not after.

namespace ferrule {

class Deadline;
struct NoWait;
class Stop;
class Wait;

namespace opt {

/// Works on every socket, in every state.
struct Everywhere {
    using families = Every;
    using types = Every;
    using protocols = Every;
    using set_in = Every; ///< The states in which it can be set.
    using get_in = Every; ///< The states in which it can be read.
};

// Lists that many options share.
using EitherIp = OneOf<Ipv4, Ipv6, Ip>;            ///< Families.
using DatagramOrRaw = OneOf<Datagram, Raw>;        ///< Types.
using EitherTcp = OneOf<Tcp, Mptcp>;               ///< Protocols.
using WithPorts = OneOf<Tcp, Mptcp, Udp, UdpLite>; ///< Protocols.
using NoState = OneOf<>;                           ///< What can only be read, or only set.
using BeforeBind = OneOf<state::Socket>;           ///< It decides how to bind.
using BeforeConnection = OneOf<state::Socket, state::Bound>; ///< It decides how to connect.
using BeforeAccept =
    OneOf<state::Socket, state::Bound, state::Listener>; ///< Until a connection is there.
using WithPeer = OneOf<state::Connection>;               ///< It is about the peer.

} // namespace opt

/// Whether a type says what a socket option is. A variable, so that a refusal of something else is
/// one line.
template <class Option>
inline constexpr bool is_socket_option = requires {
    typename Option::value_type;
    typename Option::families;
    typename Option::types;
    typename Option::protocols;
    typename Option::set_in;
    typename Option::get_in;
};

namespace detail {

template <class Kernels> inline constexpr bool all_present = true;
template <class... Kernels>
inline constexpr bool all_present<OneOf<Kernels...>> = ((Kernels::number != sys::absent) && ...);

template <class Option> constexpr bool on_this_system() {
    if constexpr (requires { Option::on_this_system; }) {
        return Option::on_this_system;
    } else if constexpr (requires { typename Option::kernels; }) {
        return all_present<typename Option::kernels>;
    } else {
        return true; // one of a user's own
    }
}

} // namespace detail

/// This system has `Option`: its kernel knows the numbers.
template <class Option>
concept OnThisSystem = detail::on_this_system<Option>();

/// A type that says what a socket option is.
template <class Option>
concept SocketOption = is_socket_option<Option>;

/// `Option` means something on sockets of these three tags; elsewhere the kernel would refuse it or
/// ignore it.
template <class Option, class Family, class Type, class Protocol>
concept AppliesTo =
    is_socket_option<Option> && Among<Family, typename Option::families> &&
    Among<Type, typename Option::types> && Among<Protocol, typename Option::protocols>;

/// `Option` can still be set in this `State`.
template <class Option, class State>
concept SettableIn = Among<State, typename Option::set_in>;

/// Whether a factory of sockets in this `State` can set the option: right after socket(2), or at
/// its end.
template <class Option, class State>
inline constexpr bool settable_on_the_way =
    among<state::Socket, typename Option::set_in> || among<State, typename Option::set_in>;

/// A factory of `State` can set the option on sockets of these three tags. Checked for the first
/// option that does not fit, so that the compiler's message is short and names it.
template <class Refused, class State, class Family, class Type, class Protocol>
concept SettableOnTheWayTo =
    is_socket_option<Refused> && OnThisSystem<Refused> &&
    Among<Family, typename Refused::families> && Among<Type, typename Refused::types> &&
    Among<Protocol, typename Refused::protocols> && settable_on_the_way<Refused, State>;

/// `Option` can be read in this `State`.
template <class Option, class State>
concept ReadableIn = Among<State, typename Option::get_in>;

namespace detail {

/// Stands for "no option was refused", and fits everywhere.
struct NoneRefused : opt::Everywhere {
    using value_type = bool;
};

// Stands in a refusal for an argument that is no option: its name says what to write.
template <class Given> struct is_no_option;
template <class Time> struct write_within_around_the_time;
template <class Number> struct a_number_is_no_option_and_a_port_belongs_in_the_endpoint;
template <class Text> struct a_text_is_no_option_and_a_port_belongs_in_the_endpoint;
template <class Wait> struct one_wait_that_lives_comes_first_as_within_2s_stop;
template <class Option, class Other> struct is_set_by_the_other_option_too;

template <class Given> struct AdviceOn {
    using type = is_no_option<Given>;
};
template <Duration Given> struct AdviceOn<Given> {
    using type = write_within_around_the_time<Given>;
};
template <class Given>
    requires std::is_arithmetic_v<Given>
struct AdviceOn<Given> {
    using type = a_number_is_no_option_and_a_port_belongs_in_the_endpoint<Given>;
};
template <class Given>
    requires std::is_convertible_v<const Given&, std::string_view>
struct AdviceOn<Given> {
    using type = a_text_is_no_option_and_a_port_belongs_in_the_endpoint<Given>;
};
template <class Given>
    requires among<Given, OneOf<Wait, NoWait, Deadline, Stop>>
struct AdviceOn<Given> {
    using type = one_wait_that_lives_comes_first_as_within_2s_stop<Given>;
};

// Whether two options set the same one of the kernel. Options that add to what is there, such as
// memberships, may stand twice.
template <class Option> inline constexpr bool adds_up = requires { requires Option::adds_up; };

template <class Kernel, class Kernels> inline constexpr bool is_kernel_among = false;
template <class Kernel, class... Kernels>
inline constexpr bool is_kernel_among<Kernel, OneOf<Kernels...>> =
    ((Kernel::level == Kernels::level && Kernel::number == Kernels::number) || ...);

template <class Ours, class Theirs> inline constexpr bool share_a_kernel = false;
template <class... Ours, class Theirs>
inline constexpr bool share_a_kernel<OneOf<Ours...>, Theirs> =
    (is_kernel_among<Ours, Theirs> || ...);

template <class Option, class Other>
inline constexpr bool sets_the_same = std::is_same_v<Option, Other>;
template <class Option, class Other>
    requires requires {
        typename Option::kernels;
        typename Other::kernels;
    }
inline constexpr bool sets_the_same<Option, Other> =
    std::is_same_v<Option, Other> ||
    share_a_kernel<typename Option::kernels, typename Other::kernels>;

// The first of the earlier options that sets what this one sets.
template <class Option, class Earlier> struct SetBefore {
    using type = void;
};
template <class Option, class First, class... Rest>
struct SetBefore<Option, OneOf<First, Rest...>> : SetBefore<Option, OneOf<Rest...>> {};
template <class Option, class First, class... Rest>
    requires(sets_the_same<Option, First> && !adds_up<Option>)
struct SetBefore<Option, OneOf<First, Rest...>> {
    using type = First;
};

template <class State, class Family, class Type, class Protocol, class Earlier, class... Options>
struct FirstRefusedOf {
    using type = NoneRefused;
};

template <class State, class Family, class Type, class Protocol, class Earlier, class First,
          class... Rest>
struct FirstRefusedOf<State, Family, Type, Protocol, Earlier, First, Rest...> {
    using type = typename AdviceOn<First>::type;
};

template <class State, class Family, class Type, class Protocol, class Earlier, SocketOption First,
          class... Rest>
struct FirstRefusedOf<State, Family, Type, Protocol, Earlier, First, Rest...> {
    using type = First;
};

template <class State, class Family, class Type, class Protocol, class... Earlier,
          SocketOption First, class... Rest>
    requires(SettableOnTheWayTo<First, State, Family, Type, Protocol> &&
             std::is_void_v<typename SetBefore<First, OneOf<Earlier...>>::type>)
struct FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier...>, First, Rest...>
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier..., First>, Rest...> {};

template <class State, class Family, class Type, class Protocol, class... Earlier,
          SocketOption First, class... Rest>
    requires(SettableOnTheWayTo<First, State, Family, Type, Protocol> &&
             !std::is_void_v<typename SetBefore<First, OneOf<Earlier...>>::type>)
struct FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier...>, First, Rest...> {
    using type =
        is_set_by_the_other_option_too<First, typename SetBefore<First, OneOf<Earlier...>>::type>;
};

} // namespace detail

/// The first option of a pack that does not apply, can't be set by a factory of this state, or sets
/// what an earlier option has set. If all fit: a type that applies everywhere.
template <class State, class Family, class Type, class Protocol, class... Options>
using FirstRefused =
    typename detail::FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, Options...>::type;

} // namespace ferrule
// ferrule/opt/setting.hpp
/// @file
/// What a socket option is: a type that states on which families, types, protocols and in which
/// states it works, and holds a value with its unit. Anything else does not compile. The options
/// themselves are beside this header; one of a user's own derives from `Setting` and narrows the
/// lists that `Everywhere` leaves wide.

namespace ferrule {

namespace opt {

using ferrule::at_run_time;

/// The socket that an option is set on or read from.
struct Target {
    int descriptor;
    int domain;   ///< AF_INET, ...
    bool is_dual; ///< An AF_INET6 socket that carries IPv4, too.
};

/// The name of a kernel's option, as a template argument.
template <std::size_t size> struct KernelName {
    consteval KernelName(const char (&literal)[size]) {
        for (std::size_t at = 0; at < size; ++at) {
            text[at] = literal[at];
        }
    }
    char text[size]{};
};

/// An option of the kernel: its level, its number, and its name for the errors.
template <int level_number, int option_number, KernelName option_name> struct Kernel {
    static constexpr int level = level_number;
    static constexpr int number = option_number;
    static constexpr const char* name = option_name.text;

    /// setsockopt(2).
    template <class Value> static Result<void> set(int descriptor, const Value& value) {
        auto done = sys::set_option(descriptor, level, number, value);
        return done ? done : Error::of_option(done.error().code(), Operation::set_option, name);
    }

    /// getsockopt(2).
    template <class Value> static Result<Value> get(int descriptor) {
        auto value = sys::get_option<Value>(descriptor, level, number);
        if (!value) {
            return Error::of_option(value.error().code(), Operation::get_option, name);
        }
        return value;
    }
};

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void the_value_is_out_of_range_for_this_option() {}

} // namespace detail

/// The argument of an option. A constant is checked by the compiler, a value of run time when the
/// option is set.
template <class Encoding> struct Checked {
    using value_type = typename Encoding::value_type;

    template <std::same_as<bool> Given>
        requires std::same_as<value_type, bool>
    constexpr Checked(Given on) : value{on} {}

    template <class Given>
        requires(!std::same_as<value_type, bool>) &&
                requires(const Given& given) { Encoding::fit(given); }
    consteval Checked(const Given& given) : value{Encoding::fit(given).value} {
        if (!Encoding::fit(given).fits) {
            detail::the_value_is_out_of_range_for_this_option();
        }
    }

    template <class Given>
        requires requires(const Given& given) { Encoding::fit(given); }
    constexpr Checked(const AtRunTime<Given>& given)
        : value{Encoding::fit(given.given).value}, fits{Encoding::fit(given.given).fits} {}

    /// Anything else is no value of the option: a bare number for a time, a number for a switch.
    template <class Given>
        requires(
                    !requires(const Given& given) { Encoding::fit(given); } &&
                    !requires(const Given& given) { Encoding::fit(given.given); })
    Checked(const Given& no_value_of_this_option) = delete;

    value_type value;
    bool fits = true;
};

/// An option of one value. `Encoding` says what its unit and range are and what the kernel gets;
/// `Kernels` is one option of the kernel, or two with one meaning on IPv4 and on IPv6; a socket of
/// both gets both. A constant out of range does not compile; a value of run time goes through
/// `at_run_time()`.
template <class Encoding, class... Kernels> struct Setting : Everywhere {
    static_assert(sizeof...(Kernels) == 1 || sizeof...(Kernels) == 2);
    using encoding = Encoding;
    using kernels = OneOf<Kernels...>;
    using value_type = typename Encoding::value_type;

    constexpr explicit Setting(Checked<Encoding> given) : value{given.value}, fits{given.fits} {}

    /// setsockopt(2), twice on a socket of both IPs if they have two options for it.
    [[nodiscard]] Result<void> set(Target target) const {
        return for_target<Kernels...>(target, [&]<class Kernel>(Kernel) -> Result<void> {
            if (!fits) {
                return Error::of_option(Errc::value_out_of_range, Operation::set_option,
                                        Kernel::name);
            }
            return Kernel::set(target.descriptor, Encoding::encode(value));
        });
    }

    /// getsockopt(2).
    [[nodiscard]] static Result<value_type> get(Target target) {
        target.is_dual = false; // both were set to the same
        return for_target<Kernels...>(target, [&]<class Kernel>(Kernel) -> Result<value_type> {
            const auto kernel =
                Kernel::template get<typename Encoding::kernel_type>(target.descriptor);
            if (!kernel) {
                return kernel.error();
            }
            return Encoding::decode(*kernel);
        });
    }

    value_type value;
    bool fits; ///< Whether the option can hold what was given at run time.

private:
    template <class Only, class Call> static auto for_target(Target, Call call) {
        return call(Only{});
    }

    template <class OfIpv4, class OfIpv6, class Call>
    static auto for_target(Target target, Call call) {
        if (target.domain == sys::af_inet) {
            return call(OfIpv4{});
        }
        if (target.is_dual) {
            if (auto done = call(OfIpv4{}); !done.has_value()) {
                return done;
            }
        }
        return call(OfIpv6{});
    }
};

/// An option of the kernel that ferrule lacks: `opt::Custom<SOL_SOCKET, SO_RXQ_OVFL, int>`. `Value`
/// is what setsockopt(2) takes. Nothing is checked, except that it is no pointer: the kernel would
/// take the pointer itself for the value.
template <int level, int number, class Value>
    requires(std::is_trivially_copyable_v<Value> && !std::is_pointer_v<Value>)
struct Custom : Everywhere {
    using value_type = Value;
    using kernels = OneOf<Kernel<level, number, "custom">>;

    constexpr explicit Custom(const Value& given) : value{given} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return sys::set_option(target.descriptor, level, number, value);
    }
    [[nodiscard]] static Result<Value> get(Target target) {
        return sys::get_option<Value>(target.descriptor, level, number);
    }

    Value value;
};

} // namespace opt

} // namespace ferrule
// ferrule/socket/handle.hpp
/// @file
/// What all states of a socket share: the descriptor they own, and their options.

namespace ferrule {

/// An open socket's descriptor and the domain (AF_INET, ...) that it was opened for.
template <class Family> class Opened {
public:
    Opened(Descriptor descriptor, int domain)
        : descriptor_{std::move(descriptor)}, domain_{domain} {}
    Descriptor& descriptor() { return descriptor_; }
    const Descriptor& descriptor() const { return descriptor_; }
    int domain() const { return domain_; }
    opt::Target target() const { return {descriptor_.number(), domain_, domain_ == sys::af_inet6}; }

private:
    Descriptor descriptor_;
    int domain_;
};

/// Of a fixed family the domain is known.
template <FixedFamily Family> class Opened<Family> {
public:
    Opened(Descriptor descriptor, int) : descriptor_{std::move(descriptor)} {}
    Descriptor& descriptor() { return descriptor_; }
    const Descriptor& descriptor() const { return descriptor_; }
    static constexpr int domain() { return Family::number; }
    opt::Target target() const { return {descriptor_.number(), Family::number, false}; }

private:
    Descriptor descriptor_;
};

namespace detail {

// Return type of a transition that is called without std::move: its name is the message.
struct spent_by_this_step_so_write_std_move {};

// Return type of `descriptor()` of a temporary, whose number would be closed at once.
struct closed_at_once_so_keep_the_socket_in_a_variable {};

// Listener and Connecting are non-blocking inside, but code that takes the descriptor expects it to
// block.
template <class State>
inline constexpr bool non_blocking_inside =
    std::is_same_v<State, state::Listener> || std::is_same_v<State, state::Connecting>;

} // namespace detail

/// An owned socket in a state. Members that are const may be called from several threads at once;
/// moving, assigning and destroying need exclusivity. A moved-from object returns `not_open`
/// without a system call. A child of fork(2) shares the socket: if the child closes it, it stays
/// open here; all other changes are seen here, too (README.md, After fork).
template <class State, class Family, class Type, class Protocol> class Handle {
public:
    using state = State;
    using family = Family;
    using type = Type;
    using protocol = Protocol;

    /// Takes a socket that is in this state and has these tags. Nothing is checked.
    explicit Handle(Opened<Family> opened) : opened_{std::move(opened)} {}

    [[nodiscard]] bool is_open() const { return opened_.descriptor().is_open(); }

    /// The descriptor, borrowed: for another event loop, or a call that ferrule lacks. -1 if not
    /// open.
    [[nodiscard]] int descriptor() const& { return opened_.descriptor().number(); }
    detail::closed_at_once_so_keep_the_socket_in_a_variable descriptor() const&& = delete;

    /// Gives the descriptor to the caller, who closes it. It is in blocking mode, for everybody who
    /// shares the socket. -1 if not open.
    [[nodiscard]] int release() {
        if constexpr (detail::non_blocking_inside<State>) {
            static_cast<void>(sys::set_blocking(descriptor(), sys::Blocking::yes));
        }
        return opened_.descriptor().release();
    }

    /// The address family of the descriptor: AF_INET, AF_INET6, AF_UNIX, ...
    [[nodiscard]] int domain() const { return opened_.domain(); }

    /// close(2). The destructor does the same, but can't report an error. The socket is closed in
    /// any case.
    Result<void> close() && { return opened_.descriptor().close(); }
    detail::spent_by_this_step_so_write_std_move close() & = delete;

    // The rules of opt/rules.hpp, repeated here so that the compiler's message stays short.

    /// setsockopt(2): one option, where it works.
    template <class Option>
        requires OnThisSystem<Option> && Among<Family, typename Option::families> &&
                 Among<Type, typename Option::types> &&
                 Among<Protocol, typename Option::protocols> &&
                 Among<State, typename Option::set_in>
    Result<void> set(const Option& option) const {
        return is_open() ? option.set(opened_.target()) : not_open(Operation::set_option);
    }

    /// getsockopt(2): `socket.get<opt::NoDelay>()`.
    template <class Option>
        requires OnThisSystem<Option> && Among<Family, typename Option::families> &&
                 Among<Type, typename Option::types> &&
                 Among<Protocol, typename Option::protocols> &&
                 Among<State, typename Option::get_in>
    [[nodiscard]] Result<typename Option::value_type> get() const {
        if (!is_open()) {
            return not_open(Operation::get_option);
        }
        return Option::get(opened_.target());
    }

    /// Gives the socket and its domain to the next state. This object is not open afterwards.
    [[nodiscard]] Opened<Family> take() && { return std::move(opened_); }

protected:
    ~Handle() = default;
    Handle(Handle&&) noexcept = default;
    Handle& operator=(Handle&&) noexcept = default;

    static Error not_open(Operation operation) { return {Errc::not_open, operation}; }

    /// A socket is no text.
    template <detail::OutputStream Stream>
    friend detail::print_its_peer_endpoint_or_local_endpoint operator<<(Stream&,
                                                                        const Handle&) = delete;

private:
    Opened<Family> opened_;
};

} // namespace ferrule
// ferrule/inspect/tcp_state.hpp
/// @file
/// The states of a TCP connection (RFC 9293 section 3.3.2), as the kernel sees one end of it.

namespace ferrule {

/// Where a TCP socket is between its handshake and its farewell (RFC 9293, section 3.3.2).
enum class TcpState : std::uint8_t {
    established = 1,
    syn_sent = 2,     ///< connect: our SYN is out.
    syn_received = 3, ///< Somebody's SYN is in, and ours is out with the acknowledgment.
    fin_wait_1 = 4,   ///< We ended first, the peer has not acknowledged it.
    fin_wait_2 = 5,   ///< The peer has acknowledged our end and has not ended itself.
    time_wait = 6,    ///< Both have ended; late packets are waited for. Seen in the table only.
    closed = 7,       ///< No connection.
    close_wait = 8,   ///< The peer has ended (a read gave 0), we have not.
    last_ack = 9,     ///< We ended after the peer; the peer has not acknowledged it.
    listen = 10,
    closing = 11, ///< Both ended at once.
};

/// As RFC 9293 writes it.
[[nodiscard]] constexpr std::string_view name(TcpState state) {
    switch (state) {
    case TcpState::established:
        return "ESTABLISHED";
    case TcpState::syn_sent:
        return "SYN-SENT";
    case TcpState::syn_received:
        return "SYN-RECEIVED";
    case TcpState::fin_wait_1:
        return "FIN-WAIT-1";
    case TcpState::fin_wait_2:
        return "FIN-WAIT-2";
    case TcpState::time_wait:
        return "TIME-WAIT";
    case TcpState::closed:
        return "CLOSED";
    case TcpState::close_wait:
        return "CLOSE-WAIT";
    case TcpState::last_ack:
        return "LAST-ACK";
    case TcpState::listen:
        return "LISTEN";
    case TcpState::closing:
        return "CLOSING";
    }
    return "";
}

namespace detail {

// The kernel's number of a state; 12 is a SYN-RECEIVED that waits in a listener's queue.
constexpr TcpState tcp_state_of(std::uint8_t number) {
    return number == 12 ? TcpState::syn_received : static_cast<TcpState>(number);
}

} // namespace detail

/// getsockopt(2) TCP_INFO: the TCP state of this end now. The socket may be in any of our states.
template <class State, class Family>
    requires(sys::tcp_info != sys::absent)
[[nodiscard]] Result<TcpState> tcp_state(const Handle<State, Family, Stream, Tcp>& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::get_option};
    }
    return opt::Kernel<sys::ipproto_tcp, sys::tcp_info, "TCP_INFO">::get<std::uint8_t>(
               socket.descriptor())
        .transform(detail::tcp_state_of);
}

} // namespace ferrule
// ferrule/inspect/socket_table.hpp
/// @file
/// The TCP sockets of this host (sock_diag(7)), as `ss -tan` shows them: also those of other
/// processes, and those without a process.

#if FERRULE_HAS_NETLINK

namespace ferrule {

/// What a socket waits for next.
enum class TcpTimer : std::uint8_t {
    none = 0,
    retransmission = 1, ///< An acknowledgment.
    keep_alive = 2,     ///< A sign of life.
    time_wait = 3,      ///< Late packets.
    window_probe = 4,   ///< Room at the peer.
};

/// One TCP socket of this host.
struct TcpTableRow {
    Endpoint<Ip> local; ///< IPv4 on a socket of both IPs is shown as IPv4.
    Endpoint<Ip> peer;
    TcpState state = TcpState::closed;
    std::uint32_t receive_queue =
        0;                        ///< Bytes to be received; of a listener, connections to accept.
    std::uint32_t send_queue = 0; ///< Bytes not acknowledged; of a listener, its backlog.
    TcpTimer timer = TcpTimer::none;
    Milliseconds expires;        ///< When the timer is due.
    std::uint8_t unanswered = 0; ///< Retransmissions or probes since the last answer.
    std::uint32_t user = 0;
    std::uint32_t inode = 0; ///< As in /proc/PID/fd; 0 when no process holds it.
};

namespace detail {

// `interface_index` is the one that the socket is bound to, which a link-local address belongs to.
inline Endpoint<Ip> endpoint_of_entry(int domain, const unsigned char (&address)[16],
                                      std::uint16_t port, std::uint32_t interface_index) {
    const std::uint16_t number = std::bit_cast<BigEndian<std::uint16_t>>(port);
    if (domain == sys::af_inet) {
        Address<Ipv4>::Bytes bytes;
        std::memcpy(bytes.data(), address, bytes.size());
        return Endpoint<Ipv4>{Address<Ipv4>{bytes}, number};
    }
    Address<Ipv6>::Bytes bytes;
    std::memcpy(bytes.data(), address, bytes.size());
    const Address<Ipv6> ipv6{bytes};
    if (ipv6.is_ipv4_mapped()) {
        return Endpoint<Ipv4>{ipv6.unmapped(), number};
    }
    return Endpoint<Ipv6>{ipv6, number, ipv6.is_link_local() ? interface_index : 0};
}

} // namespace detail

/// Calls `each(const TcpTableRow&)` for every TCP socket of this host (its network namespace), IPv4
/// first. The table is read in parts: a socket that changes meanwhile may be missing or reported
/// twice. `no_such_file_or_directory` where the kernel lacks tcp_diag.
template <class Each> [[nodiscard]] Result<void> for_each_tcp_socket(Each each) {
    auto told = [&](const sys::TcpEntry& entry) {
        TcpTableRow socket;
        socket.local = detail::endpoint_of_entry(entry.domain, entry.local_address,
                                                 entry.local_port, entry.interface_index);
        socket.peer = detail::endpoint_of_entry(entry.domain, entry.peer_address, entry.peer_port,
                                                entry.interface_index);
        socket.state = detail::tcp_state_of(entry.state);
        socket.receive_queue = entry.receive_queue;
        socket.send_queue = entry.send_queue;
        socket.timer = static_cast<TcpTimer>(entry.timer);
        socket.expires = Milliseconds{entry.expires};
        socket.unanswered = entry.unanswered;
        socket.user = entry.user;
        socket.inode = entry.inode;
        each(static_cast<const TcpTableRow&>(socket));
    };
    return sys::for_each_tcp_socket(sys::af_inet, told).and_then([&] {
        return sys::for_each_tcp_socket(sys::af_inet6, told);
    });
}

/// The socket with these two endpoints, in any state; `not_connected` if there is none. A
/// connection within this host has two sockets, one for each end.
[[nodiscard]] inline Result<TcpTableRow> find_tcp_socket(const Endpoint<Ip>& local,
                                                         const Endpoint<Ip>& peer) {
    Result<TcpTableRow> found = Error{Errc::not_connected, Operation::get_option};
    auto looked = for_each_tcp_socket([&](const TcpTableRow& socket) {
        if (socket.local == local && socket.peer == peer) {
            found = socket;
        }
    });
    return looked ? found : Result<TcpTableRow>{looked.error()};
}

} // namespace ferrule

#endif
// ferrule/inspect/tcp_info.hpp
/// @file
/// What the kernel knows about a TCP connection (TCP_INFO, tcp(7)), with units.

namespace ferrule {

namespace detail {

// struct tcp_info of linux/tcp.h, which can't be included beside netinet/tcp.h. An older kernel
// fills less of it; the rest stays zero.
struct KernelTcpInfo {
    std::uint8_t state, congestion_state, retransmits, probes, backoff, options, window_scales,
        flags;
    std::uint32_t rto, ato, snd_mss, rcv_mss;
    std::uint32_t unacked, sacked, lost, retrans, fackets;
    std::uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
    std::uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
    std::uint32_t rcv_rtt, rcv_space, total_retrans;
    std::uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
    std::uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
    std::uint64_t delivery_rate, busy_time, rwnd_limited, sndbuf_limited;
    std::uint32_t delivered, delivered_ce;
    std::uint64_t bytes_sent, bytes_retrans;
    std::uint32_t dsack_dups, reord_seen, rcv_ooopack, snd_wnd;
};

} // namespace detail

/// A TCP connection at one moment, as this end's kernel sees it. For a listener only the state and
/// the queue have a meaning.
struct TcpInfo {
    TcpState state = TcpState::closed;

    Microseconds round_trip; ///< Smoothed (RFC 6298).
    Microseconds round_trip_variation;
    Microseconds shortest_round_trip;
    Microseconds retransmission_timeout; ///< How long the next answer is waited for.

    std::uint32_t send_segment = 0;    ///< Bytes in a segment that is sent.
    std::uint32_t receive_segment = 0; ///< Bytes in a segment that comes in, estimated.
    std::uint32_t path_mtu = 0;        ///< Bytes in a packet.

    std::uint32_t congestion_window = 0; ///< Segments that may be on the way.
    std::uint32_t on_the_way = 0;        ///< Segments that were sent and not acknowledged.
    std::uint32_t lost = 0;              ///< Of those, segments taken for lost.
    std::uint32_t peer_window = 0;       ///< Bytes that the peer has room for.

    std::uint64_t bytes_sent = 0;         ///< With those sent again.
    std::uint64_t bytes_acknowledged = 0; ///< Arrived at the peer's kernel.
    std::uint64_t bytes_retransmitted = 0;
    std::uint64_t bytes_received = 0;
    std::uint32_t bytes_not_sent = 0; ///< Wait in the send buffer.
    std::uint32_t segments_sent = 0;
    std::uint32_t segments_received = 0;
    std::uint32_t retransmissions = 0;   ///< Segments sent again, in all.
    std::uint32_t unanswered = 0;        ///< Timeouts since the last answer.
    std::uint32_t unanswered_probes = 0; ///< Keep-alive questions since the last answer.

    std::uint64_t delivery_rate = 0; ///< Bytes in a second, as last measured.
    std::uint64_t pacing_rate = 0;   ///< Bytes in a second that are sent at most.

    Milliseconds since_data_sent;     ///< Since the last data went out.
    Milliseconds since_data_received; ///< Since the last data came in.
    Milliseconds since_acknowledged;  ///< Since the last acknowledgment came in.

    std::uint32_t accept_queue = 0; ///< Of a listener: connections that wait for accept.
    std::uint32_t backlog = 0;      ///< Of a listener: how many may wait.
};

namespace detail {

constexpr TcpInfo tcp_info_of(const KernelTcpInfo& kernel) {
    TcpInfo info;
    info.state = tcp_state_of(kernel.state);
    if (info.state == TcpState::listen) {
        info.accept_queue = kernel.unacked;
        info.backlog = kernel.sacked;
        return info;
    }
    info.round_trip = Microseconds{kernel.rtt};
    info.round_trip_variation = Microseconds{kernel.rttvar};
    info.shortest_round_trip = Microseconds{kernel.min_rtt};
    info.retransmission_timeout = Microseconds{kernel.rto};
    info.send_segment = kernel.snd_mss;
    info.receive_segment = kernel.rcv_mss;
    info.path_mtu = kernel.pmtu;
    info.congestion_window = kernel.snd_cwnd;
    info.on_the_way = kernel.unacked;
    info.lost = kernel.lost;
    info.peer_window = kernel.snd_wnd;
    info.bytes_sent = kernel.bytes_sent;
    info.bytes_acknowledged = kernel.bytes_acked;
    info.bytes_retransmitted = kernel.bytes_retrans;
    info.bytes_received = kernel.bytes_received;
    info.bytes_not_sent = kernel.notsent_bytes;
    info.segments_sent = kernel.segs_out;
    info.segments_received = kernel.segs_in;
    info.retransmissions = kernel.total_retrans;
    info.unanswered = kernel.retransmits;
    info.unanswered_probes = kernel.probes;
    info.delivery_rate = kernel.delivery_rate;
    info.pacing_rate = kernel.pacing_rate;
    info.since_data_sent = Milliseconds{kernel.last_data_sent};
    info.since_data_received = Milliseconds{kernel.last_data_recv};
    info.since_acknowledged = Milliseconds{kernel.last_ack_recv};
    return info;
}

} // namespace detail

namespace opt {

/// TCP_INFO: `connection.get<opt::Info>()`.
struct Info : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = NoState;
    using value_type = TcpInfo;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_info, "TCP_INFO">>;
    [[nodiscard]] static Result<TcpInfo> get(Target target) {
        return Kernel<sys::ipproto_tcp, sys::tcp_info,
                      "TCP_INFO">::get<ferrule::detail::KernelTcpInfo>(target.descriptor)
            .transform(ferrule::detail::tcp_info_of);
    }
};

/// MPTCP_INFO: how many paths a Multipath TCP connection has, or whether it fell back to TCP.
struct MultipathInfo : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Mptcp>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// How many subflows and announced addresses there are.
    struct Paths {
        unsigned subflows = 0;        ///< Beside the first.
        unsigned local_addresses = 0; ///< Announced by this end.
        unsigned peer_addresses = 0;  ///< Announced by the peer.
        bool fell_back = false;       ///< The peer speaks TCP only.
    };
    using value_type = Paths;
    using kernels = OneOf<Kernel<sys::sol_mptcp, sys::mptcp_info, "MPTCP_INFO">>;
    /// If the connection fell back to TCP, the kernel returns EOPNOTSUPP.
    [[nodiscard]] static Result<Paths> get(Target target) {
        struct KernelInfo { // struct mptcp_info of linux/mptcp.h
            std::uint8_t subflows, add_addr_signal, add_addr_accepted;
            std::uint8_t subflows_max, add_addr_signal_max, add_addr_accepted_max;
            std::uint32_t flags;
            std::uint32_t token;
        };
        const auto info = Kernel<sys::sol_mptcp, sys::mptcp_info, "MPTCP_INFO">::get<KernelInfo>(
            target.descriptor);
        if (!info) {
            if (info.error().code() == Errc::operation_not_supported) {
                return Paths{0, 0, 0, true};
            }
            return info.error();
        }
        return Paths{info->subflows, info->add_addr_signal, info->add_addr_accepted,
                     (info->flags & 1) != 0};
    }
};

} // namespace opt

} // namespace ferrule
// ferrule/inspect.hpp
/// @file
/// All of inspect/: what the kernel knows of interfaces and of TCP sockets.

// ferrule/tag/legal.hpp
/// @file
/// The rules: which family, type and protocol make a socket. Three rules about two tags each, so
/// that a refusal names the two that clash and lists what was possible. A rule holds if either tag
/// lists the other.
///
/// Stricter than the kernel in four points: protocol 0 of IP is written as the protocol it means,
/// so that one socket has one type; Raw sockets of IP, which the kernel opens for every protocol
/// number, are listed for the family's own ICMP only (of TCP, UDP, MPTCP and UDP-Lite they would
/// see copies of what the kernel handles itself) and take a tag of the user's own for another one;
/// AF_UNIX with protocol 1 (PF_UNIX) is the same socket as with 0; and a Raw Unix socket, which the
/// kernel turns into a Datagram one, is refused.

namespace ferrule {

namespace detail {

// The list, and `Choice` too if the choice itself asks for it.
template <class Choices, class Choice, bool wanted> struct Extended {
    using type = Choices;
};

template <class... Choices, class Choice> struct Extended<OneOf<Choices...>, Choice, true> {
    using type = OneOf<Choices..., Choice>;
};

template <class Type, class Family>
inline constexpr bool joins_family = requires { requires among<Family, typename Type::families>; };

template <class Type, class Protocol>
inline constexpr bool joins_protocol =
    requires { requires among<Protocol, typename Type::protocols>; };

} // namespace detail

/// The types of a family, and `Type` if it names the family itself.
template <class Family, class Type>
using TypesOfFamily = typename detail::Extended<typename Family::types, Type,
                                                detail::joins_family<Type, Family>>::type;

/// The protocols of a family, and `Protocol` if it names the family itself.
template <class Family, class Protocol>
using ProtocolsOfFamily = typename detail::Extended<typename Family::protocols, Protocol,
                                                    detail::joins_family<Protocol, Family>>::type;

/// The types of a protocol, and `Type` if it names the protocol itself.
template <class Protocol, class Type>
using TypesOfProtocol = typename detail::Extended<typename Protocol::types, Type,
                                                  detail::joins_protocol<Type, Protocol>>::type;

/// `Family` has sockets of this `Type`. IP has no `SeqPacket`; Unix has no `Raw`.
template <class Family, class Type>
concept Offers = Among<Type, TypesOfFamily<Family, Type>>;

/// `Family` works with this `Protocol`. Unix speaks `Unspecified` only.
template <class Family, class Protocol>
concept Speaks = Among<Protocol, ProtocolsOfFamily<Family, Protocol>>;

/// `Protocol` keeps the promises of `Type`. UDP carries no `Stream`, TCP no `Datagram`.
template <class Protocol, class Type>
concept Carries = Among<Type, TypesOfProtocol<Protocol, Type>>;

/// The three tags make a socket.
template <class Family, class Type, class Protocol>
concept Legal = AddressFamily<Family> && SocketType<Type> && SocketProtocol<Protocol> &&
                Offers<Family, Type> && Carries<Protocol, Type> && Speaks<Family, Protocol>;

namespace detail {

template <class Type, class Protocols> struct FirstCarrier {
    using type = Unspecified;
};

template <class Type, class First, class... Rest>
struct FirstCarrier<Type, OneOf<First, Rest...>> : FirstCarrier<Type, OneOf<Rest...>> {};

template <class Type, class First, class... Rest>
    requires Carries<First, Type>
struct FirstCarrier<Type, OneOf<First, Rest...>> {
    using type = First;
};

} // namespace detail

/// The protocol meant when none is written: the first of the family's that carries the type. Raw
/// has none.
template <class Family, class Type>
using DefaultProtocol =
    std::conditional_t<std::is_same_v<Type, Raw>, RawNeedsAProtocol,
                       typename detail::FirstCarrier<Type, typename Family::protocols>::type>;

} // namespace ferrule
// ferrule/wait/deadline.hpp
/// @file
/// A point in time until which to wait: `within(500ms)`, `until(time_point)`.

namespace ferrule {

/// A std::chrono::time_point, or anything of its shape.
template <class Time>
concept TimePoint = requires(const Time& time) {
    { time > Time::clock::now() } -> std::convertible_to<bool>;
    { time - Time::clock::now() } -> Duration;
};

/// An absolute point of the monotonic clock. A deadline that spans several calls spans them all
/// together.
class Deadline {
public:
    /// In nanoseconds of CLOCK_MONOTONIC.
    constexpr explicit Deadline(std::int64_t nanoseconds) : at_{nanoseconds} {}

    [[nodiscard]] static constexpr Deadline never() { return Deadline{INT64_MAX}; }

    [[nodiscard]] constexpr bool is_never() const { return at_ == INT64_MAX; }
    [[nodiscard]] constexpr std::int64_t nanoseconds() const { return at_; }

    /// Nanoseconds that are left, at least 0; -1 for never, as sys::poll takes it.
    [[nodiscard]] std::int64_t remaining() const {
        if (is_never()) {
            return -1;
        }
        const std::int64_t now = sys::now();
        return at_ > now ? at_ - now : 0;
    }

    [[nodiscard]] bool has_passed() const { return !is_never() && at_ <= sys::now(); }

    friend constexpr bool operator==(Deadline, Deadline) = default;
    friend constexpr auto operator<=>(Deadline, Deadline) = default;

private:
    std::int64_t at_;
};

namespace detail {

// The return type of a deleted function: its name is the message.
struct a_bare_number_has_no_unit_so_write_500ms {};

template <Duration Time> constexpr long double in_seconds(const Time& time) {
    return static_cast<long double>(time.count()) * Time::period::num / Time::period::den;
}

} // namespace detail

/// So long from now, rounded up to the nanosecond. Zero or a negative time: the deadline has
/// passed.
template <Duration Time> [[nodiscard]] Deadline within(const Time& time) {
    const std::int64_t span = count_in<1, 1'000'000'000>(time);
    return span == longest_span ? Deadline::never() : Deadline{sys::now() + (span < 0 ? 0 : span)};
}

template <class Number>
    requires std::is_arithmetic_v<Number>
detail::a_bare_number_has_no_unit_so_write_500ms within(Number) = delete;

/// At this point of any clock. The distance from now is measured once: setting the clock later does
/// not move the deadline.
template <TimePoint Time> [[nodiscard]] Deadline until(const Time& time) {
    const auto now = Time::clock::now();
    if constexpr (requires { time.time_since_epoch(); }) {
        // std::chrono compares and subtracts in the finer of the two units, in which the last
        // point of a coarse clock does not fit: look at the distance first.
        const long double seconds = detail::in_seconds(time.time_since_epoch()) -
                                    detail::in_seconds(now.time_since_epoch());
        if (seconds > static_cast<long double>(longest_span) / 1'000'000'000) {
            return Deadline::never();
        }
        if (!(seconds > 0)) {
            return within(now - now);
        }
    }
    return within(time > now ? time - now : now - now); // the distance to min() would overflow
}

} // namespace ferrule
// ferrule/sys/flags.hpp
/// @file
/// fcntl(2): the flags of a descriptor, asked for and put back as they were; a second descriptor.

#include <fcntl.h>

namespace ferrule::sys {

/// Those that ferrule sets on a descriptor that it takes over.
struct Flags {
    bool close_on_exec = false;
    Blocking blocking = Blocking::yes;
};

/// fcntl(2) F_GETFD and F_GETFL.
inline Result<Flags> flags(int descriptor) {
    const int own = ::fcntl(descriptor, F_GETFD);
    const int shared = ::fcntl(descriptor, F_GETFL);
    if (own < 0 || shared < 0) {
        return Error::from_errno(Operation::get_option);
    }
    return Flags{(own & FD_CLOEXEC) != 0,
                 (shared & O_NONBLOCK) != 0 ? Blocking::no : Blocking::yes};
}

/// fcntl(2) F_GETFD: whether it is closed on exec.
inline Result<bool> is_close_on_exec(int descriptor, Operation operation) {
    const int own = ::fcntl(descriptor, F_GETFD);
    if (own < 0) {
        return Error::from_errno(operation);
    }
    return (own & FD_CLOEXEC) != 0;
}

/// fcntl(2) F_DUPFD_CLOEXEC: another descriptor of the same socket, close-on-exec.
inline Result<Descriptor> duplicate(int descriptor, Operation operation) {
    const int number = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Descriptor{number};
}

/// ioctl(2) FIONREAD: how many bytes there are to read.
inline Result<std::size_t> available(int descriptor) {
    int bytes = 0;
    auto asked = check(Operation::receive, [&] { return ::ioctl(descriptor, FIONREAD, &bytes); });
    return asked ? Result<std::size_t>{static_cast<std::size_t>(bytes)} : asked.error();
}

/// ioctl(2), one call for each: both are tried.
inline Result<void> set_flags(int descriptor, const Flags& flags) {
    auto closed = set_close_on_exec(descriptor, flags.close_on_exec);
    auto blocking = set_blocking(descriptor, flags.blocking);
    return closed ? blocking : closed;
}

} // namespace ferrule::sys
// ferrule/sys/event.hpp
/// @file
/// A descriptor that wakes a waiting thread: raised by any thread or signal handler, polled,
/// cleared.

namespace ferrule::sys {

/// Owns the descriptors of an event, or none when it is made by default. `number()` is what to
/// poll: readable while the event is raised. `raiser()` is what raise_event() is given. Both are
/// borrowed, and -1 of none. The body defines it.
class Event;

/// An event that is not raised. Its descriptors are close-on-exec and non-blocking.
inline Result<Event> open_event(Operation operation = Operation::stop);

/// Makes it ready to read. Async-signal-safe; errno may change. It never waits.
inline void raise_event(int raiser);

/// Makes it not ready. Returns how often it was raised since the last time; a system may count to
/// 512 only, and is ready all the same.
inline std::uint64_t clear_event(int descriptor);

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// eventfd(2): a counter with one descriptor.

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace ferrule::sys {

class Event {
public:
    constexpr Event() = default;
    constexpr explicit Event(Descriptor counter) : counter_{std::move(counter)} {}

    [[nodiscard]] constexpr int number() const { return counter_.number(); }
    [[nodiscard]] constexpr int raiser() const { return counter_.number(); }

private:
    Descriptor counter_;
};

inline Result<Event> open_event(Operation operation) {
    const int number = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Event{Descriptor{number}};
}

inline void raise_event(int raiser) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(raiser, &one, sizeof one);
}

inline std::uint64_t clear_event(int descriptor) {
    std::uint64_t count = 0;
    return ::read(descriptor, &count, sizeof count) == sizeof count ? count : 0;
}

} // namespace ferrule::sys
#else
/// @file
/// pipe(2): a byte for each time that it was raised, as many as the pipe has room for.

#include <cstdint>
#include <unistd.h>
#include <utility>

namespace ferrule::sys {

class Event {
public:
    constexpr Event() = default;
    constexpr Event(Descriptor to_read, Descriptor to_write)
        : to_read_{std::move(to_read)}, to_write_{std::move(to_write)} {}

    [[nodiscard]] constexpr int number() const { return to_read_.number(); }
    [[nodiscard]] constexpr int raiser() const { return to_write_.number(); }

private:
    Descriptor to_read_;
    Descriptor to_write_;
};

inline Result<Event> open_event(Operation operation) {
    int numbers[2];
    if (::pipe(numbers) != 0) {
        return Error::from_errno(operation);
    }
    Event event{Descriptor{numbers[0]}, Descriptor{numbers[1]}};
    for (const int number : numbers) {
        if (auto set = set_flags(number, {true, Blocking::no}); !set) {
            return set.error().during(operation);
        }
    }
    return event;
}

inline void raise_event(int raiser) {
    const char one = 1;
    [[maybe_unused]] const auto written = ::write(raiser, &one, sizeof one);
}

inline std::uint64_t clear_event(int descriptor) {
    char raised[512];
    std::uint64_t count = 0;
    for (;;) {
        const auto read = ::read(descriptor, raised, sizeof raised);
        if (read <= 0) {
            return count;
        }
        count += static_cast<std::uint64_t>(read);
    }
}

} // namespace ferrule::sys
#endif
// ferrule/wait/stop.hpp
/// @file
/// Ends calls that wait, from another thread or a signal handler, without closing anything.

namespace ferrule {

/// A request to stop, seen by every waiting call that was given this object: it returns `stopped`
/// at once, even if data is ready. Constructing a Stop never fails: if the process has no
/// descriptor left, every call that is given the Stop returns that error. The Stop must outlive the
/// calls. All members may be called from any thread. A child of fork(2) shares the event but has
/// its own flag, so it should make its own Stop, or a ChildStop of this one, whose waits end with
/// the parent's.
class Stop {
public:
    Stop() {
        if (auto event = sys::open_event()) {
            event_ = *std::move(event);
        } else {
            cause_ = event.error().code();
        }
    }
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    /// Ends all waiting calls, now and later, until reset(). May be called from a signal handler;
    /// errno does not change.
    void request() {
        const int kept = errno;
        __atomic_store_n(&requested_, true, __ATOMIC_RELEASE);
        sys::raise_event(event_.raiser());
        errno = kept;
    }

    /// Whether this Stop or its parent was requested.
    [[nodiscard]] bool requested() const {
        for (const Stop* stop = this; stop != nullptr; stop = stop->parent_) {
            if (__atomic_load_n(&stop->requested_, __ATOMIC_ACQUIRE)) {
                return true;
            }
        }
        return false;
    }

    /// Withdraws the request. A request at the same time may be lost, or may end only calls that
    /// have to wait.
    void reset() {
        __atomic_store_n(&requested_, false, __ATOMIC_RELEASE);
        static_cast<void>(sys::clear_event(event_.number()));
    }

    /// Waits until a stop is requested: a pause that ends early. `deadline_exceeded` when the
    /// deadline passed first.
    [[nodiscard]] Result<void> wait(Deadline deadline = Deadline::never()) const {
        if (auto usable = check(Operation::wait); !usable) {
            return usable.error().code() == Errc::stopped ? Result<void>{} : usable;
        }
        while (!requested()) {
            if (deadline.has_passed()) {
                return Error{Errc::deadline_exceeded, Operation::wait};
            }
            const auto seen = sys::watch(-1, 0, descriptor(), deadline.remaining());
            if (seen.error() == Errc::stopped) {
                break; // requested, even if a reset() came since
            }
            if (seen.error() != Errc::would_block) {
                return seen;
            }
        }
        see_what_came_before();
        return {};
    }

    /// Call it after a wait has seen the event: then this thread sees everything that the other
    /// thread did before request().
    void see_what_came_before() const { static_cast<void>(requested()); }

    /// Whether an operation may go on; why_not() says what stood in its way.
    [[nodiscard]] bool may_go_on() const {
        if (cause_ != Errc::none || __atomic_load_n(&requested_, __ATOMIC_ACQUIRE)) [[unlikely]] {
            return false;
        }
        return parent_ == nullptr || !parent_->requested();
    }

    /// The error after may_go_on() has said no, whatever has been withdrawn since: `stopped`, or
    /// the error from constructing this object.
    [[nodiscard, gnu::__cold__]] Error why_not(Operation operation) const {
        return cause_ == Errc::none ? Error{Errc::stopped, operation}
                                    : Error{cause_, Operation::stop};
    }

    /// Whether an operation may go on, and if not, why.
    [[nodiscard]] Result<void> check(Operation operation) const {
        return may_go_on() ? Result<void>{} : why_not(operation);
    }

    /// Readable while a stop is requested, for another event loop. Borrowed; do not read from it.
    /// -1 if there is none.
    [[nodiscard]] int descriptor() const {
        return parent_ == nullptr ? event_.number() : all_.number();
    }

protected:
    /// A child: `watch_all` makes a descriptor that is readable when this event or the event of any
    /// ancestor is.
    explicit Stop(const Stop& parent, Result<Descriptor> (*watch_all)(const Stop&)) : Stop{} {
        parent_ = &parent;
        if (cause_ == Errc::none) {
            cause_ = parent.cause_;
        }
        if (cause_ != Errc::none) {
            return;
        }
        if (auto all = watch_all(*this)) {
            all_ = *std::move(all);
        } else {
            cause_ = all.error().code();
        }
    }

    /// The event of this Stop alone; and its parent, or nullptr.
    [[nodiscard]] static int event_of(const Stop& stop) { return stop.event_.number(); }
    [[nodiscard]] static const Stop* parent_of(const Stop& stop) { return stop.parent_; }

private:
    sys::Event event_;
    Descriptor all_;
    const Stop* parent_ = nullptr;
    Errc cause_ = Errc::none;
    bool requested_ = false;
};

} // namespace ferrule
// ferrule/wait/wait.hpp
/// @file
/// How long an operation may wait. The last parameter of everything that can block: left out (for
/// ever), a Deadline, a Stop, both (`within(2s, stop)`), or `no_wait`.

namespace ferrule {

/// The type of `no_wait`.
struct NoWait {};

/// Don't wait: `would_block` when the operation can't be done now.
inline constexpr NoWait no_wait{};

namespace detail {

// Shown when a number, or a bare time, is given as a wait.
struct within_2s_for_a_time_std_span_for_a_length;
struct within_around_the_time;

} // namespace detail

/// How long an operation may wait, and which Stop ends it. 16 bytes, passed by value; borrows the
/// Stop.
class Wait {
public:
    /// For ever.
    constexpr Wait() = default;
    constexpr Wait(Deadline deadline) : deadline_{deadline} {}
    constexpr Wait(NoWait) : deadline_{INT64_MIN} {}
    constexpr Wait(const Stop& stop [[clang::lifetimebound]]) : stop_{&stop} {}
    constexpr Wait(Deadline deadline, const Stop& stop [[clang::lifetimebound]])
        : deadline_{deadline}, stop_{&stop} {}
    Wait(const Stop&&) = delete;
    Wait(Deadline, const Stop&&) = delete;
    /// A time goes through within(); the length of a buffer belongs in std::span{pointer, length}.
    template <class Number, class Write = detail::within_2s_for_a_time_std_span_for_a_length>
        requires std::is_arithmetic_v<Number>
    Wait(Number) = delete;
    template <Duration Time, class Write = detail::within_around_the_time>
    Wait(const Time&) = delete;

    /// Neither deadline nor stop: the kernel may do the waiting.
    [[nodiscard]] constexpr bool is_for_ever() const {
        return stop_ == nullptr && deadline_.is_never();
    }
    [[nodiscard]] constexpr bool is_no_wait() const { return deadline_ == Deadline{INT64_MIN}; }
    [[nodiscard]] constexpr Deadline deadline() const { return deadline_; }
    [[nodiscard]] constexpr const Stop* stop() const { return stop_; }

    /// Whether an operation may begin: no stop was requested. If not, why_not() is its error.
    [[nodiscard]] bool may_begin() const { return stop_ == nullptr || stop_->may_go_on(); }
    [[nodiscard]] Error why_not(Operation operation) const { return stop_->why_not(operation); }

    /// Whether a stop was requested. Every waiting call checks this first.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] Result<void>
    check_stop(Operation operation) const {
        return may_begin() ? Result<void>{} : why_not(operation);
    }

    /// Whether an operation that takes several calls may make the next one. If not: `stopped` or
    /// `deadline_exceeded`.
    [[nodiscard, gnu::__cold__, gnu::__noinline__]] Result<void> check(Operation operation) const {
        if (auto going = check_stop(operation); !going) {
            return going;
        }
        if (!is_no_wait() && deadline_.has_passed()) {
            return Error{Errc::deadline_exceeded, operation};
        }
        return {};
    }

private:
    Deadline deadline_ = Deadline::never();
    const Stop* stop_ = nullptr;
};

/// What can be given where a Wait is taken.
template <class Given>
concept Waits = std::convertible_to<Given, Wait>;

/// So long from now, or until the stop is requested.
template <Duration Time>
[[nodiscard]] Wait within(const Time& time, const Stop& stop [[clang::lifetimebound]]) {
    return {within(time), stop};
}

/// At this point of any clock, or when the stop is requested.
template <TimePoint Time>
[[nodiscard]] Wait until(const Time& time, const Stop& stop [[clang::lifetimebound]]) {
    return {until(time), stop};
}

template <Duration Time> Wait within(const Time& time, const Stop&& stop) = delete;
template <TimePoint Time> Wait until(const Time& time, const Stop&& stop) = delete;

/// Waits until the descriptor is ready for `events` (poll(2)), has an error, or its peer has ended;
/// with a descriptor below 0, until `pause` is over; with both, until something is new at the
/// descriptor, or until `pause` is over if it is ready already (sys::watch_change). Errors:
/// `would_block`, `deadline_exceeded`, `stopped`.
[[nodiscard, gnu::__cold__, gnu::__noinline__]] inline Result<void>
wait_for(int descriptor, short events, Wait wait, Operation operation,
         Deadline pause = Deadline::never()) {
    const bool pauses = pause < wait.deadline();
    const bool for_change = descriptor >= 0 && !pause.is_never();
    for (;;) {
        if (auto going = wait.check_stop(operation); !going) {
            return going;
        }
        if (wait.is_no_wait()) {
            return Error{Errc::would_block, operation};
        }
        const std::int64_t left = (pauses ? pause : wait.deadline()).remaining();
        if (left == 0) {
            return pauses ? Result<void>{} : Error{Errc::deadline_exceeded, operation};
        }
        const int stop = wait.stop() == nullptr ? -1 : wait.stop()->descriptor();
        const auto ready = for_change ? sys::watch_change(descriptor, events, stop,
                                                          wait.deadline().remaining(), left)
                                      : sys::watch(descriptor, events, stop, left);
        if (ready) {
            return ready;
        }
        if (ready.error() == Errc::stopped) {
            wait.stop()->see_what_came_before();
        }
        if (ready.error() != Errc::would_block) {
            return ready.error().during(operation);
        }
    }
}

/// Pauses between tries. Each pause is twice as long as the one before: from 1 to 10 ms by default.
class GrowingPause {
public:
    constexpr GrowingPause() = default;
    constexpr GrowingPause(Nanoseconds first, Nanoseconds longest)
        : first_{first.count()}, longest_{longest.count()}, next_{first_} {}

    /// The end of a pause of the default lengths that begins now, after so many before it.
    [[nodiscard, gnu::__cold__]] static Deadline end_of(int before) {
        constexpr GrowingPause lengths;
        return within(Nanoseconds{before < 4 ? lengths.first_ << before : lengths.longest_});
    }

    /// The end of the next pause, which begins now.
    [[nodiscard]] Deadline next() {
        const Nanoseconds pause{next_};
        next_ = next_ > longest_ / 2 ? longest_ : next_ * 2;
        return within(pause);
    }

    /// Starts again with the shortest pause.
    constexpr void reset() { next_ = first_; }

private:
    std::int64_t first_ = 1'000'000;
    std::int64_t longest_ = 10'000'000;
    std::int64_t next_ = first_;
};

namespace detail {

// Whether a call has to be made again later. The first send after a connect with
// TCP_FASTOPEN_CONNECT, without a cookie of the server, has only begun to connect: nothing was sent
// (tcp(7), TCP_FASTOPEN).
constexpr bool has_to_wait(Error error) {
    return error.code() == Errc::would_block ||
           (error.code() == Errc::operation_in_progress && error.operation() == Operation::send);
}

// What stands between two tries of a call, after the error of the last: an error that ends it, or a
// wait. With `events` that is a wait for the descriptor. While the error queue of the descriptor is
// not empty, it polls ready though the call still returns EAGAIN (ip(7), IP_RECVERR): from the
// third time in a row the wait is for something new, so that the loop does not spin. Without
// `events` it is a pause alone. `in_vain` counts the tries.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> before_next_try(Error error, int& in_vain,
                                                                         int descriptor,
                                                                         short events, Wait wait,
                                                                         Operation operation) {
    if (!has_to_wait(error)) {
        return error;
    }
    const int before = in_vain++;
    if (events == 0) {
        return wait_for(-1, 0, wait, operation, GrowingPause::end_of(before));
    }
    return wait_for(descriptor, events, wait, operation,
                    before < 2 ? Deadline::never() : GrowingPause::end_of(before - 2));
}

// The rest of wait_and_try, after an attempt that has failed.
template <class Attempt, class... Arguments>
[[gnu::__cold__, gnu::__noinline__]] auto try_again(Error error, int descriptor, short events,
                                                    Wait wait, Operation operation, Attempt attempt,
                                                    Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    for (int in_vain = 0;;) {
        if (auto going = before_next_try(error, in_vain, descriptor, events, wait, operation);
            !going) {
            return going.error();
        }
        auto outcome = attempt(arguments...);
        if (outcome.has_value()) {
            return outcome;
        }
        error = outcome.error();
    }
}

} // namespace detail

/// Repeats `attempt(arguments...)` until it succeeds or fails. When it would block, waits for
/// `events` on the descriptor first. The first attempt is a part of the caller, as in C; the rest
/// is out of line. What an attempt needs is best given as arguments: the compiler keeps them in
/// registers, but writes what a closure has captured into memory.
template <class Attempt, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto wait_and_try(int descriptor, short events, Wait wait,
                                                   Operation operation, Attempt attempt,
                                                   Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    if (!wait.may_begin()) [[unlikely]] {
        return wait.why_not(operation);
    }
    auto outcome = attempt(arguments...);
    if (outcome.has_value()) [[likely]] {
        return outcome;
    }
    if (!detail::has_to_wait(outcome.error())) {
        return outcome;
    }
    if (wait.is_no_wait()) {
        return Error{Errc::would_block, operation};
    }
    return detail::try_again(outcome.error(), descriptor, events, wait, operation, attempt,
                             arguments...);
}

/// The same with pauses, for what can't be polled, such as the full queue of a Unix datagram peer
/// (unix(7)).
template <class Attempt, class... Arguments>
[[FERRULE_ALWAYS_INLINE]] inline auto pause_and_try(Wait wait, Operation operation, Attempt attempt,
                                                    Arguments... arguments)
    -> decltype(attempt(arguments...)) {
    return wait_and_try(-1, 0, wait, operation, attempt, arguments...);
}

} // namespace ferrule
// ferrule/socket/backlog.hpp
/// @file
/// The length of a listener's queue.

namespace ferrule {

/// How many established connections may wait for accept. The kernel caps it at net.core.somaxconn
/// (listen(2)).
class Backlog {
public:
    constexpr Backlog() = default;
    /// At least 0. A negative constant does not compile; a negative `at_run_time(n)` becomes 0.
    constexpr explicit Backlog(opt::Checked<opt::Number<0, INT_MAX>> connections)
        : connections_{connections.value} {}
    [[nodiscard]] constexpr int connections() const { return connections_; }

private:
    int connections_ = sys::somaxconn;
};

} // namespace ferrule
// ferrule/opt/socket.hpp
/// @file
/// Options of every kind of socket (SOL_SOCKET, socket(7)).

namespace ferrule::opt {

/// SO_REUSEADDR: bind to an address of which old connections are in TIME_WAIT. Set after bind it
/// does nothing, so only a Socket has it. On UDP it lets several sockets share a port, and the last
/// one takes the traffic (socket(7)).
struct ReuseAddress : Setting<Switch, Kernel<sys::sol_socket, sys::so_reuseaddr, "SO_REUSEADDR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = OneOf<Stream, Datagram>;
    using set_in = BeforeBind;
};

/// SO_REUSEPORT: several sockets of one user bind to one port, and the kernel spreads what comes
/// over them. All of them must have it before bind.
struct ReusePort : Setting<Switch, Kernel<sys::sol_socket, sys::so_reuseport, "SO_REUSEPORT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
};

/// SO_KEEPALIVE: ask a silent peer whether it is there (tcp(7); when and how often:
/// opt/tcp.hpp).
struct KeepAlive : Setting<Switch, Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// SO_BROADCAST: send to broadcast addresses. IPv6 has none, a stream can't use it.
struct Broadcast : Setting<Switch, Kernel<sys::sol_socket, sys::so_broadcast, "SO_BROADCAST">> {
    using Setting::Setting;
    using families = OneOf<Ipv4, Ip>;
    using types = DatagramOrRaw;
};

/// SO_LINGER as a time.
struct AsLingering : Time<Seconds, 0> {
    using kernel_type = ::linger;
    static constexpr ::linger encode(Seconds value) {
        return {value.count() > 0 ? 1 : 0, static_cast<int>(value.count())};
    }
    static constexpr Seconds decode(const ::linger& kernel) {
        return Seconds{kernel.l_onoff != 0 ? kernel.l_linger : 0};
    }
};

/// SO_LINGER as a time: close waits until what was sent has arrived, at most so long; 0 s is the
/// default, to close at once and let the kernel finish. Whole seconds, rounded up, for the kernel
/// has no other, and a 0 that came of rounding down would be a reset.
struct LingeringClose : Setting<AsLingering, Kernel<sys::sol_socket, sys::so_linger, "SO_LINGER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// SO_LINGER of no time.
struct AsAbortive : Switch {
    using kernel_type = ::linger;
    static constexpr ::linger encode(bool value) { return {value ? 1 : 0, 0}; }
    static constexpr bool decode(const ::linger& kernel) {
        return kernel.l_onoff != 0 && kernel.l_linger == 0;
    }
};

/// SO_LINGER of no time: close resets the connection, and what was not sent is lost. Off is the
/// default, not a lingering close that was set before.
struct AbortiveClose : Setting<AsAbortive, Kernel<sys::sol_socket, sys::so_linger, "SO_LINGER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// What was asked for of a buffer: the kernel doubles that, to have room for its own bookkeeping,
/// and tells the doubled number (socket(7)).
struct AskedBytes : Bytes<1, INT_MAX / 2> {
    static constexpr value_type decode(int kernel) { return static_cast<value_type>(kernel) / 2; }
};

/// SO_SNDBUF, in bytes: how much may be sent that has not arrived. Read back as it was asked for,
/// but not below 2304 and not above net.core.wmem_max, to which the kernel silently cuts it.
struct SendBuffer : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_sndbuf, "SO_SNDBUF">> {
    using Setting::Setting;
};

/// SO_RCVBUF, in bytes: how much may come that was not received. Read back as it was asked for, but
/// not below 1152 and not above net.core.rmem_max. For TCP set it before connect or listen: the
/// window scale is settled in the handshake (tcp(7)).
struct ReceiveBuffer : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_rcvbuf, "SO_RCVBUF">> {
    using Setting::Setting;
};

/// SO_SNDBUF as the kernel has it: with its bookkeeping, twice of what was asked for.
struct EffectiveSendBuffer
    : Setting<Bytes<>, Kernel<sys::sol_socket, sys::so_sndbuf, "SO_SNDBUF">> {
    using set_in = NoState;
};

/// SO_RCVBUF as the kernel has it: with its bookkeeping, twice of what was asked for.
struct EffectiveReceiveBuffer
    : Setting<Bytes<>, Kernel<sys::sol_socket, sys::so_rcvbuf, "SO_RCVBUF">> {
    using set_in = NoState;
};

/// SO_SNDBUFFORCE: like SendBuffer without its limit; needs CAP_NET_ADMIN. Read it as SendBuffer.
struct ForcedSendBuffer
    : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_sndbufforce, "SO_SNDBUFFORCE">> {
    using Setting::Setting;
    using get_in = NoState;
};

/// SO_RCVBUFFORCE: like ReceiveBuffer without its limit; needs CAP_NET_ADMIN. Read it as
/// ReceiveBuffer.
struct ForcedReceiveBuffer
    : Setting<AskedBytes, Kernel<sys::sol_socket, sys::so_rcvbufforce, "SO_RCVBUFFORCE">> {
    using Setting::Setting;
    using get_in = NoState;
};

/// SO_RCVLOWAT, in bytes: a receive that may wait for ever, and of TCP poll and every wait, goes on
/// only when so much has come. TCP cuts it to half of the largest receive buffer.
struct ReceiveLowWater
    : Setting<Bytes<1>, Kernel<sys::sol_socket, sys::so_rcvlowat, "SO_RCVLOWAT">> {
    using Setting::Setting;
    using types = OneOf<Stream>;
};

/// SO_PRIORITY: the queue of the interface, higher first; above 6 it needs CAP_NET_ADMIN
/// (socket(7)).
struct Priority
    : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_priority, "SO_PRIORITY">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_MARK: what the firewall and routing rules see of packets from here; needs CAP_NET_ADMIN.
struct Mark : Setting<Number<0, UINT32_MAX>, Kernel<sys::sol_socket, sys::so_mark, "SO_MARK">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_BINDTODEVICE: send and receive through this interface only, by its name; empty for any.
struct BindToDevice
    : Setting<ShortName<true>, Kernel<sys::sol_socket, sys::so_bindtodevice, "SO_BINDTODEVICE">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeAccept;
};

/// SO_INCOMING_CPU: on which CPU packets came in last; set, on which this one of several listeners
/// on a port is preferred.
struct IncomingCpu : Setting<Number<-1, INT_MAX>,
                             Kernel<sys::sol_socket, sys::so_incoming_cpu, "SO_INCOMING_CPU">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_BUSY_POLL: spin for so long on the device's queue before waiting; to raise it needs
/// CAP_NET_ADMIN.
struct BusyPoll
    : Setting<Time<Microseconds, 0>, Kernel<sys::sol_socket, sys::so_busy_poll, "SO_BUSY_POLL">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_DONTROUTE: send to hosts on this network only, not through a gateway.
struct DontRoute : Setting<Switch, Kernel<sys::sol_socket, sys::so_dontroute, "SO_DONTROUTE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// SO_ZEROCOPY: allow MSG_ZEROCOPY sends.
struct ZeroCopy : Setting<Switch, Kernel<sys::sol_socket, sys::so_zerocopy, "SO_ZEROCOPY">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp, Udp>;
};

/// The moments of a message's life that get a timestamp, by this host's clock, in nanoseconds.
struct Moments {
    bool received = false;     ///< In a control message of what is received.
    bool scheduled = false;    ///< Given to the interface's queue. This one and the next two come
    bool sent = false;         ///< Given to the interface.          through MSG_ERRQUEUE, each
    bool acknowledged = false; ///< By the peer; TCP only.           with what was sent.
    friend constexpr bool operator==(const Moments&, const Moments&) = default;
};

/// Moments as the kernel takes them (linux/net_tstamp.h).
struct AsMoments {
    using value_type = Moments;
    using kernel_type = unsigned;
    static constexpr unsigned sent = 1U << 1;
    static constexpr unsigned received = 1U << 3;
    static constexpr unsigned told = 1U << 4;
    static constexpr unsigned scheduled = 1U << 8;
    static constexpr unsigned acknowledged = 1U << 9;
    static constexpr Fitted<Moments> fit(const Moments& given) { return {given, true}; }
    static constexpr unsigned encode(const Moments& value) {
        const unsigned moments = (value.sent ? sent : 0) | (value.received ? received : 0) |
                                 (value.scheduled ? scheduled : 0) |
                                 (value.acknowledged ? acknowledged : 0);
        return moments == 0 ? 0 : moments | told;
    }
    static constexpr Moments decode(unsigned kernel) {
        return {(kernel & received) != 0, (kernel & scheduled) != 0, (kernel & sent) != 0,
                (kernel & acknowledged) != 0};
    }
};

/// SO_TIMESTAMPING with the software's clock: when a message came in, was queued, sent,
/// acknowledged. The first messages after the first socket of the host has it may come without.
struct Timestamping
    : Setting<AsMoments, Kernel<sys::sol_socket, sys::so_timestamping, "SO_TIMESTAMPING">> {
    using Setting::Setting;
    using families = EitherIp;
};

/// SO_TIMESTAMPNS: when a message came in, as a control message with nanoseconds.
struct ReceiveTimestamps
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_timestampns, "SO_TIMESTAMPNS">> {
    using Setting::Setting;
    using types = OneOf<Datagram, SeqPacket, Raw>;
};

/// The number of an error, as errno(3) has it.
struct AsCause {
    using value_type = Errc;
    using kernel_type = int;
    static constexpr Errc decode(int kernel) { return static_cast<Errc>(kernel); }
};

/// SO_ERROR: the failure that the next call would tell of, `none` without one. Reading takes it.
struct PendingError : Setting<AsCause, Kernel<sys::sol_socket, sys::so_error, "SO_ERROR">> {
    using set_in = NoState;
};

/// SO_DOMAIN: AF_INET, ...
struct Domain : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_domain, "SO_DOMAIN">> {
    using set_in = NoState;
};

/// SO_TYPE: SOCK_STREAM, ...
struct TypeNumber : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_type, "SO_TYPE">> {
    using set_in = NoState;
};

/// SO_PROTOCOL: IPPROTO_TCP, ...
struct ProtocolNumber
    : Setting<Number<0, INT_MAX>, Kernel<sys::sol_socket, sys::so_protocol, "SO_PROTOCOL">> {
    using set_in = NoState;
};

/// SO_ACCEPTCONN: whether it is a listener.
struct AcceptsConnections
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_acceptconn, "SO_ACCEPTCONN">> {
    using set_in = NoState;
};

/// SO_COOKIE: a number that no other socket of this host has had since it started.
struct Cookie
    : Setting<AsItIs<std::uint64_t>, Kernel<sys::sol_socket, sys::so_cookie, "SO_COOKIE">> {
    using set_in = NoState;
};

} // namespace ferrule::opt
// ferrule/socket/impl/pack.hpp
/// @file
/// The parameters of a factory after the endpoint: a Wait or a Backlog, then options.

namespace ferrule::steps {

/// The Wait that a pack begins with, or for ever.
template <class... Options> [[nodiscard]] constexpr Wait wait_of(const Options&...) { return {}; }

template <class First, class... Rest>
    requires Waits<const First&>
[[nodiscard]] constexpr Wait wait_of(const First& first, const Rest&...) {
    return first;
}

/// The Backlog that a pack begins with, or the longest.
template <class... Options> [[nodiscard]] constexpr Backlog backlog_of(const Options&...) {
    return {};
}

template <class... Rest> [[nodiscard]] constexpr Backlog backlog_of(Backlog first, const Rest&...) {
    return first;
}

} // namespace ferrule::steps

namespace ferrule {

namespace detail {

template <class State, class Family, class Type, class Protocol, class... Options>
struct RefusedAfterWait
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, std::remove_cvref_t<Options>...> {};

template <class State, class Family, class Type, class Protocol, Waits First, class... Rest>
struct RefusedAfterWait<State, Family, Type, Protocol, First, Rest...>
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, std::remove_cvref_t<Rest>...> {};

template <class State, class Family, class Type, class Protocol, class... Options>
struct RefusedAfterBacklog
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, std::remove_cvref_t<Options>...> {};

template <class State, class Family, class Type, class Protocol, class... Rest>
struct RefusedAfterBacklog<State, Family, Type, Protocol, Backlog, Rest...>
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, std::remove_cvref_t<Rest>...> {};

} // namespace detail

/// FirstRefused (opt/rules.hpp), skipping a leading Wait.
template <class State, class Family, class Type, class Protocol, class... Options>
using FirstRefusedAfterWait =
    typename detail::RefusedAfterWait<State, Family, Type, Protocol, Options...>::type;

/// FirstRefused, skipping a leading Backlog.
template <class State, class Family, class Type, class Protocol, class... Options>
using FirstRefusedAfterBacklog =
    typename detail::RefusedAfterBacklog<State, Family, Type, Protocol, Options...>::type;

} // namespace ferrule
// ferrule/socket/peer.hpp
/// @file
/// Whether an endpoint can be a peer. connect and send_to check before the kernel does: the kernel
/// takes 0.0.0.0 for this host and AF_UNSPEC as an order to disconnect, and picks an interface if
/// none is named.

namespace ferrule {

/// Whether this is a link-local IPv6 endpoint (RFC 4291 section 2.5.6) without an interface. The
/// kernel would refuse it, or pick an interface.
template <class Family> [[nodiscard]] constexpr bool lacks_scope(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Ipv6>) {
        const auto& address = endpoint.native_.sin6_addr.s6_addr;
        return address[0] == 0xfe && (address[1] & 0xc0) == 0x80 && endpoint.scope_id() == 0;
    } else if constexpr (VariableFamily<Family>) {
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv6 != nullptr && lacks_scope(*ipv6);
    } else {
        return false;
    }
}

namespace detail {

// Types and protocols whose endpoints have ports. An Any of datagrams may be one of ICMP.
template <class Family, class Type, class Protocol>
inline constexpr bool has_ports = among<Protocol, OneOf<Tcp, Mptcp, Udp, UdpLite>> ||
                                  (std::is_same_v<Family, Any> && std::is_same_v<Type, Stream>);

// 224.0.0.0/4 and ff00::/8 (RFC 5771, RFC 4291 section 2.7), without a look at the registries, as
// is_multicast() takes it: this is asked in every connect.
constexpr bool is_group(const Address<Ipv4>& address) { return address.number() >> 28 == 0xe; }
constexpr bool is_group(const Address<Ipv6>& address) { return address.bytes_[0] == 0xff; }

template <class Type, class Protocol, class SocketFamily>
constexpr bool is_nobody_of(const Endpoint<Ipv4>& endpoint) {
    const auto address = endpoint.address();
    return address == Address<Ipv4>::any() ||
           (has_ports<SocketFamily, Type, Protocol> && endpoint.port() == 0) ||
           (FormsConnections<Type> && (is_group(address) || address == Address<Ipv4>::broadcast()));
}

template <class Type, class Protocol, class SocketFamily>
constexpr bool is_nobody_of(const Endpoint<Ipv6>& endpoint) {
    const auto address = endpoint.address();
    if (address.is_ipv4_mapped()) {
        return is_nobody_of<Type, Protocol, SocketFamily>(
            Endpoint<Ipv4>{address.unmapped(), endpoint.port()});
    }
    return address == Address<Ipv6>::any() ||
           (has_ports<SocketFamily, Type, Protocol> && endpoint.port() == 0) ||
           (FormsConnections<Type> && is_group(address));
}

} // namespace detail

/// Whether nobody can be there: no endpoint at all, a Unix socket without a name, 0.0.0.0 or [::],
/// port 0 of a protocol that has ports, and for a stream a group. Raw sockets may mean any of them.
template <class Type, class Protocol, class Family>
[[nodiscard]] constexpr bool is_nobody(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Type, Raw> || !among<Family, OneOf<Ipv4, Ipv6, Unix, Ip, Any>>) {
        return false; // of a family of the user's own the endpoints are not known here
    } else if constexpr (std::is_same_v<Family, Unix>) {
        return endpoint.is_unnamed();
    } else if constexpr (VariableFamily<Family>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return detail::is_nobody_of<Type, Protocol, Family>(*ipv4);
        }
        if (const auto* const ipv6 = endpoint.template get_if<Ipv6>()) {
            return detail::is_nobody_of<Type, Protocol, Family>(*ipv6);
        }
        if constexpr (std::is_same_v<Family, Any>) {
            const auto* const unix_name = endpoint.template get_if<Unix>();
            return unix_name == nullptr || unix_name->is_unnamed();
        }
        return true;
    } else {
        return detail::is_nobody_of<Type, Protocol, Family>(endpoint);
    }
}

namespace detail {

// Not constexpr, so that the compiler shows the name when a literal reaches it.
inline void nobody_can_be_at_this_endpoint() {}

struct NoAddress;
template <class Endpoint> struct Addressed {
    using Address = NoAddress;
};
template <class Endpoint>
    requires requires(const Endpoint& endpoint) { endpoint.address(); }
struct Addressed<Endpoint> {
    using Address = decltype(std::declval<const Endpoint&>().address());
};
template <class Endpoint> using AddressOf = typename Addressed<Endpoint>::Address;

} // namespace detail

/// The peer of a connect or send_to: an endpoint, borrowed for the call; or a literal, which does
/// not compile if it can't be a peer.
template <class Endpoint, class Type, class Protocol> class PeerAt {
public:
    constexpr PeerAt(const Endpoint& endpoint [[clang::lifetimebound]]) : borrowed_{&endpoint} {}

    /// From an endpoint of a family that this one includes.
    template <class Part>
        requires std::convertible_to<const Part&, Endpoint>
    constexpr PeerAt(const Part& part) : own_(part) {}
    constexpr PeerAt(const detail::AddressOf<Endpoint>& address, Port port) : own_{address, port} {}

    template <std::size_t size> consteval PeerAt(const char (&literal)[size]) : own_{literal} {
        if (is_nobody<Type, Protocol>(own_)) {
            detail::nobody_can_be_at_this_endpoint();
        }
    }
    /// Text of run time: Endpoint::parse(text), which may fail.
    template <detail::TextOfRunTime Text, class Write = detail::endpoint_parse_of_the_text>
    PeerAt(const Text&) = delete;

    [[nodiscard]] constexpr const Endpoint& endpoint() const {
        return borrowed_ != nullptr ? *borrowed_ : own_;
    }

private:
    const Endpoint* borrowed_ = nullptr;
    union {
        Endpoint own_; // or nothing
    };
};

namespace detail {

// Whether the socket has an interface already: it is bound to a device or to a link-local endpoint
// with a scope, or an interface for sending is set (ipv6(7), IPV6_UNICAST_IF).
[[gnu::__cold__, gnu::__noinline__]] inline bool has_interface(int descriptor) {
    const auto bound = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_bindtoifindex);
    if (bound && *bound != 0) {
        return true;
    }
    const auto chosen = sys::get_option<int>(descriptor, sys::ipproto_ipv6, sys::ipv6_unicast_if);
    return chosen && *chosen != 0;
}

} // namespace detail

/// `not_a_peer` if nobody can be there.
template <class Type, class Protocol, class Family>
[[nodiscard, FERRULE_ALWAYS_INLINE]] inline Result<void> check_peer(const Endpoint<Family>& peer,
                                                                    Operation operation) {
    if (is_nobody<Type, Protocol>(peer)) [[unlikely]] {
        return Error{Errc::not_a_peer, operation};
    }
    return {};
}

/// `scope_missing` for a link-local endpoint without a scope, unless the socket has an interface.
template <class Family>
[[nodiscard]] Result<void> check_scope(int descriptor, const Endpoint<Family>& peer,
                                       Operation operation) {
    if (lacks_scope(peer) && !detail::has_interface(descriptor)) [[unlikely]] {
        return Error{Errc::scope_missing, operation};
    }
    return {};
}

/// Adds the endpoint to the text of the error, if there is room for it. There is none for a path or
/// a name.
template <class Family>
[[nodiscard, gnu::__cold__]] Error at_endpoint(Error error, const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Ipv4>) {
        return Error::at_endpoint(error.code(), error.operation(), false,
                                  endpoint.address().number(), endpoint.port(),
                                  *error.message_size());
    } else if constexpr (std::is_same_v<Family, Ipv6>) {
        const auto address = endpoint.address();
        const std::uint32_t known = address == Address<Ipv6>::any()        ? 0
                                    : address == Address<Ipv6>::loopback() ? 1
                                                                           : UINT32_MAX;
        return Error::at_endpoint(error.code(), error.operation(), true, known, endpoint.port(),
                                  *error.message_size());
    } else if constexpr (VariableFamily<Family>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return at_endpoint(error, *ipv4);
        }
        if (const auto* const ipv6 = endpoint.template get_if<Ipv6>()) {
            return at_endpoint(error, *ipv6);
        }
    }
    return error;
}

} // namespace ferrule
// ferrule/socket/impl/native_form.hpp
/// @file
/// The sockaddr that a socket takes for an endpoint. For Ip and Any it depends on the domain of the
/// socket; for all other families it is the endpoint itself.

namespace ferrule {

/// Borrows the endpoint.
template <class Family> class NativeForm {
public:
    NativeForm(const Endpoint<Family>& endpoint, int) : endpoint_{endpoint} {}

    [[nodiscard]] const sockaddr* address() const { return endpoint_.native(); }
    [[nodiscard]] socklen_t size() const { return endpoint_.native_size(); }

private:
    const Endpoint<Family>& endpoint_;
};

/// An AF_INET6 socket takes an IPv4 endpoint as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). An
/// AF_INET socket takes such an address as the IPv4 endpoint, and `[::]` as 0.0.0.0, for a host
/// without IPv6.
template <VariableFamily Family> class NativeForm<Family> {
public:
    NativeForm(const Endpoint<Family>& endpoint, int domain) {
        const auto* const ipv4 = endpoint.template get_if<Ipv4>();
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        if (domain == sys::af_inet6 && ipv4 != nullptr) {
            use(*::new (&ipv6_)
                    Endpoint<Ipv6>{Address<Ipv6>::mapped(ipv4->address()), ipv4->port()});
        } else if (domain == sys::af_inet && ipv6 != nullptr && is_any(endpoint)) {
            use(*::new (&ipv4_) Endpoint<Ipv4>{Address<Ipv4>::any(), ipv6->port()});
        } else if (domain == sys::af_inet && ipv6 != nullptr && ipv6->address().is_ipv4_mapped()) {
            use(*::new (&ipv4_) Endpoint<Ipv4>{ipv6->address().unmapped(), ipv6->port()});
        } else {
            use(endpoint);
        }
    }
    NativeForm(const NativeForm&) = delete;
    NativeForm& operator=(const NativeForm&) = delete;

    /// `[::]`: every address of the host, of both families.
    [[nodiscard]] static bool is_any(const Endpoint<Family>& endpoint) {
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv6 != nullptr && ipv6->address() == Address<Ipv6>::any();
    }

    [[nodiscard]] const sockaddr* address() const { return address_; }
    [[nodiscard]] socklen_t size() const { return size_; }

private:
    template <class Other> void use(const Other& form) {
        address_ = form.native();
        size_ = form.native_size();
    }

    union {
        Endpoint<Ipv4> ipv4_;
        Endpoint<Ipv6> ipv6_;
    };
    const sockaddr* address_;
    socklen_t size_;
};

} // namespace ferrule
// ferrule/socket/impl/steps.hpp
/// @file
/// The steps of the states and of their one-line factories: open, bind, connect, set options.

namespace ferrule::steps {

/// socket(2). For AF_INET6 it sets IPV6_V6ONLY as the family promises, whatever net.ipv6.bindv6only
/// says: Ipv6 is IPv6 alone, Ip and Any are both.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<Opened<Family>> open(int domain, sys::Blocking blocking) {
    auto descriptor = sys::open(domain, Type::number, Protocol::number, blocking);
    if (!descriptor) {
        return descriptor.error();
    }
    if constexpr (!std::is_same_v<Type,
                                  Raw>) { // a raw socket never sees IPv4 and refuses the option
        if (domain == sys::af_inet6) {
            const int only = std::is_same_v<Family, Ipv6> ? 1 : 0;
            if (auto set = sys::set_option(descriptor->number(), sys::ipproto_ipv6,
                                           sys::ipv6_v6only, only);
                !set) {
                return set.error().during(Operation::open);
            }
        }
    }
    return Opened<Family>{*std::move(descriptor), domain};
}

/// The same, for the endpoint that the socket will use. On a host without IPv6, `[::]` of Ip
/// becomes 0.0.0.0.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<Opened<Family>> open_for(const Endpoint<Family>& endpoint,
                                                                 sys::Blocking blocking) {
    if constexpr (FixedFamily<Family>) {
        return open<Family, Type, Protocol>(Family::number, blocking);
    } else {
        auto opened = open<Family, Type, Protocol>(endpoint.domain(), blocking);
        if (!opened && opened.error().code() == Errc::address_family_not_supported &&
            NativeForm<Family>::is_any(endpoint)) {
            return open<Family, Type, Protocol>(sys::af_inet, blocking);
        }
        return opened;
    }
}

/// bind(2).
template <class Family>
Result<void> bind(const Opened<Family>& opened, const Endpoint<Family>& endpoint) {
    const int descriptor = opened.descriptor().number();
    const NativeForm<Family> form{endpoint, opened.domain()};
    auto bound = sys::bind(descriptor, form.address(), form.size());
    if (!bound && bound.error().code() == Errc::invalid_argument && lacks_scope(endpoint)) {
        return Error{Errc::scope_missing, Operation::bind}; // ipv6(7), sin6_scope_id
    }
    return bound ? bound : at_endpoint(bound.error(), endpoint);
}

/// getpeername(2): whether the socket has a peer already.
inline bool has_peer(int descriptor) {
    sockaddr peer{};
    socklen_t size = sizeof peer;
    return sys::peer_name(descriptor, &peer, &size).has_value();
}

/// Goes on with a connect(2) that has not succeeded at once, and returns when it has ended: after a
/// signal, after EINPROGRESS, and after the EAGAIN of a full Unix backlog, which can't be polled.
/// poll(2) can't say how the connect ended: a socket that never connected polls ready, too. For a
/// Unix socket that has filled the backlog itself, Linux returns EAGAIN rather than EISCONN.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
connect_to_the_end(int descriptor, const sockaddr* address, socklen_t size, Wait wait,
                   Result<void> connected) {
    for (GrowingPause pause; !connected;
         connected = sys::connect_outcome(descriptor, address, size)) {
        auto waited = Result<void>{};
        switch (connected.error().code()) {
        case Errc::already_connected:
            return {};
        case Errc::interrupted:
            waited = wait.check(Operation::connect);
            break;
        case Errc::operation_in_progress:
        case Errc::connection_already_in_progress:
            waited = wait_for(descriptor, sys::pollout, wait, Operation::connect);
            break;
        case Errc::would_block:
            if (address->sa_family != sys::af_unix) {
                // There is no free local port for a datagram socket. Waiting does not help. TCP
                // returns EADDRNOTAVAIL for the same (connect(2)).
                return Error{Errc::address_not_available, Operation::connect};
            }
            if (has_peer(descriptor)) {
                return {};
            }
            waited = wait_for(-1, 0, wait, Operation::connect, pause.next());
            break;
        default:
            return connected;
        }
        if (!waited) {
            return waited;
        }
    }
    return connected;
}

/// connect(2) within the wait, to somebody: the caller has checked the endpoint.
template <class Family>
[[FERRULE_ALWAYS_INLINE]] inline Result<void>
connect_within(const Opened<Family>& opened, const Endpoint<Family>& endpoint, Wait wait) {
    const int descriptor = opened.descriptor().number();
    if (auto fits = check_scope(descriptor, endpoint, Operation::connect); !fits) [[unlikely]] {
        return fits;
    }
    if (!wait.may_begin()) [[unlikely]] {
        return wait.why_not(Operation::connect);
    }
    const NativeForm<Family> form{endpoint, opened.domain()};
    auto connected = sys::connect(descriptor, form.address(), form.size());
    if (!connected) [[unlikely]] {
        connected = connect_to_the_end(descriptor, form.address(), form.size(), wait, connected);
    }
    return connected;
}

/// The same with a deadline or a stop, on a socket that is non-blocking for as long as this takes;
/// `blocking` is what it is now.
template <class Family>
[[gnu::__noinline__]] Result<void> connect_in_time(const Opened<Family>& opened,
                                                   const Endpoint<Family>& endpoint, Wait wait,
                                                   sys::Blocking blocking) {
    const int descriptor = opened.descriptor().number();
    if (blocking == sys::Blocking::yes) {
        if (auto set = sys::set_blocking(descriptor, sys::Blocking::no); !set) {
            return set;
        }
    }
    auto connected = connect_within(opened, endpoint, wait);
    return connected ? sys::set_blocking(descriptor, sys::Blocking::yes) : connected;
}

/// connect(2) within the wait. The descriptor is blocking afterwards.
template <class Family>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> connect(const Opened<Family>& opened,
                                                      const Endpoint<Family>& endpoint, Wait wait,
                                                      sys::Blocking blocking) {
    return wait.is_for_ever() ? connect_within(opened, endpoint, wait)
                              : connect_in_time(opened, endpoint, wait, blocking);
}

/// Begins a connect(2) on a non-blocking socket. It succeeds, too, if the connect has not ended.
template <class Family>
Result<void> begin_connect(const Opened<Family>& opened, const Endpoint<Family>& endpoint) {
    auto connected = connect_within(opened, endpoint, no_wait);
    if (!connected && connected.error().code() == Errc::would_block) {
        return {};
    }
    return connected;
}

/// Whether a socket that will connect within `wait` is opened blocking.
[[nodiscard]] constexpr sys::Blocking blocking_for(Wait wait) {
    return wait.is_for_ever() ? sys::Blocking::yes : sys::Blocking::no;
}

/// Gives a connected Unix datagram socket a free abstract name (unix(7), autobind), so that the
/// peer can answer. Only Linux has such names. It comes after connect(2), so that only the peer can
/// send to that name. Does nothing for all other sockets.
template <class Type> Result<void> make_answerable(int descriptor, int domain) {
    if constexpr (std::is_same_v<Type, Datagram> && sys::unix_has_autobind) {
        if (domain == sys::af_unix) {
            sockaddr unnamed{};
            unnamed.sa_family = sys::af_unix;
            return sys::bind(descriptor, &unnamed, sizeof unnamed.sa_family);
        }
    }
    return {};
}

/// The same for the result of a connect: a Connection or a Connecting.
template <class Type, class State> Result<State> answerable(Result<State> connected) {
    if (connected) {
        if (auto named = make_answerable<Type>(connected->descriptor(), connected->domain());
            !named) {
            return named.error();
        }
    }
    return connected;
}

/// When a factory sets an option: right after socket(2) if the option can be set there, otherwise
/// after the last step.
enum class Moment { opened, finished };

/// Sets each option of the pack that is set at this moment.
template <Moment moment, class Family, class... Options>
Result<void> set(const Opened<Family>& opened, const Options&... options) {
    auto done = Result<void>{};
    [[maybe_unused]] auto set_one = [&](const auto& option) {
        using Option = std::remove_cvref_t<decltype(option)>;
        if constexpr (SocketOption<Option>) { // a Wait or Backlog may come first
            if constexpr (SettableIn<Option, state::Socket> == (moment == Moment::opened)) {
                done = option.set(opened.target());
            }
        }
        return done.has_value();
    };
    static_cast<void>((set_one(options) && ...));
    return done;
}

/// What every factory does with a new socket: sets the options that can be set after socket(2),
/// takes the step into the state, sets the other options.
template <class Family, class Step, class... Options>
[[FERRULE_ALWAYS_INLINE]] inline Result<void> in_steps(const Opened<Family>& opened, Step step,
                                                       const Options&... options) {
    auto done = set<Moment::opened>(opened, options...);
    if (done) {
        done = step();
    }
    return done ? set<Moment::finished>(opened, options...) : done;
}

} // namespace ferrule::steps
// ferrule/socket/impl/widen.hpp
/// @file
/// Conversions from a fixed family to Ip or Any, and back.

namespace ferrule {

/// A socket of `From` over `FromProtocol` can be one of `Family` over `Protocol`. Ipv4 can be an Ip
/// of the same protocol, and an Any.
template <class From, class FromProtocol, class Family, class Protocol>
concept Widens = Among<From, MembersOf<Family>> &&
                 (std::is_same_v<FromProtocol, Protocol> || std::is_same_v<Family, Any>);

/// Whether an AF_INET6 socket carries IPv4 (ipv6(7), IPV6_V6ONLY): its peer or its own address is
/// an IPv4-mapped one, or it has no address and accepts both. Such a socket is an Ip, not an Ipv6.
[[nodiscard]] inline bool may_be_ipv4(int descriptor) {
    Endpoint<Ip> endpoint;
    socklen_t size = Endpoint<Ip>::native_capacity;
    if (sys::peer_name(descriptor, endpoint.native_buffer(), &size)) {
        endpoint.native_resize(size);
        return endpoint.domain() == sys::af_inet;
    }
    size = Endpoint<Ip>::native_capacity;
    if (sys::local_name(descriptor, endpoint.native_buffer(), &size)) {
        endpoint.native_resize(size);
        if (endpoint.domain() == sys::af_inet) {
            return true;
        }
        if (!NativeForm<Ip>::is_any(endpoint)) {
            return false;
        }
    }
    const auto only = sys::get_option<int>(descriptor, sys::ipproto_ipv6, sys::ipv6_v6only);
    return only && *only == 0;
}

/// `wrong_family` or `wrong_protocol` if the socket is not what the tags say (SO_PROTOCOL,
/// socket(7)).
template <class Family, class Protocol, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Result<void> check_narrows(const Handle<State, From, Type, FromProtocol>& handle) {
    if (!handle.is_open()) {
        return Error{Errc::not_open, Operation::convert};
    }
    bool same = false;
    if constexpr (FixedFamily<Family>) {
        same = handle.domain() == Family::number;
    } else {
        same = handle.domain() == sys::af_inet || handle.domain() == sys::af_inet6;
    }
    if constexpr (std::is_same_v<Family, Ipv6> && !std::is_same_v<Type, Raw>) {
        same = same && !may_be_ipv4(handle.descriptor());
    }
    if (!same) {
        return Error{Errc::wrong_family, Operation::convert};
    }
    if constexpr (!std::is_same_v<Protocol, FromProtocol>) {
        const auto spoken =
            sys::get_option<int>(handle.descriptor(), sys::sol_socket, sys::so_protocol);
        if (!spoken) {
            return spoken.error().during(Operation::convert);
        }
        if (*spoken != Protocol::number) {
            return Error{Errc::wrong_protocol, Operation::convert};
        }
    }
    return {};
}

/// Converts to the socket class `To`, in the same state. On failure `from` keeps the socket.
template <class To, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Result<To> narrow(Handle<State, From, Type, FromProtocol>& from) {
    if (auto fits = check_narrows<typename To::family, typename To::protocol>(from); !fits) {
        return fits.error();
    }
    auto opened = std::move(from).take();
    const int domain = opened.domain();
    return To{Opened<typename To::family>{std::move(opened.descriptor()), domain}};
}

/// The same socket as one of a wider family.
template <class Family, class State, class From, class Type, class FromProtocol>
[[nodiscard]] Opened<Family> widen(Handle<State, From, Type, FromProtocol>&& from) {
    auto opened = std::move(from).take();
    const int domain = opened.domain();
    return Opened<Family>{std::move(opened.descriptor()), domain};
}

} // namespace ferrule
// ferrule/socket/impl/transfer.hpp
/// @file
/// What streams and messages share when they send and receive.

namespace ferrule {

/// The pieces of a gathered send fit one system call (IOV_MAX).
template <std::size_t pieces>
concept FitsOneCall = (pieces <= 1024);

namespace detail {

// Flags of a call that the kernel may wait in, or that it must not.
constexpr int flags_for(Wait wait) { return wait.is_for_ever() ? 0 : sys::msg_dontwait; }

// recv(2) within the wait.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                        sys::Calls<sys::receive>{}, descriptor, data, size,
                        flags | flags_for(wait));
}

// send(2) within the wait.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send(int descriptor, const void* data,
                                                          std::size_t size, Wait wait) {
    return wait_and_try(descriptor, sys::pollout, wait, Operation::send, sys::Calls<sys::send>{},
                        descriptor, data, size, flags_for(wait));
}

// sendmsg(2) of a message that is not copied on the way.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> send_at(int descriptor, const msghdr* message,
                                                             int flags) {
    return sys::send_message(descriptor, *message, flags);
}

// sendmsg(2) within the wait; without `events` it pauses between tries.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_gathered(int descriptor, short events, const msghdr& message, Wait wait) {
    return wait_and_try(descriptor, events, wait, Operation::send, sys::Calls<send_at>{},
                        descriptor, &message, flags_for(wait));
}

// Pieces as sendmsg(2) takes them. The kernel only reads what they point to.
template <std::size_t count> class Gathered {
public:
    explicit Gathered(const BytesView (&bytes)[count]) {
        for (std::size_t at = 0; at < count; ++at) {
            pieces_[at] = {const_cast<void*>(bytes[at].data()), bytes[at].size()};
            size_ += bytes[at].size();
        }
    }

    /// In bytes, all together.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Borrows this object.
    [[nodiscard]] msghdr message() const {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces_);
        message.msg_iovlen = count;
        return message;
    }
    template <class Native> [[nodiscard]] msghdr message(const Native& to) const {
        msghdr message = this->message();
        message.msg_name = const_cast<sockaddr*>(to.address());
        message.msg_namelen = to.size();
        return message;
    }

private:
    iovec pieces_[count];
    std::size_t size_ = 0;
};

// The first `size` elements of a buffer.
template <ByteBuffer Buffer> FilledPart<Buffer> filled_part(Buffer& buffer, std::size_t size) {
    return {std::data(buffer), size};
}

} // namespace detail

} // namespace ferrule
// ferrule/socket/impl/message.hpp
/// @file
/// Sending and receiving one message, as the states do it.

namespace ferrule {

namespace detail {

// Whether recv(2) can tell the true size of a message (MSG_TRUNC), and a 0 of it is an empty
// message. Not so with ICMP datagrams, of which the kernel only says that they were truncated, nor
// with Any, which may be one of them. Not with SeqPacket, where 0 is also the end.
template <class Family, class Type, class Protocol>
inline constexpr bool size_tells_all =
    sys::msg_whole_size != 0 && !std::is_same_v<Type, SeqPacket> &&
    !(std::is_same_v<Type, Datagram> &&
      (std::is_same_v<Protocol, Icmp> || std::is_same_v<Protocol, Icmpv6> ||
       std::is_same_v<Family, Any>));

// recvmsg(2) of one message and its sender. On SeqPacket a result of 0 is the end of the stream if
// nothing was cut. With SO_PASSCRED every message carries credentials, which are not asked for
// here: the kernel then reports MSG_CTRUNC for every message, and not for the end.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t> receive_whole(int descriptor, void* data,
                                                                   std::size_t size, int flags,
                                                                   bool ends, sockaddr* address,
                                                                   socklen_t* address_size) {
    iovec vector{data, size};
    msghdr message{};
    message.msg_name = address;
    message.msg_namelen = address_size == nullptr ? 0 : *address_size;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    const auto received = sys::receive_message(descriptor, message, flags);
    if (received && *received == 0 && ends &&
        (message.msg_flags & (sys::msg_ctrunc | sys::msg_trunc)) == 0) {
        return Error{Errc::end_of_stream, Operation::receive};
    }
    if (address_size != nullptr) {
        *address_size = message.msg_namelen;
    }
    if (received && (message.msg_flags & sys::msg_trunc) != 0) {
        return Error{Errc::message_truncated, Operation::receive, *received > size ? *received : 0};
    }
    return received;
}

template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_message(int descriptor, void* data, std::size_t size, int flags, Wait wait) {
    const int all_flags = flags | sys::msg_whole_size | flags_for(wait);
    if constexpr (size_tells_all<Family, Type, Protocol>) {
        return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                            sys::Calls<sys::receive>{}, descriptor, data, size, all_flags);
    } else {
        return wait_and_try(descriptor, sys::pollin, wait, Operation::receive,
                            sys::Calls<receive_whole>{}, descriptor, data, size, all_flags,
                            std::is_same_v<Type, SeqPacket>, nullptr, nullptr);
    }
}

// The same, and who sent it.
template <class Family, class Type, class Protocol>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_message_from(int descriptor, void* data, std::size_t size, int flags, Operation operation,
                     Wait wait, sockaddr* address, socklen_t* address_size) {
    const int all_flags = flags | sys::msg_whole_size | flags_for(wait);
    if constexpr (size_tells_all<Family, Type, Protocol>) {
        return wait_and_try(descriptor, sys::pollin, wait, operation,
                            sys::Calls<sys::receive_from>{}, descriptor, data, size, all_flags,
                            address, address_size);
    } else {
        return wait_and_try(descriptor, sys::pollin, wait, operation, sys::Calls<receive_whole>{},
                            descriptor, data, size, all_flags, false, address, address_size);
    }
}

// udp(7), EACCES: to a broadcast address without the option for it.
[[gnu::__cold__, gnu::__noinline__]] inline Error without_broadcast(int descriptor, Error error) {
    if (error.code() == Errc::permission_denied) {
        const auto may = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_broadcast);
        if (may && *may == 0) {
            return Error::of_option(Errc::permission_denied, Operation::send,
                                    "without SO_BROADCAST");
        }
    }
    return error;
}

// A message goes out whole or not at all, so its size is not returned.
inline Result<void> without_size(const Result<std::size_t>& sent) {
    return sent ? Result<void>{} : Result<void>{sent.error()};
}

} // namespace detail

} // namespace ferrule
// ferrule/socket/named.hpp
/// @file
/// What all states with a local endpoint share.

namespace ferrule {

/// An owned socket with a local endpoint.
template <class State, class Family, class Type, class Protocol>
class Named : public Handle<State, Family, Type, Protocol> {
public:
    using Handle<State, Family, Type, Protocol>::Handle;

    /// getsockname(2): our own endpoint, with the port or the name that the kernel chose.
    [[nodiscard]] Result<Endpoint<Family>> local_endpoint() const {
        return name(Operation::local_endpoint, sys::local_name);
    }

protected:
    ~Named() = default;
    Named(Named&&) noexcept = default;
    Named& operator=(Named&&) noexcept = default;

    [[nodiscard]] Result<Endpoint<Family>>
    name(Operation operation, Result<void> (*ask)(int, sockaddr*, socklen_t*)) const {
        if (!this->is_open()) {
            return this->not_open(operation);
        }
        Endpoint<Family> endpoint;
        socklen_t size = Endpoint<Family>::native_capacity;
        if (auto asked = ask(this->descriptor(), endpoint.native_buffer(), &size); !asked) {
            return asked.error();
        }
        endpoint.native_resize(size);
        return endpoint;
    }
};

} // namespace ferrule
// ferrule/socket/message_transfer.hpp
/// @file
/// Sending and receiving whole messages: one send is one receive. A message that does not fit the
/// buffer is an error that tells its size.

namespace ferrule {

/// What receive_from and the peek of a Bound socket give back.
template <class Data, class Family> struct Received {
    Data data;             ///< The part of the buffer that was filled; empty for an empty message.
    Endpoint<Family> peer; ///< Who sent it; unnamed for a Unix socket that was not bound.
};

/// What peek() tells of the next message: its true size in bytes, and who sent it.
template <class Family> struct NextMessage {
    std::size_t size = 0;
    Endpoint<Family> peer{};
};

/// The operations of a Connection whose Type keeps boundaries: to and from its one peer.
template <class Family, class Type, class Protocol>
class MessageTransfer : public Named<state::Connection, Family, Type, Protocol> {
public:
    using Named<state::Connection, Family, Type, Protocol>::Named;

    /// send(2): one message, whole or not at all. An empty message is a message, too. If a UDP peer
    /// refuses it, the next call says so (`connection_refused`).
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send(BytesView bytes, Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        return detail::without_size(
            detail::send(this->descriptor(), bytes.data(), bytes.size(), wait));
    }

    /// sendmsg(2): the pieces as one message, `send({header, body})`.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send(const BytesView (&bytes)[pieces], Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::send);
        }
        const detail::Gathered<pieces> gathered{bytes};
        return detail::without_size(
            detail::send_gathered(this->descriptor(), sys::pollout, gathered.message(), wait));
    }

    /// recv(2): one message; returns the part of the buffer that was filled. A message that is
    /// longer than the buffer is `message_truncated`: its beginning is in the buffer, the rest is
    /// lost, and `error().message_size()` is its true size, if the system tells it (not for ICMP
    /// datagrams). A buffer of no bytes is `empty_buffer`, and the message stays. On SeqPacket the
    /// end of the stream is `end_of_stream`. An empty message is `end_of_stream`, too, unless
    /// SO_PASSCRED is set: only then does the kernel tell the two apart (unix(7)).
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> receive(Buffer&& buffer,
                                                                            Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recv(2) with MSG_PEEK: like receive, but the message stays to be received again, whole.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> peek(Buffer&& buffer,
                                                                         Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recv(2) with MSG_PEEK: the true size of the next message, which stays. Where the system does
    /// not tell it (ICMP, SeqPacket, Any), the function is not there.
    [[nodiscard]] Result<std::size_t> peek(Wait wait = {}) const
        requires detail::size_tells_all<Family, Type, Protocol>
    {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::peek);
        }
        return detail::receive_message<Family, Type, Protocol>(this->descriptor(), nullptr, 0,
                                                               sys::msg_peek, wait);
    }

protected:
    ~MessageTransfer() = default;
    MessageTransfer(MessageTransfer&&) noexcept = default;
    MessageTransfer& operator=(MessageTransfer&&) noexcept = default;

private:
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer&>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0 && operation != Operation::peek) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        const auto received = detail::receive_message<Family, Type, Protocol>(
            this->descriptor(), std::data(buffer), detail::size_of(buffer), flags, wait);
        if (!received) [[unlikely]] {
            return received.error().during(operation);
        }
        if (*received > detail::size_of(buffer)) [[unlikely]] {
            return Error{Errc::message_truncated, operation, *received};
        }
        return detail::filled_part<Buffer&>(buffer, *received);
    }
};

/// The operations of a Bound socket whose Type has no connections: to and from anybody.
template <class Family, class Type, class Protocol>
class AddressedTransfer : public Named<state::Bound, Family, Type, Protocol> {
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Named<state::Bound, Family, Type, Protocol>::Named;

    /// sendto(2): one message to `peer`, whole or not at all.
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_to(BytesView bytes, const Peer& peer, Wait wait = {}) const {
        if (auto fits = check_before_send(peer.endpoint()); !fits) [[unlikely]] {
            return fits;
        }
        const NativeForm<Family> form{peer.endpoint(), this->domain()};
        return outcome_of(wait_and_try(this->descriptor(), events(), wait, Operation::send,
                                       sys::Calls<sys::send_to>{}, this->descriptor(), bytes.data(),
                                       bytes.size(), detail::flags_for(wait), form.address(),
                                       form.size()));
    }

    /// sendmsg(2): the pieces as one message, `send_to({header, body}, peer)`.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the message may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_to(const BytesView (&bytes)[pieces], const Peer& peer, Wait wait = {}) const {
        if (auto fits = check_before_send(peer.endpoint()); !fits) [[unlikely]] {
            return fits;
        }
        const NativeForm<Family> form{peer.endpoint(), this->domain()};
        const detail::Gathered<pieces> gathered{bytes};
        return outcome_of(
            detail::send_gathered(this->descriptor(), events(), gathered.message(form), wait));
    }

    /// recvfrom(2): one message and who sent it. A message that is longer than the buffer is
    /// `message_truncated`: its beginning is in the buffer, the rest is lost, and
    /// `error().message_size()` is its true size, if the system tells it (not for ICMP datagrams).
    /// A buffer of no bytes is `empty_buffer`, and the message stays.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer>, Family>>
    receive_from(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// recvfrom(2) with MSG_PEEK: like receive_from, but the message stays to be received again,
    /// whole.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer>, Family>>
    peek(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recvfrom(2) with MSG_PEEK: how large the next message is and who sent it; it stays. Where
    /// the system does not tell the size (ICMP, Any), the function is not there.
    [[nodiscard]] Result<NextMessage<Family>> peek(Wait wait = {}) const
        requires detail::size_tells_all<Family, Type, Protocol>
    {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::peek);
        }
        NextMessage<Family> next;
        socklen_t size = Endpoint<Family>::native_capacity;
        const auto received = detail::receive_message_from<Family, Type, Protocol>(
            this->descriptor(), nullptr, 0, sys::msg_peek, Operation::peek, wait,
            next.peer.native_buffer(), &size);
        if (!received) {
            return received.error();
        }
        next.peer.native_resize(size);
        next.size = *received;
        return next;
    }

protected:
    ~AddressedTransfer() = default;
    AddressedTransfer(AddressedTransfer&&) noexcept = default;
    AddressedTransfer& operator=(AddressedTransfer&&) noexcept = default;

private:
    // What to wait for before the next try: nothing that can be polled if the queue of a Unix peer
    // is full.
    [[nodiscard]] short events() const { return this->domain() == sys::af_unix ? 0 : sys::pollout; }

    [[FERRULE_ALWAYS_INLINE]] Result<void> check_before_send(const Endpoint<Family>& peer) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        if (auto fits = check_peer<Type, Protocol>(peer, Operation::send); !fits) [[unlikely]] {
            return fits;
        }
        return check_scope(this->descriptor(), peer, Operation::send);
    }

    [[FERRULE_ALWAYS_INLINE]] Result<void> outcome_of(const Result<std::size_t>& sent) const {
        if (sent) [[likely]] {
            return {};
        }
        return this->domain() == sys::af_inet
                   ? detail::without_broadcast(this->descriptor(), sent.error())
                   : sent.error();
    }

    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer&>, Family>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0 && operation != Operation::peek) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        return receive_within(buffer, flags, operation, wait);
    }

    // The kernel writes into what is returned: nothing is moved.
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<Received<FilledPart<Buffer&>, Family>>
    receive_within(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        using Message = Received<FilledPart<Buffer&>, Family>;
        Result<Message> outcome{Message{}};
        Message& message = *outcome;
        socklen_t size = Endpoint<Family>::native_capacity;
        const auto received = detail::receive_message_from<Family, Type, Protocol>(
            this->descriptor(), std::data(buffer), detail::size_of(buffer), flags, operation, wait,
            message.peer.native_buffer(), &size);
        if (received) [[likely]] {
            message.peer.native_resize(size);
            message.data = detail::filled_part<Buffer&>(buffer, *received);
            if (*received > detail::size_of(buffer)) [[unlikely]] {
                outcome =
                    at_endpoint({Errc::message_truncated, operation, *received}, message.peer);
            }
        } else if (received.error() != Errc::message_truncated) {
            outcome = received.error().during(operation);
        } else {
            message.peer.native_resize(size);
            outcome = at_endpoint(received.error().during(operation), message.peer);
        }
        return outcome;
    }
};

} // namespace ferrule
// ferrule/socket/pieces.hpp
/// @file
/// A range over what comes on a stream, piece by piece. It ends at the end of the stream.

namespace ferrule {

/// What a receive gives, again and again, as a range for one pass:
///
///     for (const auto& piece : connection.pieces(buffer)) {
///         if (!piece) { ... piece.error() ... }
///         ... *piece ...
///     }
///
/// It ends where the stream ends between two pieces, and after an error, which is its last element:
/// `end_of_stream` there means that the stream ended inside a piece. Borrows what it receives from;
/// each piece is overwritten by the next. One Wait spans all of them.
///
/// `Receive` returns the next piece, a Result; at the end an Error of `Errc::none`.
template <class Receive> class Pieces {
public:
    using Piece = std::invoke_result_t<Receive&>;

    Pieces(Wait wait, Receive receive) : wait_{wait}, receive_{std::move(receive)} {}

    /// Where the stream ends.
    struct Sentinel {};

    /// An input iterator.
    class iterator {
    public:
        using value_type = Piece;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        explicit iterator(Pieces* pieces) : pieces_{pieces} {}

        const Piece& operator*() const { return pieces_->piece_; }
        const Piece* operator->() const { return &pieces_->piece_; }
        iterator& operator++() {
            pieces_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& at, Sentinel) { return at.is_over(); }

    private:
        bool is_over() const { return pieces_->is_over_; }

        Pieces* pieces_ = nullptr;
    };

    /// Receives the first piece, if none was received yet.
    [[nodiscard]] iterator begin() {
        if (!has_begun_) {
            has_begun_ = true;
            take(receive_());
        }
        return iterator{this};
    }
    [[nodiscard]] Sentinel end() const { return {}; }

private:
    void advance() {
        if (has_failed_) {
            is_over_ = true; // the error was the last
            return;
        }
        // A peer that always has one byte more must not outlast the deadline.
        const auto going = wait_.check(Operation::receive);
        take(going ? receive_() : Piece{going.error()});
    }

    void take(Piece piece) {
        piece_ = std::move(piece);
        has_failed_ = !piece_.has_value();
        is_over_ = has_failed_ && piece_.error() == Errc::none;
    }

    Wait wait_;
    Receive receive_;
    Piece piece_ = Error{Errc::none, Operation::receive};
    bool has_begun_ = false;
    bool has_failed_ = false;
    bool is_over_ = false;
};

} // namespace ferrule
// ferrule/socket/stream_transfer.hpp
/// @file
/// Sending and receiving a stream of bytes. The plain path, without a Wait, is one call and inline;
/// the waiting path is out of line.

namespace ferrule {

namespace detail {

// Goes on with a transfer of `size` bytes, after the answer of its first call: `again(done)` makes
// the next, when so many bytes have gone through.
template <class Again>
Result<void> go_on(int descriptor, short events, Operation operation, Wait wait, std::size_t size,
                   Result<std::size_t> answer, Again again) {
    int in_vain = 0;
    for (std::size_t done = 0;;) {
        auto going = Result<void>{};
        if (answer) {
            done += *answer;
            if (done == size) {
                return {};
            }
            in_vain = 0;
            going = *answer == 0 && operation == Operation::receive
                        ? Error{Errc::end_of_stream, operation}
                        : wait.check(operation);
        } else {
            going = before_next_try(answer.error(), in_vain, descriptor, events, wait, operation);
        }
        if (!going) {
            return Error{going.error().code(), operation, done};
        }
        answer = again(done);
    }
}

// Sends the rest, after the answer of the first send(2).
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
send_rest(int descriptor, const void* data, std::size_t size, Result<std::size_t> sent, Wait wait) {
    return go_on(descriptor, sys::pollout, Operation::send, wait, size, sent,
                 [=](std::size_t done) {
                     return sys::send(descriptor, static_cast<const char*>(data) + done,
                                      size - done, flags_for(wait));
                 });
}

// Fills the rest of the buffer, after the answer of the first recv(2).
[[gnu::__cold__, gnu::__noinline__]] inline Result<void> receive_rest(int descriptor, void* data,
                                                                      std::size_t size,
                                                                      Result<std::size_t> received,
                                                                      Wait wait) {
    return go_on(descriptor, sys::pollin, Operation::receive, wait, size, received,
                 [=](std::size_t done) {
                     return sys::receive(descriptor, static_cast<char*>(data) + done, size - done,
                                         sys::msg_waitall | flags_for(wait));
                 });
}

// Drops the first bytes, which have gone, from the pieces of a message.
inline void drop(msghdr& message, std::size_t bytes) {
    while (message.msg_iovlen > 0 && bytes >= message.msg_iov->iov_len) {
        bytes -= message.msg_iov->iov_len;
        ++message.msg_iov;
        --message.msg_iovlen;
    }
    if (message.msg_iovlen > 0) {
        message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + bytes;
        message.msg_iov->iov_len -= bytes;
    }
}

// Sends the rest of the pieces, after the answer of the first sendmsg(2); uses them up.
[[gnu::__cold__, gnu::__noinline__]] inline Result<void>
send_rest_of(int descriptor, msghdr& message, std::size_t size, Result<std::size_t> sent,
             Wait wait) {
    return go_on(descriptor, sys::pollout, Operation::send, wait, size, sent,
                 [=, &message, dropped = std::size_t{0}](std::size_t done) mutable {
                     drop(message, done - dropped);
                     dropped = done;
                     return sys::send_message(descriptor, message, flags_for(wait));
                 });
}

// Receives and discards bytes until the end of the stream. Returns how many there were.
[[gnu::__cold__, gnu::__noinline__]] inline Result<std::size_t> discard_to_the_end(int descriptor,
                                                                                   Wait wait) {
    char nothing[16384];
    for (std::size_t discarded = 0;;) {
        const auto received = receive(descriptor, nothing, sizeof nothing, 0, wait);
        if (!received) {
            return Error{received.error().code(), Operation::finish, discarded};
        }
        if (*received == 0) {
            return discarded;
        }
        discarded += *received;
        if (auto going = wait.check(Operation::finish); !going) {
            return Error{going.error().code(), Operation::finish, discarded};
        }
    }
}

// Return type of a range over a temporary connection: its name is the message.
struct borrowed_so_keep_the_connection_in_a_variable {};

} // namespace detail

/// The operations of a Connection whose Type is a stream. One thread may send while another
/// receives.
template <class Family, class Type, class Protocol>
class StreamTransfer : public Named<state::Connection, Family, Type, Protocol> {
public:
    using Named<state::Connection, Family, Type, Protocol>::Named;

    /// send(2): as much as there is room for, at least one byte; returns how many. If the peer no
    /// longer reads, it is `broken_pipe` or `connection_reset`, never a signal.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<std::size_t> send_some(BytesView bytes,
                                                                       Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        return detail::send(this->descriptor(), bytes.data(), bytes.size(), wait);
    }

    /// send(2), repeated: all of it. After an error, `error().transferred()` bytes have gone out.
    [[nodiscard("the bytes may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_all(BytesView bytes, Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::send);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::send);
        }
        const auto sent =
            sys::send(this->descriptor(), bytes.data(), bytes.size(), detail::flags_for(wait));
        if (sent && *sent == bytes.size()) [[likely]] {
            return {};
        }
        return detail::send_rest(this->descriptor(), bytes.data(), bytes.size(), sent, wait);
    }

    /// sendmsg(2), repeated if need be: the pieces as one, `send_all({header, body})`. It is one
    /// call if there is room in the send buffer, so that the pieces share packets and Nagle's
    /// algorithm holds nothing back.
    template <std::size_t pieces>
        requires FitsOneCall<pieces>
    [[nodiscard("the bytes may not have been sent"), FERRULE_ALWAYS_INLINE]] Result<void>
    send_all(const BytesView (&bytes)[pieces], Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::send);
        }
        detail::Gathered<pieces> gathered{bytes};
        msghdr message = gathered.message();
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::send);
        }
        const auto sent = sys::send_message(this->descriptor(), message, detail::flags_for(wait));
        if (sent && *sent == gathered.size()) [[likely]] {
            return {};
        }
        return detail::send_rest_of(this->descriptor(), message, gathered.size(), sent, wait);
    }

    /// recv(2): what is there, at least one byte; returns the part of the buffer that was filled.
    /// Empty means that the peer has ended the stream. A buffer of no bytes is the error
    /// `empty_buffer`. A reset is reported once: if another thread's send got it, this call sees
    /// the end of the stream.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>>
    receive_some(Buffer&& buffer, Wait wait = {}) const {
        return receive_with(buffer, 0, Operation::receive, wait);
    }

    /// receive_some, repeated until the end of the stream, as a range (pieces.hpp): `for (const
    /// auto& piece : connection.pieces(buffer))`.
    template <ByteBuffer Buffer>
        requires std::is_lvalue_reference_v<Buffer>
    [[nodiscard]] auto pieces(Buffer&& buffer, Wait wait = {}) const& {
        return Pieces{wait, [this, &buffer, wait]() -> Result<FilledPart<Buffer>> {
                          auto piece = receive_some(buffer, wait);
                          if (piece && piece->empty()) {
                              return Error{Errc::none, Operation::receive};
                          }
                          return piece;
                      }};
    }
    template <ByteBuffer Buffer>
    detail::borrowed_so_keep_the_connection_in_a_variable pieces(Buffer&& buffer,
                                                                 Wait wait = {}) const&& = delete;

    /// recv(2) with MSG_PEEK: like receive_some, but the bytes stay to be received again.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>> peek(Buffer&& buffer,
                                                                         Wait wait = {}) const {
        return receive_with(buffer, sys::msg_peek, Operation::peek, wait);
    }

    /// recv(2), repeated: fills the whole buffer. `end_of_stream` if the peer ends before that.
    /// After an error the first `error().transferred()` bytes of the buffer have been received.
    template <ByteBuffer Buffer>
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer>>
    receive_exactly(Buffer&& buffer, Wait wait = {}) const {
        if (!this->is_open()) {
            return this->not_open(Operation::receive);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::receive);
        }
        const std::size_t size = detail::size_of(buffer);
        if (size != 0) [[likely]] { // of no bytes there is nothing to receive
            const auto received = sys::receive(this->descriptor(), std::data(buffer), size,
                                               sys::msg_waitall | detail::flags_for(wait));
            if (!received || *received != size) [[unlikely]] {
                if (auto filled = detail::receive_rest(this->descriptor(), std::data(buffer), size,
                                                       received, wait);
                    !filled) {
                    return filled.error();
                }
            }
        }
        return detail::filled_part<Buffer>(buffer, size);
    }

protected:
    ~StreamTransfer() = default;
    StreamTransfer(StreamTransfer&&) noexcept = default;
    StreamTransfer& operator=(StreamTransfer&&) noexcept = default;

private:
    template <class Buffer>
    [[FERRULE_ALWAYS_INLINE]] Result<FilledPart<Buffer&>>
    receive_with(Buffer& buffer, int flags, Operation operation, Wait wait) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(operation);
        }
        if (detail::size_of(buffer) == 0) [[unlikely]] {
            return Error{Errc::empty_buffer, operation};
        }
        const auto received = detail::receive(this->descriptor(), std::data(buffer),
                                              detail::size_of(buffer), flags, wait);
        if (!received) [[unlikely]] {
            return received.error().during(operation);
        }
        return detail::filled_part<Buffer&>(buffer, *received);
    }
};

} // namespace ferrule
// ferrule/socket/connection.hpp
/// @file
/// A socket with a peer: of a stream, or of messages between two.

namespace ferrule {

/// Which half of a connection to shut down.
enum class Shutdown : int {
    receiving = sys::shut_rd, ///< Nothing more will be read here.
    sending = sys::shut_wr,   ///< The peer sees the end of the stream.
    both = sys::shut_rdwr,
};

/// A socket with a peer. It sends and receives (see StreamTransfer and MessageTransfer) and knows
/// both endpoints.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Connection final
    : public std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                StreamTransfer<Family, Type, Protocol>> {
    using Base = std::conditional_t<KeepsBoundaries<Type>, MessageTransfer<Family, Type, Protocol>,
                                    StreamTransfer<Family, Type, Protocol>>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Connection(const Connection&) = delete; // std::move(it), std::move(result).value()
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) noexcept = default;
    Connection& operator=(Connection&&) noexcept = default;

    /// From a connection of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Connection(Connection<From, Type, FromProtocol>&& other)
        : Base{widen<Family>(std::move(other))} {}

    /// socket(2), the options, connect(2): `connect(peer, [wait], options...)`. A Unix datagram
    /// socket is then bound to a free abstract name, so that the peer can answer. With `no_wait` a
    /// TCP connect is `would_block`, because the handshake takes time: use Connecting.
    template <class... Options, class Refused = FirstRefusedAfterWait<state::Connection, Family,
                                                                      Type, Protocol, Options...>>
        requires Connectable<Family> &&
                 SettableOnTheWayTo<Refused, state::Connection, Family, Type, Protocol>
    [[nodiscard]] static Result<Connection> connect(const Peer& peer, Options&&... options) {
        const Endpoint<Family>& endpoint = peer.endpoint();
        if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
            return fits.error();
        }
        const Wait wait = steps::wait_of(options...);
        const auto blocking = steps::blocking_for(wait);
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, blocking);
        if (!opened) [[unlikely]] {
            return opened.error();
        }
        auto connected = steps::in_steps(
            *opened,
            [&]() __attribute__((__always_inline__)) {
                auto done = steps::connect(*opened, endpoint, wait, blocking);
                return done ? steps::make_answerable<Type>(opened->descriptor().number(),
                                                           opened->domain())
                            : done;
            },
            options...);
        if (!connected) [[unlikely]] {
            return connected.error();
        }
        return Connection{*std::move(opened)};
    }

    /// socketpair(2): two connections to each other, without names.
    [[nodiscard]] static Result<std::pair<Connection, Connection>> pair()
        requires FormsPairs<Family>
    {
        auto both = sys::pair(Family::number, Type::number, Protocol::number);
        if (!both) {
            return both.error();
        }
        return std::pair{Connection{Opened<Family>{std::move(both->first), Family::number}},
                         Connection{Opened<Family>{std::move(both->second), Family::number}}};
    }

    /// getpeername(2): who is at the other end.
    [[nodiscard]] Result<Endpoint<Family>> peer_endpoint() const {
        return this->name(Operation::peer_endpoint, sys::peer_name);
    }

    /// shutdown(2): ends one half of the connection, or both. The socket stays open.
    Result<void> shutdown(Shutdown half) const
        requires FormsConnections<Type>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::shutdown);
        }
        return sys::shutdown(this->descriptor(), static_cast<int>(half));
    }

    /// Ends the conversation so that the peer gets all that was sent: shutdown(2) of the sending
    /// half, recv(2) to the peer's end, close(2). Returns how many received bytes were discarded. A
    /// close with unread bytes would reset the connection, and data on the way to the peer would be
    /// lost (RFC 1122 section 4.2.2.13). The socket is closed in any case. After an error
    /// `error().transferred()` bytes had been discarded, and the peer may have seen a reset.
    [[nodiscard]] Result<std::size_t> finish(Wait wait) &&
        requires FormsConnections<Type>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::finish);
        }
        const auto opened = std::move(*this).take();
        const int number = opened.descriptor().number();
        if (auto ended = sys::shutdown(number, sys::shut_wr); !ended) {
            return ended.error().during(Operation::finish);
        }
        return detail::discard_to_the_end(number, wait);
    }
    detail::spent_by_this_step_so_write_std_move finish(Wait wait) &
        requires FormsConnections<Type>
    = delete;

    /// close(2) with SO_LINGER of 0 s: the peer's next call is `connection_reset`, and data on the
    /// way is lost. The socket is closed in any case.
    Result<void> abort() &&
        requires CanReset<Protocol>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::abort);
        }
        auto opened = std::move(*this).take();
        auto set = opt::AbortiveClose{true}.set(opened.target());
        auto closed = opened.descriptor().close();
        return set ? closed : set.error().during(Operation::abort);
    }
    detail::spent_by_this_step_so_write_std_move abort() &
        requires CanReset<Protocol>
    = delete;

    /// From Ip or Any to the family that the connection really is: `std::move(c).to<Ipv4>()`. On
    /// `wrong_family` or `wrong_protocol` this object keeps the connection.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Connection<To, Type, ToProtocol>>(*this);
    }
};

} // namespace ferrule
// ferrule/socket/connecting.hpp
/// @file
/// A socket on the way to a connection, for use in an event loop: start, poll the descriptor,
/// complete.

namespace ferrule {

/// A socket whose connect(2) has begun and may not have ended. Non-blocking inside.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Connecting final
    : public Handle<state::Connecting, Family, Type, Protocol> {
    using Base = Handle<state::Connecting, Family, Type, Protocol>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    Connecting(const Connecting&) = delete; // std::move(it), std::move(result).value()
    Connecting& operator=(const Connecting&) = delete;
    Connecting(Connecting&&) noexcept = default;
    Connecting& operator=(Connecting&&) noexcept = default;

    /// Takes a non-blocking socket of these tags that is connecting to this peer. Nothing is
    /// checked.
    Connecting(Opened<Family> opened, const Endpoint<Family>& peer)
        : Base{std::move(opened)}, peer_{peer} {}

    /// Begins a connect(2) on a non-blocking socket; for the states before this one.
    [[nodiscard]] static Result<Connecting> start(Opened<Family> opened,
                                                  const Endpoint<Family>& peer) {
        if (auto fits = check_peer<Type, Protocol>(peer, Operation::connect); !fits) {
            return fits.error();
        }
        if (auto begun = steps::begin_connect(opened, peer); !begun) {
            return begun.error();
        }
        return Connecting{std::move(opened), peer};
    }

    /// socket(2), sets the options, begins a connect(2): `start_connect(peer, options...)`.
    template <class... Options,
              class Refused = FirstRefused<state::Connecting, Family, Type, Protocol, Options...>>
        requires Connectable<Family> &&
                 SettableOnTheWayTo<Refused, state::Connecting, Family, Type, Protocol>
    [[nodiscard]] static Result<Connecting> start_connect(const Peer& peer,
                                                          const Options&... options) {
        const Endpoint<Family>& endpoint = peer.endpoint();
        if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
            return fits.error();
        }
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::no);
        if (!opened) {
            return opened.error();
        }
        auto begun = steps::in_steps(
            *opened,
            [&] {
                auto done = steps::begin_connect(*opened, endpoint);
                return done ? steps::make_answerable<Type>(opened->descriptor().number(),
                                                           opened->domain())
                            : done;
            },
            options...);
        if (!begun) {
            return begun.error();
        }
        return Connecting{*std::move(opened), endpoint};
    }

    /// The events of poll(2) to wait for before complete(no_wait). A full Unix backlog can't be
    /// polled: when complete() returns `would_block`, pause before the next try.
    [[nodiscard]] static constexpr short events() { return sys::pollout; }

    /// Waits for the end of the connect(2) and says how it ended. On success the connection moves
    /// out. After `would_block`, `deadline_exceeded` and `stopped` the connect goes on, and
    /// complete() can be called again. After any other error this object is closed.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> complete(Wait wait = {}) {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto connected = attempt(wait);
        if (connected) {
            connected = sys::set_blocking(this->descriptor(), sys::Blocking::yes);
        }
        if (!connected) {
            const Errc code = connected.error().code();
            if (code != Errc::would_block && code != Errc::deadline_exceeded &&
                code != Errc::stopped) {
                static_cast<void>(std::move(*this).close());
            }
            return connected.error();
        }
        return Connection<Family, Type, Protocol>{std::move(*this).take()};
    }

private:
    Result<void> attempt(Wait wait) const {
        const NativeForm<Family> form{peer_, this->domain()};
        if (auto going = wait.check_stop(Operation::connect); !going) {
            return going;
        }
        return steps::connect_to_the_end(
            this->descriptor(), form.address(), form.size(), wait,
            sys::connect_outcome(this->descriptor(), form.address(), form.size()));
    }

    Endpoint<Family> peer_;
};

} // namespace ferrule
// ferrule/socket/listener.hpp
/// @file
/// A socket that accepts connections.

namespace ferrule {

/// What accept gives back.
template <class Family, class Type, class Protocol>
struct [[nodiscard("a connection that nobody keeps is closed at once")]] Accepted {
    Connection<Family, Type, Protocol> connection;
    Endpoint<Family> peer; ///< Of a Unix peer that was not bound: unnamed.
};

/// A socket that accepts connections. Non-blocking inside: of several threads that wait in accept()
/// with a deadline, none waits too long when another thread takes the connection.
template <class Family, class Type = Stream, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol> && FormsConnections<Type>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Listener final
    : public Named<state::Listener, Family, Type, Protocol> {
    using Base = Named<state::Listener, Family, Type, Protocol>;

public:
    using Base::Base;
    Listener(const Listener&) = delete; // std::move(it), std::move(result).value()
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) noexcept = default;

    /// From a listener of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Listener(Listener<From, Type, FromProtocol>&& other) : Base{widen<Family>(std::move(other))} {}

    /// socket(2), the options, bind(2), listen(2): `listen(endpoint, [backlog], options...)`. Over
    /// IP it sets ReuseAddress, so that a server can be restarted at once, unless the options say
    /// otherwise.
    template <class... Options, class Refused = FirstRefusedAfterBacklog<
                                    state::Listener, Family, Type, Protocol, Options...>>
        requires SettableOnTheWayTo<Refused, state::Listener, Family, Type, Protocol>
    [[nodiscard]] static Result<Listener> listen(const Endpoint<Family>& endpoint,
                                                 const Options&... options) {
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::no);
        if (!opened) {
            return opened.error();
        }
        auto listening = Result<void>{};
        // Also for an Any that listens on IP, though Any has no such option.
        if ((opened->domain() == sys::af_inet || opened->domain() == sys::af_inet6) &&
            !(std::is_same_v<Options, opt::ReuseAddress> || ...)) {
            listening = opt::ReuseAddress{true}.set(opened->target());
        }
        if (listening) {
            listening = steps::in_steps(
                *opened,
                [&] {
                    auto done = steps::bind(*opened, endpoint);
                    return done ? sys::listen(opened->descriptor().number(),
                                              steps::backlog_of(options...).connections())
                                : done;
                },
                options...);
        }
        if (!listening) {
            return listening.error();
        }
        return Listener{*std::move(opened)};
    }

    /// accept4(2): the next connection, blocking and close-on-exec, and its peer. Errors that
    /// concern one client are retried and not reported (accept(2), Error handling); those that may
    /// as well concern every call (EPERM, EOPNOTSUPP, ENOPROTOOPT) are reported after ten retries
    /// with pauses. `is_resource_exhausted()` errors are reported and should be followed by a
    /// pause. Several threads may accept on one listener.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] Result<Accepted<Family, Type, Protocol>>
    accept(Wait wait = {}) const {
        if (!this->is_open()) [[unlikely]] {
            return this->not_open(Operation::accept);
        }
        if (!wait.may_begin()) [[unlikely]] {
            return wait.why_not(Operation::accept);
        }
        return accept_within(wait);
    }

    /// From Ip or Any to the family that the listener really is.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Listener<To, Type, ToProtocol>>(*this);
    }

private:
    // accept4(2), once.
    [[gnu::__noinline__]] Result<Accepted<Family, Type, Protocol>> accept_now() const {
        Endpoint<Family> peer;
        socklen_t size = Endpoint<Family>::native_capacity;
        auto descriptor = sys::accept(this->descriptor(), peer.native_buffer(), &size);
        if (!descriptor) {
            return descriptor.error();
        }
        peer.native_resize(size);
        return Accepted<Family, Type, Protocol>{Connection<Family, Type, Protocol>{Opened<Family>{
                                                    *std::move(descriptor), this->domain()}},
                                                peer};
    }

    [[FERRULE_ALWAYS_INLINE]] Result<Accepted<Family, Type, Protocol>>
    accept_within(Wait wait) const {
        auto accepted = accept_now(); // the one variable that is returned: it is never moved
        if (!accepted && !(wait.is_no_wait() && accepted.error() == Errc::would_block)) {
            accept_later(accepted, wait);
        }
        return accepted;
    }

    // The rest of accept, after a call that has failed.
    [[gnu::__cold__, gnu::__noinline__]] void
    accept_later(Result<Accepted<Family, Type, Protocol>>& accepted, Wait wait) const {
        for (Tries tries; !accepted;) {
            if (auto going = before_next(accepted.error(), tries, this->descriptor(), wait);
                !going) {
                accepted = going.error();
                return;
            }
            accepted = accept_now();
        }
    }

    // How often accept(2) was in vain: because nobody was there, and for a reason that may be there
    // for ever.
    struct Tries {
        int for_now = 0;
        int for_ever = 0;
    };

    // What happens between two calls, after the error of the last: a wait, or an error that is
    // returned.
    static Result<void> before_next(Error error, Tries& tries, int descriptor, Wait wait) {
        if (may_be_for_ever(error.code()) && tries.for_ever < most_tries_in_vain) {
            return wait_for(-1, 0, wait, Operation::accept, GrowingPause::end_of(tries.for_ever++));
        }
        if (is_over_when_tried_again(error.code())) {
            return wait.check(Operation::accept);
        }
        return detail::before_next_try(error, tries.for_now, descriptor, sys::pollin, wait,
                                       Operation::accept);
    }

    // Errors of one connection that accept(2) has taken off the queue, or of every call: EPERM may
    // be a firewall's or a sandbox's (seccomp(2)). They are retried with pauses, then reported.
    static constexpr int most_tries_in_vain = 10;
    static constexpr bool may_be_for_ever(Errc code) {
        return code == Errc::operation_not_permitted || code == Errc::operation_not_supported ||
               code == Errc::no_protocol_option;
    }

    // A signal, or an error already pending on the new connection (accept(2)).
    static constexpr bool is_over_when_tried_again(Errc code) {
        switch (code) {
        case Errc::interrupted:
        case Errc::connection_aborted:
        case Errc::protocol_error:
        case Errc::network_down:
        case Errc::host_down:
        case Errc::machine_not_on_network:
        case Errc::host_unreachable:
        case Errc::network_unreachable:
        case Errc::connection_timed_out:
            return true;
        default:
            return false;
        }
    }
};

} // namespace ferrule
// ferrule/socket/bound.hpp
/// @file
/// A socket with a local endpoint and no peer yet. Datagram and Raw sockets talk to anybody.

namespace ferrule {

template <class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class Bound;

namespace detail {

// The operations and the factory of a Bound socket that talks to anybody. A stream has no such
// factory: `bound.bind(...)` would look like a second bind.
template <class Family, class Type, class Protocol>
class BoundToAnybody : public AddressedTransfer<Family, Type, Protocol> {
    using Bound = ferrule::Bound<Family, Type, Protocol>;

public:
    using AddressedTransfer<Family, Type, Protocol>::AddressedTransfer;

    /// socket(2), the options, bind(2). Without an endpoint: any free port of every address, or a
    /// free abstract Unix name.
    template <class... Options,
              class Refused = FirstRefused<state::Bound, Family, Type, Protocol, Options...>>
        requires SettableOnTheWayTo<Refused, state::Bound, Family, Type, Protocol>
    [[nodiscard]] static Result<Bound> bind(const Endpoint<Family>& endpoint = Endpoint<Family>{},
                                            const Options&... options) {
        auto opened = steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::yes);
        if (!opened) {
            return opened.error();
        }
        auto bound =
            steps::in_steps(*opened, [&] { return steps::bind(*opened, endpoint); }, options...);
        if (!bound) {
            return bound.error();
        }
        return Bound{*std::move(opened)};
    }

protected:
    ~BoundToAnybody() = default;
    BoundToAnybody(BoundToAnybody&&) noexcept = default;
    BoundToAnybody& operator=(BoundToAnybody&&) noexcept = default;
};

} // namespace detail

/// A socket with a local endpoint. Without connections (Datagram, Raw) it sends and receives by
/// AddressedTransfer; with connections (Stream, SeqPacket) it goes on to listen or connect.
template <class Family, class Type, class Protocol>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Bound final
    : public std::conditional_t<FormsConnections<Type>, Named<state::Bound, Family, Type, Protocol>,
                                detail::BoundToAnybody<Family, Type, Protocol>> {
    using Base =
        std::conditional_t<FormsConnections<Type>, Named<state::Bound, Family, Type, Protocol>,
                           detail::BoundToAnybody<Family, Type, Protocol>>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Bound(const Bound&) = delete; // std::move(it), std::move(result).value()
    Bound& operator=(const Bound&) = delete;
    Bound(Bound&&) noexcept = default;
    Bound& operator=(Bound&&) noexcept = default;

    /// From a bound socket of a family that this one includes (Ipv4 for Ip).
    template <class From, class FromProtocol>
        requires Widens<From, FromProtocol, Family, Protocol>
    Bound(Bound<From, Type, FromProtocol>&& other) : Base{widen<Family>(std::move(other))} {}

    /// listen(2): wait for connections. It takes this socket, and closes it on failure.
    [[nodiscard]] auto listen(Backlog backlog = {}) &&
        requires FormsConnections<Type>
    {
        using Outcome = Result<Listener<Family, Type, Protocol>>;
        if (!this->is_open()) {
            return Outcome{this->not_open(Operation::listen)};
        }
        auto opened = std::move(*this).take();
        const int number = opened.descriptor().number();
        if (auto set = sys::set_blocking(number, sys::Blocking::no); !set) {
            return Outcome{set.error().during(Operation::listen)};
        }
        if (auto listening = sys::listen(number, backlog.connections()); !listening) {
            return Outcome{listening.error()};
        }
        return Outcome{Listener<Family, Type, Protocol>{std::move(opened)}};
    }
    detail::spent_by_this_step_so_write_std_move listen(Backlog backlog = {}) &
        requires FormsConnections<Type>
    = delete;

    /// connect(2). It takes this socket, and closes it on failure. Messages that anybody has sent
    /// before are still received; later only the peer's messages come in.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> connect(const Peer& peer,
                                                                     Wait wait = {}) &&
        requires Connectable<Family>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto opened = std::move(*this).take();
        if (auto fits = check_peer<Type, Protocol>(peer.endpoint(), Operation::connect); !fits) {
            return fits.error();
        }
        if (auto connected = steps::connect(opened, peer.endpoint(), wait, sys::Blocking::yes);
            !connected) {
            return connected.error();
        }
        return Connection<Family, Type, Protocol>{std::move(opened)};
    }
    detail::spent_by_this_step_so_write_std_move connect(const Peer& peer, Wait wait = {}) &
        requires Connectable<Family>
    = delete;

    /// Begins a connect(2). It takes this socket, and closes it on failure.
    [[nodiscard]] Result<Connecting<Family, Type, Protocol>> start_connect(const Peer& peer) &&
        requires Connectable<Family>
    {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        auto opened = std::move(*this).take();
        if (auto set = sys::set_blocking(opened.descriptor().number(), sys::Blocking::no); !set) {
            return set.error().during(Operation::connect);
        }
        return Connecting<Family, Type, Protocol>::start(std::move(opened), peer.endpoint());
    }
    detail::spent_by_this_step_so_write_std_move start_connect(const Peer&) &
        requires Connectable<Family>
    = delete;

    /// From Ip or Any to the family that the socket really is.
    template <class To, class ToProtocol = DefaultProtocol<To, Type>>
        requires Among<To, MembersOf<Family>>
    [[nodiscard]] auto to() && { // std::move(it).to<...>()
        return narrow<Bound<To, Type, ToProtocol>>(*this);
    }
};

} // namespace ferrule
// ferrule/sys/batch.hpp
/// @file
/// Many messages in one call.

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// sendmmsg(2), recvmmsg(2).

#include <cstddef>
#include <sys/socket.h>

namespace ferrule::sys {

/// A message header (`msg_hdr`) and the size of what was sent or received (`msg_len`).
using BatchMessage = ::mmsghdr;

/// The most messages that one call takes (UIO_MAXIOV).
inline constexpr std::size_t most_of_a_batch = 1024;

/// Sends them in order, at least one; returns how many. The error of a later one is that of the
/// next call.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_messages(int descriptor, BatchMessage* messages, std::size_t size, int flags) {
    return count(Operation::send, ::sendmmsg, descriptor, messages, static_cast<unsigned>(size),
                 flags | msg_nosignal);
}

/// Receives what is there, at least one message: it waits for the first, unless the flags say not
/// to; returns how many. The error of a later one is that of the next call.
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_messages(int descriptor, BatchMessage* messages, std::size_t size, int flags) {
    return count(Operation::receive, ::recvmmsg, descriptor, messages, static_cast<unsigned>(size),
                 flags | msg_waitforone | msg_cmsg_cloexec, nullptr);
}

} // namespace ferrule::sys
#else
/// @file
/// A batch with a call for each message: POSIX has no call for many.

#include <cstddef>
#include <sys/socket.h>

namespace ferrule::sys {

struct BatchMessage {
    msghdr msg_hdr;
    unsigned msg_len;
};

inline constexpr std::size_t most_of_a_batch = 1024;

inline Result<std::size_t> send_messages(int descriptor, BatchMessage* messages, std::size_t size,
                                         int flags) {
    for (std::size_t done = 0; done < size; ++done) {
        const auto sent = send_message(descriptor, messages[done].msg_hdr, flags);
        if (!sent) {
            return done == 0 ? sent : Result<std::size_t>{done};
        }
        messages[done].msg_len = static_cast<unsigned>(*sent);
    }
    return size;
}

inline Result<std::size_t> receive_messages(int descriptor, BatchMessage* messages,
                                            std::size_t size, int flags) {
    for (std::size_t done = 0; done < size; ++done) {
        const auto received = receive_message(descriptor, messages[done].msg_hdr,
                                              done == 0 ? flags : flags | msg_dontwait);
        if (!received) {
            return done == 0 ? received : Result<std::size_t>{done};
        }
        messages[done].msg_len = static_cast<unsigned>(*received);
    }
    return size;
}

} // namespace ferrule::sys
#endif
// ferrule/message/control/rules.hpp
/// @file
/// What a control message is: a type that states on which families, types and protocols it goes,
/// whether it can be sent and received, and which option has to be on for it to come. Anything else
/// does not compile. The control messages themselves are beside this header; one of a user's own
/// derives from `control::Anywhere` and narrows it.

namespace ferrule {

namespace control {

/// No option has to be on.
struct NoOption {};

/// On every socket, neither sent nor received.
struct Anywhere {
    using families = Every;
    using types = Every;
    using protocols = Every;
    using option = NoOption; ///< The option that makes the kernel add it to what is received.
    static constexpr bool can_be_sent = false;
    static constexpr bool can_be_received = false;
};

} // namespace control

/// Whether a type says what a control message is. A variable, so that a refusal of something else
/// is one line.
template <class Control>
inline constexpr bool is_control_message = requires {
    typename Control::families;
    typename Control::types;
    typename Control::protocols;
    typename Control::option;
    Control::can_be_sent;
    Control::can_be_received;
};

namespace detail {

template <class Control> constexpr bool is_on_this_system() {
    if constexpr (requires { Control::on_this_system; }) {
        return Control::on_this_system;
    } else if constexpr (!std::is_same_v<typename Control::option, control::NoOption>) {
        return on_this_system<typename Control::option>();
    } else {
        return true;
    }
}

} // namespace detail

/// The kernel of this system has such control messages.
template <class Control>
concept KnownToThisSystem = detail::is_on_this_system<Control>();

/// `Control` can go out with what is sent.
template <class Control>
concept CanBeSent = Control::can_be_sent;

/// `Control` can come with what is received.
template <class Control>
concept CanBeReceived = Control::can_be_received;

/// A control message that means something on sockets of these three tags.
template <class Control, class Family, class Type, class Protocol>
concept GoesWith =
    is_control_message<Control> && KnownToThisSystem<Control> &&
    Among<Family, typename Control::families> && Among<Type, typename Control::types> &&
    Among<Protocol, typename Control::protocols>;

namespace detail {

/// Stands for "none was refused".
struct NoControlRefused : control::Anywhere {
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
};

template <bool sent, class Family, class Type, class Protocol, class... Controls>
struct FirstRefusedControl {
    using type = NoControlRefused;
};
template <bool sent, class Family, class Type, class Protocol, class First, class... Rest>
struct FirstRefusedControl<sent, Family, Type, Protocol, First, Rest...> {
    using type = First;
};
template <bool sent, class Family, class Type, class Protocol, class First, class... Rest>
    requires GoesWith<First, Family, Type, Protocol> &&
             (sent ? First::can_be_sent : First::can_be_received) && (!among<First, OneOf<Rest...>>)
struct FirstRefusedControl<sent, Family, Type, Protocol, First, Rest...>
    : FirstRefusedControl<sent, Family, Type, Protocol, Rest...> {};

template <class Control> struct ReceivedForm {
    using type = Control;
};
template <class Control>
    requires requires { typename Control::received_type; }
struct ReceivedForm<Control> {
    using type = typename Control::received_type;
};

} // namespace detail

/// Of those that are sent, the first that does not fit the socket, or that stands twice.
template <class Family, class Type, class Protocol, class... Controls>
using FirstRefusedToSend =
    typename detail::FirstRefusedControl<true, Family, Type, Protocol, Controls...>::type;

/// The same of those that are received.
template <class Family, class Type, class Protocol, class... Controls>
using FirstRefusedToReceive =
    typename detail::FirstRefusedControl<false, Family, Type, Protocol, Controls...>::type;

/// What a received control message is given as: itself, or its `received_type`.
template <class Control> using ReceivedAs = typename detail::ReceivedForm<Control>::type;

} // namespace ferrule
// ferrule/sys/control.hpp
/// @file
/// Control messages as they lie in memory (cmsg(3), RFC 3542 section 20): how much room they take,
/// how they are written, how they are walked. The bytes may come from anywhere: every length is
/// checked before it is used.

namespace ferrule::sys {

/// The bytes that a control message with so much in it takes (CMSG_SPACE).
constexpr std::size_t control_space(std::size_t size) { return CMSG_SPACE(size); }

/// One of them. Borrows its data, which is not aligned.
struct ControlMessage {
    int level = 0;
    int type = 0;
    const char* data = nullptr;
    std::size_t size = 0;

    [[nodiscard]] bool is(int of_level, int of_type) const {
        return level == of_level && type == of_type;
    }

    /// Whether there is a whole `Value` at this place of the data; writes it to `value` then.
    template <class Value> [[nodiscard]] bool read(Value& value, std::size_t at = 0) const {
        if (size < at || size - at < sizeof value) {
            return false;
        }
        __builtin_memcpy(&value, data + at, sizeof value);
        return true;
    }
};

/// Walks the control messages in these bytes: `for (ControlMessage message;
/// walker.next(message);)`. Ends at the first whose length can't be right.
class ControlWalker {
public:
    ControlWalker(const void* data, std::size_t size)
        : at_{static_cast<const char*>(data)}, left_{size} {}

    [[nodiscard]] bool next(ControlMessage& message) {
        constexpr std::size_t head = CMSG_LEN(0);
        cmsghdr header;
        if (left_ < head) {
            return false;
        }
        __builtin_memcpy(&header, at_, sizeof header);
        const auto length = number_as<std::size_t>(header.cmsg_len);
        if (length < head || length > left_) {
            return false;
        }
        message = {header.cmsg_level, header.cmsg_type, at_ + head, length - head};
        const std::size_t whole = control_space(length - head);
        at_ += whole < left_ ? whole : left_;
        left_ -= whole < left_ ? whole : left_;
        return true;
    }

private:
    const char* at_;
    std::size_t left_;
};

/// Room for control messages of so many bytes, aligned as the kernel wants it, and what was written
/// there.
template <std::size_t capacity> class ControlBuffer {
public:
    [[nodiscard]] void* data() { return bytes_; }
    [[nodiscard]] const void* data() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] static constexpr std::size_t room() { return capacity; }

    void clear() { size_ = 0; }

    /// One more. The room must be there.
    void add(int level, int type, const void* data, std::size_t size) {
        cmsghdr header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = CMSG_LEN(size);
        char* const to = bytes_ + size_;
        __builtin_memset(to, 0, control_space(size)); // the kernel is given no padding of ours
        __builtin_memcpy(to, &header, sizeof header);
        if (size != 0) {
            __builtin_memcpy(to + CMSG_LEN(0), data, size);
        }
        size_ += control_space(size);
    }
    template <class Value> void add(int level, int type, const Value& value) {
        add(level, type, &value, sizeof value);
    }

private:
    alignas(cmsghdr) char bytes_[capacity == 0 ? 1 : capacity];
    std::size_t size_ = 0;
};

} // namespace ferrule::sys
// ferrule/sys/file.hpp
/// @file
/// The calls about files that a Unix socket with a path needs.

#include <cstdio>
#include <sys/file.h>
#include <sys/stat.h>

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
// ferrule/opt/unix.hpp
/// @file
/// Options of Unix sockets (unix(7)): who is at the other end.

namespace ferrule::opt {

/// SO_PASSCRED: with each message, who sent it. Binds a socket without a name to an abstract one.
/// Set it on the Listener: its connections inherit it. A message that was sent before it was set
/// comes from process 0.
struct PassCredentials : Setting<Switch, Kernel<sys::sol_socket, sys::so_passcred, "SO_PASSCRED">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// SO_PASSRIGHTS: whether descriptors are taken; off, a peer that sends some gets
/// `operation_not_permitted`. A Listener that takes none says so at its birth: its connections
/// inherit it before their client can send. On unless said otherwise. Since Linux 6.16.
struct PassDescriptors
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_passrights, "SO_PASSRIGHTS">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// SO_PASSPIDFD: with each message, a descriptor of the process that sent it. As with
/// PassCredentials, set it on the Listener. Since Linux 6.5.
struct PassProcessDescriptor
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_passpidfd, "SO_PASSPIDFD">> {
    using Setting::Setting;
    using families = OneOf<Unix>;
};

/// Who a process was: struct ucred of unix(7).
struct Credentials {
    pid_t process = 0;
    uid_t user = 0;
    gid_t group = 0;
    friend constexpr bool operator==(const Credentials&, const Credentials&) = default;
};

/// fchmod(2) before bind: who may connect to the path, from 0 to 0777 (octal: a decimal 600 does
/// not compile), less the umask. Set before the path is there, so that there is no moment in which
/// others may. PathListener takes the umask back.
struct Mode : Everywhere {
    using families = OneOf<Unix>;
    using set_in = BeforeBind;
    using get_in = NoState;
    using value_type = mode_t;
    using kernels = OneOf<>; // no option of the kernel
    static constexpr bool on_this_system = sys::unix_has_modes;

    constexpr explicit Mode(Checked<Number<0, 0777>> permissions)
        : value{static_cast<mode_t>(permissions.value)}, fits{permissions.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, "mode");
        }
        auto done = sys::set_mode_to_be(target.descriptor, value);
        return done ? done : Error::of_option(done.error().code(), Operation::set_option, "mode");
    }

    mode_t value;
    bool fits; ///< Whether what was given at run time is a mode.
};

/// SO_PEERCRED: process, user and group of the peer as they were when it connected or listened.
struct PeerCredentials
    : Setting<AsItIs<Credentials>, Kernel<sys::sol_socket, sys::so_peercred, "SO_PEERCRED">> {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
};

/// SO_PEERPIDFD: a descriptor of the peer's process (pidfd_open(2)), close-on-exec, which stays its
/// own when the number goes to another. Since Linux 6.5.
struct PeerPidfd : Everywhere {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
    using value_type = Descriptor;
    using kernels = OneOf<Kernel<sys::sol_socket, sys::so_peerpidfd, "SO_PEERPIDFD">>;
    [[nodiscard]] static Result<Descriptor> get(Target target) {
        const auto number =
            Kernel<sys::sol_socket, sys::so_peerpidfd, "SO_PEERPIDFD">::get<int>(target.descriptor);
        if (!number) {
            return number.error();
        }
        return Descriptor{*number};
    }
};

/// SO_PEERGROUPS: the supplementary groups of the peer. More than 64 are `result_out_of_range`.
struct PeerGroups : Everywhere {
    using families = OneOf<Unix>;
    using types = OneOf<Stream, SeqPacket>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// The numbers of the groups, a range.
    class Groups {
    public:
        [[nodiscard]] std::span<const gid_t> all() const { return {groups_.data(), size_}; }

    private:
        friend PeerGroups;
        std::array<gid_t, 64> groups_{};
        std::size_t size_ = 0;
    };
    using value_type = Groups;
    using kernels = OneOf<Kernel<sys::sol_socket, sys::so_peergroups, "SO_PEERGROUPS">>;
    [[nodiscard]] static Result<Groups> get(Target target) {
        Groups groups;
        const auto asked =
            sys::get_option_bytes(target.descriptor, sys::sol_socket, sys::so_peergroups,
                                  groups.groups_.data(), sizeof groups.groups_);
        if (!asked) {
            return Error::of_option(asked.error().code(), Operation::get_option, "SO_PEERGROUPS");
        }
        groups.size_ = *asked / sizeof(gid_t);
        return groups;
    }
};

} // namespace ferrule::opt
// ferrule/message/control/process.hpp
/// @file
/// SCM_CREDENTIALS, SCM_PIDFD (unix(7)): the process that sent a message.

namespace ferrule::control {

/// SCM_CREDENTIALS: process, user and group of the sender, which the kernel has checked. They come
/// with each message while opt::PassCredentials is on; a process of another namespace is 0. To send
/// those of another process takes privileges (`operation_not_permitted`).
struct Credentials : Anywhere, opt::Credentials {
    using families = OneOf<Unix>;
    using option = opt::PassCredentials;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(opt::Credentials));

    constexpr Credentials() = default;
    constexpr Credentials(opt::Credentials of) : opt::Credentials{of} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_credentials, static_cast<const opt::Credentials&>(*this));
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_credentials) &&
               message.read(static_cast<opt::Credentials&>(*this));
    }
};

/// SCM_PIDFD: a descriptor of the sender's process (pidfd_open(2)), close-on-exec, which stays its
/// own when the number goes to another. It comes with each message while
/// opt::PassProcessDescriptor is on.
class ProcessDescriptor : public Anywhere {
public:
    using families = OneOf<Unix>;
    using option = opt::PassProcessDescriptor;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(int));

    [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }
    [[nodiscard]] Descriptor take() && { return std::move(descriptor_); }

    void own(Descriptor descriptor) { descriptor_ = std::move(descriptor); }

private:
    Descriptor descriptor_;
};

} // namespace ferrule::control
// ferrule/message/impl/target.hpp
/// @file
/// What a control message has to know of the socket, and of its option.

namespace ferrule::detail {

template <class State, class Family, class Type, class Protocol>
[[nodiscard]] opt::Target target_of(const Handle<State, Family, Type, Protocol>& socket) {
    return {socket.descriptor(), socket.domain(),
            !FixedFamily<Family> && socket.domain() == sys::af_inet6};
}

template <class First, class... Rest>
[[nodiscard]] constexpr const char* kernel_name(OneOf<First, Rest...>, int domain) {
    if constexpr (sizeof...(Rest) == 0) {
        return First::name;
    } else {
        return domain == sys::af_inet ? First::name : kernel_name(OneOf<Rest...>{}, domain);
    }
}

/// Why a control message did not come: its option is off, or the kernel had none.
template <class Control>
[[nodiscard, gnu::__cold__, gnu::__noinline__]] Error why_missing(opt::Target target) {
    using Option = typename Control::option;
    if constexpr (!std::is_same_v<Option, control::NoOption>) {
        const auto value = Option::get(target);
        if (value.has_value() && *value == typename Option::value_type{}) {
            return Error::of_option(Errc::option_off, Operation::receive,
                                    kernel_name(typename Option::kernels{}, target.domain));
        }
    }
    return Error{Errc::control_missing, Operation::receive};
}

} // namespace ferrule::detail
// ferrule/message/received.hpp
/// @file
/// What was received with control messages: those that came, of those that were asked for.

namespace ferrule {

namespace detail {

// A control message that was asked for, and why it did not come: `none` if it did.
template <class Control> struct Slot {
    ReceivedAs<Control> value{};
    Error missing{Errc::control_missing, Operation::receive};

    [[nodiscard]] bool came() const { return missing == Errc::none; }
    void note() { missing = {Errc::none, Operation::receive}; }
};

} // namespace detail

/// The control messages that came, of those that were asked for.
template <class... Controls> class ReceivedControls : detail::Slot<Controls>... {
public:
    /// Null if it did not come.
    template <Among<OneOf<Controls...>> Control>
    [[nodiscard]] const ReceivedAs<Control>* get_if() const& {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] ReceivedAs<Control>* get_if() & {
        return slot<Control>().came() ? &slot<Control>().value : nullptr;
    }

    /// Takes it out. Without it: `option_off`, which names the option that asks for it, or
    /// `control_missing`.
    template <Among<OneOf<Controls...>> Control> [[nodiscard]] Result<ReceivedAs<Control>> take() {
        if (!slot<Control>().came()) {
            return slot<Control>().missing;
        }
        return std::move(slot<Control>().value);
    }

    /// Takes over what is in this buffer, as recvmsg(2) fills it: all descriptors in it are owned
    /// from here on. False if there were more descriptors than asked for.
    [[nodiscard, FERRULE_ALWAYS_INLINE]] bool take_over(const void* data, std::size_t size) {
        bool all_fit = true;
        sys::ControlWalker walker{data, size};
        for (sys::ControlMessage message; walker.next(message);) {
            if (message.is(sys::sol_socket, sys::scm_rights)) {
                all_fit = take_rights(message) && all_fit;
            } else if (message.is(sys::sol_socket, sys::scm_pidfd) &&
                       sys::scm_pidfd != sys::absent) {
                take_process(message);
            } else {
                static_cast<void>((read_into<Controls>(message) || ...));
            }
        }
        return all_fit;
    }

    /// Finds out why what did not come did not.
    void explain(opt::Target target) { (explain_one<Controls>(target), ...); }

    /// Whether all came.
    [[nodiscard]] bool are_complete() const { return (slot<Controls>().came() && ...); }

private:
    template <class Control> detail::Slot<Control>& slot() { return *this; }
    template <class Control> const detail::Slot<Control>& slot() const { return *this; }

    template <class Control>
    static constexpr bool is_rights =
        requires(ReceivedAs<Control> owned) { owned.add(Descriptor{}); };

    bool take_rights(const sys::ControlMessage& message) {
        bool all_fit = true;
        int number = -1;
        for (std::size_t at = 0; message.read(number, at); at += sizeof number) {
            Descriptor descriptor{number};
            const bool fits = (add_to<Controls>(descriptor) || ...);
            all_fit = all_fit && (fits || !(is_rights<Controls> || ...));
        }
        return all_fit;
    }

    template <class Control> bool add_to(Descriptor& descriptor) {
        if constexpr (is_rights<Control>) {
            slot<Control>().note();
            return slot<Control>().value.add(std::move(descriptor));
        } else {
            return false;
        }
    }

    void take_process(const sys::ControlMessage& message) {
        int number = -1;
        if (message.read(number)) { // below 0 of a process that is gone
            Descriptor descriptor{number};
            static_cast<void>((own_as<Controls>(descriptor) || ...));
        }
    }

    template <class Control> bool own_as(Descriptor& descriptor) {
        if constexpr (std::is_same_v<Control, control::ProcessDescriptor>) {
            slot<Control>().note();
            slot<Control>().value.own(std::move(descriptor));
            return true;
        } else {
            return false;
        }
    }

    template <class Control> bool read_into(const sys::ControlMessage& message) {
        if constexpr (requires(ReceivedAs<Control> value) { value.read(message); }) {
            if (!slot<Control>().value.read(message)) {
                return false;
            }
            slot<Control>().note();
            return true;
        } else {
            return false;
        }
    }

    template <class Control> void explain_one(opt::Target target) {
        if (!slot<Control>().came()) {
            slot<Control>().missing = detail::why_missing<Control>(target);
        }
    }
};

/// What receive<Controls...> and receive_some<Controls...> give.
template <class Data, class... Controls> struct ReceivedMessage : ReceivedControls<Controls...> {
    Data data; ///< The part of the buffer that was filled.
};

/// What receive_from<Controls...> gives.
template <class Data, class Family, class... Controls>
struct ReceivedMessageFrom : ReceivedControls<Controls...> {
    Data data;             ///< The part of the buffer that was filled.
    Endpoint<Family> peer; ///< Who sent it; unnamed for a Unix socket that was not bound.
};

namespace detail {

// Room for what is asked for, and for what else may come without being asked for; then no stranger
// to the call can cut what is.
template <class Family, class... Controls>
inline constexpr std::size_t room_to_receive =
    (Controls::room + ... + (std::is_same_v<Family, Unix> ? 128 : 512));

} // namespace detail

} // namespace ferrule
// ferrule/message/batched_message.hpp
/// @file
/// One datagram of a Batch.

namespace ferrule {

/// A datagram of a Batch (message/batch.hpp), which it borrows until the batch is used again.
/// `Controls` are the control messages that can come with it.
template <class Family, class... Controls> class BatchedMessage {
public:
    /// For Batch: `room` is how many bytes of a datagram there was room for.
    BatchedMessage(const sys::BatchMessage& message, const Endpoint<Family>& peer, std::size_t room,
                   opt::Target target)
        : message_{&message}, peer_{&peer}, room_{room}, target_{target} {}

    /// What came, as far as there was room; or what is to be sent.
    [[nodiscard]] std::span<char> data() const {
        return {static_cast<char*>(header().msg_iov->iov_base), size()};
    }
    [[nodiscard]] std::string_view text() const {
        return {static_cast<const char*>(header().msg_iov->iov_base), size()};
    }
    /// Who sent it; or where it is to go.
    [[nodiscard]] const Endpoint<Family>& peer() const { return *peer_; }
    /// It was longer than the room for one.
    [[nodiscard]] bool is_truncated() const { return (header().msg_flags & sys::msg_trunc) != 0; }
    /// Of one that was longer: how long, if the system tells it.
    [[nodiscard]] OptionalSize whole_size() const {
        const std::size_t size = message_->msg_len;
        return OptionalSize{is_truncated() && size > room_ ? size : 0};
    }
    /// The control messages that came with it.
    [[nodiscard]] ReceivedControls<Controls...> controls() const
        requires(sizeof...(Controls) != 0)
    {
        ReceivedControls<Controls...> controls;
        static_cast<void>(controls.take_over(header().msg_control,
                                             sys::number_as<std::size_t>(header().msg_controllen)));
        if (!controls.are_complete()) {
            controls.explain(target_);
        }
        return controls;
    }

private:
    [[nodiscard]] const msghdr& header() const { return message_->msg_hdr; }
    [[nodiscard]] std::size_t size() const {
        const std::size_t size = message_->msg_len;
        return size < room_ ? size : room_;
    }

    const sys::BatchMessage* message_;
    const Endpoint<Family>* peer_;
    std::size_t room_;
    opt::Target target_;
};

namespace detail {

// BatchedMessage with those of the controls that can be received.
template <class Family, class Received, class... Controls> struct BatchedMessageWith;
template <class Family, class... Received> struct BatchedMessageWith<Family, OneOf<Received...>> {
    using type = BatchedMessage<Family, Received...>;
};
template <class Family, class... Received, class First, class... Rest>
struct BatchedMessageWith<Family, OneOf<Received...>, First, Rest...>
    : BatchedMessageWith<
          Family,
          std::conditional_t<First::can_be_received, OneOf<Received..., First>, OneOf<Received...>>,
          Rest...> {};

} // namespace detail

} // namespace ferrule
// ferrule/message/impl/batch_store.hpp
/// @file
/// The datagrams of a Batch as the kernel takes them and leaves them, and what they point to.

namespace ferrule::detail {

// A control message that goes along with a datagram, or none.
template <class Control> struct Attached {
    static_assert(std::is_trivially_copyable_v<Control>);
    union {
        char none = 0;
        Control value;
    };
    bool goes = false;
};
template <class Control>
    requires(!Control::can_be_sent)
struct Attached<Control> {};

template <class... Controls> struct AttachedControls : Attached<Controls>... {
    template <class Control> void set(const Control& control) {
        auto& one = static_cast<Attached<Control>&>(*this);
        ::new (static_cast<void*>(&one.value)) Control(control);
        one.goes = true;
    }
    template <class Buffer>
    [[nodiscard]] Result<void> write(Buffer& buffer, opt::Target target) const {
        auto done = Result<void>{};
        static_cast<void>((write_one<Controls>(buffer, target, done) && ...));
        return done;
    }

private:
    template <class Control, class Buffer>
    bool write_one(Buffer& buffer, opt::Target target, Result<void>& done) const {
        if constexpr (Control::can_be_sent) {
            const auto& one = static_cast<const Attached<Control>&>(*this);
            if (one.goes) {
                done = one.value.write(buffer, target);
            }
        }
        return done.has_value();
    }
};

// The memory of a Batch, in one of two states: filled by a receive, or to be sent. It points into
// itself.
template <class Family, std::size_t capacity, class... Controls> class BatchStore {
    static constexpr bool has_controls = sizeof...(Controls) != 0;

public:
    using Message = typename BatchedMessageWith<Family, OneOf<>, Controls...>::type;

    BatchStore() {
        for (std::size_t at = 0; at < capacity; ++at) {
            auto& header = messages_[at].msg_hdr;
            header = {};
            header.msg_iov = &pieces_[at];
            header.msg_iovlen = 1;
        }
    }
    BatchStore(const BatchStore&) = delete;
    BatchStore& operator=(const BatchStore&) = delete;

    void set_room(char* room, std::size_t size) {
        room_ = room;
        part_ = size / capacity;
    }
    [[nodiscard]] bool has_room() const { return part_ != 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool is_received() const { return is_received_; }
    [[nodiscard]] sys::BatchMessage* native(std::size_t at) { return &messages_[at]; }
    [[nodiscard]] const Endpoint<Family>& peer(std::size_t at) const { return endpoints_[at]; }
    // Over a connection there is none.
    [[nodiscard]] bool has_peer(std::size_t at) const {
        return messages_[at].msg_hdr.msg_name != nullptr;
    }
    [[nodiscard]] Message message(std::size_t at) const {
        return {messages_[at], endpoints_[at], longest_, target_};
    }

    void clear() {
        if (is_received_) {
            make_sendable(false);
        }
        forget();
    }

    // One more to this peer; null: to the peer of the connection.
    void add(BytesView bytes, const Endpoint<Family>* peer) {
        if (is_received_) { // what was received stays, to be sent with it
            make_sendable(false);
        }
        endpoints_[size_] = peer == nullptr ? Endpoint<Family>{} : *peer;
        lacks_scope_ = lacks_scope_ || (peer != nullptr && lacks_scope(*peer));
        pieces_[size_] = {const_cast<void*>(bytes.data()), bytes.size()};
        messages_[size_].msg_len = static_cast<unsigned>(bytes.size());
        auto& header = messages_[size_].msg_hdr;
        header.msg_name = peer == nullptr ? nullptr : endpoints_[size_].native_buffer();
        header.msg_namelen = peer == nullptr ? 0 : endpoints_[size_].native_size();
        detach(size_);
        ++size_;
    }
    template <class Control> void attach(std::size_t at, const Control& control) {
        attached_[at].set(control);
        end_prepared_ = begin_prepared_;
    }

    // What was received becomes what is to be sent, back to who sent it. Over a connection that is
    // its peer, which may have no name.
    void make_sendable(bool over_a_connection) {
        is_received_ = false;
        longest_ = SIZE_MAX;
        for (std::size_t at = 0; at < size_; ++at) {
            auto& header = messages_[at].msg_hdr;
            header.msg_name = over_a_connection ? nullptr : endpoints_[at].native_buffer();
            header.msg_namelen = over_a_connection ? 0 : endpoints_[at].native_size();
            leave_controls_out(at);
            if (messages_[at].msg_len > part_) {
                messages_[at].msg_len = static_cast<unsigned>(part_);
            }
            pieces_[at].iov_len = messages_[at].msg_len;
        }
    }

    // Makes the datagrams from `first` on ready for this socket, up to the first that can't go out,
    // and says why it can't.
    [[nodiscard]] Result<void> prepare(std::size_t first, opt::Target target) {
        if constexpr (FixedFamily<Family> && !has_controls) {
            if (!lacks_scope_) {
                end_prepared_ = size_;
                return {};
            }
        }
        if (lacks_scope_ || target.domain != prepared_for_ || first < begin_prepared_ ||
            first > end_prepared_) {
            begin_prepared_ = first;
            end_prepared_ = first;
            prepared_for_ = target.domain;
        }
        for (; end_prepared_ < size_; ++end_prepared_) {
            if (auto done = prepare_one(end_prepared_, target); !done) {
                return done;
            }
        }
        return {};
    }
    [[nodiscard]] std::size_t end_prepared() const { return end_prepared_; }

    // Everything is there to be received into. The kernel has written into the headers of what was
    // received before; their sizes of names take_in has written again.
    void make_ready() {
        if (!is_received_) { // it was for sending
            for (std::size_t at = 0; at < capacity; ++at) {
                auto& header = messages_[at].msg_hdr;
                header.msg_name = endpoints_[at].native_buffer();
                header.msg_namelen = Endpoint<Family>::native_capacity;
                header.msg_control = has_controls ? controls_[at].data() : nullptr;
                header.msg_controllen = control_room;
                pieces_[at] = {room_ + at * part_, part_};
            }
            is_received_ = true;
            longest_ = part_;
        } else if constexpr (has_controls) {
            for (std::size_t at = 0; at < size_; ++at) {
                messages_[at].msg_hdr.msg_controllen = control_room;
            }
        }
        forget();
    }
    // So many were received.
    void take_in(std::size_t size, opt::Target target) {
        for (std::size_t at = 0; at < size; ++at) {
            auto& header = messages_[at].msg_hdr;
            endpoints_[at].native_resize(header.msg_namelen);
            header.msg_namelen = Endpoint<Family>::native_capacity; // for the next receive
            if constexpr (has_controls) {
                attached_[at] = {};
            }
        }
        size_ = size;
        target_ = target;
    }

private:
    static constexpr std::size_t control_room =
        has_controls ? room_to_receive<Family, Controls...> : 0;

    void forget() {
        size_ = 0;
        begin_prepared_ = 0;
        end_prepared_ = 0;
        lacks_scope_ = false;
    }

    void leave_controls_out(std::size_t at) {
        auto& header = messages_[at].msg_hdr;
        header.msg_control = nullptr;
        header.msg_controllen = 0;
        header.msg_flags = 0;
    }
    void detach(std::size_t at) {
        leave_controls_out(at);
        if constexpr (has_controls) {
            attached_[at] = {};
        }
    }

    Result<void> prepare_one(std::size_t at, opt::Target target) {
        auto& header = messages_[at].msg_hdr;
        if (header.msg_name != nullptr) {
            if (auto fits = check_scope(target.descriptor, endpoints_[at], Operation::send);
                !fits) {
                return fits;
            }
            // A socket of AF_INET6 takes an IPv4 endpoint as a mapped one, once for all sends.
            if constexpr (VariableFamily<Family>) {
                const NativeForm<Family> form{endpoints_[at], target.domain};
                header.msg_name = &names_[at];
                header.msg_namelen = form.size();
                __builtin_memcpy(&names_[at], form.address(), form.size());
            }
        }
        if constexpr (has_controls) {
            auto& buffer = controls_[at];
            buffer.clear();
            if (auto written = attached_[at].write(buffer, target); !written) {
                return written;
            }
            header.msg_control = buffer.size() == 0 ? nullptr : buffer.data();
            header.msg_controllen = sys::number_as<decltype(header.msg_controllen)>(buffer.size());
        }
        return {};
    }

    struct NoName {};
    using Name = std::conditional_t<VariableFamily<Family>, sockaddr_storage, NoName>;

    std::array<sys::BatchMessage, capacity> messages_;
    std::array<iovec, capacity> pieces_{};
    std::array<Endpoint<Family>, capacity> endpoints_{};
    std::array<sys::ControlBuffer<control_room>, has_controls ? capacity : 1> controls_;
    std::array<AttachedControls<Controls...>, has_controls ? capacity : 1> attached_{};
    std::array<Name, VariableFamily<Family> ? capacity : 1> names_;
    char* room_ = nullptr;
    std::size_t part_ = 0;
    std::size_t longest_ = SIZE_MAX; // part_, of what was received
    std::size_t size_ = 0;
    std::size_t begin_prepared_ = 0; // From here
    std::size_t end_prepared_ = 0;   // to here they are ready
    int prepared_for_ = -1;          // for a socket of this domain.
    bool lacks_scope_ = false;
    bool is_received_ = false;
    opt::Target target_{};
};

} // namespace ferrule::detail
// ferrule/message/batch.hpp
/// @file
/// Many datagrams in one call (sendmmsg(2), recvmmsg(2)): a system call for up to 1024 of them.
/// POSIX has no such call: on systems other than Linux it is a call for each.

namespace ferrule {

/// What a Batch is for: datagrams with ports, or between Unix sockets.
template <class Protocol>
concept DatagramProtocol = Among<Protocol, OneOf<Udp, UdpLite, Unspecified>>;

/// Control messages that mean something with datagrams of this protocol.
template <class Protocol, class Family, class... Controls>
concept CarriesControls = (GoesWith<Controls, Family, Datagram, Protocol> && ...);

/// Up to `capacity` datagrams, prepared once and used again and again, without allocation:
/// receive() fills it, add() puts datagrams in, send() sends all that are in it. What was received
/// can be sent back as it is.
///
///     char room[64 * 1500];
///     Batch<Ipv4, 64> batch{room};                  // each gets 1500 bytes of the room
///     batch.receive(socket, wait).value();
///     for (const auto& message : batch) { ... message.data(), message.peer() ... }
///
/// `Controls` are the control messages that come with each datagram, or that attach() adds. Borrows
/// the room, and what is added until it was sent. For one thread.
template <class Family, std::size_t capacity, class... Controls>
    requires(capacity >= 1 && capacity <= sys::most_of_a_batch) &&
            (sizeof...(Controls) == 0 || among<Family, opt::EitherIp>)
class Batch {
    using Store = detail::BatchStore<Family, capacity, Controls...>;

public:
    using Message = typename Store::Message;

    /// To send only: for add().
    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// To receive into this room, divided evenly.
    template <ByteBuffer Buffer> explicit Batch(Buffer&& room [[clang::lifetimebound]]) {
        store_.set_room(reinterpret_cast<char*>(std::data(room)), detail::size_of(room));
    }

    /// How many datagrams are in it.
    [[nodiscard]] std::size_t size() const { return store_.size(); }
    [[nodiscard]] bool empty() const { return store_.size() == 0; }
    /// How many of them the last send() has sent. After an error it is less than size(): the error
    /// is that of the next one, and send() goes on with it.
    [[nodiscard]] std::size_t sent() const { return sent_; }
    /// Takes all datagrams out.
    void clear() {
        store_.clear();
        sent_ = 0;
    }
    /// Leaves out the next one that send() would send.
    void skip() { sent_ += sent_ < size() ? 1U : 0U; }

    /// One more to send to this peer, which is `not_a_peer` as of send_to. `no_buffer_space` if
    /// there are `capacity` already.
    [[nodiscard]] Result<void> add(BytesView bytes, const Endpoint<Family>& peer) {
        if (size() == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        using Protocol = DefaultProtocol<Family, Datagram>;
        if (auto fits = check_peer<Datagram, Protocol>(peer, Operation::send); !fits) {
            return fits;
        }
        store_.add(bytes, &peer);
        return {};
    }
    /// One more to the peer of the connection.
    [[nodiscard]] Result<void> add(BytesView bytes) {
        if (size() == capacity) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        store_.add(bytes, nullptr);
        return {};
    }
    /// This control message goes with datagram `at`, which is below size(), when it is sent; also
    /// with one that was received and is sent back: with the PacketInfo that came along, the answer
    /// comes from the address that was asked. In place of an earlier one of its kind.
    template <Among<OneOf<Controls...>> Control>
        requires CanBeSent<Control>
    void attach(std::size_t at, const Control& control) {
        store_.attach(at, control);
    }

    /// sendmmsg(2), as often as it takes: sends all that are in it, in order; what was received
    /// goes back to who sent it (`not_a_peer` if that was a Unix socket without a name), over a
    /// connection to its peer. After an error sent() of them have gone, and send() goes on with the
    /// rest. After success all stay in it, to be sent again.
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<void> send(const Bound<Family, Datagram, Protocol>& socket,
                                    Wait wait = {}) {
        return send_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<void> send(const Connection<Family, Datagram, Protocol>& connection,
                                    Wait wait = {}) {
        return send_on(connection, wait);
    }

    /// recvmmsg(2): waits for one datagram and takes what else is there, up to `capacity`, in place
    /// of what was in it; returns how many. One that is longer than its part of the room is no
    /// error: the message says so.
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<std::size_t> receive(const Bound<Family, Datagram, Protocol>& socket,
                                              Wait wait = {}) {
        return receive_on(socket, wait);
    }
    template <DatagramProtocol Protocol>
        requires CarriesControls<Protocol, Family, Controls...>
    [[nodiscard]] Result<std::size_t>
    receive(const Connection<Family, Datagram, Protocol>& connection, Wait wait = {}) {
        return receive_on(connection, wait);
    }

    /// `at` is below size().
    [[nodiscard]] Message operator[](std::size_t at) const { return store_.message(at); }

    /// Over the messages.
    class iterator {
    public:
        using value_type = Message;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const Batch* batch, std::size_t at) : batch_{batch}, at_{at} {}
        Message operator*() const { return (*batch_)[at_]; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return iterator{batch_, at_++}; }
        friend bool operator==(const iterator& one, const iterator& other) {
            return one.at_ == other.at_; // of the same batch
        }

    private:
        const Batch* batch_ = nullptr;
        std::size_t at_ = 0;
    };
    [[nodiscard]] iterator begin() const { return {this, 0}; }
    [[nodiscard]] iterator end() const { return {this, size()}; }

private:
    template <class Socket> Result<void> send_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::send};
        }
        if (store_.is_received()) {
            store_.make_sendable(std::is_same_v<typename Socket::state, state::Connection>);
        }
        if (sent_ == size()) {
            sent_ = 0;
        }
        const auto prepared = store_.prepare(sent_, detail::target_of(socket));
        const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
        while (sent_ < store_.end_prepared()) {
            const auto sent = wait_and_try(socket.descriptor(), events, wait, Operation::send,
                                           sys::Calls<sys::send_messages>{}, socket.descriptor(),
                                           store_.native(sent_), store_.end_prepared() - sent_,
                                           detail::flags_for(wait));
            if (!sent) {
                return goes_to_nobody<typename Socket::protocol>(sent_)
                           ? Error{Errc::not_a_peer, Operation::send}
                           : sent.error();
            }
            sent_ += *sent;
            if (sent_ < store_.end_prepared()) {
                if (auto going = wait.check(Operation::send); !going) {
                    return going;
                }
            }
        }
        return prepared;
    }

    // Such as a Unix socket without a name, whose datagram was received.
    template <class Protocol> [[nodiscard]] bool goes_to_nobody(std::size_t at) const {
        return store_.has_peer(at) && is_nobody<Datagram, Protocol>(store_.peer(at));
    }

    template <class Socket> Result<std::size_t> receive_on(const Socket& socket, Wait wait) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::receive};
        }
        if (!store_.has_room()) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        store_.make_ready();
        sent_ = 0;
        const auto received =
            wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                         sys::Calls<sys::receive_messages>{}, socket.descriptor(), store_.native(0),
                         capacity, sys::msg_whole_size | detail::flags_for(wait));
        store_.take_in(received ? *received : 0, detail::target_of(socket));
        return received;
    }

    Store store_;
    std::size_t sent_ = 0;
};

} // namespace ferrule
// ferrule/sys/flow_label.hpp
/// @file
/// The lease of a flow label of IPv6 (IPV6_FLOWLABEL_MGR): struct in6_flowlabel_req of linux/in6.h,
/// which can't be included beside every C library's netinet/in.h.

namespace ferrule::sys {

/// What the option is given and gives back. Label in network order.
struct FlowLabelRequest {
    unsigned char peer[16]{};
    std::uint32_t label = 0;
    std::uint8_t action = 0;
    std::uint8_t share = 0;
    std::uint16_t flags = 0;
    std::uint16_t expires = 0;
    std::uint16_t linger = 0;
    std::uint32_t padding = 0;
};

inline constexpr std::uint8_t flow_label_get = 0;     ///< IPV6_FL_A_GET, an action
inline constexpr std::uint8_t flow_label_any = 255;   ///< IPV6_FL_S_ANY, a share: others, too
inline constexpr std::uint16_t flow_label_create = 1; ///< IPV6_FL_F_CREATE, a flag

} // namespace ferrule::sys
// ferrule/opt/flow_label.hpp
/// @file
/// Options of the flow label of IPv6 (RFC 6437).

namespace ferrule::opt {

/// IPV6_AUTOFLOWLABEL: packets of one flow carry a label by which routers keep them together
/// (RFC 6437).
struct AutoFlowLabel
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_autoflowlabel, "IPV6_AUTOFLOWLABEL">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = EveryBut<Mptcp>;
};

/// IPV6_FLOWINFO: with each message, its traffic class and flow label.
struct ReceiveFlowLabel
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_flowinfo, "IPV6_FLOWINFO">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = DatagramOrRaw;
};

/// IPV6_FLOWLABEL_MGR and IPV6_FLOWINFO_SEND: leases a label, so that packets may carry it; those
/// do whose endpoint says so (`endpoint.with_flow_label(label)`, at connect or send_to). Other
/// sockets may lease it, too. Read on a connection it is the one in use,
/// `no_such_file_or_directory` if it has none of its own.
struct FlowLabel : Everywhere {
    static constexpr bool adds_up = true; ///< Several may be leased.
    using families = OneOf<Ipv6>;
    using protocols = EveryBut<Mptcp>;
    using get_in = WithPeer;
    using value_type = std::uint32_t;
    using encoding = Number<1, 0xfffff>;
    using lease = Kernel<sys::ipproto_ipv6, sys::ipv6_flowlabel_mgr, "IPV6_FLOWLABEL_MGR">;
    using send = Kernel<sys::ipproto_ipv6, sys::ipv6_flowinfo_send, "IPV6_FLOWINFO_SEND">;
    using kernels = OneOf<lease, send>;

    /// `peer` is whom the label is leased for: an address of one host.
    constexpr FlowLabel(Checked<encoding> label, const Address<Ipv6>& peer)
        : value{static_cast<std::uint32_t>(label.value)}, peer_{peer}, fits_{label.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits_) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, lease::name);
        }
        sys::FlowLabelRequest request;
        __builtin_memcpy(request.peer, peer_.bytes().data(), sizeof request.peer);
        request.label = std::bit_cast<std::uint32_t>(BigEndian<std::uint32_t>{value});
        request.action = sys::flow_label_get;
        request.share = sys::flow_label_any;
        request.flags = sys::flow_label_create;
        const auto leased = lease::set(target.descriptor, request);
        return leased ? send::set(target.descriptor, 1) : leased;
    }
    [[nodiscard]] static Result<std::uint32_t> get(Target target) {
        const auto used = lease::get<sys::FlowLabelRequest>(target.descriptor);
        if (!used) {
            return used.error();
        }
        return std::uint32_t{std::bit_cast<BigEndian<std::uint32_t>>(used->label)} & 0xfffffU;
    }

    std::uint32_t value;

private:
    Address<Ipv6> peer_;
    bool fits_;
};

} // namespace ferrule::opt
// ferrule/opt/multicast.hpp
/// @file
/// Options of what is sent to groups.

namespace ferrule::opt {

/// IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS: how many routers a packet to a group may pass; 1 unless
/// set. 0 is this host only.
struct MulticastHops
    : Setting<Number<0, 255>, Kernel<sys::ipproto_ip, sys::ip_multicast_ttl, "IP_MULTICAST_TTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_hops, "IPV6_MULTICAST_HOPS">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP: whether members on this host get what is sent to a group
/// from here; on unless set.
struct MulticastLoop
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_multicast_loop, "IP_MULTICAST_LOOP">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_loop, "IPV6_MULTICAST_LOOP">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_ALL, IPV6_MULTICAST_ALL: receive of every group that any socket of this host has
/// joined; on unless set. Off, of those only that this one has joined.
struct MulticastAll
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_multicast_all, "IP_MULTICAST_ALL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_all, "IPV6_MULTICAST_ALL">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_MULTICAST_IF, IPV6_MULTICAST_IF: the interface, by its index, from which packets to groups go
/// out. 0: as the routing table has it. It can't be read: of IPv4 the kernel tells no index.
struct MulticastInterface : Everywhere {
    using families = EitherIp;
    using get_in = NoState;
    using types = DatagramOrRaw;
    using value_type = std::uint32_t;
    using of_ipv4 = Kernel<sys::ipproto_ip, sys::ip_multicast_if, "IP_MULTICAST_IF">;
    using of_ipv6 = Kernel<sys::ipproto_ipv6, sys::ipv6_multicast_if, "IPV6_MULTICAST_IF">;
    using kernels = OneOf<of_ipv4, of_ipv6>;

    constexpr explicit MulticastInterface(std::uint32_t index) : value{index} {}

    [[nodiscard]] Result<void> set(Target target) const {
        const auto index = static_cast<int>(value);
        if (target.domain == sys::af_inet || target.is_dual) {
            if (auto set = of_ipv4::set(target.descriptor, ::ip_mreqn{{}, {}, index});
                !set || !target.is_dual) {
                return set;
            }
        }
        return of_ipv6::set(target.descriptor, index);
    }

    std::uint32_t value;
};

} // namespace ferrule::opt
// ferrule/opt/ip.hpp
/// @file
/// Options of IP, one name for one meaning on IPv4 (ip(7)) and IPv6 (ipv6(7), RFC 3493, RFC 3542).
/// On a socket of both at once they are set for both. Those of groups and of flow labels are beside
/// this header.

namespace ferrule::opt {

/// IP_TTL, IPV6_UNICAST_HOPS: how many routers a packet may pass. 1 to 255.
struct HopLimit : Setting<Number<1, 255>, Kernel<sys::ipproto_ip, sys::ip_ttl, "IP_TTL">,
                          Kernel<sys::ipproto_ipv6, sys::ipv6_unicast_hops, "IPV6_UNICAST_HOPS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// IP_MINTTL, IPV6_MINHOPCOUNT: packets that may pass fewer routers than this are dropped; 0 takes
/// all. With 255 at both ends nobody farther away than the next hop gets in (RFC 5082).
struct MinimumHopLimit
    : Setting<Number<0, 255>, Kernel<sys::ipproto_ip, sys::ip_minttl, "IP_MINTTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_minhopcount, "IPV6_MINHOPCOUNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// What routers do with a packet of a full queue (RFC 3168).
enum class Ecn : unsigned char {
    not_capable = 0,
    capable_1 = 1, ///< ECT(1); L4S (RFC 9331)
    capable = 2,   ///< ECT(0)
    congested = 3, ///< CE: a router on the way was full.
};

/// The class of a packet in queues (RFC 2474), 0 to 63, such as 46 for expedited forwarding.
class Dscp {
public:
    constexpr Dscp() = default;
    /// From 0 to 63, without the two bits of ECN: a constant beyond does not compile; one of run
    /// time, `at_run_time(number)`, is 0 then.
    constexpr explicit Dscp(Checked<Number<0, 63>> number)
        : number_{static_cast<unsigned char>(number.value)} {}
    [[nodiscard]] constexpr unsigned number() const { return number_; }
    friend constexpr bool operator==(Dscp, Dscp) = default;

private:
    unsigned char number_ = 0;
};

inline constexpr Dscp expedited_forwarding{46}; ///< RFC 3246
inline constexpr Dscp lower_effort{1};          ///< RFC 8622

/// The eight bits that IPv4 called type of service and IPv6 calls traffic class.
struct TrafficBits {
    Dscp dscp;
    Ecn ecn = Ecn::not_capable;
    friend constexpr bool operator==(const TrafficBits&, const TrafficBits&) = default;
};

/// TrafficBits as the kernel takes them.
struct AsTrafficBits {
    using value_type = TrafficBits;
    using kernel_type = int;
    static constexpr Fitted<TrafficBits> fit(const TrafficBits& given) { return {given, true}; }
    static constexpr Fitted<TrafficBits> fit(Dscp given) { return {{given, {}}, true}; }
    static constexpr int encode(const TrafficBits& value) {
        return static_cast<int>(value.dscp.number() << 2 | static_cast<unsigned>(value.ecn));
    }
    static constexpr TrafficBits decode(int kernel) {
        const auto bits = static_cast<unsigned>(kernel);
        return {Dscp{at_run_time(bits >> 2)}, static_cast<Ecn>(bits & 3)};
    }
};

/// IP_TOS, IPV6_TCLASS: the class of what is sent, and whether routers may mark it instead of
/// dropping it. TCP sees to the ECN bits itself and keeps its own.
struct TrafficClass : Setting<AsTrafficBits, Kernel<sys::ipproto_ip, sys::ip_tos, "IP_TOS">,
                              Kernel<sys::ipproto_ipv6, sys::ipv6_tclass, "IPV6_TCLASS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// Whether packets may be broken up on the way, and who finds out how large they may be
/// (IP_MTU_DISCOVER in ip(7)).
enum class PathMtuDiscovery : int {
    off = sys::ip_pmtudisc_dont,    ///< Larger packets are broken up.
    wanted = sys::ip_pmtudisc_want, ///< As the route says; the kernel breaks up what is too large.
    on = sys::ip_pmtudisc_do,       ///< Never broken up; too large is `message_size`.
    probe = sys::ip_pmtudisc_probe, ///< Never broken up, and the known path MTU is ignored.
    interface_mtu =
        sys::ip_pmtudisc_interface, ///< At most the interface's; lies of others are ignored.
    omit = sys::ip_pmtudisc_omit,   ///< Like `interface_mtu`, but broken up if need be.
};

/// PathMtuDiscovery as the kernel takes it.
struct AsPathMtuDiscovery {
    using value_type = PathMtuDiscovery;
    using kernel_type = int;
    static constexpr Fitted<PathMtuDiscovery> fit(PathMtuDiscovery given) {
        return {given, given >= PathMtuDiscovery::off && given <= PathMtuDiscovery::omit};
    }
    static constexpr int encode(PathMtuDiscovery value) { return static_cast<int>(value); }
    static constexpr PathMtuDiscovery decode(int kernel) {
        return static_cast<PathMtuDiscovery>(kernel);
    }
};

/// IP_MTU_DISCOVER, IPV6_MTU_DISCOVER. `PathMtuDiscovery::on` is "don't fragment".
struct MtuDiscovery
    : Setting<AsPathMtuDiscovery, Kernel<sys::ipproto_ip, sys::ip_mtu_discover, "IP_MTU_DISCOVER">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_mtu_discover, "IPV6_MTU_DISCOVER">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
};

/// IPV6_DONTFRAG: what does not fit the path is `message_size`, not broken up. IPv4 has
/// MtuDiscovery for it.
struct DontFragment
    : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_dontfrag, "IPV6_DONTFRAG">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = DatagramOrRaw;
};

/// IP_MTU, IPV6_MTU: the largest packet that the path to the peer is known to take, in bytes.
struct PathMtu : Setting<Bytes<>, Kernel<sys::ipproto_ip, sys::ip_mtu, "IP_MTU">,
                         Kernel<sys::ipproto_ipv6, sys::ipv6_mtu, "IPV6_MTU">> {
    using families = EitherIp;
    using protocols = EveryBut<Mptcp>;
    using set_in = NoState;
    using get_in = WithPeer;
};

/// IP_PKTINFO, IPV6_RECVPKTINFO: with each message, on which interface and to which address it
/// came.
struct ReceivePacketInfo
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_pktinfo, "IP_PKTINFO">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvpktinfo, "IPV6_RECVPKTINFO">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVTTL, IPV6_RECVHOPLIMIT: with each message, how many routers it still might have passed.
struct ReceiveHopLimit
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvttl, "IP_RECVTTL">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvhoplimit, "IPV6_RECVHOPLIMIT">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVTOS, IPV6_RECVTCLASS: with each message, its class and whether a router was full.
struct ReceiveTrafficClass
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvtos, "IP_RECVTOS">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvtclass, "IPV6_RECVTCLASS">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVORIGDSTADDR, IPV6_RECVORIGDSTADDR: with each message, where it was meant to go before a
/// firewall turned it here.
struct ReceiveOriginalDestination
    : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recvorigdstaddr, "IP_RECVORIGDSTADDR">,
              Kernel<sys::ipproto_ipv6, sys::ipv6_recvorigdstaddr, "IPV6_RECVORIGDSTADDR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_RECVERR, IPV6_RECVERR: keep what went wrong with each packet, who said so included, for
/// MSG_ERRQUEUE; on an unconnected socket errors are told only then.
struct ErrorQueue : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_recverr, "IP_RECVERR">,
                            Kernel<sys::ipproto_ipv6, sys::ipv6_recverr, "IPV6_RECVERR">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// IP_FREEBIND, IPV6_FREEBIND: bind to an address that this host does not have yet.
struct FreeBind : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_freebind, "IP_FREEBIND">,
                          Kernel<sys::ipproto_ipv6, sys::ipv6_freebind, "IPV6_FREEBIND">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeBind;
};

/// IP_TRANSPARENT, IPV6_TRANSPARENT: stand in for addresses of others, as a proxy that a firewall
/// turns connections to; needs CAP_NET_ADMIN.
struct Transparent : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_transparent, "IP_TRANSPARENT">,
                             Kernel<sys::ipproto_ipv6, sys::ipv6_transparent, "IPV6_TRANSPARENT">> {
    using Setting::Setting;
    using families = EitherIp;
    using set_in = BeforeBind;
};

/// IP_BIND_ADDRESS_NO_PORT: a bind to port 0 waits for connect to choose the port, so that one port
/// serves for many peers.
struct BindAddressNoPort
    : Setting<Switch,
              Kernel<sys::ipproto_ip, sys::ip_bind_address_no_port, "IP_BIND_ADDRESS_NO_PORT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
};

/// IP_LOCAL_PORT_RANGE: the ports that are chosen from when none is named, within the range of the
/// system; 0 is its end of it. Since Linux 6.3.
struct LocalPortRange : Everywhere {
    using families = EitherIp;
    using protocols = WithPorts;
    using set_in = BeforeBind;
    using kernel = Kernel<sys::ipproto_ip, sys::ip_local_port_range, "IP_LOCAL_PORT_RANGE">;
    using kernels = OneOf<kernel>;
    /// Both ends are part of it; 0 and 0 is that of the host.
    struct Range {
        std::uint16_t first = 0;
        std::uint16_t last = 0;
        friend constexpr bool operator==(const Range&, const Range&) = default;
    };
    using value_type = Range;

    /// Constants: checked by the compiler.
    consteval LocalPortRange(int first, int last)
        : value{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)} {
        if (first != value.first || last != value.last || is_reversed()) {
            detail::the_value_is_out_of_range_for_this_option();
        }
    }
    /// Values of run time: `value_out_of_range` when it is set, if the first is above the last.
    template <std::same_as<std::uint16_t> Number>
    constexpr LocalPortRange(Number first, Number last) : value{first, last} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (is_reversed()) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option, kernel::name);
        }
        return kernel::set(target.descriptor,
                           std::uint32_t{value.last} << 16 | std::uint32_t{value.first});
    }
    [[nodiscard]] static Result<Range> get(Target target) {
        return kernel::get<std::uint32_t>(target.descriptor).transform([](std::uint32_t both) {
            return Range{static_cast<std::uint16_t>(both), static_cast<std::uint16_t>(both >> 16)};
        });
    }

    Range value;

private:
    constexpr bool is_reversed() const { return value.last != 0 && value.first > value.last; }
};

/// IP_HDRINCL, IPV6_HDRINCL: what is sent begins with its IP header.
struct HeaderIncluded : Setting<Switch, Kernel<sys::ipproto_ip, sys::ip_hdrincl, "IP_HDRINCL">,
                                Kernel<sys::ipproto_ipv6, sys::ipv6_hdrincl, "IPV6_HDRINCL">> {
    using Setting::Setting;
    using families = OneOf<Ipv4, Ipv6>;
    using types = OneOf<Raw>;
};

/// IPV6_V6ONLY: whether IPv4 is kept out. The family says it: Ipv6 is IPv6 alone, Ip is both.
struct V6Only : Setting<Switch, Kernel<sys::ipproto_ipv6, sys::ipv6_v6only, "IPV6_V6ONLY">> {
    using families = OneOf<Ipv6>;
    using types = OneOf<Stream, Datagram>;
    using set_in = NoState;
};

} // namespace ferrule::opt
// ferrule/message/control/packet.hpp
/// @file
/// What IP says of a packet (ip(7), RFC 3542): to which address it came and on which interface, how
/// many routers it may still pass, its class. One type for IPv4, IPv6 and sockets of both.

namespace ferrule::control {

/// in_pktinfo of ip(7) and in6_pktinfo of RFC 3542, as they lie in memory.
struct NativePacketInfo4 {
    std::int32_t interface_index;
    Address<Ipv4>::Bytes local;
    Address<Ipv4>::Bytes destination;
};
/// in6_pktinfo of ipv6(7).
struct NativePacketInfo6 {
    Address<Ipv6>::Bytes address;
    std::uint32_t interface_index;
};

/// Of every control message of IP.
struct OfIp : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
};

/// IP_PKTINFO, IPV6_PKTINFO. Received: the address that the packet was sent to, and the interface
/// that it came on. Sent: the address to send from, and the interface to send on. What was received
/// and is sent back answers from the address that was asked.
struct PacketInfo : OfIp {
    using option = opt::ReceivePacketInfo;
    static constexpr std::size_t room = sys::control_space(sizeof(NativePacketInfo4)) +
                                        sys::control_space(sizeof(NativePacketInfo6));

    Address<Ip> destination{}; ///< Received: where it was sent to; perhaps a group.
    Address<Ip> local{};       ///< To send from; unspecified: the kernel chooses. Received: the
                               ///< address of this host to answer from.
    std::uint32_t interface_index = 0; ///< To send on; 0: as the routing table has it.

    /// To send from this address.
    [[nodiscard]] static constexpr PacketInfo from(const Address<Ip>& local,
                                                   std::uint32_t interface_index = 0) {
        PacketInfo info;
        info.local = local;
        info.interface_index = interface_index;
        return info;
    }

    /// `wrong_family`: a socket of IPv4 can't send from an address of IPv6.
    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        const auto ipv4 = local.to<Ipv4>();
        const bool is_ipv6 = target.domain != sys::af_inet;
        if (!is_ipv6 && !ipv4 && local != Address<Ip>{}) {
            return Error{Errc::wrong_family, Operation::send};
        }
        if (is_ipv6) {
            const auto bytes = ipv4 ? Address<Ipv6>::mapped(*ipv4) : *local.to<Ipv6>();
            to.add(sys::ipproto_ipv6, sys::ipv6_pktinfo,
                   NativePacketInfo6{bytes.bytes(), interface_index});
        } else {
            to.add(sys::ipproto_ip, sys::ip_pktinfo,
                   NativePacketInfo4{static_cast<std::int32_t>(interface_index),
                                     ipv4 ? ipv4->bytes() : Address<Ipv4>::Bytes{},
                                     {}});
        }
        return {};
    }

    /// Of an IPv4 packet on a socket of both there are two messages: that of IPv4 comes last, and
    /// knows more.
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        if (message.is(sys::ipproto_ip, sys::ip_pktinfo)) {
            NativePacketInfo4 native;
            if (!message.read(native)) {
                return false;
            }
            destination = Address<Ipv4>{native.destination};
            local = Address<Ipv4>{native.local};
            interface_index = static_cast<std::uint32_t>(native.interface_index);
            return true;
        }
        NativePacketInfo6 native;
        if (!message.is(sys::ipproto_ipv6, sys::ipv6_pktinfo) || !message.read(native)) {
            return false;
        }
        destination = Address<Ip>{Address<Ipv6>{native.address}}.unmapped();
        local = destination.is_multicast() ? Address<Ip>{} : destination;
        interface_index = native.interface_index;
        return true;
    }
};

namespace detail {

// A number that is one byte on IPv4 or an int, and an int on IPv6.
template <class Buffer>
void write_byte(Buffer& to, opt::Target target, int of_ipv4, int of_ipv6, int value) {
    if (target.domain == sys::af_inet || target.is_dual) {
        to.add(sys::ipproto_ip, of_ipv4, value);
    }
    if (target.domain != sys::af_inet) {
        to.add(sys::ipproto_ipv6, of_ipv6, value);
    }
}

inline bool read_byte(const sys::ControlMessage& message, int of_ipv4, int of_ipv6, int& value) {
    if (message.is(sys::ipproto_ip, of_ipv4) || message.is(sys::ipproto_ipv6, of_ipv6)) {
        unsigned char byte = 0;
        if (message.read(value)) {
            return true;
        }
        if (message.read(byte)) { // IP_TOS is one byte (ip(7))
            value = byte;
            return true;
        }
    }
    return false;
}

} // namespace detail

/// IP_TTL, IPV6_HOPLIMIT. Received: how many routers the packet might still have passed. Sent: how
/// many it may pass, 1 to 255; another number is `value_out_of_range`.
struct HopLimit : OfIp {
    using option = opt::ReceiveHopLimit;
    static constexpr std::size_t room = 2 * sys::control_space(sizeof(int));

    constexpr HopLimit() = default;
    constexpr explicit HopLimit(int limit) : value{limit} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        if (value < 1 || value > 255) {
            return Error{Errc::value_out_of_range, Operation::send};
        }
        detail::write_byte(to, target, sys::ip_ttl, sys::ipv6_hoplimit, value);
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return detail::read_byte(message, sys::ip_ttl, sys::ipv6_hoplimit, value);
    }

    int value = 0;
};

/// IP_TOS, IPV6_TCLASS: the class of the packet and what routers on the way have said of
/// congestion (ECN, RFC 3168).
struct TrafficClass : OfIp {
    using option = opt::ReceiveTrafficClass;
    static constexpr std::size_t room = 2 * sys::control_space(sizeof(int));

    constexpr TrafficClass() = default;
    constexpr explicit TrafficClass(opt::TrafficBits bits) : value{bits} {}
    constexpr explicit TrafficClass(opt::Ecn ecn) : value{{}, ecn} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target target) const {
        detail::write_byte(to, target, sys::ip_tos, sys::ipv6_tclass,
                           opt::AsTrafficBits::encode(value));
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        int bits = 0;
        if (!detail::read_byte(message, sys::ip_tos, sys::ipv6_tclass, bits)) {
            return false;
        }
        value = opt::AsTrafficBits::decode(bits);
        return true;
    }

    opt::TrafficBits value{};
};

/// IP_ORIGDSTADDR, IPV6_ORIGDSTADDR: where the packet was meant to go before a firewall turned it
/// here.
struct OriginalDestination : OfIp {
    using option = opt::ReceiveOriginalDestination;
    static constexpr bool can_be_sent = false;
    static constexpr std::size_t room = sys::control_space(Endpoint<Ip>::native_capacity);

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        if (!message.is(sys::ipproto_ip, sys::ip_recvorigdstaddr) &&
            !message.is(sys::ipproto_ipv6, sys::ipv6_recvorigdstaddr)) {
            return false;
        }
        const std::size_t size = message.size < std::size_t{Endpoint<Ip>::native_capacity}
                                     ? message.size
                                     : std::size_t{Endpoint<Ip>::native_capacity};
        __builtin_memcpy(value.native_buffer(), message.data, size);
        value.native_resize(sys::number_as<socklen_t>(size));
        return true;
    }

    Endpoint<Ip> value{};
};

} // namespace ferrule::control
// ferrule/opt/message.hpp
/// @file
/// Options that control messages of datagrams ask for (message/control.hpp), of every protocol.
/// Those of IP, UDP and Unix sockets are in ip.hpp, udp.hpp and unix.hpp.

namespace ferrule::opt {

/// SO_RXQ_OVFL: with each message, how many were dropped before it for want of room.
struct ReceiveDropped : Setting<Switch, Kernel<sys::sol_socket, sys::so_rxq_ovfl, "SO_RXQ_OVFL">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// SO_RCVPRIORITY: with each message, its priority (SO_PRIORITY). Since Linux 6.14.
struct ReceivePriority
    : Setting<Switch, Kernel<sys::sol_socket, sys::so_rcvpriority, "SO_RCVPRIORITY">> {
    using Setting::Setting;
    using families = EitherIp;
    using types = DatagramOrRaw;
};

/// SO_TXTIME: a message may say when it is to go out (control/time.hpp), by CLOCK_MONOTONIC or
/// CLOCK_TAI. Queues of the kind fq (CLOCK_MONOTONIC) and etf (CLOCK_TAI) keep to it, the others do
/// not: tc-etf(8).
struct TransmitTimes : Everywhere {
    using families = EitherIp;
    using types = DatagramOrRaw;
    using kernel = Kernel<sys::sol_socket, sys::so_txtime, "SO_TXTIME">;
    using kernels = OneOf<kernel>;
    enum class Clock : std::int32_t { monotonic = 1, tai = 11 };
    using value_type = Clock;

    constexpr explicit TransmitTimes(Clock clock) : value{clock} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return kernel::set(target.descriptor, Kept{static_cast<std::int32_t>(value), 0});
    }
    [[nodiscard]] static Result<Clock> get(Target target) {
        return kernel::get<Kept>(target.descriptor).transform([](const Kept& kept) {
            return static_cast<Clock>(kept.clock);
        });
    }

    Clock value;

private:
    struct Kept { // struct sock_txtime of linux/net_tstamp.h
        std::int32_t clock;
        std::uint32_t flags;
    };
};

} // namespace ferrule::opt
// ferrule/message/control/queue.hpp
/// @file
/// The priority of a message, and how many were dropped before it.

namespace ferrule::control {

/// SO_PRIORITY of one message (socket(7)). It comes with opt::ReceivePriority. To send more than 6
/// takes CAP_NET_ADMIN (`operation_not_permitted`); sent since Linux 6.14.
struct Priority : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    using option = opt::ReceivePriority;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint32_t));

    constexpr Priority() = default;
    constexpr explicit Priority(std::uint32_t priority) : value{priority} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_priority, value);
        return {};
    }
    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_priority) && message.read(value);
    }

    std::uint32_t value = 0;
};

/// SO_RXQ_OVFL: how many messages this socket has dropped since it was opened, as the count was
/// when this one came; it wraps at 32 bits. The kernel leaves it out while none was dropped.
struct Dropped : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    using option = opt::ReceiveDropped;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint32_t));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::so_rxq_ovfl) && message.read(value);
    }

    std::uint32_t value = 0;
};

} // namespace ferrule::control
// ferrule/message/control/rights.hpp
/// @file
/// SCM_RIGHTS (unix(7)): descriptors that go to another process.

namespace ferrule::control {

/// Descriptors that came, owned: up to `capacity`, close-on-exec, in the order in which they were
/// sent. Those that are not taken out are closed when this object goes.
template <std::size_t capacity> class OwnedRights {
public:
    OwnedRights() = default;
    OwnedRights(OwnedRights&& other) noexcept
        : descriptors_{std::move(other.descriptors_)}, size_{std::exchange(other.size_, 0)} {}
    OwnedRights& operator=(OwnedRights&& other) noexcept {
        descriptors_ = std::move(other.descriptors_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    OwnedRights(const OwnedRights&) = delete;
    OwnedRights& operator=(const OwnedRights&) = delete;
    ~OwnedRights() = default;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// `at` is below size(). `std::move(rights[0])` takes the descriptor out.
    [[nodiscard]] Descriptor& operator[](std::size_t at) { return descriptors_[at]; }
    [[nodiscard]] const Descriptor& operator[](std::size_t at) const { return descriptors_[at]; }
    [[nodiscard]] Descriptor* begin() { return descriptors_.data(); }
    [[nodiscard]] Descriptor* end() { return descriptors_.data() + size_; }

    /// Whether there was room; without room the descriptor is closed.
    bool add(Descriptor descriptor) {
        if (size_ == capacity) {
            return false;
        }
        descriptors_[size_++] = std::move(descriptor);
        return true;
    }

private:
    std::array<Descriptor, capacity> descriptors_{};
    std::size_t size_ = 0;
};

/// The most that one message takes (SCM_MAX_FD of the kernel).
inline constexpr std::size_t most_rights = 253;

/// To send: descriptors that are borrowed, `Rights{file, socket.descriptor()}`, or at run time
/// `Rights{std::span{numbers}}`; the receiver gets descriptors of its own for the same files. To
/// receive: `Rights<4>` takes up to four, and owns them (OwnedRights). More than four, or more than
/// this process may open, is `control_truncated`, and all of them are closed.
///
/// A stream gives them with the byte that they were sent with.
template <std::size_t capacity> class Rights : public Anywhere {
public:
    static_assert(capacity > 0 && capacity <= most_rights, "one message takes 1 to 253");
    using families = OneOf<Unix>;
    using received_type = OwnedRights<capacity>;
    static constexpr bool can_be_sent = true;
    static constexpr bool can_be_received = true;
    static constexpr bool on_this_system = true;
    static constexpr std::size_t room = sys::control_space(capacity * sizeof(int));

    template <std::same_as<int>... Numbers>
        requires(sizeof...(Numbers) == capacity)
    constexpr explicit Rights(Numbers... numbers) : numbers_{numbers...}, size_{capacity} {}

    /// More than 253 are `invalid_argument` when they are sent, and none goes out.
    constexpr explicit Rights(std::span<const int> numbers)
        requires(capacity == most_rights)
        : size_{numbers.size()} {
        for (std::size_t at = 0; at < size_ && at < capacity; ++at) {
            numbers_[at] = numbers[at];
        }
    }

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        if (size_ > capacity) {
            return Error{Errc::invalid_argument, Operation::send};
        }
        if (size_ != 0) {
            to.add(sys::sol_socket, sys::scm_rights, numbers_, size_ * sizeof(int));
        }
        return {};
    }

private:
    int numbers_[capacity]{};
    std::size_t size_;
};
template <std::same_as<int>... Numbers> Rights(Numbers...) -> Rights<sizeof...(Numbers)>;
Rights(std::span<const int>) -> Rights<most_rights>;

} // namespace ferrule::control
// ferrule/opt/udp.hpp
/// @file
/// Options of UDP (udp(7)) and UDP-Lite (udplite(7)).

namespace ferrule::opt {

/// UDP_SEGMENT, in bytes: one send becomes datagrams of so many bytes each, the last may be
/// shorter; at most 64 of them, 65507 bytes together (generic segmentation offload). 0 is off.
struct SegmentSize
    : Setting<Bytes<0, 65507>, Kernel<sys::ipproto_udp, sys::udp_segment, "UDP_SEGMENT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Udp>;
};

/// UDP_GRO: whether datagrams of one peer may come together in one receive, with their size in a
/// control message (generic receive offload). SegmentReceiver (message/segments.hpp) sets it, and
/// takes them apart: a plain receive would take several for one.
struct Coalescing : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_gro, "UDP_GRO">> {
    using families = EitherIp;
    using protocols = OneOf<Udp>;
    using set_in = NoState;
};

/// UDP_CORK: what is sent is gathered into one datagram until it is off again.
struct UdpCork : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_cork, "UDP_CORK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Udp, UdpLite>;
};

/// UDP_NO_CHECK6_TX: send without a checksum over IPv6, for tunnels (RFC 6935).
struct SendWithoutChecksum
    : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_no_check6_tx, "UDP_NO_CHECK6_TX">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = OneOf<Udp>;
};

/// UDP_NO_CHECK6_RX: receive without a checksum over IPv6, for tunnels (RFC 6935).
struct ReceiveWithoutChecksum
    : Setting<Switch, Kernel<sys::ipproto_udp, sys::udp_no_check6_rx, "UDP_NO_CHECK6_RX">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using protocols = OneOf<Udp>;
};

/// UDPLITE_SEND_CSCOV, in bytes: how much of a message, its header of 8 included, the checksum
/// covers; 0 is all, 1 to 7 become 8.
struct SendCoverage
    : Setting<Bytes<0, 65535>,
              Kernel<sys::ipproto_udplite, sys::udplite_send_cscov, "UDPLITE_SEND_CSCOV">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<UdpLite>;
};

/// UDPLITE_RECV_CSCOV, in bytes: messages of which less is covered are dropped; 0 takes all, 1 to 7
/// become 8.
struct ReceiveCoverage
    : Setting<Bytes<0, 65535>,
              Kernel<sys::ipproto_udplite, sys::udplite_recv_cscov, "UDPLITE_RECV_CSCOV">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<UdpLite>;
};

} // namespace ferrule::opt
// ferrule/message/control/segments.hpp
/// @file
/// UDP_SEGMENT, UDP_GRO (udp(7)): many datagrams in one call.

namespace ferrule::control {

/// UDP_SEGMENT: what is sent goes out as datagrams of this size, the last one perhaps shorter. At
/// most 64 of them (128 on newer kernels), and 65,507 bytes together; segments.hpp sees to that.
struct SegmentSize : Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Udp>;
    static constexpr bool on_this_system = sys::udp_segment != sys::absent;
    static constexpr bool can_be_sent = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::uint16_t));

    constexpr explicit SegmentSize(std::size_t bytes) : value{bytes} {}

    /// 1 to 65535; else `value_out_of_range`.
    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        if (value == 0 || value > UINT16_MAX) {
            return Error{Errc::value_out_of_range, Operation::send};
        }
        to.add(sys::ipproto_udp, sys::udp_segment, static_cast<std::uint16_t>(value));
        return {};
    }

    std::size_t value;
};

/// UDP_GRO: what was received are several datagrams of this size, the last one perhaps shorter,
/// which the kernel has put together (opt::Coalescing). The kernel leaves it out of a datagram that
/// came alone.
struct CoalescedSize : Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Udp>;
    using option = opt::Coalescing;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(sizeof(int));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        int size = 0;
        if (!message.is(sys::ipproto_udp, sys::udp_gro) || !message.read(size) || size <= 0) {
            return false;
        }
        value = static_cast<std::size_t>(size);
        return true;
    }

    std::size_t value = 0;
};

} // namespace ferrule::control
// ferrule/message/control/time.hpp
/// @file
/// When a message came in, and when one is to go out.

namespace ferrule::control {

namespace detail {

// A time of the kernel, seconds and nanoseconds of so many bits (struct timespec).
[[nodiscard]] inline bool read_time(const sys::ControlMessage& message, Nanoseconds& time) {
    constexpr std::int64_t most = INT64_MAX / 1'000'000'000 - 1; // until 2262
    long native[2];
    if (!message.read(native)) {
        return false;
    }
    const std::int64_t seconds{native[0]};
    const std::int64_t nanoseconds{native[1]};
    if (seconds < 0 || seconds > most || nanoseconds < 0 || nanoseconds >= 1'000'000'000) {
        return false;
    }
    time = Nanoseconds{seconds * 1'000'000'000 + nanoseconds};
    return true;
}

} // namespace detail

/// SCM_TIMESTAMPNS: when the message came in, by this host's clock (CLOCK_REALTIME), since 1970.
struct Timestamp : Anywhere {
    using types = OneOf<Datagram, SeqPacket, Raw>;
    using option = opt::ReceiveTimestamps;
    static constexpr bool can_be_received = true;
    static constexpr std::size_t room = sys::control_space(2 * sizeof(std::int64_t));

    [[nodiscard]] bool read(const sys::ControlMessage& message) {
        return message.is(sys::sol_socket, sys::scm_timestampns) &&
               detail::read_time(message, since_1970);
    }

    Nanoseconds since_1970{0};
};

/// SCM_TXTIME: when the message is to go out, by the clock of opt::TransmitTimes, which has to be
/// set (otherwise `invalid_argument`). A queue of the interface that knows nothing of it sends at
/// once.
struct TransmitTime : Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool on_this_system = opt::TransmitTimes::kernel::number != sys::absent;
    static constexpr bool can_be_sent = true;
    static constexpr std::size_t room = sys::control_space(sizeof(std::int64_t));

    constexpr explicit TransmitTime(Nanoseconds at) : on_the_clock{at} {}

    template <class Buffer> [[nodiscard]] Result<void> write(Buffer& to, opt::Target) const {
        to.add(sys::sol_socket, sys::scm_txtime, std::int64_t{on_the_clock.count()});
        return {};
    }

    Nanoseconds on_the_clock;
};

} // namespace ferrule::control
// ferrule/message/control.hpp
/// @file
/// Control messages: what travels with the data of a message without being data. message/send.hpp
/// and message/receive.hpp send and receive them.

// ferrule/message/receive.hpp
/// @file
/// Receiving with control messages (message/control.hpp):
///
///     auto message = receive_from<control::PacketInfo>(socket, buffer).value();
///     if (const auto* info = message.get_if<control::PacketInfo>()) { ... info->destination ... }
///
/// Descriptors that come are owned before anything is judged: those that were asked for are in the
/// message, all others are closed, also after an error. What else was not asked for is dropped.

namespace ferrule {

/// `Control` can be received on sockets of these three tags.
template <class Control, class Family, class Type, class Protocol>
concept ReceivableOn = GoesWith<Control, Family, Type, Protocol> && CanBeReceived<Control>;

namespace detail {

inline Result<std::size_t> receive_at(int descriptor, msghdr* message, int flags) {
    return sys::receive_message(descriptor, *message, flags);
}

// What a receive of so many bytes at most makes of the kernel's answer: the end of a SeqPacket
// connection has neither data nor control messages, and what was cut is an error.
template <class Type>
[[nodiscard, FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
judged(std::size_t received, const msghdr& message, std::size_t size, bool has_control) {
    if constexpr (std::is_same_v<Type, SeqPacket>) {
        if (received == 0 && !has_control &&
            (message.msg_flags & (sys::msg_ctrunc | sys::msg_trunc)) == 0) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
    }
    if ((message.msg_flags & sys::msg_trunc) != 0) {
        return Error{Errc::message_truncated, Operation::receive, received > size ? received : 0};
    }
    return received;
}

// recvmsg(2) within the wait, and what came along.
template <class State, class Family, class Type, class Protocol, class... Controls>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
receive_with(const Handle<State, Family, Type, Protocol>& socket, iovec piece, msghdr& message,
             Wait wait, ReceivedControls<Controls...>& controls) {
    sys::ControlBuffer<room_to_receive<Family, Controls...>> buffer;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = buffer.data();
    message.msg_controllen = sys::number_as<decltype(message.msg_controllen)>(buffer.room());
    const auto received =
        wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                     sys::Calls<receive_at>{}, socket.descriptor(), &message,
                     (KeepsBoundaries<Type> ? sys::msg_whole_size : 0) | flags_for(wait));
    if (!received) {
        return received;
    }
    const bool all_fit = controls.take_over(message.msg_control,
                                            sys::number_as<std::size_t>(message.msg_controllen));
    const bool was_cut = (message.msg_flags & sys::msg_ctrunc) != 0;
    constexpr bool has_rights = (requires { typename Controls::received_type; } || ...);
    const std::size_t in_buffer = *received < piece.iov_len ? *received : piece.iov_len;
    if (!all_fit || (was_cut && (has_rights || !controls.are_complete()))) {
        return Error{Errc::control_truncated, Operation::receive, in_buffer};
    }
    const auto outcome =
        judged<Type>(*received, message, piece.iov_len, message.msg_controllen != 0);
    if (outcome && !controls.are_complete()) {
        controls.explain(target_of(socket));
    }
    return outcome;
}

template <class Socket, class Buffer>
Result<void> check_receive(const Socket& socket, Buffer& buffer) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    if (size_of(buffer) == 0) {
        return Error{Errc::empty_buffer, Operation::receive};
    }
    return {};
}

template <class... Controls, class State, class Family, class Type, class Protocol, class Buffer>
[[FERRULE_ALWAYS_INLINE]] inline Result<ReceivedMessage<FilledPart<Buffer&>, Controls...>>
receive_on(const Handle<State, Family, Type, Protocol>& socket, Buffer& buffer, Wait wait) {
    using Outcome = ReceivedMessage<FilledPart<Buffer&>, Controls...>;
    if (auto may = check_receive(socket, buffer); !may) {
        return may.error();
    }
    Result<Outcome> outcome{Outcome{}};
    msghdr message{};
    const auto received = receive_with<State, Family, Type, Protocol, Controls...>(
        socket, {std::data(buffer), size_of(buffer)}, message, wait, *outcome);
    if (received) {
        outcome->data = filled_part<Buffer&>(buffer, *received);
    } else {
        outcome = received.error();
    }
    return outcome;
}

} // namespace detail

/// recvmsg(2): one message and its control messages, `receive<control::Credentials>(connection,
/// buffer)`. Errors as of Connection::receive; `control_truncated` if control messages were cut:
/// the first `error().transferred()` bytes of the buffer are then the message.
template <class... Controls, class Family, KeepsBoundaries Type, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Type, Protocol, Controls...>, Family, Type,
                         Protocol>
[[nodiscard]] Result<ReceivedMessage<FilledPart<Buffer>, Controls...>>
receive(const Connection<Family, Type, Protocol>& connection, Buffer&& buffer, Wait wait = {}) {
    return detail::receive_on<Controls...>(connection, buffer, wait);
}

/// recvmsg(2): what is there of a stream, at least one byte, and the control messages that came
/// with its first byte. Empty data is the end of the stream.
template <class... Controls, class Family, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Stream, Protocol, Controls...>, Family,
                         Stream, Protocol>
[[nodiscard]] Result<ReceivedMessage<FilledPart<Buffer>, Controls...>>
receive_some(const Connection<Family, Stream, Protocol>& connection, Buffer&& buffer,
             Wait wait = {}) {
    return detail::receive_on<Controls...>(connection, buffer, wait);
}

/// recvmsg(2): one message, who sent it, and its control messages.
template <class... Controls, class Family, class Type, class Protocol, ByteBuffer Buffer>
    requires(sizeof...(Controls) > 0) &&
            ReceivableOn<FirstRefusedToReceive<Family, Type, Protocol, Controls...>, Family, Type,
                         Protocol>
[[nodiscard]] Result<ReceivedMessageFrom<FilledPart<Buffer>, Family, Controls...>>
receive_from(const Bound<Family, Type, Protocol>& socket, Buffer&& buffer, Wait wait = {}) {
    using Outcome = ReceivedMessageFrom<FilledPart<Buffer>, Family, Controls...>;
    if (auto may = detail::check_receive(socket, buffer); !may) {
        return may.error();
    }
    Result<Outcome> outcome{Outcome{}};
    msghdr message{};
    message.msg_name = outcome->peer.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    const auto received = detail::receive_with<state::Bound, Family, Type, Protocol, Controls...>(
        socket, {std::data(buffer), detail::size_of(buffer)}, message, wait, *outcome);
    if (received) {
        outcome->peer.native_resize(message.msg_namelen);
        outcome->data = detail::filled_part<Buffer>(buffer, *received);
    } else if (received.error() == Errc::message_truncated) {
        outcome->peer.native_resize(message.msg_namelen);
        outcome = at_endpoint(received.error(), outcome->peer);
    } else {
        outcome = received.error();
    }
    return outcome;
}

} // namespace ferrule
// ferrule/message/error_queue.hpp
/// @file
/// The error queue of a socket (ip(7), IP_RECVERR; Documentation/networking/timestamping.rst of
/// Linux): what went wrong with each packet and who said so, when each was sent, and which buffers
/// of zero-copy sends are free again. Only Linux has it.

namespace ferrule {

/// Who put an entry into the error queue (SO_EE_ORIGIN_...).
enum class ErrorOrigin : std::uint8_t {
    none = 0,
    local = 1,         ///< This host: the packet never left.
    icmp = 2,          ///< A router or the peer, over IPv4 (RFC 792).
    icmpv6 = 3,        ///< Over IPv6 (RFC 4443).
    timestamp = 4,     ///< Nothing went wrong: the time of a send (opt::Timestamping).
    zero_copy = 5,     ///< Nothing went wrong: buffers of zero-copy sends are free again.
    transmit_time = 6, ///< A packet was dropped that had a TransmitTime.
};

/// The moment of which a timestamp tells (SCM_TSTAMP_...).
enum class SendMoment : std::uint32_t { sent = 0, scheduled = 1, acknowledged = 2 };

/// What the kernel writes (struct sock_extended_err of linux/errqueue.h); behind it lies the
/// endpoint of who said so.
struct NativeQueuedError {
    std::uint32_t cause;
    ErrorOrigin origin;
    std::uint8_t type;
    std::uint8_t code;
    std::uint8_t padding;
    std::uint32_t info;
    std::uint32_t data;
};

/// One entry. What an origin does not have is 0.
template <class Family> struct QueuedError {
    Endpoint<Family> destination; ///< Where the packet was to go.
    Errc cause = Errc::none;      ///< As a send would return it: connection_refused, message_size.
    ErrorOrigin origin = ErrorOrigin::none;
    std::uint8_t icmp_type = 0;
    std::uint8_t icmp_code = 0;
    Address<Ip> said_by{};  ///< Who sent the ICMP message: a router, or the peer itself.
    std::uint32_t info = 0; ///< Of `message_size`: the MTU of the path, in bytes.
    SendMoment moment = SendMoment::sent; ///< Of a timestamp.
    Nanoseconds since_1970{0};            ///< Of a timestamp, by this host's clock.
    std::uint32_t first_id = 0; ///< Of zero-copy: the first send that is done; they count from 0.
    std::uint32_t last_id = 0;  ///< And the last.
    bool was_copied = false;    ///< Of zero-copy: the kernel has copied after all.
    std::size_t size = 0;       ///< How many bytes of the packet are in the buffer that was given.
};

namespace detail {

template <class Family>
void read_entry(const sys::ControlMessage& message, QueuedError<Family>& to) {
    NativeQueuedError native;
    if (message.is(sys::sol_socket, sys::scm_timestamping)) {
        static_cast<void>(control::detail::read_time(message, to.since_1970)); // the software's
        return;
    }
    if ((!message.is(sys::ipproto_ip, sys::ip_recverr) &&
         !message.is(sys::ipproto_ipv6, sys::ipv6_recverr)) ||
        !message.read(native)) {
        return;
    }
    to.cause = static_cast<Errc>(native.cause);
    to.origin = native.origin;
    if (to.origin == ErrorOrigin::timestamp) {
        to.cause = Errc::none; // ENOMSG stands there
        to.moment = static_cast<SendMoment>(native.info);
    } else if (to.origin == ErrorOrigin::zero_copy) {
        to.first_id = native.info;
        to.last_id = native.data;
        to.was_copied = native.code != 0;
    } else {
        to.icmp_type = native.type;
        to.icmp_code = native.code;
        to.info = native.info;
    }
    Endpoint<Ip> said_by;
    const std::size_t behind = message.size - sizeof native;
    const std::size_t size = behind < std::size_t{Endpoint<Ip>::native_capacity}
                                 ? behind
                                 : Endpoint<Ip>::native_capacity;
    __builtin_memcpy(said_by.native_buffer(), message.data + sizeof native, size);
    said_by.native_resize(sys::number_as<socklen_t>(size)); // [::] if there is none (AF_UNSPEC)
    to.said_by = said_by.address();
}

} // namespace detail

/// recvmsg(2) with MSG_ERRQUEUE: takes the oldest entry out of the error queue, with the beginning
/// of the packet that it is about (of ICMP: its data; of a timestamp: the whole packet, headers
/// included) as far as the buffer goes. Without one it waits. Entries come while opt::ErrorQueue,
/// opt::Timestamping or opt::ZeroCopy is on. What was taken is no longer seen by a wait; an entry
/// that nobody takes makes poll(2) report an error at once, again and again.
template <class State, class Family, class Type, class Protocol, ByteBuffer Buffer>
    requires Among<Family, opt::EitherIp> && OnThisSystem<opt::ErrorQueue>
[[nodiscard]] Result<QueuedError<Family>>
read_error(const Handle<State, Family, Type, Protocol>& socket, Buffer&& packet, Wait wait = {}) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    Result<QueuedError<Family>> outcome{QueuedError<Family>{}};
    auto& entry = *outcome;
    sys::ControlBuffer<512> buffer;
    iovec piece{std::data(packet), detail::size_of(packet)};
    msghdr message{};
    message.msg_name = entry.destination.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = buffer.data();
    message.msg_controllen = sys::number_as<decltype(message.msg_controllen)>(buffer.room());
    const auto received = wait_and_try(socket.descriptor(), sys::pollpri, wait, Operation::receive,
                                       sys::Calls<detail::receive_at>{}, socket.descriptor(),
                                       &message, sys::msg_errqueue | sys::msg_dontwait);
    if (!received) {
        return received.error();
    }
    entry.destination.native_resize(message.msg_namelen);
    entry.size = *received;
    sys::ControlWalker walker{buffer.data(), sys::number_as<std::size_t>(message.msg_controllen)};
    for (sys::ControlMessage at; walker.next(at);) {
        detail::read_entry(at, entry);
    }
    return outcome;
}

/// The same without the packet.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, opt::EitherIp> && OnThisSystem<opt::ErrorQueue>
[[nodiscard]] Result<QueuedError<Family>>
read_error(const Handle<State, Family, Type, Protocol>& socket, Wait wait = {}) {
    std::span<char> nothing;
    return read_error(socket, nothing, wait);
}

} // namespace ferrule
// ferrule/message/flags.hpp
/// @file
/// Flags of one send (send(2)), where no argument says the same: they stand among the control
/// messages, `send_to(socket, bytes, peer, flag::dont_route)`.

namespace ferrule {

namespace flag {

/// The type of `dont_route`.
struct DontRoute : control::Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_dontroute != sys::absent;
    static constexpr int flag = sys::msg_dontroute;
};

/// The type of `confirm`.
struct Confirm : control::Anywhere {
    using families = opt::EitherIp;
    using types = opt::DatagramOrRaw;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_confirm != sys::absent;
    static constexpr int flag = sys::msg_confirm;
};

/// The type of `more`.
struct More : control::Anywhere {
    using families = opt::EitherIp;
    using protocols = OneOf<Tcp, Mptcp, Udp>;
    static constexpr bool can_be_sent = true;
    static constexpr bool on_this_system = sys::msg_more != sys::absent;
    static constexpr int flag = sys::msg_more;
};

/// MSG_DONTROUTE: to hosts on this network only, not through a gateway.
inline constexpr DontRoute dont_route{};
/// MSG_CONFIRM: the peer has just answered, so its hardware address need not be asked for again
/// (arp(7)).
inline constexpr Confirm confirm{};
/// MSG_MORE: hold it back, the next send goes on with it: in a stream to fill a segment (at most
/// 200 ms), of UDP as one datagram.
inline constexpr More more{};

} // namespace flag

} // namespace ferrule
// ferrule/sys/process.hpp
/// @file
/// getpid(2): whether an object is still in the process that made it, or a copy that fork(2) made.

namespace ferrule::sys {

/// getpid(2).
inline int process_id() { return ::getpid(); }

/// The process that made an object.
class Maker {
public:
    Maker() : process_{process_id()} {}

    /// getpid(2): false in a child of fork(2), whose copy of the object must not act for its
    /// parent's.
    [[nodiscard]] bool is_this_process() const { return process_ == process_id(); }

private:
    int process_;
};

} // namespace ferrule::sys
// ferrule/message/multicast.hpp
/// @file
/// Membership in multicast groups (RFC 3678), the same for IPv4 and IPv6.

namespace ferrule {

/// The address of a multicast group.
template <class Family> class Group {
public:
    /// `invalid_argument` if the address is of one host.
    [[nodiscard]] static constexpr Result<Group> from(const Address<Family>& address) {
        if (!address.is_multicast()) {
            return Error{Errc::invalid_argument, Operation::convert};
        }
        return Group{address};
    }

    [[nodiscard]] static constexpr Result<Group> parse(std::string_view text) {
        return Address<Family>::parse(text).and_then(
            [](const Address<Family>& address) { return from(address); });
    }

    /// Checked by the compiler: `Group<Ipv4> group = "239.1.2.3";`
    template <std::size_t Size>
    consteval Group(const char (&literal)[Size])
        : address_{from_literal<Address<Family>>(literal)} {
        if (!address_.is_multicast()) {
            the_address_is_no_multicast_group();
        }
    }

    template <class From>
        requires Among<Family, OneOf<Ip>> && Among<From, OneOf<Ipv4, Ipv6>>
    constexpr Group(const Group<From>& group) : address_{group.address()} {}

    [[nodiscard]] constexpr const Address<Family>& address() const { return address_; }
    [[nodiscard]] constexpr auto text() const { return address_.text(); }
    friend constexpr bool operator==(const Group&, const Group&) = default;

private:
    // Not constexpr, so that the compiler shows the name.
    static void the_address_is_no_multicast_group() {}

    constexpr explicit Group(const Address<Family>& address) : address_{address} {}

    Address<Family> address_;
};

/// The interface that the routing table has for the group, when it is joined:
/// `join(socket, group, default_interface)`. On a host with several it may be another one than the
/// packets come in by.
struct DefaultInterface {};
inline constexpr DefaultInterface default_interface{}; ///< What a join is given.

/// On which interface a group is joined: the one with this index (interfaces.hpp), or the default
/// one, which has to be asked for by name. The index 0 is no interface.
class JoinedOn {
public:
    constexpr JoinedOn(std::uint32_t interface_index) : index_{interface_index} {}
    constexpr JoinedOn(DefaultInterface) : is_default_{true} {}

    /// 0 of the default interface, as the kernel has it.
    [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
    [[nodiscard]] constexpr bool is_one() const { return is_default_ || index_ != 0; }

private:
    std::uint32_t index_ = 0;
    bool is_default_ = false;
};

/// The socket is a member of the group as long as this object lives. It keeps the socket open with
/// its own descriptor. In a child of fork(2) the destructor does not leave the group, because the
/// parent shares the socket.
class [[nodiscard("the group is left when the Membership goes")]] Membership {
public:
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;
    Membership(Membership&&) noexcept = default;
    /// Leaves its own group first.
    Membership& operator=(Membership&& other) noexcept {
        Membership taken{std::move(other)};
        std::swap(descriptor_, taken.descriptor_);
        std::swap(request_, taken.request_);
        std::swap(of_source_, taken.of_source_);
        std::swap(maker_, taken.maker_);
        return *this;
    }
    ~Membership() {
        if (descriptor_.is_open() && maker_.is_this_process()) {
            static_cast<void>(apply_leave());
        }
    }

    /// Leaves now, and returns whether that worked.
    Result<void> leave() && {
        if (!descriptor_.is_open()) {
            return Error{Errc::not_open, Operation::set_option};
        }
        auto left = apply_leave();
        auto closed = descriptor_.close();
        return left ? closed : left;
    }

    /// setsockopt(2) of MCAST_JOIN_GROUP, or with a source of MCAST_JOIN_SOURCE_GROUP.
    static Result<Membership> join(int descriptor, const Endpoint<Ip>& group,
                                   const Endpoint<Ip>* source, JoinedOn where) {
        if (!where.is_one()) {
            return Error::of_option(Errc::no_such_device, Operation::set_option,
                                    source ? "MCAST_JOIN_SOURCE_GROUP" : "MCAST_JOIN_GROUP");
        }
        auto own = sys::duplicate(descriptor, Operation::set_option);
        if (!own) {
            return own.error();
        }
        Membership member{*std::move(own)};
        member.request_.gsr_interface = where.index();
        __builtin_memcpy(&member.request_.gsr_group, group.native(), group.native_size());
        if (source != nullptr) {
            __builtin_memcpy(&member.request_.gsr_source, source->native(), source->native_size());
            member.of_source_ = true;
        }
        if (auto joined = member.apply_join(); !joined) {
            static_cast<void>(member.descriptor_.close());
            return joined.error();
        }
        return member;
    }

private:
    explicit Membership(Descriptor descriptor) : descriptor_{std::move(descriptor)} {}

    Result<void> apply_join() const {
        return of_source_ ? apply(sys::mcast_join_source_group, "MCAST_JOIN_SOURCE_GROUP", request_)
                          : apply(sys::mcast_join_group, "MCAST_JOIN_GROUP", without_source());
    }
    Result<void> apply_leave() const {
        return of_source_
                   ? apply(sys::mcast_leave_source_group, "MCAST_LEAVE_SOURCE_GROUP", request_)
                   : apply(sys::mcast_leave_group, "MCAST_LEAVE_GROUP", without_source());
    }

    group_req without_source() const {
        group_req request; // to the last byte: the kernel is given no padding of ours
        __builtin_memset(&request, 0, sizeof request);
        request.gr_interface = request_.gsr_interface;
        request.gr_group = request_.gsr_group;
        return request;
    }

    template <class Request>
    Result<void> apply(int number, const char* name, const Request& request) const {
        const int level =
            request_.gsr_group.ss_family == sys::af_inet ? sys::ipproto_ip : sys::ipproto_ipv6;
        auto done = sys::set_option(descriptor_.number(), level, number, request);
        return done ? done : Error::of_option(done.error().code(), Operation::set_option, name);
    }

    Descriptor descriptor_;
    group_source_req request_{};
    bool of_source_ = false;
    sys::Maker maker_;
};

/// Joins a group on the interface with this index (interfaces.hpp), or on `default_interface`. An
/// Ip socket can join IPv4 and IPv6 groups. `address_in_use` if it is a member already,
/// `no_such_device` if there is no such interface, or no route to the group.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>> && Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Membership> join(const Handle<State, Family, Type, Protocol>& socket,
                                      const std::type_identity_t<Group<Family>>& group,
                                      JoinedOn where) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::set_option};
    }
    return Membership::join(socket.descriptor(), Endpoint<Ip>{Address<Ip>{group.address()}, 0},
                            nullptr, where);
}

/// Receives from this one source only (source-specific multicast, RFC 4607). Each further source is
/// another Membership.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>> && Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Membership> join_source(const Handle<State, Family, Type, Protocol>& socket,
                                             const std::type_identity_t<Group<Family>>& group,
                                             const std::type_identity_t<Address<Family>>& source,
                                             JoinedOn where) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::set_option};
    }
    const Endpoint<Ip> from{Address<Ip>{source}, 0};
    return Membership::join(socket.descriptor(), Endpoint<Ip>{Address<Ip>{group.address()}, 0},
                            &from, where);
}

} // namespace ferrule
// ferrule/message/peers.hpp
/// @file
/// The fixed peer of a datagram socket, which is no connection: it can be another one later, or
/// nobody, and others can be sent to beside it.

namespace ferrule {

namespace detail {

// connect(2) of a datagram socket, which has nothing to wait for: what a signal has interrupted has
// not begun.
inline Result<void> connect_datagrams(int descriptor, const sockaddr* address, socklen_t size) {
    auto connected = sys::connect(descriptor, address, size);
    while (!connected && connected.error() == Errc::interrupted) {
        connected = sys::connect(descriptor, address, size);
    }
    return connected;
}

// The port of an endpoint of IP; 0 of every other.
template <class Family> std::uint16_t port_of(const Endpoint<Family>& endpoint) {
    if constexpr (std::is_same_v<Family, Any>) {
        const auto* const ipv4 = endpoint.template get_if<Ipv4>();
        const auto* const ipv6 = endpoint.template get_if<Ipv6>();
        return ipv4 != nullptr ? ipv4->port() : ipv6 != nullptr ? ipv6->port() : std::uint16_t{0};
    } else if constexpr (requires { endpoint.port(); }) {
        return endpoint.port();
    } else {
        return 0;
    }
}

template <class Family>
Endpoint<Family> with_port(const Endpoint<Family>& endpoint, [[maybe_unused]] std::uint16_t port) {
    if constexpr (std::is_same_v<Family, Any>) {
        if (const auto* const ipv4 = endpoint.template get_if<Ipv4>()) {
            return ipv4->with_port(port);
        }
        return endpoint.template get_if<Ipv6>()->with_port(port);
    } else if constexpr (requires { endpoint.with_port(port); }) {
        return endpoint.with_port(port);
    } else {
        return endpoint;
    }
}

// Without a peer an IP socket has lost a port that the kernel had chosen, at bind or at connect: it
// is bound to it again. The address is what it was bound to.
template <class Family, class Type, class Protocol>
Result<void> keep_port(const Bound<Family, Type, Protocol>& socket, std::uint16_t port) {
    const auto endpoint = socket.local_endpoint();
    if (!endpoint) {
        return endpoint.error();
    }
    if (port_of(*endpoint) == port) {
        return {};
    }
    const Endpoint<Family> again = with_port(*endpoint, port);
    const NativeForm<Family> form{again, socket.domain()};
    return sys::bind(socket.descriptor(), form.address(), form.size());
}

} // namespace detail

/// connect(2) of a datagram socket that has a peer: from now on it sends to this one, and receives
/// from this one only; what the other has sent and was not received is still there. After an error
/// the peer is the one it was.
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<void>
reconnect(const Connection<Family, Type, Protocol>& connection,
          const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::connect};
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::connect); !fits) {
        return fits;
    }
    if (auto fits = check_scope(connection.descriptor(), endpoint, Operation::connect); !fits) {
        return fits;
    }
    const NativeForm<Family> form{endpoint, connection.domain()};
    return detail::connect_datagrams(connection.descriptor(), form.address(), form.size());
}

/// connect(2) to AF_UNSPEC: the socket has no peer any more, and receives from anybody. It keeps
/// its port, bind(2) again if the kernel had chosen it: `address_in_use` if somebody has taken it
/// in the moment between. The socket is spent, after an error, too.
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Bound<Family, Type, Protocol>>
disconnect(Connection<Family, Type, Protocol>&& connection) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::connect};
    }
    const auto before = connection.local_endpoint();
    auto opened = std::move(connection).take();
    const int descriptor = opened.descriptor().number();
    sockaddr nobody{};
    nobody.sa_family = sys::af_unspec;
    if (auto done = detail::connect_datagrams(descriptor, &nobody, sizeof nobody); !done) {
        return done.error();
    }
    auto socket = Bound<Family, Type, Protocol>{std::move(opened)};
    if (before && !std::is_same_v<Type, Raw>) {
        if (auto kept = detail::keep_port(socket, detail::port_of(*before)); !kept) {
            return kept.error();
        }
    }
    return socket;
}
template <class Family, class Type, class Protocol>
    requires Among<Type, OneOf<Datagram, Raw>>
detail::spent_by_this_step_so_write_std_move
disconnect(Connection<Family, Type, Protocol>& connection) = delete;

/// sendto(2) beside the fixed peer: one message to somebody else. The answer does not arrive here:
/// a socket with a peer receives from that one only. Of Unix sockets only Linux lets it through;
/// elsewhere it is `already_connected` (EISCONN).
template <class Family, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_aside(const Connection<Family, Datagram, Protocol>& connection, BytesView bytes,
           const std::type_identity_t<PeerAt<Endpoint<Family>, Datagram, Protocol>>& peer,
           Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Datagram, Protocol>(endpoint, Operation::send); !fits) {
        return fits;
    }
    if (auto fits = check_scope(connection.descriptor(), endpoint, Operation::send); !fits) {
        return fits;
    }
    const NativeForm<Family> form{endpoint, connection.domain()};
    const short events = connection.domain() == sys::af_unix ? short{0} : sys::pollout;
    return detail::without_size(wait_and_try(connection.descriptor(), events, wait, Operation::send,
                                             sys::Calls<sys::send_to>{}, connection.descriptor(),
                                             bytes.data(), bytes.size(), detail::flags_for(wait),
                                             form.address(), form.size()));
}

} // namespace ferrule
// ferrule/message/scatter.hpp
/// @file
/// One receive into several buffers, and one send of pieces whose number shows at run time.

namespace ferrule {

/// A buffer to fill, borrowed: one of several.
class BufferView {
public:
    template <ByteBuffer Buffer>
        requires(!std::is_same_v<std::remove_cvref_t<Buffer>, BufferView>)
    constexpr BufferView(Buffer&& buffer)
        : data_{std::data(buffer)}, size_{detail::size_of(buffer)} {}

    [[nodiscard]] constexpr void* data() const { return data_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }

private:
    void* data_;
    std::size_t size_;
};

namespace detail {

// Buffers as recvmsg(2) takes them.
template <std::size_t count> class Scattered {
public:
    explicit Scattered(const BufferView (&buffers)[count]) {
        for (std::size_t at = 0; at < count; ++at) {
            pieces_[at] = {buffers[at].data(), buffers[at].size()};
            size_ += buffers[at].size();
        }
    }

    /// In bytes, all together.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Borrows this object.
    [[nodiscard]] msghdr message() {
        msghdr message{};
        message.msg_iov = pieces_;
        message.msg_iovlen = count;
        return message;
    }

private:
    iovec pieces_[count];
    std::size_t size_ = 0;
};

// recvmsg(2) into all of them; `message` comes back as the kernel has written it.
template <class Socket>
Result<std::size_t> receive_scattered(const Socket& socket, msghdr& message, std::size_t size,
                                      Wait wait) {
    using Type = typename Socket::type;
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    if (size == 0) {
        return Error{Errc::empty_buffer, Operation::receive};
    }
    const auto received =
        wait_and_try(socket.descriptor(), sys::pollin, wait, Operation::receive,
                     sys::Calls<receive_at>{}, socket.descriptor(), &message,
                     (KeepsBoundaries<Type> ? sys::msg_whole_size : 0) | flags_for(wait));
    if (!received) {
        return received;
    }
    return judged<Type>(*received, message, size, false);
}

inline constexpr std::size_t most_pieces = 1024; // IOV_MAX

// Pieces of a number of run time as sendmsg(2) takes them: from `begin` on, at most 1024.
class GatheredSpan {
public:
    explicit GatheredSpan(std::span<const BytesView> bytes, std::size_t begin = 0) {
        for (std::size_t at = begin; at < bytes.size() && count_ < most_pieces; ++at) {
            pieces_[count_++] = {const_cast<void*>(bytes[at].data()), bytes[at].size()};
            size_ += bytes[at].size();
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] msghdr message() {
        msghdr message{};
        message.msg_iov = pieces_;
        message.msg_iovlen = sys::number_as<decltype(message.msg_iovlen)>(count_);
        return message;
    }

private:
    iovec pieces_[most_pieces];
    std::size_t count_ = 0;
    std::size_t size_ = 0;
};

} // namespace detail

/// recvmsg(2): what is there of a stream, at least one byte, into the buffers one after another;
/// returns how many bytes. 0 is the end of the stream.
template <class Family, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<std::size_t>
receive_some_into(const Connection<Family, Stream, Protocol>& connection,
                  const BufferView (&buffers)[count], Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    msghdr message = scattered.message();
    return detail::receive_scattered(connection, message, scattered.size(), wait);
}

/// recvmsg(2): one message into the buffers one after another; returns its size. Errors as of
/// Connection::receive.
template <class Family, KeepsBoundaries Type, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<std::size_t> receive_into(const Connection<Family, Type, Protocol>& connection,
                                               const BufferView (&buffers)[count], Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    msghdr message = scattered.message();
    return detail::receive_scattered(connection, message, scattered.size(), wait);
}

/// The same, and who sent it.
template <class Family, class Type, class Protocol, std::size_t count>
    requires FitsOneCall<count>
[[nodiscard]] Result<NextMessage<Family>>
receive_from_into(const Bound<Family, Type, Protocol>& socket, const BufferView (&buffers)[count],
                  Wait wait = {}) {
    detail::Scattered<count> scattered{buffers};
    NextMessage<Family> next;
    msghdr message = scattered.message();
    message.msg_name = next.peer.native_buffer();
    message.msg_namelen = Endpoint<Family>::native_capacity;
    const auto received = detail::receive_scattered(socket, message, scattered.size(), wait);
    if (!received && received.error() != Errc::message_truncated) {
        return received.error();
    }
    next.peer.native_resize(message.msg_namelen);
    if (!received) {
        return at_endpoint(received.error(), next.peer);
    }
    next.size = *received;
    return next;
}

/// sendmsg(2), repeated: any number of pieces as one stretch of the stream, up to 1024 of them a
/// call. After an error `error().transferred()` bytes of all of them have gone out.
template <class Family, class Protocol>
[[nodiscard("the bytes may not have been sent")]] Result<void>
send_all_pieces(const Connection<Family, Stream, Protocol>& connection,
                std::span<const BytesView> pieces, Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (auto going = wait.check_stop(Operation::send); !going) {
        return going;
    }
    std::size_t done = 0;
    for (std::size_t begun = 0; begun < pieces.size();) {
        detail::GatheredSpan gathered{pieces, begun};
        begun += gathered.count();
        msghdr message = gathered.message();
        const auto first =
            sys::send_message(connection.descriptor(), message, detail::flags_for(wait));
        auto sent = first && *first == gathered.size()
                        ? Result<void>{}
                        : detail::send_rest_of(connection.descriptor(), message, gathered.size(),
                                               first, wait);
        done += sent ? gathered.size() : sent.error().transferred();
        if (sent && begun < pieces.size()) {
            sent = wait.check(Operation::send);
        }
        if (!sent) {
            return Error{sent.error().code(), Operation::send, done};
        }
    }
    return {};
}

/// sendmsg(2): the pieces as one message. More than 1024 are `message_size`, and nothing goes out.
template <class Family, KeepsBoundaries Type, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_pieces(const Connection<Family, Type, Protocol>& connection, std::span<const BytesView> pieces,
            Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (pieces.size() > detail::most_pieces) {
        return Error{Errc::message_size, Operation::send};
    }
    detail::GatheredSpan gathered{pieces};
    return detail::without_size(
        detail::send_gathered(connection.descriptor(), sys::pollout, gathered.message(), wait));
}

/// The same to this peer.
template <class Family, class Type, class Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_pieces_to(const Bound<Family, Type, Protocol>& socket, std::span<const BytesView> pieces,
               const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
               Wait wait = {}) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    if (pieces.size() > detail::most_pieces) {
        return Error{Errc::message_size, Operation::send};
    }
    if (auto fits = check_peer<Type, Protocol>(peer.endpoint(), Operation::send); !fits) {
        return fits;
    }
    if (auto fits = check_scope(socket.descriptor(), peer.endpoint(), Operation::send); !fits) {
        return fits;
    }
    const NativeForm<Family> form{peer.endpoint(), socket.domain()};
    detail::GatheredSpan gathered{pieces};
    msghdr message = gathered.message();
    message.msg_name = const_cast<sockaddr*>(form.address());
    message.msg_namelen = form.size();
    const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
    return detail::without_size(detail::send_gathered(socket.descriptor(), events, message, wait));
}

} // namespace ferrule
// ferrule/message/send.hpp
/// @file
/// Sending with control messages (message/control.hpp): `send(connection, bytes, Rights{file})`.
/// A Wait stands before them, as before options: `send(connection, bytes, within(2s),
/// Rights{file})`.

namespace ferrule {

namespace detail {

template <class Family, class Type, class Protocol, class... Given> struct RefusedToSend {
    using type = FirstRefusedToSend<Family, Type, Protocol, Given...>;
};
template <class Family, class Type, class Protocol, class First, class... Rest>
    requires Waits<const First&>
struct RefusedToSend<Family, Type, Protocol, First, Rest...> {
    using type = FirstRefusedToSend<Family, Type, Protocol, Rest...>;
};

// Of a Wait there is no control message, and of a flag neither.
template <class Given> inline constexpr std::size_t room_to_send = 0;
template <class Given>
    requires requires { Given::room; }
inline constexpr std::size_t room_to_send<Given> = Given::room;

template <class Given> inline constexpr int flag_to_send = 0;
template <class Given>
    requires requires { Given::flag; }
inline constexpr int flag_to_send<Given> = Given::flag;

// The control messages of one send, as the kernel takes them.
template <class... Given> class ControlsToSend {
public:
    Result<void> write(opt::Target target, const Given&... given) {
        auto done = Result<void>{};
        [[maybe_unused]] auto write_one = [&](const auto& control) {
            if constexpr (room_to_send<std::remove_cvref_t<decltype(control)>> != 0) {
                done = control.write(buffer_, target);
            }
            return done.has_value();
        };
        static_cast<void>((write_one(given) && ...));
        return done;
    }

    void go_with(msghdr& message) {
        if (buffer_.size() != 0) {
            message.msg_control = buffer_.data();
            message.msg_controllen =
                sys::number_as<decltype(message.msg_controllen)>(buffer_.size());
        }
    }

private:
    sys::ControlBuffer<(room_to_send<Given> + ... + 0)> buffer_;
};

// sendmsg(2) within the wait that is given, with what goes along.
template <class State, class Family, class Type, class Protocol, class... Given>
[[FERRULE_ALWAYS_INLINE]] inline Result<std::size_t>
send_with(const Handle<State, Family, Type, Protocol>& socket, short events, msghdr message,
          const Given&... given) {
    const Wait wait = steps::wait_of(given...);
    ControlsToSend<Given...> controls;
    if (auto written = controls.write(target_of(socket), given...); !written) {
        return written.error();
    }
    controls.go_with(message);
    constexpr int flags = (flag_to_send<Given> | ... | 0);
    return wait_and_try(socket.descriptor(), events, wait, Operation::send, sys::Calls<send_at>{},
                        socket.descriptor(), static_cast<const msghdr*>(&message),
                        flags | flags_for(wait));
}

inline Error send_not_open() { return {Errc::not_open, Operation::send}; }

} // namespace detail

/// Of what is given after the data, the first that can't be sent with sockets of these three tags.
template <class Family, class Type, class Protocol, class... Given>
using FirstRefusedAfterData =
    typename detail::RefusedToSend<Family, Type, Protocol, Given...>::type;

/// `Control` can be sent on sockets of these three tags.
template <class Control, class Family, class Type, class Protocol>
concept SendableOn = GoesWith<Control, Family, Type, Protocol> && CanBeSent<Control>;

/// sendmsg(2): one message, whole or not at all, and what goes with it.
template <class Family, KeepsBoundaries Type, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send(const Connection<Family, Type, Protocol>& connection, BytesView bytes,
     const Given&... wait_and_controls) {
    const BytesView pieces[] = {bytes};
    return send(connection, pieces, wait_and_controls...);
}

/// The pieces as one message: `send(connection, {header, body}, Rights{file})`.
template <class Family, KeepsBoundaries Type, class Protocol, std::size_t count, class... Given>
    requires FitsOneCall<count> &&
             SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send(const Connection<Family, Type, Protocol>& connection, const BytesView (&pieces)[count],
     const Given&... wait_and_controls) {
    if (!connection.is_open()) {
        return detail::send_not_open();
    }
    const detail::Gathered<count> gathered{pieces};
    return detail::without_size(
        detail::send_with(connection, sys::pollout, gathered.message(), wait_and_controls...));
}

/// sendmsg(2): as much as there is room for, at least one byte; returns how many. What goes with it
/// goes with the first byte. No bytes are `empty_buffer`: a stream takes nothing along with them.
template <class Family, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Stream, Protocol, Given...>, Family, Stream,
                        Protocol>
[[nodiscard]] Result<std::size_t> send_some(const Connection<Family, Stream, Protocol>& connection,
                                            BytesView bytes, const Given&... wait_and_controls) {
    if (!connection.is_open()) {
        return detail::send_not_open();
    }
    if (bytes.empty()) {
        return Error{Errc::empty_buffer, Operation::send};
    }
    const BytesView pieces[] = {bytes};
    const detail::Gathered<1> gathered{pieces};
    return detail::send_with(connection, sys::pollout, gathered.message(), wait_and_controls...);
}

/// The same, repeated: all of it. After an error, `error().transferred()` bytes have gone out; if
/// that is more than none, what goes with them has gone, too.
template <class Family, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Stream, Protocol, Given...>, Family, Stream,
                        Protocol>
[[nodiscard("the bytes may not have been sent")]] Result<void>
send_all(const Connection<Family, Stream, Protocol>& connection, BytesView bytes,
         const Given&... wait_and_controls) {
    const auto sent = send_some(connection, bytes, wait_and_controls...);
    if (!sent || *sent == bytes.size()) {
        return sent ? Result<void>{} : Result<void>{sent.error()};
    }
    const Wait wait = steps::wait_of(wait_and_controls...);
    return detail::send_rest(connection.descriptor(), bytes.data(), bytes.size(), sent, wait);
}

/// sendmsg(2): one message to `peer`, whole or not at all, and what goes with it.
template <class Family, class Type, class Protocol, class... Given>
    requires SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_to(const Bound<Family, Type, Protocol>& socket, BytesView bytes,
        const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
        const Given&... wait_and_controls) {
    const BytesView pieces[] = {bytes};
    return send_to(socket, pieces, peer, wait_and_controls...);
}

/// The pieces as one message.
template <class Family, class Type, class Protocol, std::size_t count, class... Given>
    requires FitsOneCall<count> &&
             SendableOn<FirstRefusedAfterData<Family, Type, Protocol, Given...>, Family, Type,
                        Protocol>
[[nodiscard("the message may not have been sent")]] Result<void>
send_to(const Bound<Family, Type, Protocol>& socket, const BytesView (&pieces)[count],
        const std::type_identity_t<PeerAt<Endpoint<Family>, Type, Protocol>>& peer,
        const Given&... wait_and_controls) {
    if (!socket.is_open()) {
        return detail::send_not_open();
    }
    const auto& endpoint = peer.endpoint();
    if (auto fits = check_peer<Type, Protocol>(endpoint, Operation::send); !fits) {
        return fits;
    }
    if constexpr (!among<control::PacketInfo, OneOf<Given...>>) { // it has the interface
        if (auto fits = check_scope(socket.descriptor(), endpoint, Operation::send); !fits) {
            return fits;
        }
    }
    const NativeForm<Family> form{endpoint, socket.domain()};
    const detail::Gathered<count> gathered{pieces};
    const short events = socket.domain() == sys::af_unix ? short{0} : sys::pollout;
    const auto sent =
        detail::send_with(socket, events, gathered.message(form), wait_and_controls...);
    if (!sent && socket.domain() == sys::af_inet) {
        return detail::without_broadcast(socket.descriptor(), sent.error());
    }
    return detail::without_size(sent);
}

} // namespace ferrule
// ferrule/message/segments.hpp
/// @file
/// Segments (udp(7), UDP_SEGMENT, UDP_GRO): one call sends up to 64 datagrams of one size to one
/// peer, and one receive takes as many that came from one peer. The kernel takes them through its
/// layers as one: many times as many datagrams a second.

namespace ferrule {

/// How a block of bytes became datagrams.
enum class SegmentedBy {
    kernel, ///< In calls of up to 64 datagrams.
    batch,  ///< One by one, in batches: the kernel or the device does not do it.
};

namespace detail {

// Every kernel that segments takes 64 of them, and no more than fits a datagram of IPv4.
[[nodiscard]] constexpr std::size_t bytes_of_a_call(std::size_t size) {
    constexpr std::size_t most = 65'507;
    return (most / size < 64 ? most / size : 64) * size;
}

// Errors of a kernel or a device that does not segment, or not into this size.
[[nodiscard]] constexpr bool refuses_segments(Error error) {
    return error == Errc::io_error || error == Errc::invalid_argument ||
           error == Errc::no_protocol_option;
}

// The rest in batches; `add(batch, bytes)` and `send(batch)` know to whom.
template <class Family, class Add, class Send>
Result<void> send_in_batches(std::string_view rest, std::size_t size, std::size_t& done, Add add,
                             Send send) {
    Batch<Family, 64> batch;
    while (!rest.empty()) {
        std::string_view ahead = rest;
        while (!ahead.empty() && add(batch, ahead.substr(0, size))) {
            ahead.remove_prefix(ahead.size() < size ? ahead.size() : size);
        }
        if (batch.empty()) { // refused: say why
            return add(batch, rest.substr(0, size));
        }
        const auto sent = send(batch);
        const std::size_t bytes = batch.sent() * size;
        done += bytes < rest.size() ? bytes : rest.size();
        if (!sent) {
            return sent;
        }
        rest = ahead;
        batch.clear();
    }
    return {};
}

template <class Family, class SendWith, class SendPlain, class Add, class Send>
Result<SegmentedBy> send_segmented(BytesView bytes, std::size_t size, SendWith send_with,
                                   SendPlain send_plain, Add add, Send send) {
    if (size == 0 || size > 65'507) {
        return Error{Errc::value_out_of_range, Operation::send};
    }
    std::string_view rest{static_cast<const char*>(bytes.data()), bytes.size()};
    std::size_t done = 0;
    while (!rest.empty()) {
        const std::string_view block = rest.substr(0, bytes_of_a_call(size));
        constexpr bool is_known = KnownToThisSystem<control::SegmentSize>;
        auto sent = Result<void>{};
        if (is_known && block.size() <= size) {
            sent = send_plain(block);
        } else if constexpr (is_known) {
            sent = send_with(block);
        }
        const bool is_refused =
            !is_known || (!sent && block.size() > size && refuses_segments(sent.error()));
        if (is_refused) {
            sent = send_in_batches<Family>(rest, size, done, add, send);
            return sent ? Result<SegmentedBy>{SegmentedBy::batch}
                        : Error{sent.error().code(), Operation::send, done};
        }
        if (!sent) {
            return Error{sent.error().code(), Operation::send, done};
        }
        done += block.size();
        rest.remove_prefix(block.size());
    }
    return SegmentedBy::kernel;
}

} // namespace detail

/// Sends the bytes to `peer` as datagrams of `size` bytes each, the last one perhaps shorter: up to
/// 64 of them a call. `size` is 1 to 65507; what does not fit the path, such as 1472 bytes over
/// Ethernet and IPv4, is fragmented, and no longer fast. After an error `error().transferred()`
/// bytes have gone out, in whole datagrams.
template <class Family>
    requires Among<Family, opt::EitherIp>
[[nodiscard]] Result<SegmentedBy>
send_segments(const Bound<Family, Datagram, Udp>& socket, BytesView bytes, std::size_t size,
              const std::type_identity_t<PeerAt<Endpoint<Family>, Datagram, Udp>>& peer,
              Wait wait = {}) {
    return detail::send_segmented<Family>(
        bytes, size,
        [&](auto block) { // only where the system has it
            return send_to(socket, block, peer, wait, control::SegmentSize{size});
        },
        [&](std::string_view block) { return socket.send_to(block, peer, wait); },
        [&](auto& batch, std::string_view block) { return batch.add(block, peer.endpoint()); },
        [&](auto& batch) { return batch.send(socket, wait); });
}

/// The same to the one peer of a connection.
template <class Family>
    requires Among<Family, opt::EitherIp>
[[nodiscard]] Result<SegmentedBy> send_segments(const Connection<Family, Datagram, Udp>& connection,
                                                BytesView bytes, std::size_t size, Wait wait = {}) {
    return detail::send_segmented<Family>(
        bytes, size,
        [&](auto block) { return send(connection, block, wait, control::SegmentSize{size}); },
        [&](std::string_view block) { return connection.send(block, wait); },
        [](auto& batch, std::string_view block) { return batch.add(block); },
        [&](auto& batch) { return batch.send(connection, wait); });
}

/// Datagrams of one peer that came together. A range over them, in order.
template <class Family> class Segments {
public:
    Segments() = default;
    Segments(std::string_view data, std::size_t size, const Endpoint<Family>& peer)
        : data_{data}, size_{size}, peer_{peer} {}

    [[nodiscard]] const Endpoint<Family>& peer() const { return peer_; }
    /// How many datagrams: at least one, which may be empty.
    [[nodiscard]] std::size_t count() const {
        return data_.size() <= size_ ? 1 : (data_.size() + size_ - 1) / size_;
    }
    /// All their bytes together.
    [[nodiscard]] std::string_view all() const { return data_; }

    /// Over the datagrams, as they came.
    class iterator {
    public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const Segments* segments, std::size_t at) : segments_{segments}, at_{at} {}
        std::string_view operator*() const {
            return segments_->data_.substr(at_ * segments_->size_, segments_->size_);
        }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) { return iterator{segments_, at_++}; }
        friend bool operator==(const iterator&, const iterator&) = default;

    private:
        const Segments* segments_ = nullptr;
        std::size_t at_ = 0;
    };
    [[nodiscard]] iterator begin() const { return {this, 0}; }
    [[nodiscard]] iterator end() const { return {this, count()}; }

private:
    std::string_view data_{};
    std::size_t size_ = 0;
    Endpoint<Family> peer_{};
};

/// A UDP socket whose datagrams come in segments (UDP_GRO). It owns the socket: a plain receive
/// there would take several datagrams for one. Where the kernel has no UDP_GRO, each receive gives
/// one datagram.
template <class Family>
    requires Among<Family, opt::EitherIp>
class SegmentReceiver {
public:
    using Socket = Bound<Family, Datagram, Udp>;

    /// setsockopt(2) of UDP_GRO.
    [[nodiscard]] static Result<SegmentReceiver> on(Socket socket) {
        if (!socket.is_open()) {
            return Error{Errc::not_open, Operation::set_option};
        }
        const bool coalesces = set(socket, 1).has_value();
        return SegmentReceiver{std::move(socket), coalesces};
    }

    /// Gives the socket back, whose datagrams come one by one again. Those that are there already
    /// may still be several in one.
    [[nodiscard]] Result<Socket> off() && {
        if (coalesces_) {
            if (auto done = set(socket_, 0); !done) {
                return done.error();
            }
        }
        return std::move(socket_);
    }

    /// Whether the kernel puts datagrams together.
    [[nodiscard]] bool coalesces() const { return coalesces_; }
    [[nodiscard]] int descriptor() const& { return socket_.descriptor(); }
    [[nodiscard]] Result<Endpoint<Family>> local_endpoint() const {
        return socket_.local_endpoint();
    }

    /// sendto(2): one datagram, as of the socket.
    [[nodiscard("the message may not have been sent")]] Result<void>
    send_to(BytesView bytes, const PeerAt<Endpoint<Family>, Datagram, Udp>& peer,
            Wait wait = {}) const {
        return socket_.send_to(bytes, peer, wait);
    }

    /// recvmsg(2): one datagram, or several of one peer, 65535 bytes together. The buffer has room
    /// for as many (`no_buffer_space`), so that none is cut.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<Segments<Family>> receive(Buffer&& buffer, Wait wait = {}) const {
        const auto bytes =
            std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)});
        const std::span<char> room{reinterpret_cast<char*>(bytes.data()), bytes.size()};
        if (room.size() < 65'535) {
            return Error{Errc::no_buffer_space, Operation::receive};
        }
        if constexpr (KnownToThisSystem<control::CoalescedSize>) {
            auto message = receive_from<control::CoalescedSize>(socket_, room, wait);
            if (!message) {
                return message.error();
            }
            const auto* const size = message->template get_if<control::CoalescedSize>();
            return Segments<Family>{
                message->data, size == nullptr ? message->data.size() : size->value, message->peer};
        } else {
            auto message = socket_.receive_from(room, wait);
            if (!message) {
                return message.error();
            }
            return Segments<Family>{message->data, message->data.size(), message->peer};
        }
    }

private:
    SegmentReceiver(Socket socket, bool coalesces)
        : socket_{std::move(socket)}, coalesces_{coalesces} {}

    static Result<void> set(const Socket& socket, int on) {
        if constexpr (sys::udp_gro != sys::absent) {
            return sys::set_option(socket.descriptor(), sys::ipproto_udp, sys::udp_gro, on);
        } else {
            return Error{Errc::no_protocol_option, Operation::set_option};
        }
    }

    Socket socket_;
    bool coalesces_;
};

} // namespace ferrule
// ferrule/message.hpp
/// @file
/// All of message/: what goes with messages: control messages, flags, groups.

// ferrule/opt/keep_alive.hpp
/// @file
/// Options by which a connection learns that its peer is gone.

namespace ferrule::opt {

/// TCP_KEEPIDLE: how long a peer may be silent before KeepAlive asks. 1 to 32767 s.
struct KeepAliveIdle : Setting<Time<Seconds, 1, 32767>,
                               Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_KEEPINTVL: how long KeepAlive waits for an answer before it asks again. 1 to 32767 s.
struct KeepAliveInterval : Setting<Time<Seconds, 1, 32767>,
                                   Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_KEEPCNT: how often KeepAlive asks before the connection is `connection_timed_out`. 1 to 127.
struct KeepAliveCount
    : Setting<Number<1, 127>, Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// KeepAlive and when it asks, all in one: four options of the kernel.
struct KeepAliveProbes : Everywhere {
    using families = EitherIp;
    using protocols = EitherTcp;
    /// What is set and read at once.
    struct Probes {
        Seconds idle;
        Seconds interval;
        int count = 0; ///< 0: KeepAlive is off.
        friend constexpr bool operator==(const Probes&, const Probes&) = default;
    };
    using value_type = Probes;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">,
                          Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">>;

    /// After `idle` of silence, `count` questions `interval` apart.
    constexpr KeepAliveProbes(Checked<KeepAliveIdle::encoding> idle,
                              Checked<KeepAliveInterval::encoding> interval,
                              Checked<KeepAliveCount::encoding> count)
        : idle_{idle}, interval_{interval}, count_{count} {}

    [[nodiscard]] Result<void> set(Target target) const {
        auto done = idle_.set(target);
        if (done) {
            done = interval_.set(target);
        }
        if (done) {
            done = count_.set(target);
        }
        return done ? KeepAlive{true}.set(target) : done;
    }
    [[nodiscard]] static Result<Probes> get(Target target) {
        const auto idle = KeepAliveIdle::get(target);
        if (!idle) {
            return idle.error();
        }
        const auto interval = KeepAliveInterval::get(target);
        if (!interval) {
            return interval.error();
        }
        const auto count = KeepAliveCount::get(target);
        if (!count) {
            return count.error();
        }
        const auto on = KeepAlive::get(target);
        if (!on.has_value()) {
            return on.error();
        }
        return Probes{*idle, *interval, *on ? *count : 0};
    }

private:
    KeepAliveIdle idle_;
    KeepAliveInterval interval_;
    KeepAliveCount count_;
};

/// TCP_USER_TIMEOUT: how long what was sent may stay unacknowledged before the connection is
/// `connection_timed_out` (RFC 5482). Milliseconds; 0 is the system's own, some 15 minutes.
struct UserTimeout : Setting<Time<Milliseconds, 0>,
                             Kernel<sys::ipproto_tcp, sys::tcp_user_timeout, "TCP_USER_TIMEOUT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// A time within which something is to happen: whole seconds, rounded down, at least 4.
struct PromisedSeconds {
    static constexpr std::int64_t lowest = 4;
    static constexpr std::int64_t highest = 32767;
    using value_type = Seconds;
    template <Duration Given> static constexpr Fitted<Seconds> fit(const Given& given) {
        const std::int64_t up = count_in<1, 1>(given);
        const std::int64_t whole = Seconds{up} == given ? up : up - 1;
        return {Seconds{whole}, whole >= lowest && whole <= highest};
    }
};

/// A peer that does not answer, or does not read what is sent to it, for this time, at least 4 s,
/// is taken for dead, whether something is on the way to it or not: KeepAliveProbes and
/// UserTimeout, five options of the kernel. The connection is `connection_timed_out` then. That a
/// peer which only keeps its window closed, and answers every probe, counts as dead is the kernel's
/// rule (tcp(7), TCP_USER_TIMEOUT; RFC 5482): where peers may pause so long, use KeepAliveProbes
/// alone.
struct DeadPeerWithin : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using get_in = NoState;
    using value_type = Seconds;
    using encoding = PromisedSeconds;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_keepidle, "TCP_KEEPIDLE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepintvl, "TCP_KEEPINTVL">,
                          Kernel<sys::ipproto_tcp, sys::tcp_keepcnt, "TCP_KEEPCNT">,
                          Kernel<sys::sol_socket, sys::so_keepalive, "SO_KEEPALIVE">,
                          Kernel<sys::ipproto_tcp, sys::tcp_user_timeout, "TCP_USER_TIMEOUT">>;

    constexpr explicit DeadPeerWithin(Checked<PromisedSeconds> given)
        : value{given.value}, fits{given.fits} {}

    [[nodiscard]] Result<void> set(Target target) const {
        if (!fits) {
            return Error::of_option(Errc::value_out_of_range, Operation::set_option,
                                    "TCP_USER_TIMEOUT");
        }
        // The kernel looks at the user timeout when it asks: after idle, then after each interval.
        // The second question unanswered is the end, at most three quarters of the time from now.
        const std::int64_t idle = value.count() / 4;
        const std::int64_t interval = (value.count() - idle) / 3;
        const Milliseconds end{(idle + 2 * interval) * 1000 - interval * 500};
        const KeepAliveProbes probes{at_run_time(Seconds{idle}), at_run_time(Seconds{interval}), 2};
        const auto done = probes.set(target);
        return done ? UserTimeout{at_run_time(end)}.set(target) : done;
    }

    Seconds value; ///< Rounded down: it is a promise.
    bool fits;
};

} // namespace ferrule::opt
// ferrule/opt/raw.hpp
/// @file
/// Options of Raw sockets (raw(7), icmp(7), RFC 3542).

namespace ferrule::opt {

/// A place for 16 bits in a packet, or -1 for none.
struct EvenOffset : Number<-1, 65534> {
    template <std::integral Given> static constexpr Fitted<int> fit(Given given) {
        const auto [value, fits] = Number::fit(given);
        return {value, fits && (value == -1 || value % 2 == 0)};
    }
};

/// IPV6_CHECKSUM: at which byte of a packet the kernel writes and checks its checksum, an even
/// number (RFC 3542 section 3.1); -1 is nowhere. ICMPv6 has it where it belongs.
struct ChecksumOffset
    : Setting<EvenOffset, Kernel<sys::ipproto_ipv6, sys::ipv6_checksum, "IPV6_CHECKSUM">> {
    using Setting::Setting;
    using families = OneOf<Ipv6>;
    using types = OneOf<Raw>;
    using protocols = EveryBut<Icmpv6>;
};

/// ICMP_FILTER, ICMP6_FILTER: which types of ICMP messages are received. ICMP can block types 0 to
/// 31 only and tells the others as received, ICMPv6 all 256.
struct IcmpFilter : Everywhere {
    using types = OneOf<Raw>;
    using protocols = OneOf<Icmp, Icmpv6>;
    using of_icmp = Kernel<sys::sol_raw, sys::icmp_filter, "ICMP_FILTER">; // SOL_RAW
    using of_icmpv6 = Kernel<sys::ipproto_icmpv6, sys::icmp6_filter, "ICMP6_FILTER">;
    using kernels = OneOf<of_icmp, of_icmpv6>;

    /// A set of types, those that are received.
    class Types {
    public:
        [[nodiscard]] static constexpr Types all() { return Types{}; }
        [[nodiscard]] static constexpr Types none() {
            Types types;
            for (std::uint32_t& word : types.blocked_) {
                word = UINT32_MAX;
            }
            return types;
        }
        /// This set and one more type.
        [[nodiscard]] constexpr Types with(std::uint8_t type) const {
            Types types = *this;
            types.blocked_[type / 32U] &= ~(1U << type % 32U);
            return types;
        }
        /// This set without a type.
        [[nodiscard]] constexpr Types without(std::uint8_t type) const {
            Types types = *this;
            types.blocked_[type / 32U] |= 1U << type % 32U;
            return types;
        }
        [[nodiscard]] constexpr bool has(std::uint8_t type) const {
            return (blocked_[type / 32U] & 1U << type % 32U) == 0;
        }
        friend constexpr bool operator==(const Types&, const Types&) = default;

    private:
        friend IcmpFilter;
        std::array<std::uint32_t, 8> blocked_{};
    };
    using value_type = Types;

    constexpr explicit IcmpFilter(const Types& received) : value{received} {}

    [[nodiscard]] Result<void> set(Target target) const {
        return target.domain == sys::af_inet ? of_icmp::set(target.descriptor, value.blocked_[0])
                                             : of_icmpv6::set(target.descriptor, value.blocked_);
    }
    [[nodiscard]] static Result<Types> get(Target target) {
        Types types;
        if (target.domain == sys::af_inet) {
            const auto blocked = of_icmp::get<std::uint32_t>(target.descriptor);
            if (!blocked) {
                return blocked.error();
            }
            types.blocked_[0] = *blocked;
            return types;
        }
        const auto blocked = of_icmpv6::get<std::array<std::uint32_t, 8>>(target.descriptor);
        if (!blocked) {
            return blocked.error();
        }
        types.blocked_ = *blocked;
        return types;
    }

    Types value;
};

} // namespace ferrule::opt
// ferrule/opt/tcp.hpp
/// @file
/// Options of TCP (IPPROTO_TCP, tcp(7)). Times are in the unit of the kernel, rounded up.

namespace ferrule::opt {

/// TCP_NODELAY: send small pieces at once (Nagle's algorithm off, RFC 896). Set on a Listener, its
/// connections have it, too.
struct NoDelay : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_nodelay, "TCP_NODELAY">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_CORK: send full segments only, for at most 200 ms, until it is off again.
struct Cork : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_cork, "TCP_CORK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_QUICKACK: acknowledge at once. Not for good: the kernel goes back by itself, and what is
/// read is what it does now.
struct QuickAck : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_quickack, "TCP_QUICKACK">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = WithPeer;
    using get_in = WithPeer;
};

/// TCP_MAXSEG: the largest segment to send and to announce, in bytes, 88 to 32767; the kernel never
/// takes more than the interface has. Set on a Listener it is that of its connections. Read on a
/// connection it is the one in use, before that the one asked for, 536 if none was.
struct MaximumSegment
    : Setting<Bytes<88, 32767>, Kernel<sys::ipproto_tcp, sys::tcp_maxseg, "TCP_MAXSEG">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
};

/// TCP_CONGESTION: the congestion control algorithm by its name
/// (net.ipv4.tcp_available_congestion_control). One that is not there is
/// `no_such_file_or_directory`.
struct CongestionControl
    : Setting<ShortName<false>, Kernel<sys::ipproto_tcp, sys::tcp_congestion, "TCP_CONGESTION">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_FASTOPEN: how many connections with data in their first packet may wait at a listener
/// (RFC 7413). 0 is off; no more than net.core.somaxconn.
struct FastOpenQueue
    : Setting<Number<0, INT_MAX>, Kernel<sys::ipproto_tcp, sys::tcp_fastopen, "TCP_FASTOPEN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
    using get_in = BeforeAccept;
};

/// TCP_FASTOPEN_CONNECT: connect returns at once, and the first send goes with the first packet
/// (RFC 7413).
struct FastOpenConnect
    : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_fastopen_connect, "TCP_FASTOPEN_CONNECT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeConnection;
};

/// TCP_DEFER_ACCEPT: accept gives a connection only when data has come, or after so long. The
/// kernel counts in retransmissions, so that what is read is the time rounded to 1, 3, 7, 15, ...
/// s.
struct DeferAccept : Setting<Time<Seconds, 0>,
                             Kernel<sys::ipproto_tcp, sys::tcp_defer_accept, "TCP_DEFER_ACCEPT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = BeforeAccept;
};

/// TCP_SYNCNT: how often connect asks again before it is `connection_timed_out`, and a listener
/// answers again before it forgets who asked. 1 to 127.
struct SynCount : Setting<Number<1, 127>, Kernel<sys::ipproto_tcp, sys::tcp_syncnt, "TCP_SYNCNT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = EveryBut<state::Connection>;
};

/// TCP_LINGER2: how long a closed end waits in FIN_WAIT2 for the peer's close. 0 is the system's
/// own, 60 s; more than 120 s is cut to that.
struct FinWait
    : Setting<Time<Seconds, 0>, Kernel<sys::ipproto_tcp, sys::tcp_linger2, "TCP_LINGER2">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_NOTSENT_LOWAT, in bytes: poll says writable only when less than this waits to be sent. 0 is
/// the system's own (net.ipv4.tcp_notsent_lowat).
struct NotSentLowWater
    : Setting<Bytes<>, Kernel<sys::ipproto_tcp, sys::tcp_notsent_lowat, "TCP_NOTSENT_LOWAT">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = EitherTcp;
};

/// TCP_WINDOW_CLAMP, in bytes: the largest window to announce. The kernel raises it to half of its
/// smallest receive buffer.
struct WindowClamp
    : Setting<Bytes<1>, Kernel<sys::ipproto_tcp, sys::tcp_window_clamp, "TCP_WINDOW_CLAMP">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_THIN_LINEAR_TIMEOUTS: a connection with few packets on the way asks again at even intervals
/// at first, not at doubling ones.
struct ThinStream
    : Setting<Switch,
              Kernel<sys::ipproto_tcp, sys::tcp_thin_linear_timeouts, "TCP_THIN_LINEAR_TIMEOUTS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_RTO_MAX_MS: the longest time between two tries to send what was not acknowledged, 1 to 120
/// s. Since Linux 6.15.
struct RetransmissionLimit
    : Setting<Time<Milliseconds, 1000, 120'000>,
              Kernel<sys::ipproto_tcp, sys::tcp_rto_max_ms, "TCP_RTO_MAX_MS">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
};

/// TCP_IS_MPTCP: whether the connection is one of Multipath TCP, and has not fallen back to TCP.
struct IsMultipath : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_is_mptcp, "TCP_IS_MPTCP">> {
    using families = EitherIp;
    using protocols = EitherTcp;
    using set_in = NoState;
};

/// TCP_SAVE_SYN: keep the first packet of each connection that is accepted.
struct SaveSyn : Setting<Switch, Kernel<sys::ipproto_tcp, sys::tcp_save_syn, "TCP_SAVE_SYN">> {
    using Setting::Setting;
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = BeforeAccept;
};

/// TCP_SAVED_SYN: the first packet of a connection that was accepted, from its IP header on;
/// reading takes it. Empty if the listener did not have SaveSyn.
struct SavedSyn : Everywhere {
    using families = EitherIp;
    using protocols = OneOf<Tcp>;
    using set_in = NoState;
    using get_in = WithPeer;
    /// At most 60 bytes of IPv4 or 40 of IPv6 header, its extensions aside, and 60 of TCP.
    class Packet {
    public:
        [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

    private:
        friend SavedSyn;
        std::array<std::byte, 512> bytes_{};
        std::size_t size_ = 0;
    };
    using value_type = Packet;
    using kernels = OneOf<Kernel<sys::ipproto_tcp, sys::tcp_saved_syn, "TCP_SAVED_SYN">>;
    [[nodiscard]] static Result<Packet> get(Target target) {
        Packet packet;
        const auto asked =
            sys::get_option_bytes(target.descriptor, sys::ipproto_tcp, sys::tcp_saved_syn,
                                  packet.bytes_.data(), sizeof packet.bytes_);
        if (!asked) {
            return Error::of_option(asked.error().code(), Operation::get_option, "TCP_SAVED_SYN");
        }
        packet.size_ = *asked;
        return packet;
    }
};

} // namespace ferrule::opt
// ferrule/opt.hpp
/// @file
/// All of opt/: the options of sockets.

// ferrule/resolve/dial_error.hpp
/// @file
/// Why a host could not be reached.

namespace ferrule {

/// Why a host could not be reached: a cause, and every endpoint that was tried with its cause. The
/// cause is that of the first endpoint, unless the deadline, the stop or the lookup ended the dial.
class DialError : public RicherError {
public:
    /// One endpoint that was tried, and its cause of failure.
    struct Attempt {
        Endpoint<Any> endpoint;
        Errc cause = Errc::none;
    };

    /// At most so many attempts are kept; further ones are only counted.
    static constexpr std::size_t capacity = 24;

    constexpr DialError(Error cause) : RicherError{cause} {}

    [[nodiscard]] constexpr std::span<const Attempt> attempts() const { return {attempts_, kept_}; }
    /// How many endpoints were tried in all.
    [[nodiscard]] constexpr std::size_t tried() const { return tried_; }

    /// `dial: Connection refused (ECONNREFUSED): [::1]:80 ECONNREFUSED, 127.0.0.1:80 ECONNREFUSED`
    [[nodiscard]] constexpr Text<2047> text() const {
        Text<2047> sentence{cause_.text()};
        for (std::size_t at = 0; at < kept_; ++at) {
            sentence.append(at == 0 ? ": " : ", ")
                .append(attempts_[at].endpoint.text())
                .append(' ');
            sentence.append(describe(attempts_[at].cause).name);
        }
        if (tried_ > kept_) {
            sentence.append(" and ").append_number(tried_ - kept_).append(" more");
        }
        return sentence;
    }

    constexpr void add(const Endpoint<Any>& endpoint, Errc cause) {
        if (kept_ < capacity) {
            attempts_[kept_++] = {endpoint, cause};
        }
        ++tried_;
    }

    constexpr void set_cause(Errc cause) { cause_ = {cause, Operation::dial}; }

private:
    Attempt attempts_[capacity]{};
    std::size_t kept_ = 0;
    std::size_t tried_ = 0;
};

} // namespace ferrule
// ferrule/resolve/host_port.hpp
/// @file
/// Splits `example.com:http` in two parts. Each part is checked, but nothing is looked up.

namespace ferrule {

/// A host and a service as they were written, without the brackets of an IPv6 address.
struct HostPort {
    std::string_view host;
    std::string_view service;
};

/// `host:service`, `192.0.2.1:80`, `[2001:db8::1]:http`: an address with colons stands in brackets.
/// Either part may be empty. Borrows the text.
[[nodiscard]] constexpr Result<HostPort> split_host_port(std::string_view text) {
    auto fail = [](Errc code, std::size_t position) {
        return Error{code, Operation::parse, position};
    };
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) {
        return fail(Errc::missing_port, text.size());
    }
    HostPort parts{text.substr(0, colon), text.substr(colon + 1)};
    std::size_t plain = 0; // from here on no bracket may open
    if (text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == text.npos) {
            return fail(Errc::missing_bracket, text.size());
        }
        if (close + 1 != colon) {
            return close + 1 < text.size() && text[close + 1] == ':'
                       ? fail(Errc::unexpected_character, colon)
                       : fail(Errc::missing_port, close + 1);
        }
        parts.host = text.substr(1, close - 1);
        plain = close + 1;
        if (const std::size_t open = parts.host.find('['); open != text.npos) {
            return fail(Errc::unexpected_character, 1 + open);
        }
    } else if (const std::size_t first = text.find(':'); first != colon) {
        return fail(Errc::missing_bracket, first);
    }
    if (const std::size_t bracket = text.find_first_of("[]", plain); bracket != text.npos) {
        return fail(Errc::unexpected_character, bracket);
    }
    return parts;
}

/// Whether it can be the name of a host: 1 to 253 characters, no NUL, blank or control character,
/// and not a number. If the last label is a number, it is an IPv4 address or a mistake:
/// getaddrinfo(3) would accept `127.1` and `0x7f.1`.
[[nodiscard]] constexpr bool is_host_name(std::string_view host) {
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    if (host.empty() || host.size() > 253) {
        return false;
    }
    for (char character : host) {
        if (static_cast<unsigned char>(character) <= ' ' || character == '\x7f' ||
            character == ':' || character == '%') {
            return false;
        }
    }
    std::string_view label = host.substr(host.rfind('.') + 1);
    const bool is_hexadecimal = label.starts_with("0x") || label.starts_with("0X");
    if (is_hexadecimal) {
        label.remove_prefix(2);
    }
    for (char character : label) {
        if (hexadecimal_values[static_cast<unsigned char>(character)] > (is_hexadecimal ? 15 : 9)) {
            return true;
        }
    }
    return false;
}

/// Whether it can be the name of a service (services(5)): letters, digits, `-`, `_`, `.`, `+`, `/`,
/// a letter among them, at most 32.
[[nodiscard]] constexpr bool is_service_name(std::string_view service) {
    bool has_letter = false;
    for (char character : service) {
        const bool is_letter =
            (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
        const bool is_digit = character >= '0' && character <= '9';
        has_letter = has_letter || is_letter;
        if (!is_letter && !is_digit &&
            std::string_view{"-_./+"}.find(character) == std::string_view::npos) {
            return false;
        }
    }
    return has_letter && service.size() <= 32 && service.front() != '+' && service.front() != '-';
}

/// The reverse of split_host_port: `example.com:http`, `[2001:db8::1]:80`. `bad_host` if the host
/// has brackets or more than 253 characters, `bad_service` if the service has a colon or more
/// than 32.
[[nodiscard]] constexpr Result<Text<288>> join_host_port(std::string_view host,
                                                         std::string_view service) {
    if (host.size() > 253 || host.find_first_of("[]") != host.npos) {
        return Error{Errc::bad_host, Operation::resolve};
    }
    if (service.size() > 32 || service.find_first_of("[]:") != service.npos) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    const bool has_colon = host.find(':') != host.npos;
    Text<288> joined{has_colon ? "[" : ""};
    joined.append(host).append(has_colon ? "]:" : ":").append(service);
    return joined;
}

} // namespace ferrule
// ferrule/resolve/impl/race.hpp
/// @file
/// Connecting to the first of many endpoints that answers (RFC 8305, Happy Eyeballs).

namespace ferrule::detail {

/// RFC 8305 section 5, Connection Attempt Delay: 250 ms in nanoseconds.
inline constexpr std::int64_t attempt_delay = 250'000'000;

// The endpoints in the order of RFC 8305 section 4: the family of the first endpoint and the other
// one by turns.
class Interleaved {
public:
    explicit Interleaved(std::span<const Endpoint<Ip>> endpoints) : endpoints_{endpoints} {
        first_domain_ = endpoints.empty() ? 0 : endpoints[0].domain();
    }

    // The next one, or a null pointer after the last.
    const Endpoint<Ip>* next() {
        for (int tries = 0; tries < 2; ++tries) {
            std::size_t& at = at_[turn_];
            const bool wants_first = turn_ == 0;
            turn_ = 1 - turn_;
            while (at < endpoints_.size() &&
                   (endpoints_[at].domain() == first_domain_) != wants_first) {
                ++at;
            }
            if (at < endpoints_.size()) {
                return &endpoints_[at++];
            }
        }
        return nullptr;
    }

private:
    std::span<const Endpoint<Ip>> endpoints_;
    int first_domain_;
    std::size_t at_[2]{};
    std::size_t turn_ = 0;
};

// On loopback a connect to a port without a listener may take this very port for itself and meet
// itself (TCP's simultaneous open, RFC 9293 section 3.5). Ports below 1024 are not taken so. It is
// tried so often, then the peer has refused.
inline constexpr int most_tries = 3;

template <class Protocol>
bool is_its_own_peer(const Connection<Ip, Stream, Protocol>& connection, const Endpoint<Ip>& peer) {
    if (peer.port() < 1024) {
        return false;
    }
    const auto local = connection.local_endpoint();
    if (!local || local->port() != peer.port()) {
        return false;
    }
    const auto remote = connection.peer_endpoint();
    return remote && *local == *remote;
}

// The race. An attempt starts when the last one is 250 ms old or one has failed. The first that
// connects wins, the others are closed. `prepare(endpoint)` opens a socket with its options,
// `finish(opened)` sets the options of a connection.
template <class Protocol, class Prepare, class Finish> class Race {
public:
    using Winner = Connection<Ip, Stream, Protocol>;
    using Outcome = Result<Winner, DialError>;

    Race(std::span<const Endpoint<Ip>> endpoints, Wait wait, Prepare prepare, Finish finish)
        : left_{endpoints}, wait_{wait}, prepare_{prepare}, finish_{finish}, next_{left_.next()},
          first_{next_} {}

    Outcome run() {
        for (;;) {
            if (const auto going = wait_.check_stop(Operation::dial); !going) {
                return give_up(going.error().code());
            }
            start_what_is_due();
            if (running_ == 0) {
                return failure_;
            }
            const std::int64_t patience = wait_.is_no_wait() ? 0 : wait_.deadline().remaining();
            if (const auto waited = wait_for_news(patience); !waited) {
                return give_up(waited.error().code());
            }
            if (auto winner = look_who_is_there(); winner.has_value()) {
                return *std::move(winner);
            }
            if (running_ > 0 && patience == 0) {
                return give_up(wait_.is_no_wait() ? Errc::would_block : Errc::deadline_exceeded);
            }
        }
    }

private:
    using Attempt = Connecting<Ip, Stream, Protocol>;
    struct Runner {
        const Endpoint<Ip>* endpoint = nullptr;
        Result<Attempt> attempt = Error{Errc::not_open, Operation::connect};
        int again = 0;
    };
    static constexpr std::size_t most = 32; // at once

    bool may_start_one_more() const { return next_ != nullptr && running_ < most; }

    Result<Attempt> start(const Endpoint<Ip>& endpoint) {
        return prepare_(endpoint).and_then(
            [&](Opened<Ip>&& opened) { return Attempt::start(std::move(opened), endpoint); });
    }

    void start_what_is_due() {
        while (may_start_one_more() && (running_ == 0 || sys::now() >= next_start_)) {
            if (auto attempt = start(*next_)) {
                runners_[running_++] = {next_, std::move(attempt), 0};
                next_start_ = sys::now() + attempt_delay;
            } else {
                failed(*next_, attempt.error().code());
            }
            next_ = left_.next();
        }
    }

    // Waits until an attempt ends, the next one is due, or the time is up. `stopped` if the stop
    // was requested.
    Result<void> wait_for_news(std::int64_t patience) {
        std::int64_t pause = patience;
        if (may_start_one_more()) {
            const std::int64_t now = sys::now();
            const std::int64_t until_next = next_start_ > now ? next_start_ - now : 0;
            pause = patience < 0 || until_next < patience ? until_next : patience;
        }
        std::size_t size = running_;
        for (std::size_t at = 0; at < size; ++at) {
            watched_[at] = {runners_[at].attempt->descriptor(), Attempt::events(), 0};
        }
        // An entry counts against RLIMIT_NOFILE, so none that is ignored.
        if (wait_.stop() != nullptr) {
            watched_[size++] = {wait_.stop()->descriptor(), sys::pollin, 0};
        }
        if (const auto polled = sys::poll(watched_, size, pause); !polled) {
            return polled.error();
        }
        if (size != running_ && watched_[running_].revents != 0) {
            wait_.stop()->see_what_came_before();
            return Error{Errc::stopped, Operation::dial};
        }
        return {};
    }

    // Returns the first that has connected, if there is one, and removes those that have failed.
    Result<Winner> look_who_is_there() {
        for (std::size_t at = running_; at-- > 0;) {
            if (watched_[at].revents == 0) {
                continue;
            }
            auto connected = finished(runners_[at]);
            if (connected) {
                return connected;
            }
            if (connected.error() != Errc::would_block) {
                failed(*runners_[at].endpoint, connected.error().code());
                runners_[at] = std::move(runners_[--running_]);
            }
        }
        return Error{Errc::would_block, Operation::dial};
    }

    // A connection, the error of the attempt, or `would_block` if it goes on. An attempt that met
    // itself is repeated.
    Result<Winner> finished(Runner& runner) {
        auto connected = runner.attempt->complete(no_wait);
        if (!connected) {
            return connected;
        }
        if (!is_its_own_peer(*connected, *runner.endpoint)) {
            auto opened = std::move(*connected).take();
            if (const auto set = finish_(opened); !set) {
                return set.error();
            }
            return Winner{std::move(opened)};
        }
        connected = Error{Errc::connection_refused, Operation::connect}; // closes it
        if (runner.again < most_tries - 1) {
            if (auto again = start(*runner.endpoint)) {
                runner = {runner.endpoint, std::move(again), runner.again + 1};
                return Error{Errc::would_block, Operation::connect};
            }
        }
        return connected;
    }

    void failed(const Endpoint<Ip>& endpoint, Errc cause) {
        if (&endpoint == first_) {
            failure_.set_cause(cause);
        }
        failure_.add(endpoint, cause);
        next_start_ = 0;
    }

    DialError give_up(Errc cause) {
        for (std::size_t at = 0; at < running_; ++at) {
            failure_.add(*runners_[at].endpoint, cause);
        }
        failure_.set_cause(cause);
        return failure_;
    }

    Interleaved left_;
    Wait wait_;
    Prepare prepare_;
    Finish finish_;
    const Endpoint<Ip>* next_;
    const Endpoint<Ip>* first_;
    Runner runners_[most]{};
    pollfd watched_[most + 1]{};
    std::size_t running_ = 0;
    std::int64_t next_start_ = 0;
    DialError failure_{Error{Errc::host_not_found, Operation::dial}};
};

template <class Protocol, class... Options>
Result<Connection<Ip, Stream, Protocol>, DialError> race(std::span<const Endpoint<Ip>> endpoints,
                                                         Wait wait, const Options&... options) {
    auto prepare = [&](const Endpoint<Ip>& endpoint) -> Result<Opened<Ip>> {
        auto opened = steps::open_for<Ip, Stream, Protocol>(endpoint, sys::Blocking::no);
        if (opened) {
            if (auto done = steps::set<steps::Moment::opened>(*opened, options...); !done) {
                return done.error();
            }
        }
        return opened;
    };
    auto finish = [&](const Opened<Ip>& opened) {
        return steps::set<steps::Moment::finished>(opened, options...);
    };
    return Race<Protocol, decltype(prepare), decltype(finish)>{endpoints, wait, prepare, finish}
        .run();
}

} // namespace ferrule::detail
// ferrule/sys/resolver.hpp
/// @file
/// getaddrinfo(3): from names to addresses, as the system is set up to do it (nsswitch.conf(5)).

#include <netdb.h>

namespace ferrule::sys {

/// Owns the list that getaddrinfo(3) made.
class AddressList {
public:
    constexpr AddressList() = default;
    explicit AddressList(addrinfo* first) : first_{first} {}
    AddressList(const AddressList&) = delete;
    AddressList& operator=(const AddressList&) = delete;
    AddressList(AddressList&& other) noexcept : first_{other.first_} { other.first_ = nullptr; }
    AddressList& operator=(AddressList&& other) noexcept {
        addrinfo* const first = other.first_;
        other.first_ = first_;
        first_ = first;
        return *this;
    }
    ~AddressList() {
        if (first_ != nullptr) {
            ::freeaddrinfo(first_);
        }
    }

    [[nodiscard]] const addrinfo* first() const { return first_; }

private:
    addrinfo* first_ = nullptr;
};

// The words of getaddrinfo(3) and getnameinfo(3) for a failure.
inline Error resolver_error(int answer) {
    switch (answer) {
    case EAI_SERVICE:
        return {Errc::service_not_found, Operation::resolve};
    case EAI_AGAIN:
        return {Errc::resolver_busy, Operation::resolve};
    case EAI_MEMORY:
        return {Errc::not_enough_memory, Operation::resolve};
    case EAI_SYSTEM:
        return Error::from_errno(Operation::resolve);
    case EAI_NONAME:
    case -5: // EAI_NODATA, which needs _GNU_SOURCE: the name has no address of the family
    case -9: // EAI_ADDRFAMILY, likewise
        return {Errc::host_not_found, Operation::resolve};
    default:
        return {Errc::resolver_failed, Operation::resolve};
    }
}

/// getaddrinfo(3): the addresses of `host` with the port of `service`, both NUL-terminated; a null
/// pointer for none. It blocks, for as long as the name servers take.
inline Result<AddressList> look_up(const char* host, const char* service, int domain, int type) {
    addrinfo hints{};
    hints.ai_family = domain;
    hints.ai_socktype = type;
    addrinfo* first = nullptr;
    const int answer = ::getaddrinfo(host, service, &hints, &first);
    if (answer != 0) {
        return resolver_error(answer);
    }
    return AddressList{first};
}

/// A host and a service by their names; the service by its number if it has none.
struct HostName {
    Text<254> host;
    Text<32> service;
};

/// getnameinfo(3): the name of an address; an address without a name is `host_not_found`. It
/// blocks, for as long as the name servers take.
inline Result<HostName> look_up_name(const sockaddr* address, socklen_t size, int type) {
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    const int answer = ::getnameinfo(address, size, host, sizeof host, service, sizeof service,
                                     NI_NAMEREQD | (type == sock_dgram ? NI_DGRAM : 0));
    if (answer != 0) {
        return resolver_error(answer);
    }
    return HostName{Text<254>{host}, Text<32>{service}};
}

/// gethostname(2).
inline Result<Text<255>> host_name() {
    char name[256]{}; // one byte stays 0: a name that is cut may come without its NUL
    if (::gethostname(name, sizeof name - 1) != 0) {
        return Error::from_errno(Operation::resolve);
    }
    return Text<255>{name};
}

} // namespace ferrule::sys
// ferrule/resolve/endpoints.hpp
/// @file
/// The endpoints of a name.

namespace ferrule {

namespace detail {

// Return type of a range over temporary endpoints: its name is the message.
struct gone_at_once_so_keep_the_endpoints_in_a_variable {};

} // namespace detail

/// The endpoints of a name, the preferred one first. A range; owns heap memory.
template <class Family> class Endpoints {
public:
    Endpoints() = default;
    Endpoints(const Endpoints&) = delete;
    Endpoints& operator=(const Endpoints&) = delete;
    Endpoints(Endpoints&& other) noexcept
        : first_{std::exchange(other.first_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
    Endpoints& operator=(Endpoints&& other) noexcept {
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Endpoints() { delete[] first_; }

    [[nodiscard]] const Endpoint<Family>* begin() const& { return first_; }
    [[nodiscard]] const Endpoint<Family>* end() const& { return first_ + size_; }
    [[nodiscard]] const Endpoint<Family>* data() const& { return first_; }
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable begin() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable end() const&& = delete;
    detail::gone_at_once_so_keep_the_endpoints_in_a_variable data() const&& = delete;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Endpoint<Family>& operator[](std::size_t at) const& { return first_[at]; }
    [[nodiscard]] Endpoint<Family> operator[](std::size_t at) const&& { return first_[at]; }

    /// Room for so many; `not_enough_memory`.
    [[nodiscard]] static Result<Endpoints> with_room(std::size_t capacity) {
        Endpoints made;
        made.first_ = new (std::nothrow) Endpoint<Family>[capacity];
        if (made.first_ == nullptr) {
            return Error{Errc::not_enough_memory, Operation::resolve};
        }
        return made;
    }

    /// Adds one, unless it is there already. There must be room.
    void add(const Endpoint<Family>& endpoint) {
        for (const auto& known : *this) {
            if (known == endpoint) {
                return;
            }
        }
        first_[size_++] = endpoint;
    }

private:
    Endpoint<Family>* first_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace ferrule
// ferrule/sys/thread.hpp
/// @file
/// Threads: pthread_create(3) detached, and whether this process has other threads.

#include <pthread.h>
#include <sched.h>
#include <signal.h>

namespace ferrule::sys {

/// Whether this process certainly has no other thread. False where the system does not tell.
inline bool is_only_thread();

/// sched_yield(2).
inline void yield_thread() { ::sched_yield(); }

/// pthread_create(3), detached and with all signals blocked, so that the program's handlers run on
/// the program's threads.
inline Result<void> start_detached(void* (*run)(void*), void* argument, Operation operation) {
    sigset_t all;
    sigset_t kept;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &kept);
    pthread_t thread{};
    int failed = ::pthread_create(&thread, nullptr, run, argument);
    ::pthread_sigmask(SIG_SETMASK, &kept, nullptr);
    if (failed != 0) {
        // EAGAIN is a limit of threads that is reached (RLIMIT_NPROC), not "not ready yet".
        return Error{failed == EAGAIN ? Errc::not_enough_memory : static_cast<Errc>(failed),
                     operation};
    }
    ::pthread_detach(thread);
    return {};
}

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// /proc/self/task has a folder for each thread, and a link from each (proc(5)).

#include <sys/stat.h>

namespace ferrule::sys {

inline bool is_only_thread() {
    struct stat threads{};
    return ::stat("/proc/self/task", &threads) == 0 && threads.st_nlink == 3;
}

} // namespace ferrule::sys
#else
/// @file
/// POSIX has no call that counts threads.

namespace ferrule::sys {

inline bool is_only_thread() { return false; }

} // namespace ferrule::sys
#endif
// ferrule/resolve/impl/lookup.hpp
/// @file
/// One lookup: in this thread, or in its own thread, which may be left alone.

namespace ferrule {

namespace detail {

// A question to getaddrinfo(3): an empty host or service is not asked for.
struct Question {
    Text<254> host;
    Text<32> service;
    int domain;
    int type;

    [[nodiscard]] Result<sys::AddressList> ask() const {
        return sys::look_up(host.empty() ? nullptr : host.c_str(),
                            service.empty() ? nullptr : service.c_str(), domain, type);
    }
};

// The most lookups in their own threads at once, and how many there are. A thread that nobody waits
// for stays until the name servers answer or the resolver gives up (resolv.conf(5): 5 s, twice, for
// each of them). Without a limit, many lookups with a short wait would fill the process with
// threads. A child of fork(2) has none of them.
inline constexpr std::uint32_t most_lookups = 128;

class LookupCount {
public:
    // Counts one more, if there may be one more.
    static bool enter() {
        std::uint64_t seen = __atomic_load_n(&count(), __ATOMIC_RELAXED);
        for (;;) {
            const std::uint64_t mine = of_this_process(seen);
            if ((mine & UINT32_MAX) >= most_lookups) {
                return false;
            }
            if (__atomic_compare_exchange_n(&count(), &seen, mine + 1, false, __ATOMIC_RELAXED,
                                            __ATOMIC_RELAXED)) {
                return true;
            }
        }
    }
    static void leave() { __atomic_fetch_sub(&count(), 1, __ATOMIC_RELAXED); }

private:
    // The process in the upper half, its number of lookups in the lower.
    static std::uint64_t& count() {
        static std::uint64_t value = 0;
        return value;
    }
    static std::uint64_t of_this_process(std::uint64_t seen) {
        const std::uint64_t process = std::uint64_t{static_cast<std::uint32_t>(sys::process_id())}
                                      << 32;
        return (seen & ~std::uint64_t{UINT32_MAX}) == process ? seen : process;
    }
};

// A question about the name of an endpoint to getnameinfo(3).
struct NameQuestion {
    Endpoint<Ip> endpoint;
    int type;

    [[nodiscard]] Result<sys::HostName> ask() const {
        return sys::look_up_name(endpoint.native(), endpoint.native_size(), type);
    }
};

template <class Question> using AnswerTo = decltype(std::declval<const Question&>().ask());

// A lookup shared by its thread and the caller, who may leave first. The last of the two deletes
// it.
template <class Question> struct Errand {
    Question question;
    sys::Event done_event;
    AnswerTo<Question> answer = Error{Errc::none, Operation::resolve};
    bool done = false;
    int holders = 2;

    static void* run(void* argument) {
        auto* const errand = static_cast<Errand*>(argument);
        errand->answer = errand->question.ask();
        __atomic_store_n(&errand->done, true, __ATOMIC_RELEASE);
        sys::raise_event(errand->done_event.raiser());
        errand->leave();
        LookupCount::leave();
        return nullptr;
    }

    void leave() {
        if (__atomic_sub_fetch(&holders, 1, __ATOMIC_ACQ_REL) == 0) {
            delete this;
        }
    }
};

// Looks up within the wait, in a separate thread. When the wait is over, that thread is left alone.
template <class Question> AnswerTo<Question> ask_aside(const Question& question, Wait wait) {
    if (auto going = wait.check(Operation::resolve); !going) {
        return going.error();
    }
    if (wait.is_no_wait()) { // no answer can be there when its thread has just begun
        return Error{Errc::would_block, Operation::resolve};
    }
    auto event = sys::open_event(Operation::resolve);
    if (!event) {
        return event.error();
    }
    auto* const errand = new (std::nothrow) Errand<Question>{question, *std::move(event)};
    if (errand == nullptr) {
        return Error{Errc::not_enough_memory, Operation::resolve};
    }
    if (!LookupCount::enter()) {
        delete errand;
        return Error{Errc::too_many_lookups, Operation::resolve};
    }
    if (auto started = sys::start_detached(Errand<Question>::run, errand, Operation::resolve);
        !started) {
        LookupCount::leave();
        delete errand;
        return started.error();
    }
    auto answer = AnswerTo<Question>{Error{Errc::none, Operation::resolve}};
    auto waited = wait_for(errand->done_event.number(), sys::pollin, wait, Operation::resolve);
    if (waited && __atomic_load_n(&errand->done, __ATOMIC_ACQUIRE)) {
        answer = std::move(errand->answer);
    } else {
        answer = waited.error();
    }
    errand->leave();
    return answer;
}

// An answer of getaddrinfo(3) as an endpoint.
inline Endpoint<Ip> endpoint_of(const addrinfo& answer) {
    Endpoint<Ip> endpoint;
    if (answer.ai_addrlen <= Endpoint<Ip>::native_capacity) {
        __builtin_memcpy(endpoint.native_buffer(), answer.ai_addr, answer.ai_addrlen);
        endpoint.native_resize(answer.ai_addrlen);
    }
    return endpoint;
}

// A port, or 0 and the name of a service that is to be looked up.
inline Result<std::uint16_t> port_of(std::string_view service) {
    Parser parser{service};
    std::uint16_t port = 0;
    if (parser.port(port) && parser.expect_end()) {
        return port;
    }
    if (!is_service_name(service)) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    return std::uint16_t{0};
}

// A port as text; a negative number as text that is no port.
template <std::integral Number> constexpr Text<20> port_text(Number port) {
    if (std::cmp_less(port, 0)) {
        return Text<20>{"-"};
    }
    return Text<20>{}.append_number(static_cast<std::uint64_t>(port));
}

// The endpoint, if the host is written as an address. Its scope is a number or the name of an
// interface.
inline Result<Endpoint<Ip>> literal_endpoint(std::string_view host, std::uint16_t port) {
    const std::size_t percent = host.find('%');
    const auto address = Address<Ip>::parse(host.substr(0, percent));
    if (!address || (percent != host.npos && !address->template to<Ipv6>())) {
        return Error{Errc::bad_host, Operation::resolve};
    }
    if (percent == host.npos) {
        return Endpoint<Ip>{*address, port};
    }
    const std::string_view scope = host.substr(percent + 1);
    Parser parser{scope};
    std::uint32_t index = 0;
    if (!parser.decimal(index, UINT32_MAX, Errc::bad_scope) || !parser.at_end() || index == 0) {
        const auto named = sys::interface_index(scope, Operation::resolve);
        if (!named) {
            return named.error();
        }
        index = *named;
    }
    return Endpoint<Ip>{Endpoint<Ipv6>{*address->template to<Ipv6>(), port, index}};
}

// The endpoint, if both are numbers: there is nothing to look up. An error tells nothing else.
inline Result<Endpoint<Ip>> endpoint_of_numbers(std::string_view host, std::string_view service) {
    if (is_service_name(service)) {
        return Error{Errc::bad_service, Operation::resolve};
    }
    const auto port = port_of(service);
    return port ? literal_endpoint(host, *port) : port.error();
}

// The endpoint as one of the family, or nothing added.
template <class Family>
void add_if_of_family(Endpoints<Family>& endpoints, const Endpoint<Ip>& endpoint) {
    if constexpr (std::is_same_v<Family, Ip>) {
        endpoints.add(endpoint);
    } else if (const auto fitting = endpoint.template to<Family>()) {
        endpoints.add(*fitting);
    }
}

} // namespace detail

} // namespace ferrule
// ferrule/resolve/resolve.hpp
/// @file
/// From the name of a host to the endpoints that reach it.

namespace ferrule {

/// getaddrinfo(3): the endpoints of a host and a service, in the order that the system prefers (RFC
/// 6724), each once. `host` is a name, an address, or empty: this host
/// itself, `[::1]` and `127.0.0.1`; anything else is `bad_host`. Numbers are read
/// as Address<Ip>::parse reads them, and in no other way. `service` is a port from 0 to 65535 or a
/// name (services(5)). Without a Wait it blocks as long as the name servers take. With a Wait it
/// runs in its own thread; when the wait is over, that thread is left alone and ends by itself.
/// With `no_wait` a name is `would_block`. More than 128 such threads at once: `too_many_lookups`.
/// A library that has called this must stay loaded (dlclose(3)) until its threads have ended. It
/// allocates.
template <class Family = Ip, class Type = Stream>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, std::string_view service,
                                                Wait wait = {}) {
    const auto port = detail::port_of(service);
    if (!port) {
        return port.error();
    }
    const bool service_is_name = is_service_name(service);
    const auto literal = detail::literal_endpoint(host, *port);
    if (!literal && !host.empty() &&
        (literal.error().code() != Errc::bad_host || !is_host_name(host))) {
        return literal.error();
    }

    // An address with a port needs no lookup. An address with the name of a service needs a lookup
    // of the port only.
    sys::AddressList found;
    const bool is_this_host = host.empty() && !service_is_name;
    if ((!literal && !is_this_host) || service_is_name) {
        int domain = sys::af_unspec;
        if (literal) {
            domain = literal->domain();
        } else if constexpr (FixedFamily<Family>) {
            domain = Family::number;
        }
        const detail::Question question{Text<254>{literal ? std::string_view{} : host},
                                        Text<32>{service_is_name ? service : std::string_view{}},
                                        domain, Type::number};
        auto answer = wait.is_for_ever() ? question.ask() : detail::ask_aside(question, wait);
        if (!answer) {
            return answer.error();
        }
        found = *std::move(answer);
    }

    std::size_t count = 2;
    for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
        ++count;
    }
    auto endpoints = Endpoints<Family>::with_room(count);
    if (!endpoints) {
        return endpoints;
    }
    if (is_this_host) {
        detail::add_if_of_family(*endpoints, Endpoint<Ipv6>::loopback(*port));
        detail::add_if_of_family(*endpoints, Endpoint<Ipv4>::loopback(*port));
    } else if (literal) {
        detail::add_if_of_family(
            *endpoints, found.first() == nullptr
                            ? *literal
                            : literal->with_port(detail::endpoint_of(*found.first()).port()));
    } else {
        for (const addrinfo* at = found.first(); at != nullptr; at = at->ai_next) {
            const auto endpoint = detail::endpoint_of(*at);
            detail::add_if_of_family(*endpoints,
                                     service_is_name ? endpoint : endpoint.with_port(*port));
        }
    }
    if (endpoints->empty()) {
        return Error{Errc::host_not_found, Operation::resolve};
    }
    return endpoints;
}

/// The same, with the port as a number. A port above 65535 is `bad_service`.
template <class Family = Ip, class Type = Stream, std::integral Number>
    requires Among<Family, OneOf<Ip, Ipv4, Ipv6>> && Offers<Family, Type>
[[nodiscard]] Result<Endpoints<Family>> resolve(std::string_view host, Number port,
                                                Wait wait = {}) {
    return resolve<Family, Type>(host, detail::port_text(port), wait);
}

} // namespace ferrule
// ferrule/resolve/dial.hpp
/// @file
/// Reaching a host by name, over whichever of its addresses answers first.

namespace ferrule {

namespace detail {

template <class Family, class Protocol>
using Dialled = Result<Connection<Family, Stream, Protocol>, DialError>;

// What Any speaks over IP.
template <class Family, class Protocol>
using RacingProtocol = std::conditional_t<std::is_same_v<Family, Any>, Tcp, Protocol>;

template <class Given>
concept Texts = std::is_convertible_v<const Given&, std::string_view>;

// The service of a host: its name, or the number of a port.
template <class Given>
concept Services = Texts<Given> || (std::integral<Given> && !std::same_as<Given, bool>);

template <class Given>
concept Destination =
    Texts<Given> || std::is_convertible_v<const Given&, std::span<const Endpoint<Ip>>>;

// The first option that dial refuses: the arguments are a destination, perhaps a service, perhaps a
// Wait, then options.
template <class Family, class Protocol, class First, class... Rest>
struct RefusedByDial : RefusedAfterWait<state::Connection, Family, Stream, Protocol, Rest...> {};
template <class Family, class Protocol, Texts First, class Second, class... Rest>
    requires Services<std::remove_cvref_t<Second>>
struct RefusedByDial<Family, Protocol, First, Second, Rest...>
    : RefusedAfterWait<state::Connection, Family, Stream, Protocol, Rest...> {};

// One function for each form of dial. Their options were checked by dial.
template <class Family, class Protocol> struct Dial {
    using Answer = Dialled<Family, Protocol>;

    template <class... Options>
    static Answer reach(std::span<const Endpoint<Ip>> endpoints, const Options&... options) {
        const Wait wait = steps::wait_of(options...);
        if (endpoints.size() == 1 && !wait.is_no_wait()) {
            return reach_one(endpoints[0], wait, options...);
        }
        return outcome_of(race<Spoken>(endpoints, wait, options...));
    }

    template <Texts Service, class... Options>
    static Answer reach(std::string_view host, const Service& service, const Options&... options) {
        const Wait wait = steps::wait_of(options...);
        if (const auto number = endpoint_of_numbers(host, service)) {
            return reach(std::span<const Endpoint<Ip>>{&*number, 1}, options...);
        }
        auto endpoints = resolve(host, service, wait);
        if (!endpoints) {
            return DialError{endpoints.error()};
        }
        return reach(std::span<const Endpoint<Ip>>{*endpoints}, options...);
    }

    template <std::integral Number, class... Options>
    static Answer reach(std::string_view host, Number port, const Options&... options) {
        return reach(host, std::string_view{port_text(port)}, options...);
    }

    template <class... Options>
    static Answer reach(std::string_view text, const Options&... options) {
        if constexpr (std::is_same_v<Family, Any>) {
            if (text.starts_with("unix:")) {
                const auto endpoint = Endpoint<Any>::parse(text);
                if (!endpoint) {
                    return DialError{endpoint.error()};
                }
                auto connected = Connection<Any>::connect(*endpoint, options...);
                if (!connected) {
                    DialError failure{connected.error()};
                    failure.add(*endpoint, connected.error().code());
                    return failure;
                }
                return *std::move(connected);
            }
        }
        if (text.starts_with("unix:")) {
            return DialError{Error{Errc::needs_any, Operation::dial}};
        }
        if (text.find("://") != text.npos) {
            return DialError{Error{Errc::is_a_url, Operation::dial}};
        }
        const auto parts = split_host_port(text);
        if (!parts) {
            return DialError{parts.error()};
        }
        return reach(parts->host, parts->service, options...);
    }

private:
    using Spoken = RacingProtocol<Family, Protocol>;

    static Answer outcome_of(Result<Connection<Ip, Stream, Spoken>, DialError> reached) {
        if (!reached) {
            return reached.error();
        }
        return Connection<Family, Stream, Protocol>{*std::move(reached)};
    }

    // One endpoint needs no race: a connect, and no poll or ioctl if it may take for ever.
    template <class... Options>
    static Answer reach_one(const Endpoint<Ip>& endpoint, Wait wait, const Options&... options) {
        if (!wait.may_begin()) {
            return DialError{wait.why_not(Operation::dial)};
        }
        Errc cause = Errc::none;
        for (int tries = 0; tries < most_tries; ++tries) {
            auto connected = Connection<Ip, Stream, Spoken>::connect(endpoint, options...);
            if (connected && !is_its_own_peer(*connected, endpoint)) {
                return Connection<Family, Stream, Protocol>{*std::move(connected)};
            }
            if (!connected) {
                cause = tries == 0 ? connected.error().code() : cause;
                break;
            }
            cause = Errc::connection_refused;
        }
        DialError failure{Error{cause, Operation::dial}};
        failure.add(endpoint, cause);
        return failure;
    }
};

} // namespace detail

/// Connects to a host by name: to whichever of its endpoints answers first.
///
///     dial("example.com:http")          [::1]:80, unix:/run/x.sock (dial<Any>)
///     dial("example.com", "http")       also "80"
///     dial("example.com", 80)
///     dial(endpoints)                   a span of Endpoint<Ip>: no name is resolved
///
/// After these an optional Wait, which spans the lookup and the connect, then options:
/// `dial("example.com:http", within(5s), opt::NoDelay{true})`.
///
/// IPv6 and IPv4 by turns, each 250 ms after the one before or as soon as that one fails. The first
/// that connects wins (RFC 8305, Happy Eyeballs).
// One template for all forms, so that a refusal speaks of one candidate.
template <class Family = Ip, class Protocol = DefaultProtocol<Family, Stream>,
          detail::Destination Where, class... Options>
    requires Among<Family, OneOf<Ip, Any>> &&
             SettableOnTheWayTo<
                 typename detail::RefusedByDial<Family, Protocol, Where, Options...>::type,
                 state::Connection, Family, Stream, Protocol>
[[nodiscard]] detail::Dialled<Family, Protocol> dial(const Where& where, Options&&... options) {
    return detail::Dial<Family, Protocol>::reach(where, options...);
}

} // namespace ferrule
// ferrule/resolve/name_of.hpp
/// @file
/// From addresses to names, and the name of this host.

namespace ferrule {

/// A host and a service by their names: `localhost` and `http`.
using HostName = sys::HostName;

/// getnameinfo(3): the names of an endpoint; a port without a name is given as its number. An
/// address without a name, or with one that no host can have, is `host_not_found`. A name is what
/// the owner of the address says: it proves nothing unless resolve() of it gives the address. The
/// wait is as of resolve().
template <class Type = Stream, class Family>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>>
[[nodiscard]] Result<HostName> name_of(const Endpoint<Family>& endpoint, Wait wait = {}) {
    const detail::NameQuestion question{endpoint, Type::number};
    auto answer = wait.is_for_ever() ? question.ask() : detail::ask_aside(question, wait);
    if (answer && !is_host_name(answer->host)) {
        return Error{Errc::host_not_found, Operation::resolve};
    }
    return answer;
}

/// gethostname(2): what this host calls itself.
[[nodiscard]] inline Result<Text<255>> host_name() { return sys::host_name(); }

} // namespace ferrule
// ferrule/resolve.hpp
/// @file
/// All of resolve/: names of hosts, and connections to them.

// ferrule/socket/socket.hpp
/// @file
/// A socket as socket(2) makes it: no name, no peer. The first step of the step-by-step way.

namespace ferrule {

/// A socket without a name. Options that must precede bind are set here.
template <class Family, class Type, class Protocol = DefaultProtocol<Family, Type>>
    requires Legal<Family, Type, Protocol>
class [[nodiscard("a socket that nobody keeps is closed at once")]] Socket final
    : public Handle<state::Socket, Family, Type, Protocol> {
    using Base = Handle<state::Socket, Family, Type, Protocol>;
    using Peer = PeerAt<Endpoint<Family>, Type, Protocol>;

public:
    using Base::Base;
    Socket(const Socket&) = delete; // std::move(it), std::move(result).value()
    Socket& operator=(const Socket&) = delete;
    Socket(Socket&&) noexcept = default;
    Socket& operator=(Socket&&) noexcept = default;

    /// socket(2), close-on-exec. One of Ipv6 is IPv6 alone: IPV6_V6ONLY is set, a second call.
    [[nodiscard]] static Result<Socket> open()
        requires FixedFamily<Family>
    {
        return made(steps::open<Family, Type, Protocol>(Family::number, sys::Blocking::yes));
    }

    /// socket(2) of the family of the endpoint that it will be used with, close-on-exec. One of
    /// AF_INET6 takes IPv4, too: IPV6_V6ONLY is cleared, a second call.
    [[nodiscard]] static Result<Socket> open(const Endpoint<Family>& endpoint)
        requires VariableFamily<Family>
    {
        return made(steps::open_for<Family, Type, Protocol>(endpoint, sys::Blocking::yes));
    }

    /// bind(2): gives the socket this local endpoint. It takes this socket, and closes it on
    /// failure.
    [[nodiscard]] Result<Bound<Family, Type, Protocol>> bind(const Endpoint<Family>& endpoint) && {
        if (!this->is_open()) {
            return this->not_open(Operation::bind);
        }
        auto opened = std::move(*this).take();
        if (auto bound = steps::bind(opened, endpoint); !bound) {
            return bound.error();
        }
        return Bound<Family, Type, Protocol>{std::move(opened)};
    }
    detail::spent_by_this_step_so_write_std_move bind(const Endpoint<Family>& endpoint) & = delete;

    /// connect(2); a Unix datagram socket is then bound to a free abstract name, so that the peer
    /// can answer. It takes this socket, and closes it on failure.
    [[nodiscard]] Result<Connection<Family, Type, Protocol>> connect(const Peer& peer,
                                                                     Wait wait = {}) &&
        requires Connectable<Family>
    {
        return steps::answerable<Type>(
            unbound().and_then([&](Bound<Family, Type, Protocol>&& socket) {
                return std::move(socket).connect(peer, wait);
            }));
    }
    detail::spent_by_this_step_so_write_std_move connect(const Peer& peer, Wait wait = {}) &
        requires Connectable<Family>
    = delete;

    /// connect(2), begun; the rest as connect().
    [[nodiscard]] Result<Connecting<Family, Type, Protocol>> start_connect(const Peer& peer) &&
        requires Connectable<Family>
    {
        return steps::answerable<Type>(
            unbound().and_then([&](Bound<Family, Type, Protocol>&& socket) {
                return std::move(socket).start_connect(peer);
            }));
    }
    detail::spent_by_this_step_so_write_std_move start_connect(const Peer&) &
        requires Connectable<Family>
    = delete;

private:
    static Result<Socket> made(Result<Opened<Family>> opened) {
        if (!opened) {
            return opened.error();
        }
        return Socket{*std::move(opened)};
    }

    // As a Bound, which can connect: the kernel binds in the same call, except a Unix datagram
    // socket.
    Result<Bound<Family, Type, Protocol>> unbound() {
        if (!this->is_open()) {
            return this->not_open(Operation::connect);
        }
        return Bound<Family, Type, Protocol>{std::move(*this).take()};
    }
};

} // namespace ferrule
// ferrule/socket/adopt.hpp
/// @file
/// Takes ownership of an existing descriptor after checking what it is.

namespace ferrule {

/// Why adopt() refused a descriptor: what was expected, and what was found.
class AdoptError : public RicherError {
public:
    /// What was checked. Domain, type and protocol are numbers of socket(2); the others are 1 for
    /// yes, 0 for no.
    enum class Aspect { call, domain, ipv6_only, type, protocol, listening, bound, connected };

    constexpr AdoptError(Error cause) : RicherError{cause.during(Operation::adopt)} {}
    constexpr AdoptError(Errc code, Aspect aspect, int expected, int found)
        : RicherError{Error{code, Operation::adopt}}, aspect_{aspect}, expected_{expected},
          found_{found} {}

    [[nodiscard]] constexpr Aspect aspect() const { return aspect_; }
    [[nodiscard]] constexpr int expected() const { return expected_; }
    [[nodiscard]] constexpr int found() const { return found_; }

    /// `adopt: Not of this socket type (wrong_type): type is 2 (SOCK_DGRAM), not 1 (SOCK_STREAM)`
    [[nodiscard]] constexpr Text<240> text() const {
        Text<240> sentence{cause_.text()};
        switch (aspect_) {
        case Aspect::call:
            return sentence;
        case Aspect::domain:
            sentence.append(": domain");
            break;
        case Aspect::ipv6_only:
            return sentence.append(": it takes IPv4, too; adopt it as Ip");
        case Aspect::type:
            sentence.append(": type");
            break;
        case Aspect::protocol:
            sentence.append(": protocol");
            break;
        case Aspect::listening:
            return sentence.append(found_ != 0 ? ": it listens" : ": it does not listen");
        case Aspect::bound:
            return sentence.append(found_ != 0 ? ": it is bound" : ": it is not bound");
        case Aspect::connected:
            return sentence.append(found_ != 0 ? ": it has a peer" : ": it has no peer");
        }
        append(sentence.append(" is "), found_);
        return append(sentence.append(", not "), expected_);
    }

private:
    constexpr Text<240>& append(Text<240>& sentence, int number) const {
        sentence.append_number(static_cast<unsigned>(number));
        if (const auto name = name_of(number); !name.empty()) {
            sentence.append(" (").append(name).append(')');
        }
        return sentence;
    }

    struct Known {
        Aspect aspect;
        int number;
        std::string_view name;
    };
    static constexpr Known known[] = {
        {Aspect::domain, sys::af_inet, "AF_INET"},
        {Aspect::domain, sys::af_inet6, "AF_INET6"},
        {Aspect::domain, sys::af_unix, "AF_UNIX"},
        {Aspect::type, sys::sock_stream, "SOCK_STREAM"},
        {Aspect::type, sys::sock_dgram, "SOCK_DGRAM"},
        {Aspect::type, sys::sock_seqpacket, "SOCK_SEQPACKET"},
        {Aspect::type, sys::sock_raw, "SOCK_RAW"},
        {Aspect::protocol, sys::ipproto_tcp, "IPPROTO_TCP"},
        {Aspect::protocol, sys::ipproto_udp, "IPPROTO_UDP"},
        {Aspect::protocol, sys::ipproto_udplite, "IPPROTO_UDPLITE"},
        {Aspect::protocol, sys::ipproto_mptcp, "IPPROTO_MPTCP"},
    };

    constexpr std::string_view name_of(int number) const {
        for (const Known& one : known) {
            if (one.aspect == aspect_ && one.number == number) {
                return one.name;
            }
        }
        return {};
    }

    Aspect aspect_ = Aspect::call;
    int expected_ = 0;
    int found_ = 0;
};

namespace detail {

// A class that is a state of a socket, such as Listener<Ipv4>. PathListener is none: it contains
// one.
template <class Adopted>
concept IsAStateOfASocket =
    requires { typename Adopted::state; } &&
    std::is_base_of_v<Handle<typename Adopted::state, typename Adopted::family,
                             typename Adopted::type, typename Adopted::protocol>,
                      Adopted>;

// What the state says of the socket.
template <class Adopted> struct StateOf {
    using State = typename Adopted::state;
    static constexpr bool is_on_its_way = std::is_same_v<State, state::Connecting>;
    static constexpr bool listens = std::is_same_v<State, state::Listener>;
    static constexpr bool has_peer = std::is_same_v<State, state::Connection>;
    static constexpr bool is_bound = std::is_same_v<State, state::Bound> || listens;
};

// Whether a local name is more than the family: it has a port that is not 0, or a Unix name.
inline bool is_name(const Endpoint<Any>& endpoint) {
    if (const auto ip = endpoint.to<Ip>()) {
        return ip->port() != 0;
    }
    const auto unix_name = endpoint.to<Unix>();
    return unix_name && !unix_name->is_unnamed();
}

// Compares what the kernel says about the descriptor with the tags.
template <class Adopted> Result<int, AdoptError> check_adoptable(int descriptor) {
    using Family = typename Adopted::family;
    using Type = typename Adopted::type;
    using Protocol = typename Adopted::protocol;
    using State = StateOf<Adopted>;
    using Aspect = AdoptError::Aspect;
    const auto domain = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_domain);
    if (!domain) {
        return AdoptError{domain.error()};
    }
    if constexpr (FixedFamily<Family>) {
        if (*domain != Family::number) {
            return AdoptError{Errc::wrong_family, Aspect::domain, Family::number, *domain};
        }
    } else if (*domain != sys::af_inet && *domain != sys::af_inet6 &&
               !(std::is_same_v<Family, Any> && *domain == sys::af_unix)) {
        return AdoptError{Errc::wrong_family, Aspect::domain, sys::af_inet6, *domain};
    }
    const auto type = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_type);
    if (!type) {
        return AdoptError{type.error()};
    }
    if (*type != Type::number) {
        return AdoptError{Errc::wrong_type, Aspect::type, Type::number, *type};
    }
    if constexpr (!std::is_same_v<Protocol, Unspecified>) {
        const auto protocol = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_protocol);
        if (!protocol) {
            return AdoptError{protocol.error()};
        }
        if (*protocol != Protocol::number) {
            return AdoptError{Errc::wrong_protocol, Aspect::protocol, Protocol::number, *protocol};
        }
    }
    const auto listens = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_acceptconn);
    if (!listens) {
        return AdoptError{listens.error()};
    }
    if ((*listens != 0) != State::listens) {
        return AdoptError{Errc::wrong_state, Aspect::listening, State::listens, *listens != 0};
    }
    if constexpr (State::is_on_its_way) {
        return *domain; // how far it is, connect(2) tells
    }
    if constexpr (std::is_same_v<Family, Ipv6> && !std::is_same_v<Type, Raw>) {
        if (may_be_ipv4(descriptor)) {
            return AdoptError{Errc::wrong_family, Aspect::ipv6_only, 1, 0};
        }
    }
    Endpoint<Any> endpoint;
    socklen_t size = Endpoint<Any>::native_capacity;
    const auto peer = sys::peer_name(descriptor, endpoint.native_buffer(), &size);
    if (!peer && peer.error().code() != Errc::not_connected) {
        return AdoptError{peer.error()};
    }
    if (peer.has_value() != State::has_peer) {
        return AdoptError{Errc::wrong_state, Aspect::connected, State::has_peer, peer.has_value()};
    }
    size = Endpoint<Any>::native_capacity;
    if (auto local = sys::local_name(descriptor, endpoint.native_buffer(), &size); !local) {
        return AdoptError{local.error()};
    }
    endpoint.native_resize(size);
    if (!State::has_peer && !std::is_same_v<Type, Raw> && is_name(endpoint) != State::is_bound) {
        return AdoptError{Errc::wrong_state, Aspect::bound, State::is_bound, is_name(endpoint)};
    }
    return *domain;
}

// Makes an `Adopted` of the descriptor, or leaves it unchanged. Connecting takes a peer, too.
template <class Adopted, class... Peer>
Result<Adopted, AdoptError> take_over(int descriptor, const Peer&... peer) {
    const auto domain = check_adoptable<Adopted>(descriptor);
    if (!domain) {
        return domain.error();
    }
    const auto before = sys::flags(descriptor);
    if (!before) {
        return AdoptError{before.error()};
    }
    constexpr bool non_blocking = StateOf<Adopted>::listens || StateOf<Adopted>::is_on_its_way;
    Opened<typename Adopted::family> opened{Descriptor{descriptor}, *domain};
    auto ready = sys::set_close_on_exec(descriptor, true);
    if (ready && non_blocking) {
        ready = sys::set_blocking(descriptor, sys::Blocking::no);
    }
    if constexpr (StateOf<Adopted>::is_on_its_way) {
        if (ready) {
            ready = check_peer<typename Adopted::type, typename Adopted::protocol>(
                peer..., Operation::connect);
            if (ready) {
                ready = steps::begin_connect(opened, peer...);
            }
        }
    }
    if (!ready) {
        static_cast<void>(sys::set_flags(opened.descriptor().release(), *before));
        return AdoptError{ready.error()};
    }
    return Adopted{std::move(opened), peer...};
}

template <class Adopted>
concept OnItsWay = IsAStateOfASocket<Adopted> && StateOf<Adopted>::is_on_its_way;

// Return types of an adopt() that is called wrongly: their names are the messages.
struct adopt_makes_states_of_sockets_such_as_Listener_or_Connection {};
struct on_its_way_so_adopt_it_with_its_peer {};

} // namespace detail

/// Takes ownership of a descriptor, `adopt<Listener<Ipv4>>(number)`, if it is what the type says.
/// It checks domain, type and protocol (SO_DOMAIN, SO_TYPE, SO_PROTOCOL), whether the socket
/// listens (SO_ACCEPTCONN), whether it has a peer and whether it is bound. Then it sets
/// close-on-exec. A listener becomes non-blocking, for everybody who shares it. On failure the
/// caller keeps the descriptor, with its flags unchanged.
template <class Adopted> [[nodiscard]] Result<Adopted, AdoptError> adopt(int descriptor) {
    return detail::take_over<Adopted>(descriptor);
}

template <class NoState>
    requires(!detail::IsAStateOfASocket<NoState>)
detail::adopt_makes_states_of_sockets_such_as_Listener_or_Connection adopt(int) = delete;

/// The same for a socket whose connect(2) has begun elsewhere, or not yet:
/// `adopt<Connecting<Ipv4>>(number, peer)`. It checks domain, type and protocol, and that the
/// socket does not listen. Then it sets close-on-exec and O_NONBLOCK, for everybody who shares the
/// socket, and calls connect(2). If the socket is connected already, complete() returns the
/// connection, whoever the peer is: the kernel may have another name for the peer (0.0.0.0, a
/// renamed path), so it is not compared. A datagram socket is connected to this peer. On failure (a
/// refused connect included) the caller keeps the descriptor, with its flags unchanged.
template <detail::OnItsWay Adopted>
[[nodiscard]] Result<Adopted, AdoptError> adopt(int descriptor,
                                                const Endpoint<typename Adopted::family>& peer) {
    return detail::take_over<Adopted>(descriptor, peer);
}
template <detail::OnItsWay Adopted>
detail::on_its_way_so_adopt_it_with_its_peer adopt(int descriptor) = delete;

} // namespace ferrule
// ferrule/server/activation.hpp
/// @file
/// Sockets from a service manager (sd_listen_fds(3)), and messages to it (sd_notify(3)).

#include <cstdlib>

namespace ferrule {

namespace detail {

inline std::string_view environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

inline constexpr int first_passed_descriptor = 3;

// A whole decimal number without leading zeros and up to `most`, or 0.
inline std::uint64_t number_of(std::string_view text, std::uint64_t most) {
    std::uint64_t number = 0;
    for (const char character : text) {
        const auto digit = static_cast<unsigned char>(character - '0');
        if (digit > 9 || number > (most - digit) / 10 ||
            (number == 0 && text.size() > 1 && digit == 0)) {
            return 0;
        }
        number = number * 10 + digit;
    }
    return number;
}

// The value of an environment variable that is a process or a number of descriptors.
inline std::uint32_t int_in(const char* name) {
    constexpr std::uint64_t most = INT_MAX - first_passed_descriptor;
    return static_cast<std::uint32_t>(number_of(environment(name), most));
}

inline bool is_this_process(std::uint32_t process) {
    return process == static_cast<std::uint32_t>(sys::process_id());
}

} // namespace detail

/// How many descriptors the service manager passed to this process: LISTEN_FDS, if LISTEN_PID is
/// us. 0 if no process could have so many.
[[nodiscard]] inline std::uint32_t passed_descriptors() {
    return detail::is_this_process(detail::int_in("LISTEN_PID")) ? detail::int_in("LISTEN_FDS") : 0;
}

namespace detail {

/// At most so many passed sockets are remembered as taken.
inline constexpr std::uint32_t most_passed = 1024;

// Which of the passed sockets this process has taken, a bit each.
inline std::uint64_t taken_of_passed[most_passed / 64]{};

// Takes one socket, once, also if several threads ask at the same time.
inline bool take_passed(std::uint32_t at) {
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    return (__atomic_fetch_or(&taken_of_passed[at / 64], bit, __ATOMIC_ACQ_REL) & bit) == 0;
}

inline void put_back_passed(std::uint32_t at) {
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    __atomic_fetch_and(&taken_of_passed[at / 64], ~bit, __ATOMIC_ACQ_REL);
}

} // namespace detail

/// Takes ownership of the first socket that was passed under this name (LISTEN_FDNAMES), fits the
/// type and was not taken yet: `activated<Listener<Ip>>("http")`. Without a name: the first socket
/// of all. systemd gives all sockets of a unit one name: each call takes one of them. The checks
/// are those of adopt(). Errors: `not_passed` if no socket has the name; `not_open` if all of them
/// were taken before, even if they are closed now; otherwise why the first remaining socket does
/// not fit. A taken socket is close-on-exec, a passed one is not. The environment does not change.
/// Any thread may call it. At most 1024 passed sockets are checked.
template <class Adopted>
[[nodiscard]] Result<Adopted, AdoptError> activated(std::string_view name = {}) {
    const std::uint32_t passed = passed_descriptors();
    const std::uint32_t count = passed < detail::most_passed ? passed : detail::most_passed;
    std::string_view names = detail::environment("LISTEN_FDNAMES");
    AdoptError failure{Error{Errc::not_passed, Operation::adopt}};
    bool misfit = false;
    for (std::uint32_t at = 0; at < count; ++at) {
        const auto colon = names.find(':');
        const bool is_meant = name.empty() || name == names.substr(0, colon);
        if (!name.empty() && !is_meant && colon == names.npos) {
            break; // the rest, however many, have no names
        }
        names.remove_prefix(colon == names.npos ? names.size() : colon + 1);
        if (!is_meant) {
            continue;
        }
        const int descriptor = detail::first_passed_descriptor + static_cast<int>(at);
        const auto is_own = sys::is_close_on_exec(descriptor, Operation::adopt);
        if (!is_own.has_value()) { // fewer are there than the environment says
            if (failure.code() == Errc::not_passed) {
                failure = is_own.error();
            }
            break;
        }
        if (!detail::take_passed(at) || *is_own) {
            if (!misfit) {
                failure = Error{Errc::not_open, Operation::adopt};
            }
            continue;
        }
        auto adopted = adopt<Adopted>(descriptor);
        if (adopted) {
            return adopted;
        }
        detail::put_back_passed(at);
        if (!misfit) {
            failure = adopted.error();
            misfit = true;
        }
    }
    return failure;
}

/// Messages of a service to its manager (sd_notify(3)).
namespace notification {
inline constexpr std::string_view ready = "READY=1";         ///< It serves.
inline constexpr std::string_view reloading = "RELOADING=1"; ///< It reads its settings again.
inline constexpr std::string_view stopping = "STOPPING=1";   ///< It is about to end.
inline constexpr std::string_view watchdog = "WATCHDOG=1";   ///< It is alive.
} // namespace notification

namespace detail {

// Whether one of the lines is this one.
constexpr bool has_line(std::string_view lines, std::string_view line) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        if (lines.substr(0, end) == line) {
            return true;
        }
        lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    }
    return false;
}

} // namespace detail

/// How long the service manager waits for `notification::watchdog` before it considers this process
/// stuck: WATCHDOG_USEC, if WATCHDOG_PID is this process or not set (sd_watchdog_enabled(3)). 0 if
/// it does not watch.
[[nodiscard]] inline Microseconds watchdog_period() {
    if (!detail::environment("WATCHDOG_PID").empty() &&
        !detail::is_this_process(detail::int_in("WATCHDOG_PID"))) {
        return {};
    }
    return Microseconds{static_cast<std::int64_t>(
        detail::number_of(detail::environment("WATCHDOG_USEC"), INT64_MAX))};
}

/// One datagram to NOTIFY_SOCKET: `notify(notification::ready)`, or other lines such as
/// `STATUS=...`. `RELOADING=1` is sent with the MONOTONIC_USEC that Type=notify-reload needs
/// (sd_notify(3)). Without a service manager it does nothing and succeeds. It waits while the
/// manager's queue is full. `address_family_not_supported` if the manager's address is not a Unix
/// socket (`vsock:`).
[[nodiscard]] inline Result<void> notify(std::string_view lines, Wait wait = {}) {
    const std::string_view path = detail::environment("NOTIFY_SOCKET");
    if (path.empty()) {
        return {};
    }
    if (path.front() != '/' && path.front() != '@') {
        return Error{Errc::address_family_not_supported, Operation::notify};
    }
    const auto manager = Endpoint<Unix>::parse(path);
    if (!manager) {
        return manager.error().during(Operation::notify);
    }
    // The socket is not bound: the manager identifies the sender by its credentials, and does not
    // answer.
    const auto socket = sys::open(sys::af_unix, Datagram::number, 0, sys::Blocking::yes);
    if (!socket) {
        return socket.error().during(Operation::notify);
    }
    Text<48> since;
    if (detail::has_line(lines, notification::reloading) &&
        lines.find("MONOTONIC_USEC=") == lines.npos) {
        since.append("\nMONOTONIC_USEC=")
            .append_number(static_cast<std::uint64_t>(sys::now() / 1000));
    }
    const BytesView pieces[]{lines, since.view()};
    const detail::Gathered<2> gathered{pieces};
    const auto sent = detail::send_gathered(
        socket->number(), 0, gathered.message(NativeForm<Unix>{*manager, sys::af_unix}), wait);
    return sent ? Result<void>{} : sent.error().during(Operation::notify);
}

} // namespace ferrule
// ferrule/server/backoff.hpp
/// @file
/// Pauses when descriptors or memory have run out, so that a server neither spins nor ends.

namespace ferrule {

/// Pauses, each twice as long as the one before: from 10 ms to 80 ms by default.
class Backoff {
public:
    constexpr Backoff() = default;
    /// From `first` to `longest`, rounded up to the nanosecond. Each is at least 1 ms: a shorter
    /// pause would spin.
    template <Duration First, Duration Longest>
    constexpr Backoff(const First& first, const Longest& longest)
        : pauses_{at_least_a_millisecond(Nanoseconds::rounded_up(first)),
                  at_least_a_millisecond(Nanoseconds::rounded_up(longest))} {}

    /// When to try again: the end of the next pause, which begins now. For an event loop that
    /// serves other sockets meanwhile; it should not watch the listener until then.
    [[nodiscard]] Deadline retry_at() { return pauses_.next(); }

    /// Pauses. `stopped` or `deadline_exceeded` if the wait ends the pause; with `no_wait` it
    /// returns `would_block` at once.
    [[nodiscard]] Result<void> pause(Wait wait = {}) {
        return wait_for(-1, 0, wait, Operation::wait, retry_at());
    }

    /// Starts again with the shortest pause, after a success.
    constexpr void reset() { pauses_.reset(); }

    /// accept(), and a pause whenever descriptors or memory have run out
    /// (`is_resource_exhausted()`). An error from it ends a server: the stop, the deadline, or a
    /// broken listener.
    template <class Family, class Type, class Protocol>
    [[nodiscard]] Result<Accepted<Family, Type, Protocol>>
    accept(const Listener<Family, Type, Protocol>& listener, Wait wait = {}) {
        for (;;) {
            auto accepted = listener.accept(wait);
            if (accepted) {
                reset();
                return accepted;
            }
            if (!accepted.error().is_resource_exhausted()) {
                return accepted;
            }
            if (auto paused = pause(wait); !paused) {
                return paused.error().during(Operation::accept);
            }
        }
    }

private:
    static constexpr Nanoseconds at_least_a_millisecond(Nanoseconds pause) {
        constexpr Nanoseconds least{1'000'000};
        return pause < least ? least : pause;
    }

    GrowingPause pauses_{Nanoseconds{10'000'000}, Nanoseconds{80'000'000}};
};

} // namespace ferrule
// ferrule/server/conversations.hpp
/// @file
/// Counts the conversations of a server, one per thread, and ends them within a grace period.

namespace ferrule {

/// Counts running conversations, so that a server can wait for their end: `begin()` after each
/// accept, `end(within(5s))` after the last. It does not start threads. Only the accepting thread
/// calls its members; the other threads get the result of `begin()` and `stop()`. In a child of
/// fork(2) a copy counts nothing: a child makes its own.
class Conversations {
public:
    /// A conversation runs as long as this object lives. Make it the first member of a struct, or
    /// the first local variable: then it is destroyed last, after the connection is closed.
    class [[nodiscard("a conversation runs as long as this object lives")]] Running {
    public:
        Running(Running&& other) noexcept
            : event_{std::exchange(other.event_, -1)}, maker_{other.maker_} {}
        Running& operator=(Running&& other) noexcept {
            std::swap(event_, other.event_);
            std::swap(maker_, other.maker_);
            return *this;
        }
        ~Running() {
            if (event_ >= 0 && maker_.is_this_process()) {
                sys::raise_event(event_); // the last that it has to do with the server
            }
        }

    private:
        friend Conversations;
        explicit Running(int event) : event_{event} {}

        int event_;
        sys::Maker maker_;
    };

    Conversations() = default;
    Conversations(const Conversations&) = delete;
    Conversations& operator=(const Conversations&) = delete;
    /// Ends all conversations without a grace period. If this is the only thread and one of them is
    /// its own, it prints a sentence and aborts: that conversation would later write to a closed
    /// descriptor.
    ~Conversations() {
        while (running() != 0) {
            if (const auto ended = end(no_wait);
                !ended && ended.error() == Errc::resource_deadlock_would_occur) {
                detail::print_and_abort("a Running that outlives its Conversations\n");
            }
        }
    }

    /// Counts one more. Errors: that of the constructor, if the process had no descriptor left;
    /// `wrong_state` for a copy in a child.
    [[nodiscard]] Result<Running> begin() {
        if (!maker_.is_this_process()) {
            return Error{Errc::wrong_state, Operation::accept};
        }
        if (!event_) {
            return event_.error();
        }
        if (begun_ - ended_ >= most_not_looked_at) {
            static_cast<void>(running());
        }
        ++begun_;
        return Running{event_->raiser()};
    }

    /// Give it to every call of a conversation that may wait. It is requested when the grace period
    /// ends.
    [[nodiscard]] const Stop& stop() const { return stop_; }

    /// How many run.
    [[nodiscard]] std::size_t running() {
        if (!maker_.is_this_process()) {
            return 0; // the threads of the parent, and its event
        }
        if (event_) {
            ended_ += sys::number_as<std::size_t>(sys::clear_event(event_->number()));
        }
        return begun_ - ended_;
    }

    /// Waits for the end of all conversations. For the grace period it only waits; a Stop may
    /// shorten it (`within(5s, hurry)`), `no_wait` skips it. Then it requests their Stop and waits
    /// without limit. Returns how many needed the Stop. `resource_deadlock_would_occur` if this is
    /// the only thread of the process and a conversation is its own, which could not end. Without
    /// /proc it can't know, and waits.
    [[nodiscard]] Result<std::size_t> end(Wait grace) {
        if (!maker_.is_this_process()) {
            return std::size_t{0}; // to request the Stop would end the parent's
        }
        if (wait_in_vain()) {
            return Error{Errc::resource_deadlock_would_occur, Operation::wait};
        }
        static_cast<void>(wait_for_all(grace));
        const std::size_t late = running();
        stop_.request();
        for (;;) {
            const auto gone = wait_for_all(within(Milliseconds{100}));
            if (gone) {
                return late;
            }
            if (gone.error() != Errc::deadline_exceeded) {
                return gone.error();
            }
            if (wait_in_vain()) { // the other threads have ended meanwhile
                return Error{Errc::resource_deadlock_would_occur, Operation::wait};
            }
        }
    }

private:
    // Less than an event counts on any system (sys/event.hpp).
    static constexpr std::size_t most_not_looked_at = 256;

    // Asked twice: the last other thread may end its conversation and itself in between.
    bool wait_in_vain() { return running() != 0 && sys::is_only_thread() && running() != 0; }

    Result<void> wait_for_all(Wait wait) {
        return wait_and_try(event_ ? event_->number() : -1, sys::pollin, wait, Operation::wait,
                            [&]() -> Result<void> {
                                if (running() == 0) {
                                    return {};
                                }
                                return Error{Errc::would_block, Operation::wait};
                            });
    }

    Stop stop_;
    Result<sys::Event> event_ = sys::open_event(); // counts those that have ended
    std::size_t begun_ = 0;
    std::size_t ended_ = 0;
    sys::Maker maker_;
};

} // namespace ferrule
// ferrule/server/path_listener.hpp
/// @file
/// A listener that owns its path in the file system. Only one of several servers gets the path, a
/// dead server's path is replaced, and there is no moment without a listener.

namespace ferrule {

/// A Unix listener and its path. The destructor removes the path if it still belongs to this
/// listener. The lock file (`path.lock`) stays: if it were removed, two servers could lock two
/// files of the same name. Clients that are not accepted yet are disconnected. A child of fork(2)
/// shares the lock: it should exec, or not touch the object, because the destructor would remove
/// the path. A relative path is resolved at each use: after chdir(2) it is not found, and stays.
template <class Type = Stream>
    requires Legal<Unix, Type, Unspecified> && FormsConnections<Type>
class [[nodiscard("a listener that nobody keeps is closed at once")]] PathListener {
public:
    PathListener(const PathListener&) = delete;
    PathListener& operator=(const PathListener&) = delete;
    PathListener(PathListener&&) noexcept = default;
    PathListener& operator=(PathListener&& other) noexcept {
        PathListener taken{std::move(other)}; // what was here goes with it
        std::swap(lock_, taken.lock_);
        std::swap(listener_, taken.listener_);
        std::swap(endpoint_, taken.endpoint_);
        std::swap(file_, taken.file_);
        return *this;
    }
    ~PathListener() { static_cast<void>(remove()); }

    /// Listens at a path, `listen(endpoint, [backlog], options...)`, opt::Mode among them: locks
    /// `path.lock`, binds to `path.new`, listens, and renames it to `path`. This replaces the path
    /// of a dead server. Errors: `address_in_use` if a live server has the path, `file_exists` if
    /// it is no socket (both also for `path.new`), `permission_denied` if another user owns the
    /// lock file. The path with `.lock` must fit 108 bytes, too.
    template <class... Options>
        requires SettableOnTheWayTo<
            FirstRefusedAfterBacklog<state::Listener, Unix, Type, Unspecified, Options...>,
            state::Listener, Unix, Type, Unspecified>
    [[nodiscard]] static Result<PathListener> listen(const Endpoint<Unix>& endpoint,
                                                     const Options&... options) {
        constexpr std::string_view lock_suffix = ".lock";
        constexpr std::string_view new_suffix = ".new";
        if (!endpoint.is_path()) {
            return Error{Errc::invalid_argument, Operation::bind};
        }
        if (endpoint.name().size() + lock_suffix.size() > longest_path) {
            return Error{Errc::path_too_long, Operation::bind};
        }
        const Path path{endpoint.name()};
        const Path lock_path = Path{endpoint.name()}.append(lock_suffix);
        const Path new_path = Path{endpoint.name()}.append(new_suffix);

        auto lock = sys::open_lock_file(lock_path.c_str());
        if (!lock) {
            return lock.error();
        }
        if (auto locked = sys::lock(lock->number()); !locked) {
            return locked.error().code() == Errc::would_block
                       ? Error{Errc::address_in_use, Operation::bind}
                       : locked.error();
        }
        if (const auto found = look_at(endpoint, path); !found) {
            return found.error();
        }
        const auto new_endpoint = Endpoint<Unix>::path(new_path.view());
        if (!new_endpoint) {
            return new_endpoint.error().during(Operation::bind);
        }
        const auto found_new = look_at(*new_endpoint, new_path);
        if (!found_new) {
            return found_new.error();
        }
        if (*found_new == Found::dead) { // of one who died before its rename
            if (auto removed = sys::unlink(new_path.c_str()); !removed) {
                return removed.error();
            }
        }
        auto listener = Listener<Unix, Type>::listen(*new_endpoint, options...);
        if (!listener) {
            if (listener.error().operation() != Operation::bind) { // else what is there is not ours
                static_cast<void>(sys::unlink(new_path.c_str()));
            }
            return listener.error();
        }
        const auto file = sys::identify(new_path.c_str());
        // The kernel can't check which file it replaces. Servers that use the lock have put nothing
        // there since we looked; a file of anybody else is lost.
        auto moved = file ? set_mode(new_path, *file, options...) : Result<void>{file.error()};
        if (moved) {
            moved = sys::rename(new_path.c_str(), path.c_str());
        }
        if (!moved) {
            static_cast<void>(sys::unlink(new_path.c_str()));
            return moved.error();
        }
        return PathListener{*std::move(lock), *std::move(listener), endpoint, *file};
    }

    /// The listener, borrowed. Its own local_endpoint() is the name before the rename.
    [[nodiscard]] const Listener<Unix, Type>& listener() const { return listener_; }
    /// Where it can be reached.
    [[nodiscard]] const Endpoint<Unix>& endpoint() const { return endpoint_; }

    /// accept4(2), as Listener does.
    [[nodiscard]] Result<Accepted<Unix, Type, Unspecified>> accept(Wait wait = {}) const {
        return listener_.accept(wait);
    }

    /// Removes the path, if it still belongs to this listener, and closes. It is no error if
    /// somebody has replaced the path.
    Result<void> close() && {
        auto removed = remove();
        auto closed = std::move(listener_).close();
        static_cast<void>(lock_.close());
        return removed ? closed : removed;
    }
    detail::spent_by_this_step_so_write_std_move close() & = delete;

private:
    static constexpr std::size_t longest_path = 108;
    using Path = Text<longest_path>;

    PathListener(Descriptor lock, Listener<Unix, Type> listener, const Endpoint<Unix>& endpoint,
                 const sys::FileIdentity& file)
        : lock_{std::move(lock)}, listener_{std::move(listener)}, endpoint_{endpoint}, file_{file} {
    }

    enum class Found { nothing, dead };

    // What is at a path, if it may be replaced: nothing, or a socket without a listener. A connect
    // finds a listener that does not use the lock.
    static Result<Found> look_at(const Endpoint<Unix>& endpoint, const Path& path) {
        const auto there = sys::identify(path.c_str());
        if (!there) {
            return there.error().code() == Errc::no_such_file_or_directory
                       ? Result<Found>{Found::nothing}
                       : there.error();
        }
        if (!there->is_socket) {
            return Error{Errc::file_exists, Operation::bind};
        }
        const auto dialled =
            sys::open(sys::af_unix, Type::number, 0, sys::Blocking::no)
                .and_then([&](Descriptor&& socket) {
                    return steps::connect_to_the_end(
                        socket.number(), endpoint.native(), endpoint.native_size(), no_wait,
                        sys::connect(socket.number(), endpoint.native(), endpoint.native_size()));
                });
        switch (dialled ? Errc::none : dialled.error().code()) {
        case Errc::connection_refused:
            return Found::dead;
        case Errc::no_such_file_or_directory: // gone meanwhile
            return Found::nothing;
        case Errc::none:
        case Errc::would_block:         // its queue is full
        case Errc::wrong_protocol_type: // it is of another type
            return Error{Errc::address_in_use, Operation::bind};
        default:
            return dialled.error().during(Operation::bind);
        }
    }

    // Sets the whole mode, before anybody can connect: bind(2) has removed the bits of the umask.
    template <class... Options>
    static Result<void> set_mode(const Path& path, const sys::FileIdentity& file,
                                 const Options&... options) {
        auto done = Result<void>{};
        [[maybe_unused]] const auto set_one = [&](const auto& option) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(option)>, opt::Mode>) {
                if (file.permissions != option.value) {
                    done = sys::set_permissions(path.c_str(), option.value);
                }
            }
        };
        (set_one(options), ...);
        return done;
    }

    Result<void> remove() {
        if (!lock_.is_open()) {
            return Error{Errc::not_open, Operation::close};
        }
        const Path path{endpoint_.name()};
        const auto there = sys::identify(path.c_str());
        if (!there) {
            return there.error().code() == Errc::no_such_file_or_directory
                       ? Result<void>{}
                       : there.error().during(Operation::close);
        }
        // The kernel can't check which file it removes: a file that is put there between these two
        // calls is lost. Servers that use the lock do not do that.
        if (*there == file_) {
            if (auto removed = sys::unlink(path.c_str()); !removed) {
                return removed.error().during(Operation::close);
            }
        }
        return {};
    }

    Descriptor lock_; // first, so that it is the last to go
    Listener<Unix, Type> listener_;
    Endpoint<Unix> endpoint_;
    sys::FileIdentity file_;
};

} // namespace ferrule
// ferrule/sys/epoll.hpp
/// @file
/// epoll(7): many descriptors watched through one.

#include <sys/epoll.h>

namespace ferrule::sys {

// Events, and what epoll_ctl(2) does.
inline constexpr std::uint32_t epollin = EPOLLIN;
inline constexpr std::uint32_t epollout = EPOLLOUT;
inline constexpr std::uint32_t epollrdhup = EPOLLRDHUP;
inline constexpr std::uint32_t epollhup = EPOLLHUP;
inline constexpr std::uint32_t epollerr = EPOLLERR;
inline constexpr std::uint32_t epollet = std::uint32_t{EPOLLET};
inline constexpr std::uint32_t epolloneshot = EPOLLONESHOT;
inline constexpr std::uint32_t epollexclusive = EPOLLEXCLUSIVE;
inline constexpr int epoll_ctl_add = EPOLL_CTL_ADD;
inline constexpr int epoll_ctl_mod = EPOLL_CTL_MOD;
inline constexpr int epoll_ctl_del = EPOLL_CTL_DEL;

/// struct epoll_event.
using EpollEvent = ::epoll_event;

/// epoll_create1(2), close-on-exec.
inline Result<Descriptor> open_epoll(Operation operation) {
    const int number = ::epoll_create1(EPOLL_CLOEXEC);
    if (number < 0) {
        return Error::from_errno(operation);
    }
    return Descriptor{number};
}

/// epoll_ctl(2): `change` is epoll_ctl_add, epoll_ctl_mod or epoll_ctl_del.
inline Result<void> change_epoll(int epoll, int change, int descriptor, std::uint32_t events,
                                 std::uint64_t key, Operation operation) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    if (::epoll_ctl(epoll, change, descriptor, &event) != 0) {
        return Error::from_errno(operation);
    }
    return {};
}

/// epoll_wait(2): how many events were written; 0 when the time is up or a signal came, so look at
/// the clock and call again (not after 0 nanoseconds: then none is ready). `nanoseconds` below 0
/// means without limit; they are rounded up to milliseconds.
inline Result<std::size_t> wait_epoll(int epoll, epoll_event* events, int size,
                                      std::int64_t nanoseconds) {
    const int milliseconds = in_milliseconds(nanoseconds);
    int ready = ::epoll_wait(epoll, events, size, milliseconds);
    while (ready < 0 && errno == EINTR && milliseconds == 0) { // only asked, so that 0 is no answer
        ready = ::epoll_wait(epoll, events, size, milliseconds);
    }
    return ready_count(ready);
}

} // namespace ferrule::sys
// ferrule/server/poller.hpp
/// @file
/// Many sockets watched by one thread (epoll(7)).

#if FERRULE_HAS_EPOLL

namespace ferrule {

/// What to watch a socket for. Errors, and the end of both halves, are always reported. The end of
/// the peer's half is reported with `reading`.
enum class Interest : std::uint32_t {
    none = 0, ///< Errors, and that both halves are over.
    reading = sys::epollin |
              sys::epollrdhup, ///< And what is to be received or accepted, the end included.
    writing = sys::epollout,   ///< And room to send, or the end of a connect.
    both = sys::epollin | sys::epollrdhup | sys::epollout,
};

/// When to be told.
enum class Trigger : std::uint32_t {
    level = 0,           ///< As long as it is so.
    edge = sys::epollet, ///< When it becomes so: then go on until `would_block`.
    once =
        sys::epolloneshot, ///< Once, until change() watches again: one of several threads takes it.
    exclusive = sys::epollexclusive, ///< As level; of several Pollers that watch one socket, such
                                     ///< as a listener of several threads, one is told, at least,
                                     ///< and every one that waits with a Stop. For add() only
                                     ///< (epoll_ctl(2)).
};

/// The caller's key for a socket, at most the 8 bytes that epoll(7) keeps.
template <class Key>
concept PollerKey = std::is_trivially_copyable_v<Key> && sizeof(Key) <= 8;

/// What a Poller reports about one socket. It is the kernel's struct epoll_event, so that a wait
/// copies nothing.
template <PollerKey Key> class Ready {
public:
    /// The key under which the socket was added.
    [[nodiscard]] Key key() const {
        const std::uint64_t number = event_.data.u64;
        unsigned char bytes[sizeof(Key)];
        __builtin_memcpy(bytes, &number, sizeof bytes);
        return std::bit_cast<Key>(bytes);
    }

    /// A receive or an accept would not wait; the end of the stream is to be read, too.
    [[nodiscard]] bool readable() const {
        return has(sys::epollin | sys::epollrdhup | sys::epollhup | sys::epollerr);
    }
    /// A send, or the completion of a connect, would not wait.
    [[nodiscard]] bool writable() const {
        return has(sys::epollout | sys::epollhup | sys::epollerr);
    }
    /// Both halves are over: nothing more comes, and nothing more can be sent.
    [[nodiscard]] bool ended() const { return has(sys::epollhup); }
    /// An error waits. The next operation tells it; where it would block instead, it is a message
    /// in the error queue (ip(7), IP_RECVERR; a timestamp is one, too), of which Trigger::level
    /// tells until it is read: watch with Trigger::edge then.
    [[nodiscard]] bool has_error() const { return has(sys::epollerr); }

private:
    template <PollerKey> friend class Poller;

    [[nodiscard]] bool has(std::uint32_t events) const { return (event_.events & events) != 0; }

    sys::EpollEvent event_;
};

namespace detail {

// Shown when a socket is added that would be gone at once, or has nothing to wait for.
struct borrowed_so_keep_the_socket_in_a_variable;
struct without_a_peer_it_would_always_be_told_as_ended;

} // namespace detail

/// A state in which a socket has something to wait for. A stream that has no peer and does not
/// listen is always reported as ended (epoll(7), EPOLLHUP).
template <class State, class Type>
concept BecomesReady = !std::is_same_v<State, state::Socket> &&
                       !(std::is_same_v<State, state::Bound> && FormsConnections<Type>);

/// Watches sockets under the caller's keys (a number, a pointer, an enum). It borrows the sockets:
/// remove or close a socket before you reuse its key. Const members may be called from several
/// threads. A child of fork(2) shares the Poller and should open its own. While a child has a copy
/// of a socket, closing the socket does not remove it.
template <PollerKey Key> class [[nodiscard("it watches as long as it lives")]] Poller {
public:
    /// epoll_create1(2).
    [[nodiscard]] static Result<Poller> open() {
        auto epoll = sys::open_epoll(Operation::open);
        if (!epoll) {
            return epoll.error();
        }
        return Poller{*std::move(epoll)};
    }

    /// epoll_ctl(2): watch it from now on. `file_exists` if it is watched already, `not_open` if it
    /// was moved from.
    template <class State, class Family, class Type, class Protocol>
        requires BecomesReady<State, Type>
    [[nodiscard]] Result<void> add(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                   Interest interest, Trigger trigger = Trigger::level) const {
        return socket.is_open() ? add(socket.descriptor(), key, interest, trigger) : not_open();
    }
    template <class State, class Family, class Type, class Protocol,
              class Because = detail::without_a_peer_it_would_always_be_told_as_ended>
        requires(!BecomesReady<State, Type>)
    void add(const Handle<State, Family, Type, Protocol>& socket, Key key, Interest interest,
             Trigger trigger = Trigger::level) const = delete;
    template <class State, class Family, class Type, class Protocol,
              class Because = detail::borrowed_so_keep_the_socket_in_a_variable>
    void add(Handle<State, Family, Type, Protocol>&& socket, Key key, Interest interest,
             Trigger trigger = Trigger::level) const = delete;
    [[nodiscard]] Result<void> add(int descriptor, Key key, Interest interest,
                                   Trigger trigger = Trigger::level) const {
        return control(sys::epoll_ctl_add, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it for something else. `no_such_file_or_directory` if it is not watched.
    template <class State, class Family, class Type, class Protocol>
        requires BecomesReady<State, Type>
    [[nodiscard]] Result<void> change(const Handle<State, Family, Type, Protocol>& socket, Key key,
                                      Interest interest, Trigger trigger = Trigger::level) const {
        return socket.is_open() ? change(socket.descriptor(), key, interest, trigger) : not_open();
    }
    [[nodiscard]] Result<void> change(int descriptor, Key key, Interest interest,
                                      Trigger trigger = Trigger::level) const {
        return control(sys::epoll_ctl_mod, descriptor, key, interest, trigger);
    }

    /// epoll_ctl(2): watch it no longer. Closing a socket does that, too, unless its descriptor was
    /// duplicated.
    template <class State, class Family, class Type, class Protocol>
    [[nodiscard]] Result<void> remove(const Handle<State, Family, Type, Protocol>& socket) const {
        return socket.is_open() ? remove(socket.descriptor()) : not_open();
    }
    [[nodiscard]] Result<void> remove(int descriptor) const {
        if (!epoll_.is_open()) {
            return not_open();
        }
        return sys::change_epoll(epoll_.number(), sys::epoll_ctl_del, descriptor, 0, 0,
                                 Operation::wait);
    }

    /// epoll_wait(2): waits until at least one is ready, and returns the part of `ready` that was
    /// filled; those that did not fit come next time. Allocates nothing. With `no_wait` the result
    /// is empty if none is ready. Ready sockets are reported even after the deadline; a busy loop
    /// must check the deadline itself. If several threads wait without a Stop, a socket with
    /// Trigger::edge or Trigger::once wakes one of them; with Trigger::level it may wake more,
    /// until one thread has received what is there.
    [[nodiscard]] Result<std::span<Ready<Key>>> wait(std::span<Ready<Key>> ready,
                                                     Wait wait = {}) const {
        if (ready.empty()) [[unlikely]] {
            return Error{Errc::empty_buffer, Operation::wait};
        }
        if (!epoll_.is_open()) [[unlikely]] {
            return not_open();
        }
        static_assert(sizeof(Ready<Key>) == sizeof(sys::EpollEvent));
        // epoll_wait(2) takes no more than this: EINVAL.
        constexpr std::size_t most = INT_MAX / sizeof(sys::EpollEvent);
        const int size = static_cast<int>(ready.size() < most ? ready.size() : most);
        auto* const events = reinterpret_cast<sys::EpollEvent*>(ready.data());
        auto count = Result<std::size_t>{0};
        if (wait.is_for_ever()) [[likely]] {
            do {
                count = sys::wait_epoll(epoll_.number(), events, size, -1);
            } while (count && *count == 0); // a signal
        } else {
            count = wait_in_time({events, static_cast<std::size_t>(size)}, wait);
        }
        if (!count) [[unlikely]] {
            return count.error();
        }
        return ready.first(*count);
    }

    /// For another event loop: readable when wait() would not wait. Borrowed.
    [[nodiscard]] int descriptor() const { return epoll_.number(); }

private:
    explicit Poller(Descriptor epoll) : epoll_{std::move(epoll)} {}

    // Without a Stop epoll_wait(2) does the waiting: it wakes one of several threads, while poll(2)
    // of the epoll descriptor wakes all.
    [[gnu::__noinline__]] Result<std::size_t> wait_in_time(std::span<sys::EpollEvent> events,
                                                           Wait wait) const {
        const int size = static_cast<int>(events.size());
        if (wait.stop() != nullptr) {
            return wait_and_try(
                epoll_.number(), sys::pollin, wait, Operation::wait, [&]() -> Result<std::size_t> {
                    auto waited = sys::wait_epoll(epoll_.number(), events.data(), size, 0);
                    if (waited && *waited == 0) {
                        return Error{Errc::would_block, Operation::wait};
                    }
                    return waited;
                });
        }
        for (;;) {
            const std::int64_t left = wait.is_no_wait() ? 0 : wait.deadline().remaining();
            auto waited = sys::wait_epoll(epoll_.number(), events.data(), size, left);
            if (!waited || *waited != 0 || wait.is_no_wait()) {
                return waited;
            }
            if (left == 0) {
                return Error{Errc::deadline_exceeded, Operation::wait};
            }
        }
    }

    // The poller or the socket was moved from.
    static Error not_open() { return {Errc::not_open, Operation::wait}; }

    Result<void> control(int change, int descriptor, Key key, Interest interest,
                         Trigger trigger) const {
        if (!epoll_.is_open()) {
            return not_open();
        }
        std::uint64_t number = 0;
        __builtin_memcpy(&number, &key, sizeof key);
        std::uint32_t events =
            static_cast<std::uint32_t>(interest) | static_cast<std::uint32_t>(trigger);
        if (trigger == Trigger::exclusive) {
            events &= ~sys::epollrdhup; // epoll_ctl(2) does not take both
        }
        return sys::change_epoll(epoll_.number(), change, descriptor, events, number,
                                 Operation::wait);
    }

    Descriptor epoll_;
};

} // namespace ferrule

#endif
// ferrule/server.hpp
/// @file
/// All of server/: what servers need besides: pauses, ends, many sockets, paths, service managers.

// ferrule/socket/duplicate.hpp
/// @file
/// A second descriptor of a socket, and how much there is to read.

namespace ferrule {

/// fcntl(2) F_DUPFD_CLOEXEC: an object of the same type with a descriptor of its own. Both are one
/// socket: options, shutdown and what is received concern both; the connection lasts until both are
/// closed.
template <class Socket>
    requires requires(const Socket& socket) {
        typename Socket::state;
        socket.descriptor();
    }
[[nodiscard]] Result<Socket> duplicate(const Socket& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::convert};
    }
    auto own = sys::duplicate(socket.descriptor(), Operation::convert);
    if (!own) {
        return own.error();
    }
    return Socket{Opened<typename Socket::family>{*std::move(own), socket.domain()}};
}

/// ioctl(2) FIONREAD: how many bytes a receive would get at once; of datagrams the size of the next
/// one, and 0 if there is none or an empty one.
template <class State, class Family, class Type, class Protocol>
    requires Among<State, OneOf<state::Bound, state::Connection>>
[[nodiscard]] Result<std::size_t> available(const Handle<State, Family, Type, Protocol>& socket) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::receive};
    }
    return sys::available(socket.descriptor());
}

} // namespace ferrule
// ferrule/socket/names.hpp
/// @file
/// Short names for what most programs use.

namespace ferrule {

/// Accepts TCP connections. The three sockets of most programs have names of their own.
template <class Family> using TcpListener = Listener<Family, Stream, Tcp>;

/// A conversation over TCP.
template <class Family> using TcpConnection = Connection<Family, Stream, Tcp>;

/// Sends and receives UDP datagrams.
template <class Family> using UdpSocket = Bound<Family, Datagram, Udp>;

} // namespace ferrule
// ferrule/socket.hpp
/// @file
/// All of socket/: the five states of a socket, and what can be done in each.

// ferrule/stream/byte_stream.hpp
/// @file
/// The interface that framing, relays, test doubles and encryption layers use.

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
// ferrule/stream/faulty_stream.hpp
/// @file
/// A stream that fails on purpose, for tests: it makes happen, at a byte of your choice or at
/// random from a seed, what the network does once a year.

namespace ferrule {

/// What can happen to a stream.
enum class FaultKind : std::uint8_t {
    cut,         ///< A piece ends here: the receive is short; a send is made in two.
    would_block, ///< Nothing moves for now: `would_block` with no_wait, with a deadline
                 ///< `deadline_exceeded`, without waiting for it. A wait without either goes on.
    delay,       ///< Nothing moves for this time.
    end,         ///< The peer has ended: a receive sees the end, a send `broken_pipe`, from now on.
    reset,       ///< `connection_reset`, once; then as after a real one: a receive sees the end, a
                 ///< send `broken_pipe`.
};

/// A fault and where it happens: before the byte of this number, counting from 0, of what is
/// received or of what is sent. It happens once.
struct Fault {
    enum class To : std::uint8_t { receive, send };

    To to = To::receive;
    std::uint64_t at = 0;
    FaultKind kind = FaultKind::cut;
    Nanoseconds delay{0}; ///< Of `delay`.
};

/// Faults at random: which kinds, and how many bytes there are between two, at most.
struct RandomFaults {
    std::uint64_t seed = 0; ///< The same seed gives the same faults.
    std::uint64_t farthest = 1000;
    /// One is as likely as another; name one twice to make it more likely.
    std::span<const FaultKind> kinds = cut_and_would_block;
    Nanoseconds longest_delay{1'000'000};

    static constexpr FaultKind cut_and_would_block[] = {FaultKind::cut, FaultKind::would_block};
};

/// A ByteStream over another, which it borrows, as it borrows the script. One thread may send while
/// another receives, but not with `reset` among the faults.
template <ByteStream Stream> class FaultyStream {
public:
    /// With these faults, in the order in which they happen.
    FaultyStream(Stream& stream [[clang::lifetimebound]],
                 std::span<const Fault> script [[clang::lifetimebound]])
        : stream_{&stream}, receiving_{Fault::To::receive, script},
          sending_{Fault::To::send, script} {}

    /// With faults at random.
    FaultyStream(Stream& stream [[clang::lifetimebound]], RandomFaults faults)
        : stream_{&stream}, receiving_{Fault::To::receive, faults},
          sending_{Fault::To::send, faults} {}

    /// How many bytes have been received and sent, and how many faults have happened.
    [[nodiscard]] std::uint64_t received() const { return receiving_.done; }
    [[nodiscard]] std::uint64_t sent() const { return sending_.done; }
    [[nodiscard]] std::uint64_t faults() const { return receiving_.faults + sending_.faults; }

    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_some(Buffer&& buffer, Wait wait = {}) {
        auto bytes = std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)});
        if (!bytes.empty()) {
            auto going = receiving_.pass(wait, Operation::receive);
            if (!going) {
                is_reset_ = is_reset_ || going.error() == Errc::connection_reset;
                return going.error();
            }
            if (is_reset_ || receiving_.is_over) {
                return detail::filled_part<Buffer>(buffer, 0);
            }
            bytes = bytes.first(receiving_.before_next(bytes.size()));
        }
        const auto received = stream_->receive_some(bytes, wait);
        if (!received) {
            return received.error();
        }
        receiving_.done += received->size();
        return detail::filled_part<Buffer>(buffer, received->size());
    }

    [[nodiscard("the bytes may not have been sent")]] Result<void> send_all(BytesView bytes,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        for (std::size_t done = 0; done < text.size();) {
            auto going = sending_.pass(wait, Operation::send);
            is_reset_ = is_reset_ || (!going && going.error() == Errc::connection_reset);
            if (going && (is_reset_ || sending_.is_over)) {
                going = Error{Errc::broken_pipe, Operation::send};
            }
            if (going) {
                const std::size_t size = sending_.before_next(text.size() - done);
                going = stream_->send_all(text.substr(done, size), wait);
                const std::size_t gone = going ? size : going.error().transferred();
                done += gone;
                sending_.done += gone;
            }
            if (!going) {
                return Error{going.error().code(), Operation::send, done};
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> shutdown(Shutdown half) { return stream_->shutdown(half); }

private:
    // The faults of one direction.
    class Faults {
    public:
        Faults(Fault::To to, std::span<const Fault> script) : to_{to}, script_{script} {
            next_of_script();
        }
        Faults(Fault::To to, const RandomFaults& random)
            : to_{to}, random_{random}, state_{random.seed * 2 + static_cast<std::uint64_t>(to)} {
            next_at_random();
        }

        std::uint64_t done = 0; // bytes
        std::uint64_t faults = 0;
        bool is_over = false;

        // At most this many bytes, up to the next fault.
        [[nodiscard]] std::size_t before_next(std::size_t size) const {
            return has_next_ && next_.at - done < size
                       ? sys::number_as<std::size_t>(next_.at - done)
                       : size;
        }

        // Lets happen what happens before the next byte.
        Result<void> pass(Wait wait, Operation operation) {
            while (has_next_ && next_.at <= done) {
                const Fault fault = next_;
                if (fault.kind == FaultKind::delay) {
                    if (auto waited = pause(fault, wait, operation); !waited) {
                        return waited; // the rest of the delay is still to come
                    }
                }
                ++faults;
                if (random_.kinds.empty()) {
                    next_of_script();
                } else {
                    next_at_random();
                }
                if (fault.kind == FaultKind::reset) {
                    return Error{Errc::connection_reset, operation};
                }
                is_over = is_over || fault.kind == FaultKind::end;
                if (fault.kind == FaultKind::would_block && wait.is_no_wait()) {
                    return Error{Errc::would_block, operation};
                }
                if (fault.kind == FaultKind::would_block && !wait.deadline().is_never()) {
                    return Error{Errc::deadline_exceeded, operation};
                }
            }
            return {};
        }

    private:
        Result<void> pause(const Fault& fault, Wait wait, Operation operation) {
            if (!is_paused_) {
                pause_ = within(fault.delay);
                is_paused_ = true;
            }
            auto waited = wait_for(-1, 0, wait, operation, pause_);
            is_paused_ = !waited.has_value();
            return waited;
        }

        void next_of_script() {
            has_next_ = false;
            while (read_ < script_.size() && !has_next_) {
                next_ = script_[read_++];
                has_next_ = next_.to == to_;
            }
        }

        void next_at_random() {
            has_next_ = !random_.kinds.empty();
            if (!has_next_) {
                return;
            }
            next_ = {
                .to = to_,
                .at = done + 1 + number() % (random_.farthest == 0 ? 1 : random_.farthest),
                .kind = random_.kinds[sys::number_as<std::size_t>(number() % random_.kinds.size())],
                .delay = Nanoseconds{static_cast<std::int64_t>(
                    number() % (static_cast<std::uint64_t>(random_.longest_delay.count()) + 1))}};
        }

        // SplitMix64 (Steele, Lea and Flood, 2014).
        std::uint64_t number() {
            std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
            return mixed ^ (mixed >> 31);
        }

        Fault::To to_;
        std::span<const Fault> script_{};
        std::size_t read_ = 0; // of the script
        RandomFaults random_{.kinds = {}};
        std::uint64_t state_ = 0;
        Fault next_{};
        bool has_next_ = false;
        Deadline pause_ = Deadline::never();
        bool is_paused_ = false;
    };

    Stream* stream_;
    Faults receiving_;
    Faults sending_;
    bool is_reset_ = false;
};

} // namespace ferrule
// ferrule/sys/file_transfer.hpp
/// @file
/// Calls that move bytes from a file into a socket. They have no flag against SIGPIPE, as send(2)
/// has: code that makes these calls keeps the signal out.

namespace ferrule::sys {

/// Moves up to `size` bytes of the file, from `offset` on, into the socket; 0 at the end of the
/// file. Neither the file's own offset nor anything else of it changes.
inline Result<std::size_t> send_file(int socket, int file, std::uint64_t offset, std::size_t size);

/// While it lives, a SIGPIPE of this thread waits; if one came, it is dropped at the end. One that
/// waited before stays.
class WithoutSigpipe {
public:
    WithoutSigpipe() {
        sigemptyset(&sigpipe_);
        sigaddset(&sigpipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
    }
    WithoutSigpipe(const WithoutSigpipe&) = delete;
    WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
    ~WithoutSigpipe() {
        sigset_t pending;
        sigpending(&pending);
        if (!was_pending_ && sigismember(&pending, SIGPIPE) == 1) {
            int signal = 0;
            ::sigwait(&sigpipe_, &signal);
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t sigpipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

} // namespace ferrule::sys

#if defined(__linux__) && !defined(FERRULE_SYSTEM_POSIX)
/// @file
/// sendfile(2), splice(2).

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

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
#else
/// @file
/// pread(2) and send(2): POSIX has no call that moves bytes from a file into a socket.

#include <cstddef>
#include <cstdint>
#include <sys/types.h>
#include <unistd.h>

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
#endif
// ferrule/stream/file_transfer.hpp
/// @file
/// From a file to a socket, and from a socket to another, without a copy of the bytes in this
/// process.

namespace ferrule {

/// A part of an open file, borrowed.
struct FilePart {
    int file = -1;            ///< A descriptor of a regular file, open for reading.
    std::uint64_t offset = 0; ///< In bytes. The file's own offset is neither used nor changed.
    std::uint64_t size = 0;   ///< In bytes.
};

namespace detail {

// sendfile(2) and splice(2) have no flag for one call that must not wait: the socket itself is
// non-blocking while they have a limit. Calls of other threads see that, and wait by poll(2).
class NonBlockingWhile {
public:
    NonBlockingWhile(int descriptor, Wait wait)
        : descriptor_{wait.is_for_ever() ? -1 : descriptor} {
        if (descriptor_ >= 0) {
            static_cast<void>(sys::set_blocking(descriptor_, sys::Blocking::no));
        }
    }
    NonBlockingWhile(const NonBlockingWhile&) = delete;
    NonBlockingWhile& operator=(const NonBlockingWhile&) = delete;
    ~NonBlockingWhile() {
        if (descriptor_ >= 0) {
            static_cast<void>(sys::set_blocking(descriptor_, sys::Blocking::yes));
        }
    }

private:
    int descriptor_;
};

} // namespace detail

/// sendfile(2), repeated: sends a part of a file. After an error `error().transferred()` bytes of
/// it have gone out: `end_of_stream` if the file ends before that, which a file does that somebody
/// cuts meanwhile. With a deadline or a stop the socket is non-blocking as long as this takes.
template <class Family, class Protocol>
[[nodiscard("the file may not have been sent")]] Result<void>
send_file(const Connection<Family, Stream, Protocol>& connection, const FilePart& part,
          Wait wait = {}) {
    if (!connection.is_open()) {
        return Error{Errc::not_open, Operation::send};
    }
    constexpr std::uint64_t most = 1U << 30; // of a call
    const detail::NonBlockingWhile non_blocking{connection.descriptor(), wait};
    const sys::WithoutSigpipe without_sigpipe;
    std::uint64_t done = 0;
    auto going = Result<void>{};
    while (going && done < part.size) {
        const std::uint64_t left = part.size - done;
        const auto sent = wait_and_try(connection.descriptor(), sys::pollout, wait, Operation::send,
                                       sys::Calls<sys::send_file>{}, connection.descriptor(),
                                       part.file, part.offset + done,
                                       sys::number_as<std::size_t>(left < most ? left : most));
        if (!sent) {
            going = sent.error();
        } else if (*sent == 0) {
            going = Error{Errc::end_of_stream, Operation::send};
        } else {
            done += *sent;
            going = done < part.size ? wait.check(Operation::send) : Result<void>{};
        }
    }
    return going ? going
                 : Error{going.error().code(), Operation::send, sys::number_as<std::size_t>(done)};
}

#if FERRULE_HAS_EPOLL // splice(2) is of Linux, as epoll(7) is

/// Moves bytes from one connection to another through a pipe(7), which holds what one side has sent
/// and the other has not taken yet. Only Linux has it.
class Splice {
public:
    /// pipe2(2).
    [[nodiscard]] static Result<Splice> open() {
        auto ends = sys::open_pipe(Operation::open);
        if (!ends) {
            return ends.error();
        }
        return Splice{std::move(ends->first), std::move(ends->second)};
    }

    /// How many bytes have left `from` and have not reached `to`: the next move() sends them first.
    [[nodiscard]] std::size_t pending() const { return pending_; }

    /// splice(2), twice: moves what is there, at least one byte and at most `most`; returns how
    /// many have reached `to`; 0 is the end of the stream `from`. After an error
    /// `error().transferred()` of them have.
    template <class From, class FromProtocol, class To, class ToProtocol>
    [[nodiscard]] Result<std::size_t> move(const Connection<From, Stream, FromProtocol>& from,
                                           const Connection<To, Stream, ToProtocol>& to,
                                           std::size_t most, Wait wait = {}) {
        if (!from.is_open() || !to.is_open() || !out_.is_open()) {
            return Error{Errc::not_open, Operation::receive};
        }
        if (most == 0) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        if (pending_ == 0) {
            const detail::NonBlockingWhile non_blocking{from.descriptor(), wait};
            const auto received = wait_and_try(
                from.descriptor(), sys::pollin, wait, Operation::receive, sys::Calls<sys::splice>{},
                from.descriptor(), in_.number(), most, Operation::receive);
            if (!received || *received == 0) {
                return received;
            }
            pending_ = *received;
        }
        return flush(to, wait);
    }

private:
    Splice(Descriptor out, Descriptor in) : out_{std::move(out)}, in_{std::move(in)} {}

    template <class Family, class Protocol>
    Result<std::size_t> flush(const Connection<Family, Stream, Protocol>& to, Wait wait) {
        const detail::NonBlockingWhile non_blocking{to.descriptor(), wait};
        const sys::WithoutSigpipe without_sigpipe;
        std::size_t done = 0;
        auto going = Result<void>{};
        while (going && pending_ != 0) {
            const auto sent = wait_and_try(to.descriptor(), sys::pollout, wait, Operation::send,
                                           sys::Calls<sys::splice>{}, out_.number(),
                                           to.descriptor(), pending_, Operation::send);
            if (sent) {
                done += *sent;
                pending_ -= *sent;
                going = pending_ != 0 ? wait.check(Operation::send) : Result<void>{};
            } else {
                going = sent.error();
            }
        }
        return going ? Result<std::size_t>{done}
                     : Error{going.error().code(), Operation::send, done};
    }

    Descriptor out_;
    Descriptor in_;
    std::size_t pending_ = 0;
};

#endif

} // namespace ferrule
// ferrule/stream/frame.hpp
/// @file
/// What stands before a frame and says how long it is. A stream has no messages: a length before
/// each is the usual way to have them. The Reader takes frames off a stream, the Writer makes them.

namespace ferrule {

/// How long a frame is: its prefix, and what comes after the prefix. In bytes.
struct FrameSize {
    std::size_t prefix = 0; ///< 0: the prefix has not come to its end yet.
    std::uint64_t body = 0;
};

/// A prefix that says how long its frame is. A prefix of your own, such as three bytes, or a length
/// that counts itself, is a type with these three:
///
///     struct Mine {
///         static constexpr std::size_t longest = 3;             // bytes of a prefix, at most
///         // How long the frame is that begins with `come`, or why it can't be one.
///         static Result<FrameSize> read(std::string_view come);
///         // Writes the prefix of a body of this size; returns how many bytes it takes.
///         static Result<std::size_t> write(std::uint64_t body, char* to);
///     };
template <class Candidate>
concept FramePrefix = requires(std::string_view come, std::uint64_t body, char* to) {
    { std::size_t{Candidate::longest} };
    { Candidate::read(come) } -> std::same_as<Result<FrameSize>>;
    { Candidate::write(body, to) } -> std::same_as<Result<std::size_t>>;
};

/// A length that is stored as a number without a sign; it counts the bytes after the prefix.
template <class Stored, class Number> struct NumberPrefix {
    static constexpr std::size_t longest = sizeof(Stored);

    [[nodiscard]] static Result<FrameSize> read(std::string_view come) {
        if (come.size() < sizeof(Stored)) {
            return FrameSize{};
        }
        Stored stored;
        __builtin_memcpy(&stored, come.data(), sizeof stored);
        return FrameSize{sizeof stored, Number{stored}};
    }
    /// `message_size` if the number can't hold the size.
    [[nodiscard]] static Result<std::size_t> write(std::uint64_t body, char* to) {
        const auto number = static_cast<Number>(body);
        if (number != body) {
            return Error{Errc::message_size, Operation::send};
        }
        const Stored stored = number;
        __builtin_memcpy(to, &stored, sizeof stored);
        return sizeof stored;
    }
};

/// Seven bits a byte, least significant first, the highest bit of each byte says that more follow:
/// LEB128, the varint of Protocol Buffers. At most 10 bytes; more is `protocol_error`, and so is a
/// number above 64 bits.
struct Varint {
    static constexpr std::size_t longest = 10;

    [[nodiscard]] static Result<FrameSize> read(std::string_view come) {
        std::uint64_t body = 0;
        for (std::size_t at = 0; at < come.size(); ++at) {
            const auto byte = static_cast<unsigned char>(come[at]);
            if (at == longest - 1 && byte > 1) {
                return Error{Errc::protocol_error, Operation::receive};
            }
            body |= std::uint64_t{byte & 0x7fU} << (7 * at);
            if ((byte & 0x80U) == 0) {
                return FrameSize{at + 1, body};
            }
        }
        return FrameSize{};
    }
    [[nodiscard]] static Result<std::size_t> write(std::uint64_t body, char* to) {
        std::size_t size = 0;
        for (; body >= 0x80; body >>= 7) {
            to[size++] = static_cast<char>((body & 0x7fU) | 0x80U);
        }
        to[size++] = static_cast<char>(body);
        return size;
    }
};
static_assert(FramePrefix<Varint>);

namespace detail {

template <class Given> struct PrefixOf {};
template <FramePrefix Given> struct PrefixOf<Given> {
    using type = Given;
};
template <std::unsigned_integral Number> struct PrefixOf<BigEndian<Number>> {
    using type = NumberPrefix<BigEndian<Number>, Number>;
};
template <std::unsigned_integral Number> struct PrefixOf<LittleEndian<Number>> {
    using type = NumberPrefix<LittleEndian<Number>, Number>;
};
template <> struct PrefixOf<std::uint8_t> {
    using type = NumberPrefix<std::uint8_t, std::uint8_t>;
};

} // namespace detail

/// What can be named as the prefix of a frame: `BigEndian<std::uint32_t>`,
/// `LittleEndian<std::uint16_t>`, `std::uint8_t`, `Varint`, or a FramePrefix of your own. Not a
/// plain std::uint32_t: its bytes have the order of this host.
template <class Given>
concept PrefixesFrames = requires { typename detail::PrefixOf<Given>::type; };

/// How it is read and written.
template <PrefixesFrames Given> using PrefixOf = typename detail::PrefixOf<Given>::type;

} // namespace ferrule
// ferrule/stream/impl/stream_buffer.hpp
/// @file
/// The buffer that a Reader, a Writer or an Outbox works in.

namespace ferrule::detail {

/// A buffer of so many bytes inside.
template <std::size_t capacity> class StreamBuffer {
public:
    [[nodiscard]] char* data() { return bytes_; }
    [[nodiscard]] const char* data() const { return bytes_; }
    [[nodiscard]] static constexpr std::size_t size() { return capacity; }

private:
    char bytes_[capacity];
};

/// The buffer of somebody else, borrowed.
template <> class StreamBuffer<0> {
public:
    template <ByteBuffer Buffer>
    explicit StreamBuffer(Buffer&& buffer)
        : data_{reinterpret_cast<char*>(std::data(buffer))}, size_{size_of(buffer)} {}
    [[nodiscard]] char* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    char* data_;
    std::size_t size_;
};

} // namespace ferrule::detail
// ferrule/stream/outbox.hpp
/// @file
/// A bounded queue of what a slow reader has not taken yet, for a server of one thread, which can't
/// wait for one client while the others want something.

namespace ferrule {

/// Sends what the peer takes now, and keeps the rest in a buffer: the caller's, or one of
/// `capacity` bytes inside. Nothing waits. If a message does not fit, that is an answer
/// (`no_buffer_space`), and nothing of it was taken: leave it out, or end with this client.
///
///     Outbox<65536> outbox;
///     outbox.send(connection, "news\n")       // once there is something to say
///     outbox.flush(connection)                // when the poller says that it is writable
///     !outbox.empty()                         // then ask the poller for `writable`
///
/// Whoever sends to the stream itself meanwhile sends ahead of what waits. For one thread.
template <std::size_t capacity = 0> class Outbox {
public:
    Outbox() = default;
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    explicit Outbox(Buffer&& buffer [[clang::lifetimebound]])
        : buffer_{std::forward<Buffer>(buffer)} {}

    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// How many bytes wait.
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// How many more bytes send() takes.
    [[nodiscard]] std::size_t room() const { return buffer_.size() - size_; }

    /// Sends these bytes after those that wait, as far as the stream takes them now; the rest
    /// waits. `no_buffer_space`: more than room(), and nothing was taken. Another error is one of
    /// the stream, which is over.
    template <ByteStream Stream>
    [[nodiscard("the bytes may not have been taken")]] Result<void> send(Stream& stream,
                                                                         BytesView bytes) {
        std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        if (text.size() > room()) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        if (auto flushed = flush(stream); !flushed) {
            return flushed;
        }
        if (empty()) {
            const auto sent = send_now(stream, text);
            if (!sent) {
                return sent.error();
            }
            text.remove_prefix(*sent);
        }
        append(text);
        return {};
    }

    /// Sends what waits, as far as the stream takes it now.
    template <ByteStream Stream>
    [[nodiscard("the stream may be over")]] Result<void> flush(Stream& stream) {
        while (!empty()) {
            const std::size_t to_the_edge = buffer_.size() - begin_;
            const std::size_t size = size_ < to_the_edge ? size_ : to_the_edge;
            const auto sent = send_now(stream, {buffer_.data() + begin_, size});
            if (!sent) {
                return sent.error();
            }
            begin_ = (begin_ + *sent) % buffer_.size();
            size_ -= *sent;
            if (*sent < size) {
                break;
            }
        }
        return {};
    }

private:
    template <ByteStream Stream>
    static Result<std::size_t> send_now(Stream& stream, std::string_view text) {
        const auto sent = text.empty() ? Result<void>{} : stream.send_all(text, no_wait);
        if (!sent && sent.error() != Errc::would_block) {
            return sent.error();
        }
        return sent ? text.size() : sent.error().transferred();
    }

    // The buffer is a ring: what does not fit behind what waits goes before it.
    void append(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = (begin_ + size_) % buffer_.size();
            const std::size_t gap = end < begin_ ? begin_ - end : buffer_.size() - end;
            const std::size_t size = text.size() < gap ? text.size() : gap;
            __builtin_memcpy(buffer_.data() + end, text.data(), size);
            size_ += size;
            text.remove_prefix(size);
        }
    }

    detail::StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};
template <ByteBuffer Buffer> Outbox(Buffer&&) -> Outbox<0>;

} // namespace ferrule
// ferrule/stream/impl/found_part.hpp
/// @file
/// Where the next part of a stream stands in what has come of it.

namespace ferrule::detail {

// What is before the part and after it, such as a prefix or a delimiter, is consumed with it.
// Without a size it has not come to its end.
struct FoundPart {
    static constexpr std::size_t none = std::string_view::npos;

    std::size_t begin = 0;
    std::size_t size = none;
    std::size_t end = 0;
};

inline Error part_too_long() { return {Errc::message_size, Operation::receive}; }

// The bytes before a delimiter, at most so many. Asked again when more has come, it does not search
// twice.
class FindDelimiter {
public:
    FindDelimiter(std::string_view delimiter, std::size_t most)
        : delimiter_{delimiter}, most_{most} {}

    Result<FoundPart> operator()(std::string_view come) {
        const std::size_t size = delimiter_.size();
        const std::size_t at = come.substr(0, most_ + size).find(delimiter_, searched_);
        if (at != std::string_view::npos) {
            return FoundPart{.size = at, .end = size};
        }
        if (come.size() >= most_ + size) {
            return part_too_long();
        }
        searched_ = come.size() < size ? 0 : come.size() - (size - 1);
        return FoundPart{};
    }

private:
    std::string_view delimiter_;
    std::size_t most_;
    std::size_t searched_ = 0;
};

// A line that ended in "\n" or "\r\n", of which "\n" is gone.
inline std::string_view without_return(std::string_view line) {
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

// The body of a frame, at most `limit` bytes, which fits into `room` with its prefix.
template <PrefixesFrames Prefix>
Result<FoundPart> find_frame(std::string_view come, std::size_t limit, std::size_t room) {
    const auto size = ferrule::PrefixOf<Prefix>::read(come);
    if (!size) {
        return size.error();
    }
    if (size->prefix > come.size() || size->prefix == 0) {
        return come.size() < ferrule::PrefixOf<Prefix>::longest
                   ? Result<FoundPart>{FoundPart{}}
                   : Error{Errc::protocol_error, Operation::receive};
    }
    if (size->body > limit || size->body > room - size->prefix) {
        return part_too_long();
    }
    const auto body = sys::number_as<std::size_t>(size->body);
    return come.size() - size->prefix < body ? FoundPart{}
                                             : FoundPart{.begin = size->prefix, .size = body};
}

} // namespace ferrule::detail
// ferrule/stream/impl/read_ahead.hpp
/// @file
/// What has come of a stream and was not consumed; a Reader finds its parts there.

namespace ferrule::detail {

template <ByteStream Stream, std::size_t capacity> class ReadAhead {
public:
    template <class Buffer>
    ReadAhead(Stream& stream, Buffer&& buffer)
        : stream_{&stream}, buffer_{std::forward<Buffer>(buffer)} {}
    explicit ReadAhead(Stream& stream)
        requires(capacity != 0)
        : stream_{&stream} {}

    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    [[nodiscard]] Stream& stream() const { return *stream_; }
    [[nodiscard]] std::size_t room() const { return buffer_.size(); }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] std::string_view bytes() const { return {buffer_.data() + begin_, size()}; }

    std::string_view consume(FoundPart found) {
        const auto part = bytes().substr(found.begin, found.size);
        begin_ += found.begin + found.size + found.end;
        return part;
    }

    // Receives until the part is found; consumes nothing.
    template <class Find> Result<FoundPart> find(Wait wait, Find find) {
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        for (bool is_first = true;; is_first = false) {
            const auto found = find(bytes());
            if (!found || found->size != FoundPart::none) {
                return found;
            }
            if (size() == buffer_.size()) {
                return part_too_long();
            }
            auto going = is_first ? Result<void>{} : wait.check(Operation::receive);
            if (going) {
                going = receive_more(wait);
            }
            if (!going) {
                return Error{going.error().code(), Operation::receive, size()};
            }
        }
    }

private:
    // Receives behind what has come, which goes to the front if that costs no more than what was
    // consumed, or if there is no room behind it.
    Result<void> receive_more(Wait wait) {
        if (begin_ >= size() || end_ == buffer_.size()) {
            __builtin_memmove(buffer_.data(), buffer_.data() + begin_, size());
            end_ = size();
            begin_ = 0;
        }
        const auto received = stream_->receive_some(
            std::as_writable_bytes(std::span{buffer_.data() + end_, buffer_.size() - end_}), wait);
        if (!received) {
            return received.error();
        }
        if (received->empty()) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
        end_ += received->size();
        return {};
    }

    Stream* stream_;
    StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferrule::detail
// ferrule/stream/reader.hpp
/// @file
/// Reads a stream in the parts that a protocol has: a line, up to a delimiter, so many bytes, a
/// frame, all to the end. A stream is received in pieces that have nothing to do with these parts;
/// the Reader keeps what has come of the next part.

namespace ferrule {

/// Reads any ByteStream through a buffer: the caller's, or one of `capacity` bytes inside.
///
///     char buffer[8192];
///     Reader reader{connection, buffer};
///     Reader<Connection<Ipv4>, 8192> other{connection};
///
/// What a read gives is a part of the buffer, and valid until the next read. The buffer is the
/// limit of every part, together with its delimiter or prefix: what would be longer is
/// `message_size`, as soon as that is clear, and a peer can't make the Reader take memory.
///
/// After an error nothing was consumed, and the same read can be made again. If the wait, the
/// stream or its end has cut a read short, `error().transferred()` is how many bytes have come and
/// are kept: `end_of_stream` after no bytes is the end between two parts; after more, the stream
/// ended inside one. One Wait spans a whole read.
///
/// Borrows the stream and the buffer. Whoever receives from the stream itself meanwhile takes bytes
/// out of the middle. A Reader is a ByteStream, too: code that goes on with the stream, such as a
/// relay, is given the Reader, and no byte is lost. For one thread; another may send.
template <ByteStream Stream, std::size_t capacity = 0> class Reader {
public:
    /// Through this buffer; all of it is used.
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    Reader(Stream& stream [[clang::lifetimebound]], Buffer&& buffer [[clang::lifetimebound]])
        : ahead_{stream, std::forward<Buffer>(buffer)} {}

    /// Through a buffer inside.
    explicit Reader(Stream& stream [[clang::lifetimebound]])
        requires(capacity != 0)
        : ahead_{stream} {}

    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// What has come and was not consumed.
    [[nodiscard]] std::string_view ahead() const { return ahead_.bytes(); }

    /// Whatever has come, at least one byte and at most `most`; empty at the end of the stream. No
    /// bytes at most are `empty_buffer`.
    [[nodiscard]] Result<std::string_view> some(std::size_t most, Wait wait = {}) {
        if (most == 0) {
            return Error{Errc::empty_buffer, Operation::receive};
        }
        const auto come = peek(1, wait);
        if (!come) {
            return come.error() == Errc::end_of_stream ? Result<std::string_view>{ahead()} : come;
        }
        return ahead_.consume({.size = come->size() < most ? come->size() : most});
    }
    [[nodiscard]] Result<std::string_view> some(Wait wait = {}) { return some(SIZE_MAX, wait); }

    /// Exactly `size` bytes.
    [[nodiscard]] Result<std::string_view> exactly(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? ahead_.consume({.size = size}) : come;
    }

    /// All that has come, at least `size` bytes.
    [[nodiscard]] Result<std::string_view> at_least(std::size_t size, Wait wait = {}) {
        const auto come = peek(size, wait);
        return come ? ahead_.consume({.size = come->size()}) : come;
    }

    /// The same, but the bytes stay to be read again.
    [[nodiscard]] Result<std::string_view> peek(std::size_t size, Wait wait = {}) {
        if (size > ahead_.room()) {
            return detail::part_too_long();
        }
        auto come = ahead_.find(wait, [size](std::string_view ahead) -> Result<Found> {
            return ahead.size() < size ? Found{} : Found{.size = ahead.size()};
        });
        return come ? Result<std::string_view>{ahead()} : come.error();
    }

    /// The bytes before the delimiter, which is consumed, too: at most `limit` bytes without it. An
    /// empty delimiter is `invalid_argument`.
    [[nodiscard]] Result<std::string_view> until(BytesView delimiter, std::size_t limit,
                                                 Wait wait = {}) {
        const std::string_view end{static_cast<const char*>(delimiter.data()), delimiter.size()};
        if (end.empty()) {
            return Error{Errc::invalid_argument, Operation::receive};
        }
        const std::size_t most = limit < ahead_.room() ? limit : ahead_.room();
        return read(wait, detail::FindDelimiter{end, most});
    }
    [[nodiscard]] Result<std::string_view> until(BytesView delimiter, Wait wait = {}) {
        return until(delimiter, SIZE_MAX, wait);
    }

    /// The next line without its end, which is "\n" or "\r\n"; at most `limit` bytes before "\n".
    [[nodiscard, gnu::__always_inline__]] Result<std::string_view> line(std::size_t limit,
                                                                        Wait wait = {}) {
        if (wait.may_begin()) [[likely]] {
            const auto* const begin = ahead().data();
            const auto* const end =
                static_cast<const char*>(__builtin_memchr(begin, '\n', ahead().size()));
            if (end != nullptr && static_cast<std::size_t>(end - begin) <= limit) [[likely]] {
                const auto size = static_cast<std::size_t>(end - begin);
                return detail::without_return(ahead_.consume({.size = size, .end = 1}));
            }
        }
        return later_line(limit, wait);
    }
    [[nodiscard, gnu::__always_inline__]] Result<std::string_view> line(Wait wait = {}) {
        return line(SIZE_MAX, wait);
    }

    /// All bytes to the end of the stream, at most `limit`; none is a part, too. The end shows only
    /// when there is room for one byte more.
    [[nodiscard]] Result<std::string_view> to_the_end(std::size_t limit, Wait wait = {}) {
        const auto over = ahead_.find(wait, [limit](std::string_view ahead) -> Result<Found> {
            return ahead.size() > limit ? Result<Found>{detail::part_too_long()} : Found{};
        });
        return over.error() == Errc::end_of_stream ? ahead_.consume({.size = ahead().size()})
                                                   : Result<std::string_view>{over.error()};
    }
    [[nodiscard]] Result<std::string_view> to_the_end(Wait wait = {}) {
        return to_the_end(SIZE_MAX, wait);
    }

    /// The body of the next frame, whose length stands before it as `Prefix` says
    /// (`reader.frame<BigEndian<std::uint32_t>>()`); at most `limit` bytes without the prefix. What
    /// the prefix itself finds wrong is the error that it gives.
    template <PrefixesFrames Prefix>
    [[nodiscard]] Result<std::string_view> frame(std::size_t limit, Wait wait = {}) {
        return read(wait, [limit, room = ahead_.room()](std::string_view ahead) {
            return detail::find_frame<Prefix>(ahead, limit, room);
        });
    }
    template <PrefixesFrames Prefix> [[nodiscard]] Result<std::string_view> frame(Wait wait = {}) {
        return frame<Prefix>(SIZE_MAX, wait);
    }

    /// some(), again and again, as a range that ends at the end of the stream (pieces.hpp):
    /// `for (const auto& piece : reader.pieces())`.
    [[nodiscard]] auto pieces(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(none_is_the_end(some(wait))); }};
    }
    /// The next `size` bytes, any number, in pieces: the body of an answer that says its length. If
    /// the stream ends before that, the last element is `end_of_stream`, and
    /// `error().transferred()` is how many came.
    [[nodiscard]] auto pieces(std::uint64_t size, Wait wait = {}) {
        return Pieces{wait, [this, size, done = std::uint64_t{0}, wait]() mutable {
                          return next_of(size, done, wait);
                      }};
    }
    /// line(), again and again.
    [[nodiscard]] auto lines(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(line(wait)); }};
    }
    /// frame(), again and again.
    template <PrefixesFrames Prefix> [[nodiscard]] auto frames(Wait wait = {}) {
        return Pieces{wait, [this, wait] { return or_over(frame<Prefix>(wait)); }};
    }

    /// Reads exactly `size` bytes, any number, and drops them. After an error
    /// `error().transferred()` bytes have been dropped.
    [[nodiscard]] Result<void> skip(std::uint64_t size, Wait wait = {}) {
        for (std::uint64_t done = 0; done < size;) {
            const auto piece = next_of(size, done, wait);
            const auto going = !piece        ? Result<void>{piece.error()}
                               : done < size ? wait.check(Operation::receive)
                                             : Result<void>{};
            if (!going) {
                return Error{going.error().code(), Operation::receive,
                             sys::number_as<std::size_t>(done)};
            }
        }
        return {};
    }

    /// Fills a buffer of yours, of any size: first with what has come, then from the stream itself.
    /// After an error the first `error().transferred()` bytes of it are filled, and consumed.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_exactly(Buffer&& buffer, Wait wait = {}) {
        const std::size_t size = detail::size_of(buffer);
        for (std::size_t done = 0; done < size;) {
            const auto received = receive_some(rest_of(buffer, done), wait);
            done += received ? received->size() : 0;
            auto going = Result<void>{};
            if (!received) {
                going = received.error();
            } else if (received->empty()) {
                going = Error{Errc::end_of_stream, Operation::receive};
            } else if (done < size) {
                going = wait.check(Operation::receive);
            }
            if (!going) {
                return Error{going.error().code(), Operation::receive, done};
            }
        }
        return detail::filled_part<Buffer>(buffer, size);
    }

    /// What has come, if anything has, else from the stream itself: this, send_all and shutdown
    /// make the Reader a ByteStream.
    template <ByteBuffer Buffer>
    [[nodiscard]] Result<FilledPart<Buffer>> receive_some(Buffer&& buffer, Wait wait = {}) {
        const auto to = rest_of(buffer, 0);
        if (ahead().empty() || to.empty()) {
            const auto received = ahead_.stream().receive_some(to, wait);
            return received ? Result<FilledPart<Buffer>>{detail::filled_part<Buffer>(
                                  buffer, received->size())}
                            : received.error();
        }
        if (!wait.may_begin()) {
            return wait.why_not(Operation::receive);
        }
        const auto part =
            ahead_.consume({.size = to.size() < ahead().size() ? to.size() : ahead().size()});
        __builtin_memcpy(to.data(), part.data(), part.size());
        return detail::filled_part<Buffer>(buffer, part.size());
    }
    [[nodiscard("the bytes may not have been sent")]] Result<void> send_all(BytesView bytes,
                                                                            Wait wait = {}) {
        return ahead_.stream().send_all(bytes, wait);
    }
    [[nodiscard]] Result<void> shutdown(Shutdown half) { return ahead_.stream().shutdown(half); }

private:
    using Found = detail::FoundPart;

    template <class Buffer> static std::span<std::byte> rest_of(Buffer& buffer, std::size_t done) {
        return std::as_writable_bytes(std::span{std::data(buffer), detail::size_of(buffer)})
            .subspan(done);
    }

    static Result<std::string_view> none_is_the_end(Result<std::string_view> piece) {
        if (piece && piece->empty()) {
            return Error{Errc::end_of_stream, Operation::receive};
        }
        return piece;
    }

    // As Pieces asks for it.
    static Result<std::string_view> or_over(Result<std::string_view> part) {
        if (!part && part.error() == Error{Errc::end_of_stream, Operation::receive}) {
            return Error{Errc::none, Operation::receive};
        }
        return part;
    }

    // The next of `size` bytes, of which so many are done.
    Result<std::string_view> next_of(std::uint64_t size, std::uint64_t& done, Wait wait) {
        if (done == size) {
            return Error{Errc::none, Operation::receive};
        }
        const std::uint64_t left = size - done;
        auto piece = none_is_the_end(
            some(left < SIZE_MAX ? sys::number_as<std::size_t>(left) : SIZE_MAX, wait));
        if (!piece) {
            return Error{piece.error().code(), Operation::receive,
                         sys::number_as<std::size_t>(done)};
        }
        done += piece->size();
        return piece;
    }

    template <class Find> Result<std::string_view> read(Wait wait, Find find) {
        const auto found = ahead_.find(wait, find);
        return found ? Result<std::string_view>{ahead_.consume(*found)} : found.error();
    }

    // Line by line, what is there already is found inline.
    [[gnu::__cold__, gnu::__noinline__]] Result<std::string_view> later_line(std::size_t limit,
                                                                             Wait wait) {
        const auto part = until("\n", limit, wait);
        return part ? Result<std::string_view>{detail::without_return(*part)} : part;
    }

    detail::ReadAhead<Stream, capacity> ahead_;
};

} // namespace ferrule
// ferrule/stream/writer.hpp
/// @file
/// Collects what is written in small parts and sends it in large ones: a system call and a packet
/// for many lines, instead of one each.

namespace ferrule {

/// Writes to any ByteStream through a buffer: the caller's, or one of `capacity` bytes inside.
///
///     char buffer[8192];
///     Writer writer{connection, buffer};
///     writer.write("HELLO\r\n").value();
///     writer.flush().value();
///
/// Nothing is sent before the buffer is full or flush() is called: flush() before waiting for an
/// answer. A Writer that goes away drops what was not flushed. After an error nothing that was
/// written is lost: what has not gone out stays for the next flush(). Borrows the stream and the
/// buffer. For one thread; another may receive.
template <ByteStream Stream, std::size_t capacity = 0> class Writer {
public:
    /// Through this buffer; all of it is used.
    template <ByteBuffer Buffer>
        requires(capacity == 0)
    Writer(Stream& stream [[clang::lifetimebound]], Buffer&& buffer [[clang::lifetimebound]])
        : stream_{&stream}, buffer_{std::forward<Buffer>(buffer)} {}

    /// Through a buffer inside.
    explicit Writer(Stream& stream [[clang::lifetimebound]])
        requires(capacity != 0)
        : stream_{&stream} {}

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// How many bytes were written and have not gone out.
    [[nodiscard]] std::size_t pending() const { return end_ - begin_; }

    /// All of these bytes, after those before. After an error the first `error().transferred()` of
    /// them are written, and the rest can be written again.
    [[nodiscard("the bytes may not have been written")]] Result<void> write(BytesView bytes,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
        if (!wait.may_begin()) {
            return wait.why_not(Operation::send);
        }
        return append_or_send(text, wait);
    }

    /// A frame: its length, as `Prefix` says, and its body. After an error, either nothing of it is
    /// written (`error().transferred()` is 0), or its prefix and so many bytes of its body are: go
    /// on with write(), from there. The buffer needs room for a prefix and one byte.
    template <PrefixesFrames Prefix>
    [[nodiscard("the frame may not have been written")]] Result<void> frame(BytesView body,
                                                                            Wait wait = {}) {
        const std::string_view text{static_cast<const char*>(body.data()), body.size()};
        char prefix[PrefixOf<Prefix>::longest];
        const auto size = PrefixOf<Prefix>::write(text.size(), prefix);
        if (!size) {
            return size.error();
        }
        if (*size >= buffer_.size()) {
            return Error{Errc::no_buffer_space, Operation::send};
        }
        if (!wait.may_begin()) {
            return wait.why_not(Operation::send);
        }
        if (room() <= *size) { // after this a byte of the body has room, too
            if (auto sent = flush(wait); !sent) {
                return Error{sent.error().code(), Operation::send};
            }
        }
        append({prefix, *size});
        return append_or_send(text, wait);
    }

    /// Sends what was written. After an error `error().transferred()` bytes of it have gone out;
    /// the rest stays.
    [[nodiscard("the bytes may not have been sent")]] Result<void> flush(Wait wait = {}) {
        if (begin_ == end_) {
            return {};
        }
        auto sent = stream_->send_all(std::string_view{buffer_.data() + begin_, pending()}, wait);
        begin_ += sent ? pending() : sent.error().transferred();
        if (begin_ == end_) {
            begin_ = end_ = 0;
        }
        return sent;
    }

private:
    [[nodiscard]] std::size_t room() const { return buffer_.size() - pending(); }

    // Copies as much as there is room for behind what is pending; returns how much.
    std::size_t append(std::string_view text) {
        const std::size_t size = text.size() < room() ? text.size() : room();
        if (size > buffer_.size() - end_) {
            __builtin_memmove(buffer_.data(), buffer_.data() + begin_, pending());
            end_ -= begin_;
            begin_ = 0;
        }
        if (size != 0) {
            __builtin_memcpy(buffer_.data() + end_, text.data(), size);
        }
        end_ += size;
        return size;
    }

    // Fills the buffer and sends it until the rest fits; what is longer than the buffer is not
    // copied.
    Result<void> append_or_send(std::string_view text, Wait wait) {
        for (std::size_t done = append(text); done < text.size();
             done += append(text.substr(done))) {
            auto sent = flush(wait);
            std::size_t gone = 0;
            if (sent && text.size() - done >= buffer_.size()) {
                sent = stream_->send_all(text.substr(done), wait);
                gone = sent ? text.size() - done : sent.error().transferred();
            }
            done += gone;
            if (!sent) {
                return Error{sent.error().code(), Operation::send, done};
            }
        }
        return {};
    }

    Stream* stream_;
    detail::StreamBuffer<capacity> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferrule
// ferrule/stream/zero_copy.hpp
/// @file
/// Sending without a copy (send(2), MSG_ZEROCOPY; Documentation/networking/msg_zerocopy.rst of
/// Linux): the kernel sends from the memory of the caller, which must not change it meanwhile. It
/// pays for sends of 10 kB and more. Only Linux has it.

namespace ferrule {

template <class Family, class Protocol> class ZeroCopySender;

/// Bytes that were lent to the kernel by a ZeroCopySender, which has to outlive it. They may be
/// changed, and their memory freed, only when take_back() has succeeded.
template <class Family, class Protocol>
class [[nodiscard("the bytes are lent until take_back()")]] Loan {
public:
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Loan(Loan&& other) noexcept
        : sender_{std::exchange(other.sender_, nullptr)}, end_{other.end_} {}
    Loan& operator=(Loan&& other) noexcept {
        sender_ = std::exchange(other.sender_, nullptr);
        end_ = other.end_;
        return *this;
    }
    ~Loan() = default;

    /// Waits until the kernel has given the bytes back: until the peer has acknowledged them, or
    /// the connection is over. After an error they are still lent. Returns whether the kernel has
    /// copied after all, as it does on the loopback: then a plain send costs less.
    [[nodiscard]] Result<bool> take_back(Wait wait = {}) {
        return sender_ == nullptr ? Result<bool>{Error{Errc::not_open, Operation::receive}}
                                  : sender_->wait_until(end_, wait);
    }

private:
    friend ZeroCopySender<Family, Protocol>;
    Loan(ZeroCopySender<Family, Protocol>& sender, std::uint32_t end)
        : sender_{&sender}, end_{end} {}

    ZeroCopySender<Family, Protocol>* sender_;
    std::uint32_t end_;
};

/// Sends over a connection without a copy. Borrows the connection; nobody else reads its error
/// queue or sends with MSG_ZEROCOPY meanwhile. For one thread; another may receive.
template <class Family, class Protocol> class ZeroCopySender {
public:
    using Stream = Connection<Family, ferrule::Stream, Protocol>;

    /// setsockopt(2) of SO_ZEROCOPY.
    [[nodiscard]] static Result<ZeroCopySender> on(const Stream& connection
                                                   [[clang::lifetimebound]])
        requires OnThisSystem<opt::ZeroCopy>
    {
        auto set = connection.set(opt::ZeroCopy{true});
        return set ? Result<ZeroCopySender>{ZeroCopySender{connection}} : set.error();
    }

    ZeroCopySender(const ZeroCopySender&) = delete;
    ZeroCopySender& operator=(const ZeroCopySender&) = delete;
    ZeroCopySender(ZeroCopySender&&) = default; // before the first loan
    ZeroCopySender& operator=(ZeroCopySender&&) = delete;
    ~ZeroCopySender() = default;

    /// send(2) with MSG_ZEROCOPY, repeated: all of it. A process may lend as much as it may lock in
    /// memory (RLIMIT_MEMLOCK; net.core.optmem_max): what is more waits until some has come back,
    /// and if nothing may be lent it is copied. The bytes are lent, after an error, too: then until
    /// take_all_back() has succeeded. After an error `error().transferred()` bytes have gone.
    [[nodiscard]] Result<Loan<Family, Protocol>> send_all(BytesView bytes, Wait wait = {}) {
        if (!connection_->is_open()) {
            return Error{Errc::not_open, Operation::send};
        }
        const auto* const data = static_cast<const char*>(bytes.data());
        auto going = Result<void>{};
        std::size_t done = 0;
        int flag = sys::msg_zerocopy;
        std::size_t most = 1U << 20; // of a call, whose pages are locked together
        while (going && done < bytes.size()) {
            const std::size_t left = bytes.size() - done;
            const auto sent =
                wait_and_try(connection_->descriptor(), sys::pollout, wait, Operation::send,
                             sys::Calls<sys::send>{}, connection_->descriptor(),
                             static_cast<const void*>(data + done), left < most ? left : most,
                             flag | detail::flags_for(wait));
            if (sent) {
                sends_ += flag != 0 ? 1U : 0U;
                was_copied_ = was_copied_ || flag == 0;
                flag = sys::msg_zerocopy;
                done += *sent;
                going = done < bytes.size() ? wait.check(Operation::send) : Result<void>{};
            } else if (sent.error() != Errc::no_buffer_space || flag == 0) {
                going = sent.error();
            } else if (returned_ != sends_) {
                going = wait_for_more(wait); // too much is lent: some comes back first
            } else if (most > 16384) {
                most /= 4;
            } else {
                flag = 0; // this process may lend nothing: it is copied
            }
        }
        return going ? Result<Loan<Family, Protocol>>{Loan<Family, Protocol>{*this, sends_}}
                     : Error{going.error().code(), Operation::send, done};
    }

    /// How many sends are lent.
    [[nodiscard]] std::uint32_t lent() const { return sends_ - returned_; }

    /// Waits for all loans. Returns whether the kernel has copied any of them.
    [[nodiscard]] Result<bool> take_all_back(Wait wait = {}) { return wait_until(sends_, wait); }

private:
    friend Loan<Family, Protocol>;
    explicit ZeroCopySender(const Stream& connection) : connection_{&connection} {}

    // Numbers of sends wrap: the distance to the end says which is later.
    Result<bool> wait_until(std::uint32_t end, Wait wait) {
        while (static_cast<std::int32_t>(end - returned_) > 0) {
            if (auto more = wait_for_more(wait); !more) {
                return more.error();
            }
        }
        return was_copied_;
    }

    Result<void> wait_for_more(Wait wait) {
        const auto entry = read_error(*connection_, wait);
        if (!entry) {
            return entry.error();
        }
        if (entry->origin == ErrorOrigin::zero_copy) { // a stream gives them back in order
            returned_ = entry->last_id + 1;
            was_copied_ = was_copied_ || entry->was_copied;
        }
        return {};
    }

    const Stream* connection_;
    std::uint32_t sends_ = 0;
    std::uint32_t returned_ = 0;
    bool was_copied_ = false;
};

} // namespace ferrule
// ferrule/stream.hpp
/// @file
/// All of stream/: what is done with any stream of bytes.

// ferrule/tag.hpp
/// @file
/// All of tag/: families, types, protocols, states, and which of them make a socket.

// ferrule/version.hpp
/// @file
/// Which ferrule this is, as numbers to compare and as text to print.

namespace ferrule {

inline constexpr int version_major = 0; ///< Below 1 any minor version may change what programs see.
inline constexpr int version_minor = 1; ///< New things.
inline constexpr int version_patch = 0; ///< Mended things.

/// The three numbers with dots between them: "0.1.0".
inline constexpr std::string_view version = "0.1.0";

} // namespace ferrule
// ferrule/wait/child_stop.hpp
/// @file
/// A Stop for a part of a program, such as one client of a server. It stops with its parent, too.

#if FERRULE_HAS_EPOLL

namespace ferrule {

/// Requested when its parent is requested, or alone. The parent must outlive it. There may be any
/// number of children, at any depth. (An epoll set takes the descriptors of at most 500 children of
/// one parent; waiting calls have no such limit.)
class ChildStop : public Stop {
public:
    template <std::derived_from<Stop> Parent>
    explicit ChildStop(Parent& parent) : Stop{parent, watch_all} {}
    explicit ChildStop(const Stop&& parent) = delete;

private:
    // An epoll descriptor can itself be polled (epoll(7)). It watches the events themselves, not
    // the descriptor of the parent, which may be another of its kind: the kernel allows five
    // levels.
    static Result<Descriptor> watch_all(const Stop& youngest) {
        auto epoll = sys::open_epoll(Operation::stop);
        for (const Stop* stop = &youngest; epoll && stop != nullptr; stop = parent_of(*stop)) {
            if (auto watched = sys::change_epoll(epoll->number(), sys::epoll_ctl_add,
                                                 event_of(*stop), sys::epollin, 0, Operation::stop);
                !watched) {
                return watched.error();
            }
        }
        return epoll;
    }
};

} // namespace ferrule

#endif
// ferrule/wait.hpp
/// @file
/// All of wait/: how long a call may wait, and what may end it.

// ferrule/ferrule.hpp
/// @file
/// Everything but bridge/ (bridge/fmt.hpp, ...), of which each header costs what it costs.

#endif // FERRULE_SINGLE_HPP

#ifdef FERRULE_BRIDGE_FMT
#ifndef FERRULE_SINGLE_BRIDGE_FMT
#define FERRULE_SINGLE_BRIDGE_FMT
// ferrule/bridge/fmt.hpp
/// @file
/// Prints with fmt what has a `text()`: addresses, endpoints, networks, errors. Width, alignment
/// and precision work as they do for strings. Opt-in: needs fmt (fmt.dev).

#include <cstddef>
#include <fmt/format.h> // IWYU pragma: export
#include <string_view>

template <ferrule::Textual Printed>
struct fmt::formatter<Printed> : fmt::formatter<std::string_view> {
    template <class Context> auto format(const Printed& printed, Context& context) const {
        return fmt::formatter<std::string_view>::format(printed.text().view(), context);
    }
};

template <std::size_t capacity>
struct fmt::formatter<ferrule::Text<capacity>> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const ferrule::Text<capacity>& text, Context& context) const {
        return fmt::formatter<std::string_view>::format(text.view(), context);
    }
};
#endif
#endif

#ifdef FERRULE_BRIDGE_FORMAT
#ifndef FERRULE_SINGLE_BRIDGE_FORMAT
#define FERRULE_SINGLE_BRIDGE_FORMAT
// ferrule/bridge/format.hpp
/// @file
/// Prints with std::format what has a `text()`: addresses, endpoints, networks, errors. Width,
/// alignment and precision work as they do for strings. Opt-in, for what <format> costs; nothing
/// where the standard library has no std::format (libstdc++ before 13, libc++ before 17).

#include <cstddef> // IWYU pragma: keep
#include <string_view>
#include <version> // IWYU pragma: keep

#if defined(__cpp_lib_format)
#include <format>

template <ferrule::Textual Printed>
struct std::formatter<Printed, char> : std::formatter<std::string_view, char> {
    template <class Context> auto format(const Printed& printed, Context& context) const {
        return std::formatter<std::string_view, char>::format(printed.text().view(), context);
    }
};

template <std::size_t capacity>
struct std::formatter<ferrule::Text<capacity>, char> : std::formatter<std::string_view, char> {
    template <class Context>
    auto format(const ferrule::Text<capacity>& text, Context& context) const {
        return std::formatter<std::string_view, char>::format(text.view(), context);
    }
};
#endif
#endif
#endif

#ifdef FERRULE_BRIDGE_OSTREAM
#ifndef FERRULE_SINGLE_BRIDGE_OSTREAM
#define FERRULE_SINGLE_BRIDGE_OSTREAM
// ferrule/bridge/ostream.hpp
/// @file
/// Writes to a std::ostream what has a `text()`: addresses, endpoints, networks, errors. Width,
/// fill and alignment work as they do for strings. Opt-in, for what <ostream> costs.

#include <concepts>
#include <cstddef>
#include <ostream>

namespace ferrule {

template <detail::OutputStream Stream, Textual Printed>
    requires std::derived_from<Stream, std::ostream>
std::ostream& operator<<(Stream& stream, const Printed& printed) {
    return stream << printed.text().view();
}

template <std::size_t capacity>
std::ostream& operator<<(std::ostream& stream, const Text<capacity>& text) {
    return stream << text.view();
}

} // namespace ferrule
#endif
#endif

#ifdef FERRULE_BRIDGE_SIGNALS
#ifndef FERRULE_SINGLE_SYS_SIGNAL
#define FERRULE_SINGLE_SYS_SIGNAL
// ferrule/sys/signal.hpp
/// @file
/// sigaction(2): the handler of a signal.

#include <signal.h>

namespace ferrule::sys {

inline constexpr int signals_end = NSIG; ///< Signals have numbers from 1 to below this one.

/// signal(7): whether a program may have a handler of it.
constexpr bool is_catchable(int signal) {
    return signal > 0 && signal < NSIG && signal != SIGKILL && signal != SIGSTOP;
}

/// What a signal does.
using SignalAction = struct sigaction;

/// Runs the handler at the signal, and returns what it did before. Calls that it interrupts go on
/// (SA_RESTART).
inline Result<SignalAction> set_handler(int signal, void (*handler)(int), Operation operation) {
    SignalAction action{};
    SignalAction before{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    if (::sigaction(signal, &action, &before) != 0) {
        return Error::from_errno(operation);
    }
    return before;
}

/// Lets the signal do what it did before.
inline void restore_action(int signal, const SignalAction& before) {
    ::sigaction(signal, &before, nullptr);
}

} // namespace ferrule::sys
#endif
#ifndef FERRULE_SINGLE_BRIDGE_SIGNALS
#define FERRULE_SINGLE_BRIDGE_SIGNALS
// ferrule/bridge/signals.hpp
/// @file
/// Ctrl-C and SIGTERM as a Stop. Opt-in, because a signal handler belongs to the whole process.

#include <cstddef>
#include <utility>

namespace ferrule {

namespace detail {

// The Stop of each signal that has one: written by StopOnSignals, read by the handler.
inline Stop* stop_of_signal[sys::signals_end]{};

// How many handlers of each signal run now, and in which process that was counted: a child of
// fork(2) has none of its parent's threads.
inline int handlers_running[sys::signals_end]{};
inline int handlers_counted_in = 0;

inline void request_stop_of_signal(int signal) {
    __atomic_add_fetch(&handlers_running[signal], 1, __ATOMIC_SEQ_CST);
    if (Stop* stop = __atomic_load_n(&stop_of_signal[signal], __ATOMIC_SEQ_CST)) {
        stop->request();
    }
    __atomic_sub_fetch(&handlers_running[signal], 1, __ATOMIC_RELEASE);
}

// Tells the handler which Stop to request.
inline void set_stop_of_signal(int signal, Stop* stop) {
    __atomic_store_n(&stop_of_signal[signal], stop, __ATOMIC_SEQ_CST);
}

inline void forget_handlers_of_a_parent() {
    if (const int own = sys::process_id(); handlers_counted_in != own) {
        handlers_counted_in = own;
        for (int& running : handlers_running) {
            __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
        }
    }
}

// One signal of one StopOnSignals. Those of one signal form a list, the newest first.
struct SignalEntry {
    int signal = 0;
    Stop* stop = nullptr;
    sys::SignalAction kept{}; // what the signal did before
    SignalEntry* older = nullptr;
};
inline SignalEntry* newest_entry[sys::signals_end]{};

// Takes the signal; on failure nothing has changed.
inline Result<void> take_signal(SignalEntry& entry, int signal, Stop& stop) {
    // Before the handler: a signal that comes in between must find its Stop.
    Stop* const before = __atomic_load_n(&stop_of_signal[signal], __ATOMIC_ACQUIRE);
    set_stop_of_signal(signal, &stop);
    const auto kept = sys::set_handler(signal, request_stop_of_signal, Operation::stop);
    if (!kept) {
        set_stop_of_signal(signal, before);
        return kept.error();
    }
    entry.kept = *kept;
    entry.signal = signal;
    entry.stop = &stop;
    entry.older = newest_entry[signal];
    newest_entry[signal] = &entry;
    return {};
}

// Restores the handler before this one. If there is a newer one, takes this one out of the list.
inline void give_back_signal(SignalEntry& entry) {
    SignalEntry* newer = newest_entry[entry.signal];
    if (newer == &entry) {
        sys::restore_action(entry.signal, entry.kept);
        newest_entry[entry.signal] = entry.older;
        set_stop_of_signal(entry.signal, entry.older == nullptr ? nullptr : entry.older->stop);
    } else {
        while (newer->older != &entry) {
            newer = newer->older;
        }
        newer->kept = entry.kept;
        newer->older = entry.older;
    }
    while (__atomic_load_n(&handlers_running[entry.signal], __ATOMIC_SEQ_CST) != 0) {
        sys::yield_thread(); // in another thread: it has the Stop in its hands
    }
}

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void this_signal_cannot_be_caught() {}

} // namespace detail

/// The number of a signal that can be caught (signal(7)). The compiler checks a constant. A number
/// that is known only at run time, or passed through std::make_unique, is written
/// `at_run_time(number)` and checked by the system.
class CatchableSignal {
public:
    consteval CatchableSignal(int number) : number_{number} {
        if (!sys::is_catchable(number)) {
            detail::this_signal_cannot_be_caught();
        }
    }
    constexpr CatchableSignal(const AtRunTime<int>& number) : number_{number.given} {}

    [[nodiscard]] constexpr int number() const { return number_; }

private:
    int number_;
};

/// While it lives, each of these signals requests the Stop, which must outlive it. The destructor
/// restores the previous handlers, and returns when no handler is running in any thread. Calls
/// without the Stop are not interrupted (SA_RESTART, sigaction(2)). If there are several for one
/// signal, the newest gets it; they may be destroyed in any order. Construct and destroy them in
/// one thread. A child of fork(2) has the handlers, too, and they end calls that wait in the
/// parent: block the signals before the fork, until the child has its own Stop and StopOnSignals,
/// or SIG_DFL.
template <std::size_t count, class Each = std::make_index_sequence<count>> class StopOnSignals;

namespace detail {

template <std::size_t> using SignalOf = CatchableSignal;

} // namespace detail

template <std::size_t count, std::size_t... each>
class StopOnSignals<count, std::index_sequence<each...>> {
public:
    [[nodiscard("the handlers stay as long as it lives")]] explicit StopOnSignals(
        Stop& stop, detail::SignalOf<each>... caught) {
        detail::forget_handlers_of_a_parent();
        for (const int signal : {caught.number()...}) {
            outcome_ = sys::is_catchable(signal)
                           ? detail::take_signal(entries_[installed_], signal, stop)
                           : Error{Errc::invalid_argument, Operation::stop};
            if (!outcome_) {
                return;
            }
            ++installed_;
        }
    }
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;
    ~StopOnSignals() {
        detail::forget_handlers_of_a_parent();
        while (installed_ > 0) {
            detail::give_back_signal(entries_[--installed_]);
        }
    }

    /// Whether all handlers are in place: a signal that can't be caught (SIGKILL) is
    /// `invalid_argument`.
    [[nodiscard]] Result<void> installed() const { return outcome_; }

private:
    detail::SignalEntry entries_[count]{};
    std::size_t installed_ = 0;
    Result<void> outcome_;
};

template <class... Signals> StopOnSignals(Stop&, Signals...) -> StopOnSignals<sizeof...(Signals)>;

} // namespace ferrule
#endif
#endif

#ifdef FERRULE_BRIDGE_STOP_TOKEN
#ifndef FERRULE_SINGLE_BRIDGE_STOP_TOKEN
#define FERRULE_SINGLE_BRIDGE_STOP_TOKEN
// ferrule/bridge/stop_token.hpp
/// @file
/// A Stop that a std::stop_token requests. Opt-in; empty where the standard library has none.

#include <version>

#if defined(__cpp_lib_jthread)

#include <stop_token>
#include <utility>

namespace ferrule {

/// While it lives, a request to the token's source requests the Stop, too. The Stop must outlive
/// it. If the source was requested before, the Stop is requested at once.
class StopOnToken {
public:
    StopOnToken(Stop& stop, std::stop_token token) : callback_{std::move(token), Request{&stop}} {}
    StopOnToken(const StopOnToken&) = delete;
    StopOnToken& operator=(const StopOnToken&) = delete;

private:
    struct Request {
        Stop* stop;
        void operator()() const noexcept { stop->request(); }
    };
    std::stop_callback<Request> callback_;
};

} // namespace ferrule

#endif
#endif
#endif

#ifdef FERRULE_BRIDGE_SYSTEM_ERROR
#ifndef FERRULE_SINGLE_BRIDGE_SYSTEM_ERROR
#define FERRULE_SINGLE_BRIDGE_SYSTEM_ERROR
// ferrule/bridge/system_error.hpp
/// @file
/// std::error_code of an Error, for code that uses <system_error>. Opt-in, because <system_error>
/// includes std::string.

#include <string>
#include <system_error>
#include <type_traits>

namespace ferrule {

/// The category of ferrule's own causes, which are no errno: `deadline_exceeded`, `stopped`,
/// `end_of_stream`. `end_of_stream` compares equal to no std::errc; `deadline_exceeded` to
/// std::errc::timed_out, `stopped` to operation_canceled, `message_truncated` to message_size, and
/// `not_open` to bad_file_descriptor.
class ErrorCategory final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "ferrule"; }

    [[nodiscard]] std::string message(int code) const override {
        return std::string{describe(static_cast<Errc>(code)).meaning};
    }

    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        switch (static_cast<Errc>(code)) {
        case Errc::deadline_exceeded:
            return std::errc::timed_out;
        case Errc::stopped:
            return std::errc::operation_canceled;
        case Errc::message_truncated:
            return std::errc::message_size;
        case Errc::not_open:
            return std::errc::bad_file_descriptor;
        default:
            return {code, *this};
        }
    }
};

/// The one object of it.
[[nodiscard]] inline const std::error_category& error_category() {
    static const ErrorCategory category;
    return category;
}

/// Makes `std::error_code code = Errc::connection_refused` work. Causes of the kernel are in
/// std::system_category(), so that they compare equal to std::errc.
[[nodiscard]] inline std::error_code make_error_code(Errc code) {
    const int number = static_cast<int>(code);
    return {number, code < Errc::end_of_stream ? std::system_category() : error_category()};
}

/// The cause of an error: `throw std::system_error{error_code(error), ...}`. The operation and the
/// count are lost.
[[nodiscard]] inline std::error_code error_code(const Error& error) {
    return make_error_code(error.code());
}

/// Whether the cause is this one of the standard's.
[[nodiscard]] inline bool operator==(const Error& error, std::errc cause) {
    return error_code(error) == cause;
}

} // namespace ferrule

template <> struct std::is_error_code_enum<ferrule::Errc> : std::true_type {};
#endif
#endif
