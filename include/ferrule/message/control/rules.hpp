// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What a control message is: a type that states on which families, types and protocols it goes,
/// whether it can be sent and received, and which option has to be on for it to come. Anything else
/// does not compile. The control messages themselves are beside this header; one of a user's own
/// derives from `control::Anywhere` and narrows it.

#include <type_traits>

#include "../../core/one_of.hpp"
#include "../../opt/rules.hpp"

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
