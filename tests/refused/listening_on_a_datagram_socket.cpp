// A datagram socket forms no connections: listen(2) would answer EOPNOTSUPP.
// refused by g++: satisfaction of 'FormsConnections<.*Type = ferrule::Datagram\b
// refused by clang: 'ferrule::Datagram' does not satisfy 'FormsConnections'
// refused: forms_connections.* evaluated to '?false
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto bound = Socket<Ipv4, Stream>::open().value().bind("127.0.0.1:0").value();
#else
    auto bound = Bound<Ipv4, Datagram>::bind().value();
#endif
    auto listener = std::move(bound).listen();
}
