// SPDX-License-Identifier: MIT
//
// Lesson 5: family, type, protocol: what fits, and what the compiler says of what does not.
//
// You learn the three numbers that socket(2) takes, which three go together, which protocol is
// meant when none is named, and how to read a refusal. In C any three ints compile; what they make
// is found out at run time, and some of it is something else than what was asked for.
//
//     05_does_not_compile
//
// It prints the table that the rules of <ferrule/tag/legal.hpp> make, asked one by one:
//
//           Stream               Datagram             SeqPacket            Raw
//     Ipv4  Tcp* Mptcp           Udp* Icmp UdpLite    -                    Icmp
//     ...
#include <cstdio>
#include <exception>
#include <ferrule/bridge/fmt.hpp>
#include <ferrule/ferrule.hpp>
#include <string>
#include <string_view>
#include <type_traits>

using namespace ferrule;

// A family says how a peer is named: Ipv4, Ipv6, Unix; Ip and Any are known only at run time. A
// type says what is promised: a Stream keeps the order of bytes but has no messages, Datagrams are
// messages without a promise, SeqPacket has messages in order, Raw has packets of the network. A
// protocol keeps the promises.

// The default protocol is a default argument, so these two names are the same type.
static_assert(std::is_same_v<Socket<Ipv4, Stream>, Socket<Ipv4, Stream, Tcp>>);

// Your own code can ask, too, whether three tags fit.
static_assert(Legal<Unix, SeqPacket, Unspecified> && !Legal<Ipv4, SeqPacket, Tcp>);

// What follows does not compile. The words are the compiler's own, here the line of the first error
// that names the reason. Look for it: which rule, which two clash, what was possible.
//
// UDP carries datagrams. C: EPROTONOSUPPORT, at run time. tests/refused/stream_over_udp.cpp
//
//     auto socket = Socket<Ipv4, Stream, Udp>::open();
//
//     g++:   required for the satisfaction of 'Carries<Protocol, Type>'
//            [with Protocol = ferrule::Udp; Type = ferrule::Stream]
//     clang: because 'Carries<ferrule::Udp, ferrule::Stream>' evaluated to false
//
// IP has no SeqPacket; the list is what it has. tests/refused/seqpacket_on_ip.cpp
//
//     auto socket = Socket<Ipv4, SeqPacket>::open();
//
//     g++:   [with Choice = ferrule::SeqPacket;
//            Choices = ferrule::OneOf<ferrule::Stream, ferrule::Datagram, ferrule::Raw>]
//     clang: because 'among<ferrule::SeqPacket,
//            ferrule::OneOf<ferrule::Stream, ferrule::Datagram, ferrule::Raw> >' evaluated to false
//
// Unix has one protocol, without a name. tests/refused/tcp_on_unix.cpp
//
//     auto socket = Socket<Unix, Stream, Tcp>::open();
//
//     g++:   required for the satisfaction of 'Speaks<Family, Protocol>'
//            [with Family = ferrule::Unix; Protocol = ferrule::Tcp]
//     clang: because 'Speaks<ferrule::Unix, ferrule::Tcp>' evaluated to false
//
// C would silently make this one a Datagram socket. tests/refused/raw_on_unix.cpp
//
//     auto socket = Socket<Unix, Raw>::open();
//
//     g++:   required for the satisfaction of 'Offers<Family, Type>'
//            [with Family = ferrule::Unix; Type = ferrule::Raw]
//     clang: because 'Offers<ferrule::Unix, ferrule::Raw>' evaluated to false
//
// Raw has no default protocol. tests/refused/raw_without_a_protocol.cpp
//
//     auto socket = Socket<Ipv4, Raw>::open();
//
//     g++:   [with Protocol = ferrule::RawNeedsAProtocol; Type = ferrule::Raw]
//     clang: because 'Carries<ferrule::RawNeedsAProtocol, ferrule::Raw>' evaluated to false
//
// A state has only the operations that are legal in it. tests/refused/send_on_a_listener.cpp
//
//     listener.send_all("hello").value();
//
//     g++:   'const class ferrule::Listener<...>' has no member named 'send_all'
//     clang: no member named 'send_all' in 'ferrule::Listener<...>'
//
// Old books have a type SOCK_PACKET. It is obsolete, and there is no tag for it. The family
// AF_PACKET replaces it, with the types Raw and Datagram (packet(7)).

// The name of a tag, taken from the compiler's name of this function.
template <class Tag> std::string_view name() {
    std::string_view function = __PRETTY_FUNCTION__; // "... [with Tag = ferrule::Tcp; ...]"
    function.remove_prefix(function.find("Tag = ferrule::") + 15);
    return function.substr(0, function.find_first_of(";]"));
}

// The protocol, if the three fit; with a star if it is the default.
template <class Family, class Type, class Protocol> void add(std::string& cell) {
    if constexpr (Legal<Family, Type, Protocol>) {
        const bool meant = std::is_same_v<Protocol, DefaultProtocol<Family, Type>>;
        cell += fmt::format("{}{}{}", cell.empty() ? "" : " ", name<Protocol>(), meant ? "*" : "");
    }
}

template <class Family, class Type, class... Protocols> void print_cell(OneOf<Protocols...>) {
    std::string cell;
    (add<Family, Type, Protocols>(cell), ...);
    fmt::print(" {:<20}", cell.empty() ? "-" : cell);
}

template <class Family, class... Types> void print_row(OneOf<Types...>) {
    using Protocols = OneOf<Tcp, Udp, Icmp, Icmpv6, Mptcp, UdpLite, Unspecified>;
    fmt::print("{:<5}", name<Family>());
    (print_cell<Family, Types>(Protocols{}), ...);
    fmt::print("\n");
}

template <class... Families, class... Types> void print_table(OneOf<Families...>, OneOf<Types...>) {
    fmt::print("{:<5}", "");
    (fmt::print(" {:<20}", name<Types>()), ...);
    fmt::print("\n");
    (print_row<Families>(OneOf<Types...>{}), ...);
    fmt::print("\n* is meant when no protocol is named.\n");
}

int main() try {
    print_table(OneOf<Ipv4, Ipv6, Unix, Ip, Any>{}, OneOf<Stream, Datagram, SeqPacket, Raw>{});
} catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
}
