// A stream has one peer. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<Type, typename Option::types>.* Type = ferrule::Stream; Option = ferrule::opt::Broadcast\b
// refused by clang: 'Among<ferrule::Stream, typename Broadcast::types>' evaluated to false
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram, ferrule::Raw>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value().bind("127.0.0.1:0").value();
#endif
    socket.set(opt::Broadcast{true}).value();
}
