// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Every call that can block, made to block: on TCP, UDP and Unix as it applies. A UDP socket never
/// blocks on the loopback when it sends.

#include <ferrule/ferrule.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../support/conversation.hpp"

/// A call that will not be done by itself, as often as it is made.
struct Blocked {
    std::string name;
    std::function<ferrule::Error(ferrule::Wait)> call; ///< How it ended.
};

template <class T> ferrule::Error error_of(const ferrule::Result<T>& result) {
    return result.has_value() ? ferrule::Error{ferrule::Errc::none, ferrule::Operation::none}
                              : result.error();
}

/// More than any buffer of a socket holds.
inline const std::string& much() {
    static const std::string bytes(32 << 20, 'm');
    return bytes;
}

/// Nobody connects.
template <class Family, class Type = ferrule::Stream> Blocked blocked_accept(std::string name) {
    struct State {
        Place<Family> place;
        ferrule::Listener<Family, Type> listener =
            ferrule::Listener<Family, Type>::listen(place.endpoint()).value();
    };
    auto state = std::make_shared<State>();
    return {name + " accept",
            [state](ferrule::Wait wait) { return error_of(state->listener.accept(wait)); }};
}

/// The backlog is full.
template <class Family, class Type> struct FullBacklog {
    Place<Family> place;
    ferrule::Listener<Family, Type> listener =
        ferrule::Listener<Family, Type>::listen(place.endpoint(), ferrule::Backlog{0}).value();
    ferrule::Endpoint<Family> endpoint = listener.local_endpoint().value();
    std::vector<ferrule::Connection<Family, Type>> queue;

    FullBacklog() {
        using namespace std::chrono_literals;
        for (;;) {
            auto next = ferrule::Connection<Family, Type>::connect(endpoint, ferrule::within(50ms));
            if (!next) {
                return;
            }
            queue.push_back(std::move(next).value());
        }
    }
};

template <class Family, class Type = ferrule::Stream>
void add_blocked_connects(std::vector<Blocked>& all, const std::string& name) {
    using Backlog = FullBacklog<Family, Type>;
    auto backlog = std::make_shared<Backlog>();
    all.push_back({name + " connect", [backlog](ferrule::Wait wait) {
                       return error_of(
                           ferrule::Connection<Family, Type>::connect(backlog->endpoint, wait));
                   }});
    all.push_back({name + " connect, step by step", [backlog](ferrule::Wait wait) {
                       auto socket = ferrule::Socket<Family, Type>::open().value();
                       return error_of(std::move(socket).connect(backlog->endpoint, wait));
                   }});
    struct OnTheWay {
        Backlog backlog;
        ferrule::Connecting<Family, Type> connecting =
            ferrule::Connecting<Family, Type>::start_connect(backlog.endpoint).value();
    };
    auto way = std::make_shared<OnTheWay>();
    all.push_back({name + " complete",
                   [way](ferrule::Wait wait) { return error_of(way->connecting.complete(wait)); }});
}

/// The peer says nothing, and reads nothing until our buffers are full.
template <class Family> void add_blocked_streams(std::vector<Blocked>& all, std::string name) {
    using namespace std::chrono_literals;
    auto silent = std::make_shared<Conversation<Family>>();
    all.push_back({name + " receive_some", [silent](ferrule::Wait wait) {
                       char buffer[8];
                       return error_of(silent->client.receive_some(buffer, wait));
                   }});
    all.push_back({name + " peek", [silent](ferrule::Wait wait) {
                       char buffer[8];
                       return error_of(silent->client.peek(buffer, wait));
                   }});
    all.push_back({name + " receive_exactly", [silent](ferrule::Wait wait) {
                       char buffer[8];
                       return error_of(silent->client.receive_exactly(buffer, wait));
                   }});
    auto full = std::make_shared<Conversation<Family>>();
    while (full->client.send_some(much(), ferrule::within(50ms))) {
    }
    all.push_back({name + " send_some", [full](ferrule::Wait wait) {
                       for (;;) { // now and then TCP finds room for a little more
                           if (auto sent = full->client.send_some(much(), wait); !sent) {
                               return sent.error();
                           }
                       }
                   }});
    all.push_back({name + " send_all", [full](ferrule::Wait wait) {
                       return error_of(full->client.send_all(much(), wait));
                   }});
    all.push_back({name + " send_all of pieces", [full](ferrule::Wait wait) {
                       return error_of(full->client.send_all({"head", much()}, wait));
                   }});
}

/// The peer's queue, or our buffer, is full.
template <class Connection>
void add_blocked_sends(std::vector<Blocked>& all, std::string name,
                       std::shared_ptr<Connection> connection) {
    using namespace std::chrono_literals;
    while (connection->send("message", ferrule::within(50ms))) {
    }
    all.push_back({name + " send", [connection](ferrule::Wait wait) {
                       return error_of(connection->send("message", wait));
                   }});
    all.push_back({name + " send of pieces", [connection](ferrule::Wait wait) {
                       return error_of(connection->send({"mess", "age"}, wait));
                   }});
}

/// The peer says nothing.
template <class Connection>
void add_blocked_receives(std::vector<Blocked>& all, std::string name,
                          std::shared_ptr<Connection> connection) {
    all.push_back({name + " receive", [connection](ferrule::Wait wait) {
                       char buffer[8];
                       return error_of(connection->receive(buffer, wait));
                   }});
}

/// Nobody sends to us.
template <class Family>
void add_blocked_receives_from(std::vector<Blocked>& all, const std::string& name) {
    auto bound = std::make_shared<TwoBound<Family>>();
    all.push_back({name + " receive_from", [bound](ferrule::Wait wait) {
                       char buffer[8];
                       return error_of(bound->one.receive_from(buffer, wait));
                   }});
}

/// All of them.
inline std::vector<Blocked> every_blocked_call() {
    using namespace ferrule;
    using namespace std::chrono_literals;
    std::vector<Blocked> all;
    all.push_back(blocked_accept<Ipv4>("TCP over IPv4"));
    all.push_back(blocked_accept<Ipv6>("TCP over IPv6"));
    all.push_back(blocked_accept<Unix>("Unix stream"));
    all.push_back(blocked_accept<Unix, SeqPacket>("Unix seqpacket"));

    add_blocked_connects<Ipv4>(all, "TCP over IPv4");
    add_blocked_connects<Unix>(all, "Unix stream");
    add_blocked_connects<Unix, SeqPacket>(all, "Unix seqpacket");

    add_blocked_streams<Ipv4>(all, "TCP over IPv4");
    add_blocked_streams<Unix>(all, "Unix stream");

    auto udp = std::make_shared<DatagramConversation<Ipv4>>();
    add_blocked_receives(all, "UDP", std::shared_ptr<Connection<Ipv4, Datagram>>{udp, &udp->one});
    add_blocked_receives_from<Ipv4>(all, "UDP over IPv4");
    add_blocked_receives_from<Ipv6>(all, "UDP over IPv6");
    add_blocked_receives_from<Unix>(all, "Unix datagram");

    using Packets = std::pair<Connection<Unix, SeqPacket>, Connection<Unix, SeqPacket>>;
    auto packets = std::make_shared<Packets>(Connection<Unix, SeqPacket>::pair().value());
    std::shared_ptr<Connection<Unix, SeqPacket>> one_end{packets, &packets->first};
    add_blocked_receives(all, "Unix seqpacket", one_end);
    add_blocked_sends(all, "Unix seqpacket", one_end);

    // Neither a connected nor an unconnected sender is the one that its full peer listens to.
    struct FullPeer {
        TwoBound<Unix> bound;
        Connection<Unix, Datagram> connected =
            Connection<Unix, Datagram>::connect(bound.other_endpoint).value();
    };
    auto full = std::make_shared<FullPeer>();
    std::shared_ptr<Connection<Unix, Datagram>> connected{full, &full->connected};
    add_blocked_receives(all, "Unix datagram", connected);
    add_blocked_sends(all, "Unix datagram", connected);
    all.push_back({"Unix datagram send_to", [full](Wait wait) {
                       return error_of(
                           full->bound.one.send_to("message", full->bound.other_endpoint, wait));
                   }});
    all.push_back({"Unix datagram send_to of pieces", [full](Wait wait) {
                       return error_of(full->bound.one.send_to({"mess", "age"},
                                                               full->bound.other_endpoint, wait));
                   }});
    return all;
}
