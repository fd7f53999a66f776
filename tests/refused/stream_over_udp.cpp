// UDP carries datagrams only.
// refused by g++: satisfaction of 'Carries<.*Protocol = ferrule::Udp; Type = ferrule::Stream\b
// refused by clang: 'Carries<ferrule::Udp, ferrule::Stream>' evaluated to false
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream, Tcp>::open();
#else
    auto socket = Socket<Ipv4, Stream, Udp>::open();
#endif
}
