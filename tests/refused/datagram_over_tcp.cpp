// TCP carries a stream only.
// refused by g++: satisfaction of 'Carries<.*Protocol = ferrule::Tcp; Type = ferrule::Datagram\b
// refused by clang: 'Carries<ferrule::Tcp, ferrule::Datagram>' evaluated to false
// refused: among<.*ferrule::Datagram[,;].*OneOf<ferrule::Stream>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Datagram, Udp>::open();
#else
    auto socket = Socket<Ipv4, Datagram, Tcp>::open();
#endif
}
