// A stream has one peer. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<Type, typename Option::types>.* Type = ferrule::Stream; Option = ferrule::opt::MulticastLoop\b
// refused by clang: 'Among<ferrule::Stream, typename MulticastLoop::types>' evaluated to false
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram, ferrule::Raw>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Datagram>::open().value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value();
#endif
    socket.set(opt::MulticastLoop{false}).value();
}
