// IPv6 has no broadcast.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Ipv6; Option = ferrule::opt::Broadcast\b
// refused by clang: 'Among<ferrule::Ipv6, typename Broadcast::families>' evaluated to false
// refused: among<.*ferrule::Ipv6[,;].*OneOf<ferrule::Ipv4, ferrule::Ip>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#else
    auto socket = Bound<Ipv6, Datagram>::bind().value();
#endif
    socket.set(opt::Broadcast{true}).value();
}
