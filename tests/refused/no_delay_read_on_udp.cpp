// TCP_NODELAY is an option of TCP.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Udp; Option = ferrule::opt::NoDelay\b
// refused by clang: 'Among<ferrule::Udp, typename NoDelay::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::Tcp, ferrule::Mptcp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

bool talk() {
#ifdef CONTROL
    auto socket = Connection<Ipv4>::connect("127.0.0.1:7").value();
#else
    auto socket = Connection<Ipv4, Datagram>::connect("127.0.0.1:7").value();
#endif
    return socket.get<opt::NoDelay>().value();
}
