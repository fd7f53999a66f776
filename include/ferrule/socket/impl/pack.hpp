// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// The parameters of a factory after the endpoint: a Wait or a Backlog, then options.

#include <type_traits>

#include "../../core/one_of.hpp"
#include "../../opt/rules.hpp"
#include "../../wait/wait.hpp"
#include "../backlog.hpp"

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
