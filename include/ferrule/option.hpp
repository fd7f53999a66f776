// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What a socket option is: a type that states on which families, types, protocols and in which
/// states it works, and holds a value. Anything else does not compile. The kinds here are bases for
/// the options in option/, and for a user's own: derive from one, and narrow the lists that
/// `Everywhere` leaves wide.

#include <climits>
#include <concepts>
#include <cstddef>

#include "error.hpp"
#include "family.hpp"
#include "one_of.hpp"
#include "result.hpp"
#include "state.hpp"
#include "system/option.hpp"

namespace ferrule {

namespace option {

/// Works on every socket, in every state.
struct Everywhere {
    using families = Every;
    using types = Every;
    using protocols = Every;
    using set_in = Every; ///< The states in which it can be set.
    using get_in = Every; ///< The states in which it can be read.
};

/// On or off; an int for the kernel.
template <int level, int name> struct Flag : Everywhere {
    using value_type = bool;

    constexpr explicit Flag(bool on) : value{on} {}

    /// setsockopt(2) on a descriptor whose domain (AF_INET, ...) is the second argument.
    Result<void> set(int descriptor, int) const {
        return system::set_option(descriptor, level, name, int{value});
    }

    /// getsockopt(2).
    static Result<bool> get(int descriptor, int) {
        const auto number = system::get_option<int>(descriptor, level, name);
        if (!number) {
            return number.error();
        }
        return *number != 0;
    }

    bool value;
};

/// A number of bytes, at most INT_MAX: `value_out_of_range` beyond.
template <int level, int name> struct Size : Everywhere {
    using value_type = std::size_t;

    constexpr explicit Size(std::size_t bytes) : value{bytes} {}

    /// setsockopt(2).
    Result<void> set(int descriptor, int) const {
        if (value > INT_MAX) {
            return Error{Errc::value_out_of_range, Operation::set_option};
        }
        return system::set_option(descriptor, level, name, static_cast<int>(value));
    }

    /// getsockopt(2).
    static Result<std::size_t> get(int descriptor, int) {
        const auto number = system::get_option<int>(descriptor, level, name);
        if (!number) {
            return number.error();
        }
        return static_cast<std::size_t>(*number);
    }

    std::size_t value;
};

} // namespace option

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

/// `Option` can be read in this `State`.
template <class Option, class State>
concept ReadableIn = Among<State, typename Option::get_in>;

namespace detail {

/// Stands for "no option was refused", and fits everywhere.
struct NoneRefused : option::Everywhere {
    using value_type = bool;
};

template <class Family, class Type, class Protocol, class... Options> struct FirstRefusedOf {
    using type = NoneRefused;
};

template <class Family, class Type, class Protocol, class First, class... Rest>
struct FirstRefusedOf<Family, Type, Protocol, First, Rest...> {
    using type = First;
};

template <class Family, class Type, class Protocol, class First, class... Rest>
    requires AppliesTo<First, Family, Type, Protocol>
struct FirstRefusedOf<Family, Type, Protocol, First, Rest...>
    : FirstRefusedOf<Family, Type, Protocol, Rest...> {};

} // namespace detail

/// Of a pack of options the first that does not apply; a type that applies everywhere if all do.
template <class Family, class Type, class Protocol, class... Options>
using FirstRefused = typename detail::FirstRefusedOf<Family, Type, Protocol, Options...>::type;

} // namespace ferrule
