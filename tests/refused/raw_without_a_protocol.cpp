// A Raw socket has no default protocol; the tag that stands for it says so.
// refused by g++: satisfaction of 'Carries<.*Protocol = ferrule::RawNeedsAProtocol; Type = ferrule::Raw\b
// refused by clang: 'Carries<ferrule::RawNeedsAProtocol, ferrule::Raw>' evaluated to false
// refused: among<.*ferrule::Raw[,;].*OneOf<>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Raw, Icmp>::open();
#else
    auto socket = Socket<Ipv4, Raw>::open();
#endif
}
