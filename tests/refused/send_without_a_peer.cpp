// A datagram socket that is only bound has no peer: send(2) would answer EDESTADDRREQ.
// refused by g++: '(const )?class ferrule::Bound<ferrule::Ipv4, ferrule::Datagram[>,].*has no member named 'send'
// refused by clang: no member named 'send' in 'ferrule::Bound<ferrule::Ipv4, ferrule::Datagram[>,]
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& bound) {
#ifdef CONTROL
    bound.send_to("hello", "127.0.0.1:7").value();
#else
    bound.send("hello").value();
#endif
}
