// connect(2) of a packet socket is EOPNOTSUPP (packet(7)), also as a step of a socket that is open.
// refused: is_connectable<.*ferrule::Packet\b.* evaluated to '?false
#include <ferrule/endpoint/packet.hpp>
#include <ferrule/socket/connection.hpp>
#include <ferrule/socket/socket.hpp>
#include <utility>

using namespace ferrule;

void talk(Socket<Packet, Datagram, EveryEtherType> socket, const Endpoint<Packet>& to) {
#ifdef CONTROL
    auto bound = std::move(socket).bind(to);
#else
    auto connection = std::move(socket).connect(to);
#endif
}
