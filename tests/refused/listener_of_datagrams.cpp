// A datagram socket forms no connections, so nothing listens on it.
// refused by g++: satisfaction of 'FormsConnections<.*Type = ferrule::Datagram\b
// refused by clang: 'ferrule::Datagram' does not satisfy 'FormsConnections'
// refused: forms_connections.* evaluated to '?false
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto listener = Listener<Ipv4, Stream>::listen("127.0.0.1:0");
#else
    auto listener = Listener<Ipv4, Datagram>::listen("127.0.0.1:0");
#endif
}
