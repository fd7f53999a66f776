// A listener gives connections; they send.
// refused by g++: '(const )?class ferrule::Listener<ferrule::Ipv4[>,].*has no member named 'send_all'
// refused by clang: no member named 'send_all' in 'ferrule::Listener<ferrule::Ipv4[>,]
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk(const Listener<Ipv4>& listener) {
#ifdef CONTROL
    listener.accept().value().connection.send_all("hello").value();
#else
    listener.send_all("hello").value();
#endif
}
