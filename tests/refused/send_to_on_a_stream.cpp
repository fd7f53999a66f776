// A stream has one peer: sendto(2) would send to it, whatever the address says.
// refused by g++: '(const )?class ferrule::Connection<ferrule::Ipv4[>,].*has no member named 'send_to'
// refused by clang: no member named 'send_to' in 'ferrule::Connection<ferrule::Ipv4[>,]
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    connection.send_all("hello").value();
#else
    connection.send_to("hello", "127.0.0.1:7").value();
#endif
}
