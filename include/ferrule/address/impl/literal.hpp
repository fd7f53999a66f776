// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// How a literal that can't be read is refused while compiling: the constant expression calls a
/// function that is not constexpr, and the compiler shows its name.
///
/// clang 14 crashes on two literals in braces in one expression, as in `f(Endpoint<Ip>{"..."},
/// Endpoint<Ip>{"..."})`. It takes them in parentheses, or bare: `f("...", "...")`.

#include <cstddef>
#include <string_view>

#include "../../core/error.hpp"

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
