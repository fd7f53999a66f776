// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// A socket of every kind in every state.

#include <ferrule/ferrule.hpp>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace every {

using namespace ferrule;

/// A protocol that a user adds: a Raw socket of a number for experiments (RFC 3692).
struct Experimental {
    static constexpr int number = 253;
    using types = OneOf<Raw>;
    using families = OneOf<Ipv4, Ipv6>;
};

template <class F, class T, class P> struct Kind {
    using Family = F;
    using Type = T;
    using Protocol = P;
};

/// Every kind of socket.
using EveryKind =
    OneOf<Kind<Ipv4, Stream, Tcp>, Kind<Ipv6, Stream, Tcp>, Kind<Ip, Stream, Tcp>,
          Kind<Ipv4, Stream, Mptcp>, Kind<Ipv6, Stream, Mptcp>, Kind<Ip, Stream, Mptcp>,
          Kind<Ipv4, Datagram, Udp>, Kind<Ipv6, Datagram, Udp>, Kind<Ip, Datagram, Udp>,
          Kind<Ipv4, Datagram, UdpLite>, Kind<Ipv6, Datagram, UdpLite>, Kind<Ip, Datagram, UdpLite>,
          Kind<Ipv4, Datagram, Icmp>, Kind<Ipv6, Datagram, Icmpv6>, Kind<Ipv4, Raw, Icmp>,
          Kind<Ipv6, Raw, Icmpv6>, Kind<Ipv4, Raw, Experimental>, Kind<Ipv6, Raw, Experimental>,
          Kind<Unix, Stream, Unspecified>, Kind<Unix, Datagram, Unspecified>,
          Kind<Unix, SeqPacket, Unspecified>, Kind<Any, Stream, Unspecified>,
          Kind<Any, Datagram, Unspecified>, Kind<Any, SeqPacket, Unspecified>>;

using EveryState =
    OneOf<state::Socket, state::Bound, state::Listener, state::Connecting, state::Connection>;

/// The name of a type without its namespaces and template arguments.
template <class T> std::string short_name() {
    std::string name = __PRETTY_FUNCTION__;
    name = name.substr(name.find("T = ") + 4);
    name = name.substr(0, name.find_first_of(";]"));
    return name.substr(name.rfind(':') + 1);
}

/// A socket in a state, and what must live beside it.
struct Live {
    std::shared_ptr<const void> kept;
    opt::Target target{};
};

/// Endpoints that sockets of a family can be bound to, one for each way that the family can be.
template <class Family, class Type> std::vector<Endpoint<Family>> endpoints_of() {
    [[maybe_unused]] const Endpoint<Unix> free_name;
    if constexpr (std::is_same_v<Family, Unix>) {
        return {free_name};
    } else if constexpr (std::is_same_v<Family, Ip>) {
        return {Endpoint<Ipv4>::loopback(), Endpoint<Ipv6>::loopback()};
    } else if constexpr (!std::is_same_v<Family, Any>) {
        return {Endpoint<Family>::loopback()};
    } else if constexpr (std::is_same_v<Type, SeqPacket>) {
        return {free_name};
    } else {
        return {Endpoint<Ipv4>::loopback(), Endpoint<Ipv6>::loopback(), free_name};
    }
}

template <class Socket> Live live(Socket socket, std::shared_ptr<const void> beside = {}) {
    struct Both {
        Socket socket;
        std::shared_ptr<const void> beside;
    };
    using Family = typename Socket::family;
    const int domain = socket.domain();
    const int number = socket.descriptor();
    return {std::make_shared<const Both>(Both{std::move(socket), std::move(beside)}),
            {number, domain, domain == AF_INET6 && stands_for_several<Family>}};
}

/// A socket that was just opened, of the family of the endpoint if that is not known before.
template <class Opened, class Family> Opened open(const Endpoint<Family>& at) {
    if constexpr (FixedFamily<Family>) {
        return Opened::open().value();
    } else {
        return Opened::open(at).value();
    }
}

/// A socket of this kind in this state.
template <class State, class Family, class Type, class Protocol>
Live make(Kind<Family, Type, Protocol>, const Endpoint<Family>& at) {
    if constexpr (std::is_same_v<State, state::Socket>) {
        return live(open<Socket<Family, Type, Protocol>>(at));
    } else if constexpr (std::is_same_v<State, state::Bound>) {
        if constexpr (FormsConnections<Type>) {
            return live(open<Socket<Family, Type, Protocol>>(at).bind(at).value());
        } else {
            return live(Bound<Family, Type, Protocol>::bind(at).value());
        }
    } else if constexpr (FormsConnections<Type>) {
        using Listening = Listener<Family, Type, Protocol>;
        using Connected = Connection<Family, Type, Protocol>;
        auto listener = Listening::listen(at, Backlog{0}).value();
        const auto there = listener.local_endpoint().value();
        if constexpr (std::is_same_v<State, state::Listener>) {
            return live(std::move(listener));
        } else {
            auto beside = std::make_shared<std::pair<Listening, Connected>>(
                std::move(listener), Connected::connect(there).value());
            if constexpr (std::is_same_v<State, state::Connecting>) { // its queue is full now
                return live(Connecting<Family, Type, Protocol>::start_connect(there).value(),
                            std::move(beside));
            } else {
                const int number = beside->second.descriptor();
                const int domain = beside->second.domain();
                return {std::move(beside),
                        {number, domain, domain == AF_INET6 && stands_for_several<Family>}};
            }
        }
    } else {
        using Listening = Bound<Family, Type, Protocol>;
        auto beside = std::make_shared<Listening>(Listening::bind(at).value());
        const auto there = beside->local_endpoint().value();
        if constexpr (std::is_same_v<State, state::Connecting>) {
            return live(Connecting<Family, Type, Protocol>::start_connect(there).value(),
                        std::move(beside));
        } else {
            return live(Connection<Family, Type, Protocol>::connect(there).value(),
                        std::move(beside));
        }
    }
}

/// A kind of socket in a state.
struct SocketRow {
    std::string name;
    std::size_t kind;  ///< Its place in EveryKind.
    std::size_t state; ///< Its place in EveryState.
    std::function<Live()> make;
};

template <class State, class Family, class Type, class Protocol>
void add_state(std::vector<SocketRow>& rows, Kind<Family, Type, Protocol> kind, std::size_t kind_at,
               std::size_t state_at) {
    if constexpr (!std::is_same_v<State, state::Listener> || FormsConnections<Type>) {
        const std::size_t ways = endpoints_of<Family, Type>().size();
        for (std::size_t way = 0; way < ways; ++way) {
            std::string name = short_name<State>() + "<" + short_name<Family>() + ", " +
                               short_name<Type>() + ", " + short_name<Protocol>() + ">";
            if (ways > 1) {
                name += " as " + std::string{endpoints_of<Family, Type>()[way].text()};
            }
            rows.push_back({std::move(name), kind_at, state_at, [kind, way] {
                                return make<State>(kind, endpoints_of<Family, Type>()[way]);
                            }});
        }
    }
}

template <class Kind, class... States>
void add_kind(std::vector<SocketRow>& rows, std::size_t kind_at, OneOf<States...>) {
    std::size_t state_at = 0;
    (add_state<States>(rows, Kind{}, kind_at, state_at++), ...);
}

template <class... Kinds> std::vector<SocketRow> sockets_of(OneOf<Kinds...>) {
    std::vector<SocketRow> rows;
    std::size_t kind_at = 0;
    (add_kind<Kinds>(rows, kind_at++, EveryState{}), ...);
    return rows;
}

/// All of them; every_socket.cpp, which takes long to compile.
std::vector<SocketRow> every_socket();

} // namespace every
