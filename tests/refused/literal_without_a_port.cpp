// An endpoint has a port.
// refused: non-'?constexpr'? function '.*\bthe_port_is_missing\b
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv4> endpoint = "127.0.0.1";
#endif
    return endpoint;
}
