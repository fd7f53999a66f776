// A stream has one peer. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<Type, typename Option::types>.* Type = ferrule::Stream; Option = ferrule::option::Broadcast\b
// refused by clang: 'Among<ferrule::Stream, typename Broadcast::types>' evaluated to false
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram, ferrule::Raw>
#include <ferrule/bound.hpp>
#include <ferrule/option/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#else
    auto socket = Bound<Ipv4, Stream>::bind().value();
#endif
    socket.set(option::Broadcast{true}).value();
}
