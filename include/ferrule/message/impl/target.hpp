// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What a control message has to know of the socket, and of its option.

#include <type_traits>

#include "../../core/error.hpp"
#include "../../core/one_of.hpp"
#include "../../opt/setting.hpp"
#include "../../socket/handle.hpp"
#include "../../sys/numbers.hpp"
#include "../../tag/family.hpp"
#include "../control/rules.hpp"

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
