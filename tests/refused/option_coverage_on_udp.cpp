// The checksum of UDP covers all.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Udp; Option = ferrule::opt::SendCoverage\b
// refused by clang: 'Among<ferrule::Udp, typename SendCoverage::protocols>' evaluated to false
// refused: among<.*ferrule::Udp[,;].*OneOf<ferrule::UdpLite>
#include <ferrule/opt/udp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Datagram, UdpLite>::open().value();
#else
    auto socket = Socket<Ipv4, Datagram>::open().value();
#endif
    socket.set(opt::SendCoverage{8}).value();
}
