// connect(2) of a packet socket is EOPNOTSUPP (packet(7)): it has no peer.
// refused: is_connectable<.*ferrule::Packet\b.* evaluated to '?false
#include <ferrule/endpoint/packet.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Endpoint<Packet>& to) {
#ifdef CONTROL
    auto bound = Bound<Packet, Raw, EveryEtherType>::bind(to);
#else
    auto connection = Connection<Packet, Raw, EveryEtherType>::connect(to);
#endif
}
