// An IPv6 endpoint is none of IPv4: sendto(2) would answer EAFNOSUPPORT.
// refused: (no known conversion|cannot convert).*Endpoint<(ferrule::)?Ipv6>.* to .*Endpoint<(ferrule::)?Ipv4>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& socket) {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv6> endpoint = "[::1]:80";
#endif
    socket.send_to("hello", endpoint).value();
}
