// A connected datagram socket has one peer. Linux would let it send past that.
// refused by g++: '(const )?class ferrule::Connection<ferrule::Ipv4, ferrule::Datagram[>,].*has no member named 'send_to'
// refused by clang: no member named 'send_to' in 'ferrule::Connection<ferrule::Ipv4, ferrule::Datagram[>,]
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4, Datagram>& connection) {
#ifdef CONTROL
    connection.send("hello").value();
#else
    connection.send_to("hello", "127.0.0.1:7").value();
#endif
}
