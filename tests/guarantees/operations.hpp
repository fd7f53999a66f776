// SPDX-License-Identifier: MIT
#pragma once
/// @file
/// Every operation of the sockets, done and failing, one call each. Whoever visits them counts what
/// a call leaves behind or costs. Nothing here throws or makes a file: Unix sockets have abstract
/// names.

#include <ferrule/ferrule.hpp>

#include <sys/socket.h>
#include <utility>

#include "../support/host.hpp"

namespace operations {

using namespace ferrule;

/// A duration without <chrono>, of which libc++ would allocate.
struct Milliseconds {
    struct period {
        static constexpr int num = 1;
        static constexpr int den = 1000;
    };
    int milliseconds;
    constexpr int count() const { return milliseconds; }
};

/// A free port of the loopback, or a free abstract name.
template <class Family> Endpoint<Family> place() { return Endpoint<Family>::loopback(); }
template <> inline Endpoint<Unix> place<Unix>() { return {}; }
template <> inline Endpoint<Ip> place<Ip>() {
    return host::is_there(host::ipv6) ? Endpoint<Ip>::loopback() : Endpoint<Ipv4>::loopback();
}
template <> inline Endpoint<Any> place<Any>() { return Endpoint<Ipv4>::loopback(); }

/// An option that no kernel has, set right after socket(2), and one that is set at the end.
struct Refused : opt::Custom<SOL_SOCKET, 9999, int> {
    using Custom::Custom;
};
struct RefusedLater : Refused {
    using Refused::Refused;
    using set_in = OneOf<state::Bound, state::Listener, state::Connection>;
};

/// The ways to open a socket that the family has.
template <class Family, class Type> auto open() {
    if constexpr (VariableFamily<Family>) {
        return Socket<Family, Type>::open(place<Family>());
    } else {
        return Socket<Family, Type>::open();
    }
}

template <class Family, class Type, class Visit> void of_streams(const Visit& visit) {
    using Ends = Connection<Family, Type>;
    Stop stop;
    const Wait waits[]{Wait{}, within(Milliseconds{10'000}), within(Milliseconds{10'000}, stop),
                       no_wait};
    char buffer[8];
    auto listener = Listener<Family, Type>::listen(place<Family>()).value();
    const auto endpoint = listener.local_endpoint().value();
    for (const Wait wait : waits) {
        if (!wait.is_no_wait()) {
            visit("connect", [&] { return Ends::connect(endpoint, wait); });
            visit("accept", [&] { return listener.accept(wait); });
            visit("connect, step by step", [&] {
                return open<Family, Type>().and_then(
                    [&](auto&& socket) { return std::move(socket).connect(endpoint, wait); });
            });
            visit("accept again", [&] { return listener.accept(wait); });
        }
        auto one = Ends::connect(endpoint).value();
        auto accepted = listener.accept().value();
        auto& other = accepted.connection;
        if constexpr (KeepsBoundaries<Type>) {
            visit("send", [&] { return one.send("message", wait); });
            visit("send of pieces", [&] { return one.send({"mess", "age"}, wait); });
            visit("peek", [&] { return other.peek(buffer, wait); });
            visit("receive", [&] { return other.receive(buffer, wait); });
        } else {
            visit("send_some", [&] { return one.send_some("a", wait); });
            visit("send_all", [&] { return one.send_all("bytes", wait); });
            visit("send_all of pieces", [&] { return one.send_all({"b", "c"}, wait); });
            visit("peek", [&] { return other.peek(buffer, wait); });
            visit("receive_exactly",
                  [&] { return other.receive_exactly(std::span{buffer}.first(6), wait); });
            visit("receive_some", [&] { return other.receive_some(buffer, wait); });
        }
        visit("local_endpoint", [&] { return one.local_endpoint(); });
        visit("peer_endpoint", [&] { return one.peer_endpoint(); });
        visit("set", [&] { return one.set(opt::SendBuffer{10'000}); });
        visit("get", [&] { return one.template get<opt::SendBuffer>(); });
        visit("shutdown", [&] { return one.shutdown(Shutdown::sending); });
        if constexpr (!std::is_same_v<Family, Any>) {
            visit("to Any and back",
                  [&] { return Connection<Any, Type>{std::move(other)}.template to<Family>(); });
        }
        visit("close", [&] { return std::move(one).close(); });
    }
    visit("start_connect", [&] { return Connecting<Family, Type>::start_connect(endpoint); });
    auto connecting = Connecting<Family, Type>::start_connect(endpoint).value();
    visit("complete", [&] { return connecting.complete(within(Milliseconds{10'000})); });
    visit("start_connect, step by step", [&] {
        return open<Family, Type>().and_then(
            [&](auto&& socket) { return std::move(socket).start_connect(endpoint); });
    });
    visit("listen", [&] {
        return Listener<Family, Type>::listen(place<Family>(), Backlog{5},
                                              opt::ReceiveBuffer{10'000});
    });
    visit("listen, step by step", [&] {
        return open<Family, Type>()
            .and_then([](auto&& socket) { return std::move(socket).bind(place<Family>()); })
            .and_then([](auto&& bound) { return std::move(bound).listen(Backlog{5}); });
    });
    visit("a stop", [] {
        Stop another;
        another.request();
        another.reset();
        another.request();
        return another.wait();
    });
}

template <class Family, class Visit> void of_datagrams(const Visit& visit) {
    Stop stop;
    const Wait waits[]{Wait{}, within(Milliseconds{10'000}), within(Milliseconds{10'000}, stop),
                       no_wait};
    char buffer[8];
    const auto one = Bound<Family, Datagram>::bind(place<Family>()).value();
    const auto other = Bound<Family, Datagram>::bind(place<Family>()).value();
    const auto endpoint = other.local_endpoint().value();
    const auto connected = Connection<Family, Datagram>::connect(endpoint).value();
    const auto answer_to = connected.local_endpoint().value();
    for (const Wait wait : waits) {
        visit("send_to", [&] { return one.send_to("message", endpoint, wait); });
        visit("send_to of pieces", [&] { return one.send_to({"mess", "age"}, endpoint, wait); });
        visit("peek from anybody", [&] { return other.peek(buffer, wait); });
        visit("receive_from", [&] { return other.receive_from(buffer, wait); });
        visit("receive_from again", [&] { return other.receive_from(buffer, wait); });
        visit("send", [&] { return connected.send("message", wait); });
        visit("send of pieces", [&] { return connected.send({"mess", "age"}, wait); });
        visit("receive_from a peer", [&] { return other.receive_from(buffer, wait); });
        visit("receive_from it again", [&] { return other.receive_from(buffer, wait); });
        if (std::is_same_v<Family, Unix> && !sys::unix_has_autobind) {
            continue; // it has no name to be answered at
        }
        visit("send_to a peer", [&] { return other.send_to("message", answer_to, wait); });
        visit("peek", [&] { return connected.peek(buffer, wait); });
        visit("receive", [&] { return connected.receive(buffer, wait); });
    }
    for (const Wait wait : waits) {
        visit("connect", [&] { return Connection<Family, Datagram>::connect(endpoint, wait); });
    }
    visit("bind",
          [&] { return Bound<Family, Datagram>::bind(place<Family>(), opt::SendBuffer{10'000}); });
    visit("connect, step by step", [&] {
        return open<Family, Datagram>().and_then(
            [&](auto&& socket) { return std::move(socket).connect(endpoint); });
    });
}

template <class Type, class Visit> void of_pairs(const Visit& visit) {
    visit("pair", [] { return Connection<Unix, Type>::pair(); });
}

/// Two ends that have met.
struct Met {
    Listener<Ipv4> listener = Listener<Ipv4>::listen(place<Ipv4>()).value();
    Connection<Ipv4> client = Connection<Ipv4>::connect(listener.local_endpoint().value()).value();
    Connection<Ipv4> server = std::move(listener.accept().value().connection);
};

template <class Visit> void of_endings(const Visit& visit) {
    Stop stop;
    for (const Wait wait : {Wait{}, Wait{within(Milliseconds{10'000}, stop)}}) {
        Met met;
        visit("an unread request", [&] { return met.client.send_all("request", wait); });
        visit("an end", [&] { return met.client.shutdown(Shutdown::sending); });
        visit("finish", [&] { return std::move(met.server).finish(wait); });
        visit("abort", [&] { return std::move(met.client).abort(); });

        Backoff backoff{Milliseconds{1}, Milliseconds{1}};
        visit("connect before the loop", [&] {
            return Connection<Ipv4>::connect(met.listener.local_endpoint().value(), wait);
        });
        visit("accept in a loop", [&] { return backoff.accept(met.listener, wait); });
        visit("pause", [&] { return backoff.pause(wait); });
    }
    Met met;
    visit("adopt", [&] { return adopt<Connection<Ipv4>>(met.client.release()); });
    visit("adopt a listener", [&] { return adopt<Listener<Ipv4>>(met.listener.release()); });
    visit("a graceful end", [] {
        Conversations conversations;
        {
            const auto running = conversations.begin();
        }
        return conversations.end(within(Milliseconds{10'000}));
    });
#ifndef FERRULE_SYSTEM_POSIX
    visit("a child of a stop", [&] {
        ChildStop child{stop};
        child.request();
        return child.wait();
    });
    visit("a poller", [] { return Poller<int>::open(); });
    const auto poller = Poller<int>::open().value();
    const auto pair = Connection<Unix>::pair().value();
    Ready<int> ready[4];
    visit("add", [&] { return poller.add(pair.first, 1, Interest::writing); });
    for (const Wait wait : {Wait{}, Wait{within(Milliseconds{10'000}, stop)}, Wait{no_wait}}) {
        visit("wait for many", [&] { return poller.wait(ready, wait); });
    }
    visit("change", [&] { return poller.change(pair.first, 2, Interest::both); });
    visit("remove", [&] { return poller.remove(pair.first); });
#endif
}

/// Calls `visit(name, call)` for operations that succeed; each call returns a Result.
template <class Visit> void that_succeed(const Visit& visit) {
    of_streams<Ipv4, Stream>(visit);
    const bool with_ipv6 = !host::leaves_out("operations of Ipv6 that succeed", host::ipv6);
    if (with_ipv6) {
        of_streams<Ipv6, Stream>(visit);
    }
    of_streams<Unix, Stream>(visit);
    of_streams<Unix, SeqPacket>(visit);
    of_streams<Ip, Stream>(visit);
    of_streams<Any, Stream>(visit);
    of_datagrams<Ipv4>(visit);
    if (with_ipv6) {
        of_datagrams<Ipv6>(visit);
    }
    of_datagrams<Unix>(visit);
    of_datagrams<Ip>(visit);
    of_datagrams<Any>(visit);
    of_pairs<Stream>(visit);
    of_pairs<Datagram>(visit);
    of_pairs<SeqPacket>(visit);
    of_endings(visit);
}

/// A peer that is not there: a port or a name that was free a moment ago.
template <class Family, class Type> Endpoint<Family> nobody() {
    return open<Family, Type>().value().bind(place<Family>()).value().local_endpoint().value();
}

// The ways in which what is waited for does not come.
template <class Visit, class Call> void waiting(const Visit& visit, const char* name, Call call) {
    Stop stop;
    stop.request();
    visit(name, [&] { return call(no_wait); });
    visit(name, [&] { return call(within(Milliseconds{2})); });
    visit(name, [&] { return call(stop); });
}

// Does it while so many are connected that the backlog is full.
template <class Ends, class Family, class Do>
void when_full(const Endpoint<Family>& endpoint, const Do& what) {
    if (const auto next = Ends::connect(endpoint, within(Milliseconds{20}))) {
        when_full<Ends>(endpoint, what);
    } else {
        what();
    }
}

template <class Family, class Type, class Visit> void of_failing_streams(const Visit& visit) {
    using Ends = Connection<Family, Type>;
    using Server = Listener<Family, Type>;
    char buffer[8];

    auto busy = Server::listen(place<Family>(), Backlog{0}).value();
    const auto endpoint = busy.local_endpoint().value();
    visit("listen where another does", [&] { return Server::listen(endpoint); });
    visit("bind where another is", [&] {
        return open<Family, Type>().and_then(
            [&](auto&& socket) { return std::move(socket).bind(endpoint); });
    });
    visit("listen with an option that fails",
          [&] { return Server::listen(place<Family>(), Refused{1}); });
    visit("listen with a later option that fails",
          [&] { return Server::listen(place<Family>(), RefusedLater{1}); });
    visit("connect with an option that fails", [&] { return Ends::connect(endpoint, Refused{1}); });
    visit("connect with a later option that fails",
          [&] { return Ends::connect(endpoint, RefusedLater{1}); });
    visit("start_connect with an option that fails",
          [&] { return Connecting<Family, Type>::start_connect(endpoint, Refused{1}); });
    while (busy.accept(no_wait)) {
    }

    const auto gone = nobody<Family, Type>();
    visit("connect to nobody", [&] { return Ends::connect(gone); });
    visit("connect to nobody within a time",
          [&] { return Ends::connect(gone, within(Milliseconds{10'000})); });
    visit("connect to nobody, step by step", [&] {
        return open<Family, Type>().and_then(
            [&](auto&& socket) { return std::move(socket).connect(gone); });
    });
    visit("start_connect to nobody", [&] {
        return Connecting<Family, Type>::start_connect(gone).and_then(
            [](auto&& started) { return started.complete(within(Milliseconds{10'000})); });
    });
    visit("start_connect to nobody, step by step", [&] {
        return open<Family, Type>()
            .and_then([&](auto&& socket) { return std::move(socket).start_connect(gone); })
            .and_then(
                [](auto&& started) { return started.complete(within(Milliseconds{10'000})); });
    });

    auto one = Ends::connect(endpoint).value();
    auto other = std::move(busy.accept().value().connection);
    waiting(visit, "accept", [&](Wait wait) { return busy.accept(wait); });
    if constexpr (KeepsBoundaries<Type>) {
        waiting(visit, "receive", [&](Wait wait) { return one.receive(buffer, wait); });
        waiting(visit, "peek", [&](Wait wait) { return one.peek(buffer, wait); });
        while (one.send("message", no_wait)) {
        }
        waiting(visit, "send", [&](Wait wait) { return one.send("message", wait); });
        waiting(visit, "send of pieces",
                [&](Wait wait) { return one.send({"mess", "age"}, wait); });
        visit("receive a part", [&] { return other.receive(std::span{buffer}.first(1)); });
        visit("peek at a part", [&] { return other.peek(std::span{buffer}.first(1)); });
    } else {
        static char much[8 << 20];
        waiting(visit, "receive_some", [&](Wait wait) { return one.receive_some(buffer, wait); });
        waiting(visit, "peek", [&](Wait wait) { return one.peek(buffer, wait); });
        waiting(visit, "receive_exactly",
                [&](Wait wait) { return one.receive_exactly(buffer, wait); });
        waiting(visit, "send_all", [&](Wait wait) { return one.send_all(much, wait); });
        waiting(visit, "send_all of pieces",
                [&](Wait wait) { return one.send_all({much, much}, wait); });
        visit("receive into nothing", [&] { return one.receive_some(std::span{buffer}.first(0)); });
    }
    if constexpr (!std::is_same_v<Family, Any>) {
        using Elsewhere = std::conditional_t<std::is_same_v<Family, Unix>, Ipv4, Unix>;
        if constexpr (Legal<Elsewhere, Type, DefaultProtocol<Elsewhere, Type>>) {
            Connection<Any, Type> any{Ends::connect(endpoint).value()};
            visit("to a family that it is not",
                  [&] { return std::move(any).template to<Elsewhere>(); });
        }
    }

    when_full<Ends>(endpoint, [&] {
        waiting(visit, "connect to a full backlog",
                [&](Wait wait) { return Ends::connect(endpoint, wait); });
        waiting(visit, "connect to a full backlog, step by step", [&](Wait wait) {
            return open<Family, Type>().and_then(
                [&](auto&& socket) { return std::move(socket).connect(endpoint, wait); });
        });
        waiting(visit, "complete", [&](Wait wait) {
            return Connecting<Family, Type>::start_connect(endpoint).and_then(
                [&](auto&& started) { return started.complete(wait); });
        });
    });

    static_cast<void>(std::move(other).close());
    visit("send to a peer that is gone", [&] {
        for (;;) {
            if constexpr (KeepsBoundaries<Type>) {
                if (auto sent = one.send("message", within(Milliseconds{10'000})); !sent) {
                    return sent;
                }
            } else {
                if (auto sent = one.send_all("bytes", within(Milliseconds{10'000})); !sent) {
                    return sent;
                }
            }
        }
    });
    visit("set an option that no kernel has", [&] { return one.set(Refused{1}); });
    visit("get an option that no kernel has", [&] { return one.template get<Refused>(); });
    const Ends moved{std::move(one)};
    visit("use what was moved from", [&] { return one.local_endpoint(); });
    visit("close what was moved from", [&] { return std::move(one).close(); });
}

template <class Family, class Visit> void of_failing_datagrams(const Visit& visit) {
    char buffer[8];
    const auto one = Bound<Family, Datagram>::bind(place<Family>()).value();
    const auto other = Bound<Family, Datagram>::bind(place<Family>()).value();
    const auto endpoint = other.local_endpoint().value();
    const auto connected = Connection<Family, Datagram>::connect(endpoint).value();
    const auto back = connected.local_endpoint().value();
    visit("bind where another is", [&] { return Bound<Family, Datagram>::bind(endpoint); });
    visit("bind with an option that fails",
          [&] { return Bound<Family, Datagram>::bind(place<Family>(), Refused{1}); });
    visit("bind with a later option that fails",
          [&] { return Bound<Family, Datagram>::bind(place<Family>(), RefusedLater{1}); });
    waiting(visit, "receive_from", [&](Wait wait) { return one.receive_from(buffer, wait); });
    waiting(visit, "peek from anybody", [&](Wait wait) { return one.peek(buffer, wait); });
    waiting(visit, "receive", [&](Wait wait) { return connected.receive(buffer, wait); });
    one.send_to("a message that is too long", endpoint).require();
    visit("peek at a part", [&] { return other.peek(buffer); });
    visit("receive_from a part", [&] { return other.receive_from(buffer); });
    if (!std::is_same_v<Family, Unix> || sys::unix_has_autobind) {
        other.send_to("a message that is too long", back).require();
        visit("receive a part", [&] { return connected.receive(buffer); });
    }
    static char much[256 << 10];
    visit("send too much", [&] { return connected.send(much); });
    visit("send_to too much", [&] { return one.send_to({much, much}, endpoint); });
    const auto gone = nobody<Family, Datagram>();
    if constexpr (std::is_same_v<Family, Unix>) {
        visit("connect to nobody", [&] { return Connection<Unix, Datagram>::connect(gone); });
        visit("send_to nobody", [&] { return one.send_to("message", gone); });
        while (connected.send("message", no_wait)) {
        }
        waiting(visit, "send", [&](Wait wait) { return connected.send("message", wait); });
        waiting(visit, "send_to", [&](Wait wait) { return one.send_to("x", endpoint, wait); });
        waiting(visit, "send_to of pieces",
                [&](Wait wait) { return one.send_to({"x", "y"}, endpoint, wait); });
    }
}

template <class Visit> void of_failing_endings(const Visit& visit) {
    waiting(visit, "finish", [](Wait wait) { return std::move(Met{}.server).finish(wait); });
    const auto listener = Listener<Ipv4>::listen(place<Ipv4>()).value();
    visit("adopt what is something else",
          [&] { return adopt<Connection<Unix>>(listener.descriptor()); });
    visit("adopt what is in another state",
          [&] { return adopt<Connection<Ipv4>>(listener.descriptor()); });
    visit("adopt nothing", [] { return adopt<Connection<Ipv4>>(-1); });
    Backoff backoff{Milliseconds{60'000}, Milliseconds{60'000}};
    waiting(visit, "pause", [&](Wait wait) { return backoff.pause(wait); });
    waiting(visit, "accept in a loop", [&](Wait wait) { return backoff.accept(listener, wait); });
#ifndef FERRULE_SYSTEM_POSIX
    const auto poller = Poller<int>::open().value();
    Ready<int> ready[4];
    waiting(visit, "wait for many", [&](Wait wait) -> Result<void> {
        const auto told = poller.wait(ready, wait);
        if (told && told->empty()) {
            return Error{Errc::would_block, Operation::wait}; // what no_wait finds
        }
        return told ? Result<void>{} : Result<void>{told.error()};
    });
    visit("remove what is not watched", [&] { return poller.remove(listener); });
#endif
}

/// Calls `visit(name, call)` for operations that fail; each call returns a Result.
template <class Visit> void that_fail(const Visit& visit) {
    of_failing_streams<Ipv4, Stream>(visit);
    const bool with_ipv6 = !host::leaves_out("operations of Ipv6 that fail", host::ipv6);
    if (with_ipv6) {
        of_failing_streams<Ipv6, Stream>(visit);
    }
    of_failing_streams<Unix, Stream>(visit);
    of_failing_streams<Unix, SeqPacket>(visit);
    of_failing_streams<Ip, Stream>(visit);
    of_failing_streams<Any, Stream>(visit);
    of_failing_datagrams<Ipv4>(visit);
    if (with_ipv6) {
        of_failing_datagrams<Ipv6>(visit);
    }
    of_failing_datagrams<Unix>(visit);
    of_failing_datagrams<Ip>(visit);
    of_failing_datagrams<Any>(visit);
    of_failing_endings(visit);
    visit("connect to all without Broadcast",
          [] { return Connection<Ipv4, Datagram>::connect("255.255.255.255:1"); });
    visit("parse", [] { return Endpoint<Any>::parse("300.0.0.1:80"); });
}

/// Calls `visit(name, call)` for all that makes a descriptor, and fails when there is none left.
template <class Visit> void that_need_a_descriptor(const Visit& visit) {
    const auto listener = Listener<Unix>::listen({}).value();
    const auto waiting = Connection<Unix>::connect(listener.local_endpoint().value()).value();
    const auto endpoint = listener.local_endpoint().value();
    visit("open", [] { return Socket<Ipv4, Stream>::open(); });
    visit("open", [] { return Socket<Ip, Stream>::open("[::]:0"); });
    visit("bind", [] { return Bound<Ipv4, Datagram>::bind(); });
    visit("listen", [] { return Listener<Ip>::listen("[::]:0"); });
    visit("connect", [&] { return Connection<Unix>::connect(endpoint); });
    visit("start_connect", [&] { return Connecting<Unix>::start_connect(endpoint); });
    visit("accept", [&] { return listener.accept(); });
    visit("accept", [&] { return listener.accept(within(Milliseconds{10'000})); });
    visit("pair", [] { return Connection<Unix>::pair(); });
    visit("a stop", [&] {
        Stop stop;
        stop.request();
        return listener.accept(stop);
    });
    visit("a stop", [] { return Stop{}.wait(); });
#ifndef FERRULE_SYSTEM_POSIX
    visit("a child of a stop", [] {
        const Stop stop;
        return ChildStop{stop}.wait();
    });
    visit("a poller", [] { return Poller<int>::open(); });
#endif
    visit("a graceful end", [] { return Conversations{}.begin(); });
}

} // namespace operations
