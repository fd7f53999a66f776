// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Which option works where: on which families, types, protocols and in which states, by the lists
/// that each option has.
///
/// Stricter than the kernel, which silently accepts options that have no effect: an option applies
/// only where it works. Any has only the options that all families have. Ip has no option that only
/// IPv6 has. An option that decides how to bind or connect is set before that step, not after.

#include <string_view>
#include <type_traits>

#include "../core/duration.hpp"
#include "../core/one_of.hpp"
#include "../sys/numbers.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"

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
