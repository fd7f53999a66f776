// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What a socket option is: a type that states on which families, types, protocols and in which
/// states it works, and holds a value with its unit. Anything else does not compile. The options
/// themselves are beside this header; one of a user's own derives from `Setting` and narrows the
/// lists that `Everywhere` leaves wide.
///
/// Stricter than the kernel, which takes many an option in vain: an option applies where it does
/// what it says. An Any may be of every family, so that it has only what all have; an Ip may be
/// IPv4, so that it lacks what IPv6 alone has; and what decides how to bind or connect is set
/// before, not after.

#include <array>
#include <climits>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <sys/socket.h>
#include <type_traits>
#include <utility>

#include "../core/at_run_time.hpp"
#include "../core/duration.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../sys/option.hpp"
#include "../tag/family.hpp"
#include "../tag/state.hpp"

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

/// Lists that many options share.
using EitherIp = OneOf<Ipv4, Ipv6, Ip>;
using NoState = OneOf<>;
using BeforeBind = OneOf<state::Socket>;
using BeforeConnection = OneOf<state::Socket, state::Bound>;
using BeforeAccept = OneOf<state::Socket, state::Bound, state::Listener>;
using WithPeer = OneOf<state::Connection>;

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

using ferrule::at_run_time;

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
    static constexpr const Value& decode(const Value& kernel) { return kernel; }
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

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void the_value_is_out_of_range_for_this_option() {}

} // namespace detail

/// What an option is given: a constant is checked by the compiler, a value of run time when it is
/// set.
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

    /// What is no value of the option: a bare number for a time, a number for a switch.
    template <class Given>
        requires(
                    !requires(const Given& given) { Encoding::fit(given); } &&
                    !requires(const Given& given) { Encoding::fit(given.given); })
    Checked(const Given& no_value_of_this_option) = delete;

    value_type value;
    bool fits = true;
};

/// An option of one value. `Encoding` says what its unit and range are and what the kernel gets;
/// `Kernels` is one option of the kernel, or two for one meaning on IPv4 and on IPv6, of which a
/// socket of both at once gets both. A constant out of range does not compile; a value of run time
/// goes through `at_run_time()`.
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
        if (target.domain == AF_INET) {
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

/// An option that ferrule lacks, as the kernel has it: `opt::Custom<SOL_SOCKET, SO_RXQ_OVFL,
/// int>`. `Value` is what setsockopt(2) takes; nothing is checked, but that it is no pointer, whose
/// value the kernel would take for the option's.
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

using opt::at_run_time;

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

/// Whether a factory of sockets in this `State` can set the option: right after socket(2), or at
/// its end.
template <class Option, class State>
inline constexpr bool settable_on_the_way =
    among<state::Socket, typename Option::set_in> || among<State, typename Option::set_in>;

/// `Option` can be read in this `State`.
template <class Option, class State>
concept ReadableIn = Among<State, typename Option::get_in>;

namespace detail {

/// Stands for "no option was refused", and fits everywhere.
struct NoneRefused : opt::Everywhere {
    using value_type = bool;
};

// What stands in a refusal instead of what was given and is no option: its name says what to write.
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
    requires(AppliesTo<First, Family, Type, Protocol> && settable_on_the_way<First, State> &&
             std::is_void_v<typename SetBefore<First, OneOf<Earlier...>>::type>)
struct FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier...>, First, Rest...>
    : FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier..., First>, Rest...> {};

template <class State, class Family, class Type, class Protocol, class... Earlier,
          SocketOption First, class... Rest>
    requires(AppliesTo<First, Family, Type, Protocol> && settable_on_the_way<First, State> &&
             !std::is_void_v<typename SetBefore<First, OneOf<Earlier...>>::type>)
struct FirstRefusedOf<State, Family, Type, Protocol, OneOf<Earlier...>, First, Rest...> {
    using type =
        is_set_by_the_other_option_too<First, typename SetBefore<First, OneOf<Earlier...>>::type>;
};

} // namespace detail

/// Of a pack of options the first that does not apply, can't be set by a factory of this state, or
/// sets what one before it has set; a type that applies everywhere if all do.
template <class State, class Family, class Type, class Protocol, class... Options>
using FirstRefused =
    typename detail::FirstRefusedOf<State, Family, Type, Protocol, OneOf<>, Options...>::type;

} // namespace ferrule
