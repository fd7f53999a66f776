// Unix has no Raw; the kernel would silently make it Datagram.
// refused by g++: satisfaction of 'Offers<.*Family = ferrule::Unix; Type = ferrule::Raw\b
// refused by clang: 'Offers<ferrule::Unix, ferrule::Raw>' evaluated to false
// refused: among<.*ferrule::Raw[,;].*OneOf<ferrule::Stream, ferrule::Datagram, ferrule::SeqPacket>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Unix, Datagram>::open();
#else
    auto socket = Socket<Unix, Raw>::open();
#endif
}
