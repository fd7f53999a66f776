// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What a socket option is: a type that states on which families, types, protocols and in which
/// states it works, and holds a value with its unit. Anything else does not compile. The options
/// themselves are beside this header; one of a user's own derives from `Setting` and narrows the
/// lists that `Everywhere` leaves wide.

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "../core/at_run_time.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "encoding.hpp" // IWYU pragma: export
#include "rules.hpp"

namespace ferrule {

namespace opt {

using ferrule::at_run_time;

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

namespace detail {

// Not constexpr, so that the compiler shows the name when a constant reaches it.
inline void the_value_is_out_of_range_for_this_option() {}

} // namespace detail

/// The argument of an option. A constant is checked by the compiler, a value of run time when the
/// option is set.
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

    /// Anything else is no value of the option: a bare number for a time, a number for a switch.
    template <class Given>
        requires(
                    !requires(const Given& given) { Encoding::fit(given); } &&
                    !requires(const Given& given) { Encoding::fit(given.given); })
    Checked(const Given& no_value_of_this_option) = delete;

    value_type value;
    bool fits = true;
};

/// An option of one value. `Encoding` says what its unit and range are and what the kernel gets;
/// `Kernels` is one option of the kernel, or two with one meaning on IPv4 and on IPv6; a socket of
/// both gets both. A constant out of range does not compile; a value of run time goes through
/// `at_run_time()`.
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
        if (target.domain == sys::af_inet) {
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

/// An option of the kernel that ferrule lacks: `opt::Custom<SOL_SOCKET, SO_RXQ_OVFL, int>`. `Value`
/// is what setsockopt(2) takes. Nothing is checked, except that it is no pointer: the kernel would
/// take the pointer itself for the value.
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

} // namespace ferrule
