// An ICMP datagram socket is for echo only.
// refused by g++: satisfaction of 'Among<Type, typename Option::types>.* Type = ferrule::Datagram; Option = ferrule::opt::IcmpFilter\b
// refused by clang: 'Among<ferrule::Datagram, typename IcmpFilter::types>' evaluated to false
// refused: among<.*ferrule::Datagram[,;].*OneOf<ferrule::Raw>
#include <ferrule/opt/raw.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Raw, Icmp>::open().value();
#else
    auto socket = Socket<Ipv4, Datagram, Icmp>::open().value();
#endif
    socket.set(opt::IcmpFilter{opt::IcmpFilter::Types::none()}).value();
}
