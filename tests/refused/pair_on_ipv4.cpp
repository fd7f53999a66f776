// socketpair(2) makes Unix sockets only.
// refused: forms_pairs<.*ferrule::Ipv4\b.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto both = Connection<Unix>::pair();
#else
    auto both = Connection<Ipv4>::pair();
#endif
}
