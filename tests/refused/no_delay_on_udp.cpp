// TCP_NODELAY is an option of TCP.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Udp; Option = ferrule::option::NoDelay\b
// refused by clang: 'Among<ferrule::Udp, typename NoDelay::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::Tcp, ferrule::Mptcp>
#include <ferrule/bound.hpp>
#include <ferrule/option/tcp.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Stream>::bind().value();
#else
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#endif
    socket.set(option::NoDelay{true}).value();
}
