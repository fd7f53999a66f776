// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What stands before a frame and says how long it is. A stream has no messages: a length before
/// each is the usual way to have them. The Reader takes frames off a stream, the Writer makes them.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../core/endian.hpp"
#include "../core/error.hpp"
#include "../core/result.hpp"

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
