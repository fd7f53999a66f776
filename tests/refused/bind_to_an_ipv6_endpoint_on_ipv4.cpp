// An IPv6 endpoint is none of IPv4.
// refused: (no known conversion|cannot convert).*Endpoint<(ferrule::)?Ipv6>.* to .*Endpoint<(ferrule::)?Ipv4>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv6> endpoint = "[::1]:80";
#endif
    auto bound = std::move(socket).bind(endpoint);
}
