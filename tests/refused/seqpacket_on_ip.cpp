// IP has no SeqPacket; Unix has.
// refused by g++: satisfaction of 'Offers<.*Family = ferrule::Ipv4; Type = ferrule::SeqPacket\b
// refused by clang: 'Offers<ferrule::Ipv4, ferrule::SeqPacket>' evaluated to false
// refused: among<.*ferrule::SeqPacket[,;].*OneOf<ferrule::Stream, ferrule::Datagram, ferrule::Raw>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Unix, SeqPacket>::open();
#else
    auto socket = Socket<Ipv4, SeqPacket>::open();
#endif
}
