// A stream has one peer.
// refused by g++: satisfaction of 'Among<Type, typename Option::types>.* Type = ferrule::Stream; Option = ferrule::opt::MulticastHops\b
// refused by clang: 'Among<ferrule::Stream, typename MulticastHops::types>' evaluated to false
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram, ferrule::Raw>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv6, Datagram>::open().value();
#else
    auto socket = Socket<Ipv6, Stream>::open().value();
#endif
    socket.set(opt::MulticastHops{2}).value();
}
