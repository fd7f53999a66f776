// A datagram socket forms no connections, so there is no end to wait for.
// refused by g++: satisfaction of 'FormsConnections<.*Type = ferrule::Datagram\b
// refused by clang: 'ferrule::Datagram' does not satisfy 'FormsConnections'
// refused: forms_connections.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Stop& stop) {
#ifdef CONTROL
    auto socket = Connection<Unix, SeqPacket>::connect("@server").value();
#else
    auto socket = Connection<Unix, Datagram>::connect("@server").value();
#endif
    std::move(socket).finish(stop).value();
}
