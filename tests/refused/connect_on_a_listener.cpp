// What listens has no peer of its own: connect(2) would answer EISCONN.
// refused by g++: '(const )?class ferrule::Listener<ferrule::Ipv4[>,].*has no member named 'connect'
// refused by clang: no member named 'connect' in 'ferrule::Listener<ferrule::Ipv4[>,]
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk(Listener<Ipv4>& listener) {
#ifdef CONTROL
    listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
#else
    listener.connect("127.0.0.1:80").value();
#endif
}
