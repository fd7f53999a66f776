// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The bytes to send, and the buffers to fill. A sender takes a `BytesView`: anything contiguous of
/// one-byte elements. A receiver takes a `ByteBuffer`: the same, but mutable, and gives back the
/// part of it that was filled.

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "language.hpp"

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
