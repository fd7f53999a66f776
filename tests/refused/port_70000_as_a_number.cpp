// A port is at most 65535.
// refused by g++: narrowing conversion of '70000' from 'int' to '.*short unsigned int'
// refused by clang: 70000 which cannot be narrowed to type '(std::)?uint16_t'
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint{Address<Ipv4>::loopback(), 7000};
#else
    const Endpoint<Ipv4> endpoint{Address<Ipv4>::loopback(), 70000};
#endif
    return endpoint;
}
