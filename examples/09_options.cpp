// SPDX-License-Identifier: MIT
//
// Lesson 9: options: what can be set, on what, when, and what came of it.
//
// You learn that an option knows on which sockets it works and when it can be set, that a value has
// a unit and a range, and that the kernel may change the value.
//
//     09_options [ADDRESS:PORT [HOPS]]      127.0.0.1:0, any free port; 64 hops, 1 to 255
//
// Compare with `ss -tiemo` in a second terminal while it runs.
//
//     a connection, 127.0.0.1:40312 to 127.0.0.1:36381, descriptor 5
//       NoDelay              on
//       SendBuffer           50000
//       EffectiveSendBuffer  100000
//       ...
//     stopping                                          that was Ctrl-C
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/bridge/signals.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>
#include <type_traits>

using namespace ferrule;
using namespace std::chrono_literals;

// In C an option is three numbers and a pointer: setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
// sizeof one). Here it is a type. The type says on which families, types and protocols it works, in
// which states it can be set, and what its value is. Anything else does not compile:
//
// It works before bind only. C: success, and nothing. tests/refused/reuse_address_after_bind.cpp
//
//     socket.set(opt::ReuseAddress{true}).value();
//
//     g++:   [with Choice = ferrule::state::Bound;
//            Choices = ferrule::OneOf<ferrule::state::Socket>]
//     clang: because 'Among<ferrule::state::Bound, typename ReuseAddress::set_in>'
//            evaluated to false
//
// A stream has one peer. C: success, and nothing. tests/refused/broadcast_on_a_stream.cpp
//
//     socket.set(opt::Broadcast{true}).value();
//
//     g++:   [with Choice = ferrule::Stream;
//            Choices = ferrule::OneOf<ferrule::Datagram, ferrule::Raw>]
//     clang: because 'Among<ferrule::Stream, typename Broadcast::types>' evaluated to false
//
// UDP has no Nagle's algorithm. C: ENOPROTOOPT, at run time. tests/refused/no_delay_on_udp.cpp
//
//     socket.set(opt::NoDelay{true}).value();
//
//     g++:   [with Choice = ferrule::Udp; Choices = ferrule::OneOf<ferrule::Tcp, ferrule::Mptcp>]
//     clang: because 'Among<ferrule::Udp, typename NoDelay::protocols>' evaluated to false
//
// A constant is checked by the compiler. C: EINVAL, at run time. tests/refused/hop_limit_of_256.cpp
//
//     socket.set(opt::HopLimit{256}).value();
//
//     g++:   the_value_is_out_of_range_for_this_option()
//     clang: the_value_is_out_of_range_for_this_option

// A value as a person reads it, with its unit.
template <class Value> std::string words(const Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        return value ? "on" : "off";
    } else if constexpr (std::is_same_v<Value, Seconds>) {
        return fmt::format("{} s", value.count());
    } else if constexpr (std::is_same_v<Value, Milliseconds>) {
        return fmt::format("{} ms", value.count());
    } else if constexpr (std::is_same_v<Value, opt::TrafficBits>) {
        return fmt::format("DSCP {}", value.dscp.number());
    } else {
        return fmt::format("{}", value);
    }
}

// Reads an option back. An option that can't be read on this socket does not compile.
template <class Option, class Socket> void show(const Socket& socket, std::string_view name) {
    fmt::print("  {:<22} {}\n", name, words(socket.template get<Option>().value()));
}

int main(int argc, char** argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0); // print line by line, into a pipe, too

    Endpoint<Ipv4> endpoint = "127.0.0.1:0";
    if (argc > 1) {
        endpoint = Endpoint<Ipv4>::parse(argv[1]).value();
    }
    int hops = 64;
    if (argc > 2) {
        const char* const end = argv[2] + std::string_view{argv[2]}.size();
        if (const auto read = std::from_chars(argv[2], end, hops);
            read.ptr != end || read.ec != std::errc{}) {
            fmt::print(stderr, "{} is no number of hops\n", argv[2]);
            return 1;
        }
    }
    Stop stop;
    const StopOnSignals on_signals{stop, SIGINT, SIGTERM};

    // Step by step, each option is set when it works. Accepted connections inherit the listener's
    // options. The receive buffer is one of them: the handshake fixes the largest window, so on the
    // connection it would be too late.
    auto opened = Socket<Ipv4, Stream>::open().value();
    opened.set(opt::ReuseAddress{true}).value();
    auto bound = std::move(opened).bind(endpoint).value();
    bound.set(opt::ReceiveBuffer{30'000}).value();
    const auto listener = std::move(bound).listen().value();
    listener.set(opt::NoDelay{true}).value();
    const auto server = listener.local_endpoint().value();
    fmt::print("listening on {}, descriptor {}\n", server, listener.descriptor());
    show<opt::ReuseAddress>(listener, "ReuseAddress");
    show<opt::AcceptsConnections>(listener, "AcceptsConnections");

    // Or all in one line: each option is set when it works. Times have units, and are rounded up if
    // the kernel's unit is coarser: SO_LINGER counts seconds, and 500 ms rounded down would be 0,
    // which resets the connection. The kernel doubles buffer sizes, to have room for its own data:
    // SendBuffer is what you asked for, EffectiveSendBuffer is what C would read.
    const auto client = Connection<Ipv4>::connect(
                            server, within(5s, stop), opt::NoDelay{true}, opt::SendBuffer{50'000},
                            opt::LingeringClose{500ms}, opt::KeepAliveProbes{30s, 5s, 3},
                            opt::UserTimeout{1.5s}, opt::TrafficClass{opt::lower_effort})
                            .value();
    fmt::print("a connection, {} to {}, descriptor {}\n", client.local_endpoint().value(), server,
               client.descriptor());
    show<opt::NoDelay>(client, "NoDelay");
    show<opt::SendBuffer>(client, "SendBuffer");
    show<opt::EffectiveSendBuffer>(client, "EffectiveSendBuffer");
    show<opt::LingeringClose>(client, "LingeringClose");
    show<opt::KeepAlive>(client, "KeepAlive");
    show<opt::KeepAliveIdle>(client, "KeepAliveIdle");
    show<opt::KeepAliveInterval>(client, "KeepAliveInterval");
    show<opt::KeepAliveCount>(client, "KeepAliveCount");
    show<opt::UserTimeout>(client, "UserTimeout");
    show<opt::TrafficClass>(client, "TrafficClass");
    show<opt::CongestionControl>(client, "CongestionControl");

    const auto accepted = listener.accept(within(5s, stop)).value().connection;
    fmt::print("its other end, which has them from the listener, descriptor {}\n",
               accepted.descriptor());
    show<opt::NoDelay>(accepted, "NoDelay");
    show<opt::ReceiveBuffer>(accepted, "ReceiveBuffer");
    show<opt::EffectiveReceiveBuffer>(accepted, "EffectiveReceiveBuffer");
    show<opt::KeepAlive>(accepted, "KeepAlive");

    // One meaning has one name. On a dual-stack socket each of these is two options of the kernel,
    // IP_TTL and IPV6_UNICAST_HOPS, IP_TOS and IPV6_TCLASS. In C it is a common mistake to set only
    // one. A number that is known only at run time is checked at run time.
    const auto both = UdpSocket<Ip>::bind().value();
    both.set(opt::HopLimit{at_run_time(hops)}).value();
    both.set(opt::TrafficClass{opt::expedited_forwarding}).value();
    both.set(opt::MulticastLoop{false}).value();
    fmt::print("both IPs, {}, descriptor {}\n", both.local_endpoint().value(), both.descriptor());
    show<opt::HopLimit>(both, "HopLimit");
    show<opt::TrafficClass>(both, "TrafficClass");
    show<opt::MulticastLoop>(both, "MulticastLoop");

    static_cast<void>(stop.wait());
    fmt::print("stopping\n");
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
