// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Takes ownership of an existing descriptor after checking what it is.

#include <string_view>
#include <type_traits>
#include <utility>

#include "../core/error.hpp"
#include "../core/result.hpp"
#include "../core/text.hpp"
#include "../endpoint/any.hpp"
#include "../sys/descriptor.hpp"
#include "../sys/flags.hpp"
#include "../sys/numbers.hpp"
#include "../sys/option.hpp"
#include "../sys/socket.hpp"
#include "../tag/family.hpp"
#include "../tag/protocol.hpp"
#include "../tag/state.hpp"
#include "../tag/type.hpp"
#include "bound.hpp"      // IWYU pragma: export
#include "connecting.hpp" // IWYU pragma: export
#include "connection.hpp" // IWYU pragma: export
#include "handle.hpp"
#include "impl/steps.hpp"
#include "impl/widen.hpp"
#include "listener.hpp" // IWYU pragma: export
#include "socket.hpp"   // IWYU pragma: export

namespace ferrule {

/// Why adopt() refused a descriptor: what was expected, and what was found.
class AdoptError : public RicherError {
public:
    /// What was checked. Domain, type and protocol are numbers of socket(2); the others are 1 for
    /// yes, 0 for no.
    enum class Aspect { call, domain, ipv6_only, type, protocol, listening, bound, connected };

    constexpr AdoptError(Error cause) : RicherError{cause.during(Operation::adopt)} {}
    constexpr AdoptError(Errc code, Aspect aspect, int expected, int found)
        : RicherError{Error{code, Operation::adopt}}, aspect_{aspect}, expected_{expected},
          found_{found} {}

    [[nodiscard]] constexpr Aspect aspect() const { return aspect_; }
    [[nodiscard]] constexpr int expected() const { return expected_; }
    [[nodiscard]] constexpr int found() const { return found_; }

    /// `adopt: Not of this socket type (wrong_type): type is 2 (SOCK_DGRAM), not 1 (SOCK_STREAM)`
    [[nodiscard]] constexpr Text<240> text() const {
        Text<240> sentence{cause_.text()};
        switch (aspect_) {
        case Aspect::call:
            return sentence;
        case Aspect::domain:
            sentence.append(": domain");
            break;
        case Aspect::ipv6_only:
            return sentence.append(": it takes IPv4, too; adopt it as Ip");
        case Aspect::type:
            sentence.append(": type");
            break;
        case Aspect::protocol:
            sentence.append(": protocol");
            break;
        case Aspect::listening:
            return sentence.append(found_ != 0 ? ": it listens" : ": it does not listen");
        case Aspect::bound:
            return sentence.append(found_ != 0 ? ": it is bound" : ": it is not bound");
        case Aspect::connected:
            return sentence.append(found_ != 0 ? ": it has a peer" : ": it has no peer");
        }
        append(sentence.append(" is "), found_);
        return append(sentence.append(", not "), expected_);
    }

private:
    constexpr Text<240>& append(Text<240>& sentence, int number) const {
        sentence.append_number(static_cast<unsigned>(number));
        if (const auto name = name_of(number); !name.empty()) {
            sentence.append(" (").append(name).append(')');
        }
        return sentence;
    }

    struct Known {
        Aspect aspect;
        int number;
        std::string_view name;
    };
    static constexpr Known known[] = {
        {Aspect::domain, sys::af_inet, "AF_INET"},
        {Aspect::domain, sys::af_inet6, "AF_INET6"},
        {Aspect::domain, sys::af_unix, "AF_UNIX"},
        {Aspect::type, sys::sock_stream, "SOCK_STREAM"},
        {Aspect::type, sys::sock_dgram, "SOCK_DGRAM"},
        {Aspect::type, sys::sock_seqpacket, "SOCK_SEQPACKET"},
        {Aspect::type, sys::sock_raw, "SOCK_RAW"},
        {Aspect::protocol, sys::ipproto_tcp, "IPPROTO_TCP"},
        {Aspect::protocol, sys::ipproto_udp, "IPPROTO_UDP"},
        {Aspect::protocol, sys::ipproto_udplite, "IPPROTO_UDPLITE"},
        {Aspect::protocol, sys::ipproto_mptcp, "IPPROTO_MPTCP"},
    };

    constexpr std::string_view name_of(int number) const {
        for (const Known& one : known) {
            if (one.aspect == aspect_ && one.number == number) {
                return one.name;
            }
        }
        return {};
    }

    Aspect aspect_ = Aspect::call;
    int expected_ = 0;
    int found_ = 0;
};

namespace detail {

// A class that is a state of a socket, such as Listener<Ipv4>. PathListener is none: it contains
// one.
template <class Adopted>
concept IsAStateOfASocket =
    requires { typename Adopted::state; } &&
    std::is_base_of_v<Handle<typename Adopted::state, typename Adopted::family,
                             typename Adopted::type, typename Adopted::protocol>,
                      Adopted>;

// What the state says of the socket.
template <class Adopted> struct StateOf {
    using State = typename Adopted::state;
    static constexpr bool is_on_its_way = std::is_same_v<State, state::Connecting>;
    static constexpr bool listens = std::is_same_v<State, state::Listener>;
    static constexpr bool has_peer = std::is_same_v<State, state::Connection>;
    static constexpr bool is_bound = std::is_same_v<State, state::Bound> || listens;
};

// Whether a local name is more than the family: it has a port that is not 0, or a Unix name.
inline bool is_name(const Endpoint<Any>& endpoint) {
    if (const auto ip = endpoint.to<Ip>()) {
        return ip->port() != 0;
    }
    const auto unix_name = endpoint.to<Unix>();
    return unix_name && !unix_name->is_unnamed();
}

// Compares what the kernel says about the descriptor with the tags.
template <class Adopted> Result<int, AdoptError> check_adoptable(int descriptor) {
    using Family = typename Adopted::family;
    using Type = typename Adopted::type;
    using Protocol = typename Adopted::protocol;
    using State = StateOf<Adopted>;
    using Aspect = AdoptError::Aspect;
    const auto domain = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_domain);
    if (!domain) {
        return AdoptError{domain.error()};
    }
    if constexpr (FixedFamily<Family>) {
        if (*domain != Family::number) {
            return AdoptError{Errc::wrong_family, Aspect::domain, Family::number, *domain};
        }
    } else if (*domain != sys::af_inet && *domain != sys::af_inet6 &&
               !(std::is_same_v<Family, Any> && *domain == sys::af_unix)) {
        return AdoptError{Errc::wrong_family, Aspect::domain, sys::af_inet6, *domain};
    }
    const auto type = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_type);
    if (!type) {
        return AdoptError{type.error()};
    }
    if (*type != Type::number) {
        return AdoptError{Errc::wrong_type, Aspect::type, Type::number, *type};
    }
    if constexpr (!std::is_same_v<Protocol, Unspecified>) {
        const auto protocol = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_protocol);
        if (!protocol) {
            return AdoptError{protocol.error()};
        }
        if (*protocol != Protocol::number) {
            return AdoptError{Errc::wrong_protocol, Aspect::protocol, Protocol::number, *protocol};
        }
    }
    const auto listens = sys::get_option<int>(descriptor, sys::sol_socket, sys::so_acceptconn);
    if (!listens) {
        return AdoptError{listens.error()};
    }
    if ((*listens != 0) != State::listens) {
        return AdoptError{Errc::wrong_state, Aspect::listening, State::listens, *listens != 0};
    }
    if constexpr (State::is_on_its_way) {
        return *domain; // how far it is, connect(2) tells
    }
    if constexpr (std::is_same_v<Family, Ipv6> && !std::is_same_v<Type, Raw>) {
        if (may_be_ipv4(descriptor)) {
            return AdoptError{Errc::wrong_family, Aspect::ipv6_only, 1, 0};
        }
    }
    Endpoint<Any> endpoint;
    socklen_t size = Endpoint<Any>::native_capacity;
    const auto peer = sys::peer_name(descriptor, endpoint.native_buffer(), &size);
    if (!peer && peer.error().code() != Errc::not_connected) {
        return AdoptError{peer.error()};
    }
    if (peer.has_value() != State::has_peer) {
        return AdoptError{Errc::wrong_state, Aspect::connected, State::has_peer, peer.has_value()};
    }
    size = Endpoint<Any>::native_capacity;
    if (auto local = sys::local_name(descriptor, endpoint.native_buffer(), &size); !local) {
        return AdoptError{local.error()};
    }
    endpoint.native_resize(size);
    if (!State::has_peer && !std::is_same_v<Type, Raw> && is_name(endpoint) != State::is_bound) {
        return AdoptError{Errc::wrong_state, Aspect::bound, State::is_bound, is_name(endpoint)};
    }
    return *domain;
}

// Makes an `Adopted` of the descriptor, or leaves it unchanged. Connecting takes a peer, too.
template <class Adopted, class... Peer>
Result<Adopted, AdoptError> take_over(int descriptor, const Peer&... peer) {
    const auto domain = check_adoptable<Adopted>(descriptor);
    if (!domain) {
        return domain.error();
    }
    const auto before = sys::flags(descriptor);
    if (!before) {
        return AdoptError{before.error()};
    }
    constexpr bool non_blocking = StateOf<Adopted>::listens || StateOf<Adopted>::is_on_its_way;
    Opened<typename Adopted::family> opened{Descriptor{descriptor}, *domain};
    auto ready = sys::set_close_on_exec(descriptor, true);
    if (ready && non_blocking) {
        ready = sys::set_blocking(descriptor, sys::Blocking::no);
    }
    if constexpr (StateOf<Adopted>::is_on_its_way) {
        if (ready) {
            ready = check_peer<typename Adopted::type, typename Adopted::protocol>(
                peer..., Operation::connect);
            if (ready) {
                ready = steps::begin_connect(opened, peer...);
            }
        }
    }
    if (!ready) {
        static_cast<void>(sys::set_flags(opened.descriptor().release(), *before));
        return AdoptError{ready.error()};
    }
    return Adopted{std::move(opened), peer...};
}

template <class Adopted>
concept OnItsWay = IsAStateOfASocket<Adopted> && StateOf<Adopted>::is_on_its_way;

// Return types of an adopt() that is called wrongly: their names are the messages.
struct adopt_makes_states_of_sockets_such_as_Listener_or_Connection {};
struct on_its_way_so_adopt_it_with_its_peer {};

} // namespace detail

/// Takes ownership of a descriptor, `adopt<Listener<Ipv4>>(number)`, if it is what the type says.
/// It checks domain, type and protocol (SO_DOMAIN, SO_TYPE, SO_PROTOCOL), whether the socket
/// listens (SO_ACCEPTCONN), whether it has a peer and whether it is bound. Then it sets
/// close-on-exec. A listener becomes non-blocking, for everybody who shares it. On failure the
/// caller keeps the descriptor, with its flags unchanged.
template <class Adopted> [[nodiscard]] Result<Adopted, AdoptError> adopt(int descriptor) {
    return detail::take_over<Adopted>(descriptor);
}

template <class NoState>
    requires(!detail::IsAStateOfASocket<NoState>)
detail::adopt_makes_states_of_sockets_such_as_Listener_or_Connection adopt(int) = delete;

/// The same for a socket whose connect(2) has begun elsewhere, or not yet:
/// `adopt<Connecting<Ipv4>>(number, peer)`. It checks domain, type and protocol, and that the
/// socket does not listen. Then it sets close-on-exec and O_NONBLOCK, for everybody who shares the
/// socket, and calls connect(2). If the socket is connected already, complete() returns the
/// connection, whoever the peer is: the kernel may have another name for the peer (0.0.0.0, a
/// renamed path), so it is not compared. A datagram socket is connected to this peer. On failure (a
/// refused connect included) the caller keeps the descriptor, with its flags unchanged.
template <detail::OnItsWay Adopted>
[[nodiscard]] Result<Adopted, AdoptError> adopt(int descriptor,
                                                const Endpoint<typename Adopted::family>& peer) {
    return detail::take_over<Adopted>(descriptor, peer);
}
template <detail::OnItsWay Adopted>
detail::on_its_way_so_adopt_it_with_its_peer adopt(int descriptor) = delete;

} // namespace ferrule
