// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What went wrong: which operation, with what cause, and how far it had come. 16 bytes, no
/// allocation; reads as a sentence.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "description.hpp"
#include "errc.hpp"          // IWYU pragma: export
#include "operation.hpp"     // IWYU pragma: export
#include "optional_size.hpp" // IWYU pragma: export
#include "text.hpp"

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
