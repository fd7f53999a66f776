// IPV6_DONTFRAG is of IPv6; MtuDiscovery is of both.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Ipv4; Option = ferrule::opt::DontFragment\b
// refused by clang: 'Among<ferrule::Ipv4, typename DontFragment::families>' evaluated to false
// refused: among<.*ferrule::Ipv4[,;].*OneOf<ferrule::Ipv6>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv6, Datagram>::open().value();
#else
    auto socket = Socket<Ipv4, Datagram>::open().value();
#endif
    socket.set(opt::DontFragment{true}).value();
}
