// TCP_NODELAY is an option of TCP.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Udp; Option = ferrule::opt::NoDelay\b
// refused by clang: 'Among<ferrule::Udp, typename NoDelay::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::Tcp, ferrule::Mptcp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream>::open().value().bind("127.0.0.1:0").value();
#else
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#endif
    socket.set(opt::NoDelay{true}).value();
}
