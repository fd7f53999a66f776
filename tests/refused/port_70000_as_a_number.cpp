// A port is at most 65535.
// refused: a_port_is_from_0_to_65535
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
