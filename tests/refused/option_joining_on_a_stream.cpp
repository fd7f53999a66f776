// A stream has one peer.
// refused by g++: satisfaction of 'Among<Type, .*OneOf<ferrule::Datagram, ferrule::Raw>.* Type = ferrule::Stream
// refused by clang: 'Among<ferrule::Stream, .*OneOf<.*Datagram, .*Raw> ?>' evaluated to false
#include <ferrule/message/multicast.hpp>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

#ifdef CONTROL
auto talk(const Bound<Ipv4, Datagram>& socket) {
#else
auto talk(const Bound<Ipv4, Stream>& socket) {
#endif
    return join(socket, "239.0.0.1", 1);
}
