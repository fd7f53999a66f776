// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Membership in multicast groups (RFC 3678), the same for IPv4 and IPv6.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../address/base.hpp"
#include "../address/impl/literal.hpp"
#include "../address/ip.hpp"
#include "../core/error.hpp"
#include "../core/one_of.hpp"
#include "../core/result.hpp"
#include "../endpoint/ip.hpp"
#include "../socket/handle.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/flags.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../sys/platform.hpp"
#include "../sys/process.hpp"
#include "../tag/family.hpp"
#include "../tag/type.hpp"

namespace ferrule {

/// The address of a multicast group.
template <class Family> class Group {
public:
    /// `invalid_argument` if the address is of one host.
    [[nodiscard]] static constexpr Result<Group> from(const Address<Family>& address) {
        if (!address.is_multicast()) {
            return Error{Errc::invalid_argument, Operation::convert};
        }
        return Group{address};
    }

    [[nodiscard]] static constexpr Result<Group> parse(std::string_view text) {
        return Address<Family>::parse(text).and_then(
            [](const Address<Family>& address) { return from(address); });
    }

    /// Checked by the compiler: `Group<Ipv4> group = "239.1.2.3";`
    template <std::size_t Size>
    consteval Group(const char (&literal)[Size])
        : address_{from_literal<Address<Family>>(literal)} {
        if (!address_.is_multicast()) {
            the_address_is_no_multicast_group();
        }
    }

    template <class From>
        requires Among<Family, OneOf<Ip>> && Among<From, OneOf<Ipv4, Ipv6>>
    constexpr Group(const Group<From>& group) : address_{group.address()} {}

    [[nodiscard]] constexpr const Address<Family>& address() const { return address_; }
    [[nodiscard]] constexpr auto text() const { return address_.text(); }
    friend constexpr bool operator==(const Group&, const Group&) = default;

private:
    // Not constexpr, so that the compiler shows the name.
    static void the_address_is_no_multicast_group() {}

    constexpr explicit Group(const Address<Family>& address) : address_{address} {}

    Address<Family> address_;
};

/// The interface that the routing table has for the group, when it is joined:
/// `join(socket, group, default_interface)`. On a host with several it may be another one than the
/// packets come in by.
struct DefaultInterface {};
inline constexpr DefaultInterface default_interface{}; ///< What a join is given.

/// On which interface a group is joined: the one with this index (interfaces.hpp), or the default
/// one, which has to be asked for by name. The index 0 is no interface.
class JoinedOn {
public:
    constexpr JoinedOn(std::uint32_t interface_index) : index_{interface_index} {}
    constexpr JoinedOn(DefaultInterface) : is_default_{true} {}

    /// 0 of the default interface, as the kernel has it.
    [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
    [[nodiscard]] constexpr bool is_one() const { return is_default_ || index_ != 0; }

private:
    std::uint32_t index_ = 0;
    bool is_default_ = false;
};

/// The socket is a member of the group as long as this object lives. It keeps the socket open with
/// its own descriptor. In a child of fork(2) the destructor does not leave the group, because the
/// parent shares the socket.
class [[nodiscard("the group is left when the Membership goes")]] Membership {
public:
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;
    Membership(Membership&&) noexcept = default;
    /// Leaves its own group first.
    Membership& operator=(Membership&& other) noexcept {
        Membership taken{std::move(other)};
        std::swap(descriptor_, taken.descriptor_);
        std::swap(request_, taken.request_);
        std::swap(of_source_, taken.of_source_);
        std::swap(maker_, taken.maker_);
        return *this;
    }
    ~Membership() {
        if (descriptor_.is_open() && maker_.is_this_process()) {
            static_cast<void>(apply_leave());
        }
    }

    /// Leaves now, and returns whether that worked.
    Result<void> leave() && {
        if (!descriptor_.is_open()) {
            return Error{Errc::not_open, Operation::set_option};
        }
        auto left = apply_leave();
        auto closed = descriptor_.close();
        return left ? closed : left;
    }

    /// setsockopt(2) of MCAST_JOIN_GROUP, or with a source of MCAST_JOIN_SOURCE_GROUP.
    static Result<Membership> join(int descriptor, const Endpoint<Ip>& group,
                                   const Endpoint<Ip>* source, JoinedOn where) {
        if (!where.is_one()) {
            return Error::of_option(Errc::no_such_device, Operation::set_option,
                                    source ? "MCAST_JOIN_SOURCE_GROUP" : "MCAST_JOIN_GROUP");
        }
        auto own = sys::duplicate(descriptor, Operation::set_option);
        if (!own) {
            return own.error();
        }
        Membership member{*std::move(own)};
        member.request_.gsr_interface = where.index();
        __builtin_memcpy(&member.request_.gsr_group, group.native(), group.native_size());
        if (source != nullptr) {
            __builtin_memcpy(&member.request_.gsr_source, source->native(), source->native_size());
            member.of_source_ = true;
        }
        if (auto joined = member.apply_join(); !joined) {
            static_cast<void>(member.descriptor_.close());
            return joined.error();
        }
        return member;
    }

private:
    explicit Membership(Descriptor descriptor) : descriptor_{std::move(descriptor)} {}

    Result<void> apply_join() const {
        return of_source_ ? apply(sys::mcast_join_source_group, "MCAST_JOIN_SOURCE_GROUP", request_)
                          : apply(sys::mcast_join_group, "MCAST_JOIN_GROUP", without_source());
    }
    Result<void> apply_leave() const {
        return of_source_
                   ? apply(sys::mcast_leave_source_group, "MCAST_LEAVE_SOURCE_GROUP", request_)
                   : apply(sys::mcast_leave_group, "MCAST_LEAVE_GROUP", without_source());
    }

    group_req without_source() const {
        group_req request; // to the last byte: the kernel is given no padding of ours
        __builtin_memset(&request, 0, sizeof request);
        request.gr_interface = request_.gsr_interface;
        request.gr_group = request_.gsr_group;
        return request;
    }

    template <class Request>
    Result<void> apply(int number, const char* name, const Request& request) const {
        const int level =
            request_.gsr_group.ss_family == sys::af_inet ? sys::ipproto_ip : sys::ipproto_ipv6;
        auto done = sys::set_option(descriptor_.number(), level, number, request);
        return done ? done : Error::of_option(done.error().code(), Operation::set_option, name);
    }

    Descriptor descriptor_;
    group_source_req request_{};
    bool of_source_ = false;
    sys::Maker maker_;
};

/// Joins a group on the interface with this index (interfaces.hpp), or on `default_interface`. An
/// Ip socket can join IPv4 and IPv6 groups. `address_in_use` if it is a member already,
/// `no_such_device` if there is no such interface, or no route to the group.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>> && Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Membership> join(const Handle<State, Family, Type, Protocol>& socket,
                                      const std::type_identity_t<Group<Family>>& group,
                                      JoinedOn where) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::set_option};
    }
    return Membership::join(socket.descriptor(), Endpoint<Ip>{Address<Ip>{group.address()}, 0},
                            nullptr, where);
}

/// Receives from this one source only (source-specific multicast, RFC 4607). Each further source is
/// another Membership.
template <class State, class Family, class Type, class Protocol>
    requires Among<Family, OneOf<Ipv4, Ipv6, Ip>> && Among<Type, OneOf<Datagram, Raw>>
[[nodiscard]] Result<Membership> join_source(const Handle<State, Family, Type, Protocol>& socket,
                                             const std::type_identity_t<Group<Family>>& group,
                                             const std::type_identity_t<Address<Family>>& source,
                                             JoinedOn where) {
    if (!socket.is_open()) {
        return Error{Errc::not_open, Operation::set_option};
    }
    const Endpoint<Ip> from{Address<Ip>{source}, 0};
    return Membership::join(socket.descriptor(), Endpoint<Ip>{Address<Ip>{group.address()}, 0},
                            &from, where);
}

} // namespace ferrule
