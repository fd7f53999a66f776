// A listener gives connections; they receive. recv(2) would answer ENOTCONN.
// refused by g++: '(const )?class ferrule::Listener<ferrule::Ipv4[>,].*has no member named 'receive_some'
// refused by clang: no member named 'receive_some' in 'ferrule::Listener<ferrule::Ipv4[>,]
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk(const Listener<Ipv4>& listener, char (&buffer)[64]) {
#ifdef CONTROL
    listener.accept().value().connection.receive_some(buffer).value();
#else
    listener.receive_some(buffer).value();
#endif
}
