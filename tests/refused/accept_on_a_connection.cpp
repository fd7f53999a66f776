// Only a listener accepts.
// refused by g++: '(const )?class ferrule::Connection<ferrule::Ipv4[>,].*has no member named 'accept'
// refused by clang: no member named 'accept' in 'ferrule::Connection<ferrule::Ipv4[>,]
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk(const Listener<Ipv4>& listener) {
#ifdef CONTROL
    auto next = listener.accept();
#else
    auto next = listener.accept().value().connection.accept();
#endif
}
