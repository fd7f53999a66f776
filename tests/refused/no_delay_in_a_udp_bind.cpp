// TCP_NODELAY is an option of TCP.
// refused by g++: satisfaction of 'Among<Protocol, typename Refused::protocols>.* Protocol = ferrule::Udp; Refused = ferrule::opt::NoDelay\b
// refused by clang: 'Among<ferrule::Udp, typename NoDelay::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::Tcp, ferrule::Mptcp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Listener<Ipv4>::listen("127.0.0.1:0", opt::NoDelay{true});
#else
    auto socket = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", opt::NoDelay{true});
#endif
}
