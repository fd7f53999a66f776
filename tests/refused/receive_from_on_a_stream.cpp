// A stream has one peer: recvfrom(2) would give the data, and no address.
// refused by g++: '(const )?class ferrule::Connection<ferrule::Ipv4[>,].*has no member named 'receive_from'
// refused by clang: no member named 'receive_from' in 'ferrule::Connection<ferrule::Ipv4[>,]
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection, char (&buffer)[64]) {
#ifdef CONTROL
    connection.receive_some(buffer).value();
#else
    connection.receive_from(buffer).value();
#endif
}
