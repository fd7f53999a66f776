// ICMP and ICMPv6 are two protocols, so a Raw socket is of one IP.
// refused by g++: satisfaction of 'Offers<.*Family = ferrule::Ip; Type = ferrule::Raw\b
// refused by clang: 'Offers<ferrule::Ip, ferrule::Raw>' evaluated to false
// refused: among<.*ferrule::Raw[,;].*OneOf<ferrule::Stream, ferrule::Datagram>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto bound = Bound<Ipv4, Raw, Icmp>::bind();
#else
    auto bound = Bound<Ip, Raw, Icmp>::bind();
#endif
}
