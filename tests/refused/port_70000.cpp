// A port is at most 65535.
// refused: non-'?constexpr'? function '.*\bthe_port_is_above_65535\b
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:7000";
#else
    const Endpoint<Ipv4> endpoint = "127.0.0.1:70000";
#endif
    return endpoint;
}
