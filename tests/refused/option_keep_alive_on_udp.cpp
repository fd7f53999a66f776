// UDP has no connection to keep. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Udp; Option = ferrule::opt::KeepAlive\b
// refused by clang: 'Among<ferrule::Udp, typename KeepAlive::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::Tcp, ferrule::Mptcp>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream>::open().value();
#else
    auto socket = Socket<Ipv4, Datagram>::open().value();
#endif
    socket.set(opt::KeepAlive{true}).value();
}
