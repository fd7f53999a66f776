// An octet is at most 255.
// refused: non-'?constexpr'? function '.*\ban_octet_is_above_255\b
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.30:80";
#else
    const Endpoint<Ipv4> endpoint = "127.0.0.300:80";
#endif
    return endpoint;
}
