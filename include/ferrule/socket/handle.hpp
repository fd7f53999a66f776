// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// What all states of a socket share: the descriptor they own, and their options.

#include <utility>

#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../opt/rules.hpp"
#include "../opt/setting.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/numbers.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/state.hpp"

namespace ferrule {

/// An open socket's descriptor and the domain (AF_INET, ...) that it was opened for.
template <class Family> class Opened {
public:
    Opened(Descriptor descriptor, int domain)
        : descriptor_{std::move(descriptor)}, domain_{domain} {}
    Descriptor& descriptor() { return descriptor_; }
    const Descriptor& descriptor() const { return descriptor_; }
    int domain() const { return domain_; }
    opt::Target target() const { return {descriptor_.number(), domain_, domain_ == sys::af_inet6}; }

private:
    Descriptor descriptor_;
    int domain_;
};

/// Of a fixed family the domain is known.
template <FixedFamily Family> class Opened<Family> {
public:
    Opened(Descriptor descriptor, int) : descriptor_{std::move(descriptor)} {}
    Descriptor& descriptor() { return descriptor_; }
    const Descriptor& descriptor() const { return descriptor_; }
    static constexpr int domain() { return Family::number; }
    opt::Target target() const { return {descriptor_.number(), Family::number, false}; }

private:
    Descriptor descriptor_;
};

namespace detail {

// Return type of a transition that is called without std::move: its name is the message.
struct spent_by_this_step_so_write_std_move {};

// Return type of `descriptor()` of a temporary, whose number would be closed at once.
struct closed_at_once_so_keep_the_socket_in_a_variable {};

// Listener and Connecting are non-blocking inside, but code that takes the descriptor expects it to
// block.
template <class State>
inline constexpr bool non_blocking_inside =
    std::is_same_v<State, state::Listener> || std::is_same_v<State, state::Connecting>;

} // namespace detail

/// An owned socket in a state. Members that are const may be called from several threads at once;
/// moving, assigning and destroying need exclusivity. A moved-from object returns `not_open`
/// without a system call. A child of fork(2) shares the socket: if the child closes it, it stays
/// open here; all other changes are seen here, too (README.md, After fork).
template <class State, class Family, class Type, class Protocol> class Handle {
public:
    using state = State;
    using family = Family;
    using type = Type;
    using protocol = Protocol;

    /// Takes a socket that is in this state and has these tags. Nothing is checked.
    explicit Handle(Opened<Family> opened) : opened_{std::move(opened)} {}

    [[nodiscard]] bool is_open() const { return opened_.descriptor().is_open(); }

    /// The descriptor, borrowed: for another event loop, or a call that ferrule lacks. -1 if not
    /// open.
    [[nodiscard]] int descriptor() const& { return opened_.descriptor().number(); }
    detail::closed_at_once_so_keep_the_socket_in_a_variable descriptor() const&& = delete;

    /// Gives the descriptor to the caller, who closes it. It is in blocking mode, for everybody who
    /// shares the socket. -1 if not open.
    [[nodiscard]] int release() {
        if constexpr (detail::non_blocking_inside<State>) {
            static_cast<void>(sys::set_blocking(descriptor(), sys::Blocking::yes));
        }
        return opened_.descriptor().release();
    }

    /// The address family of the descriptor: AF_INET, AF_INET6, AF_UNIX, ...
    [[nodiscard]] int domain() const { return opened_.domain(); }

    /// close(2). The destructor does the same, but can't report an error. The socket is closed in
    /// any case.
    Result<void> close() && { return opened_.descriptor().close(); }
    detail::spent_by_this_step_so_write_std_move close() & = delete;

    // The rules of opt/rules.hpp, repeated here so that the compiler's message stays short.

    /// setsockopt(2): one option, where it works.
    template <class Option>
        requires OnThisSystem<Option> && Among<Family, typename Option::families> &&
                 Among<Type, typename Option::types> &&
                 Among<Protocol, typename Option::protocols> &&
                 Among<State, typename Option::set_in>
    Result<void> set(const Option& option) const {
        return is_open() ? option.set(opened_.target()) : not_open(Operation::set_option);
    }

    /// getsockopt(2): `socket.get<opt::NoDelay>()`.
    template <class Option>
        requires OnThisSystem<Option> && Among<Family, typename Option::families> &&
                 Among<Type, typename Option::types> &&
                 Among<Protocol, typename Option::protocols> &&
                 Among<State, typename Option::get_in>
    [[nodiscard]] Result<typename Option::value_type> get() const {
        if (!is_open()) {
            return not_open(Operation::get_option);
        }
        return Option::get(opened_.target());
    }

    /// Gives the socket and its domain to the next state. This object is not open afterwards.
    [[nodiscard]] Opened<Family> take() && { return std::move(opened_); }

protected:
    ~Handle() = default;
    Handle(Handle&&) noexcept = default;
    Handle& operator=(Handle&&) noexcept = default;

    static Error not_open(Operation operation) { return {Errc::not_open, operation}; }

    /// A socket is no text.
    template <detail::OutputStream Stream>
    friend detail::print_its_peer_endpoint_or_local_endpoint operator<<(Stream&,
                                                                        const Handle&) = delete;

private:
    Opened<Family> opened_;
};

} // namespace ferrule
