// An IPv6 endpoint is none of IPv4.
// refused: (no known conversion|cannot convert).*Endpoint<(ferrule::)?Ipv6>.* to .*Endpoint<(ferrule::)?Ipv4>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv6> endpoint = "[::1]:80";
#endif
    auto connection = Connection<Ipv4>::connect(endpoint);
}
