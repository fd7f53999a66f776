// IPV6_V6ONLY is of IPv6.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Ipv4; Option = ferrule::opt::V6Only\b
// refused by clang: 'Among<ferrule::Ipv4, typename V6Only::families>' evaluated to false
// refused: among<.*ferrule::Ipv4[,;].*OneOf<ferrule::Ipv6>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

bool talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv6, Datagram>::open().value();
#else
    auto socket = Socket<Ipv4, Datagram>::open().value();
#endif
    return socket.get<opt::V6Only>().has_value();
}
