// Nobody can reach a datagram socket that is not bound: recvfrom(2) would wait for ever.
// refused by g++: '(const )?class ferrule::Socket<ferrule::Ipv4, ferrule::Datagram[>,].*has no member named 'receive_from'
// refused by clang: no member named 'receive_from' in 'ferrule::Socket<ferrule::Ipv4, ferrule::Datagram[>,]
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Datagram>&& socket, char (&buffer)[64]) {
#ifdef CONTROL
    std::move(socket).bind("127.0.0.1:0").value().receive_from(buffer).value();
#else
    socket.receive_from(buffer).value();
#endif
}
