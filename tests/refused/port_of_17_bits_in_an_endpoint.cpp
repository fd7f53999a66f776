// It would be 4464.
// refused: a_port_is_from_0_to_65535
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Endpoint<Ipv4>::loopback(7000);
#else
    (void)Endpoint<Ipv4>::loopback(70000);
#endif
}
