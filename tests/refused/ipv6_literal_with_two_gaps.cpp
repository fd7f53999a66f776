// A gap stands for what is missing, so there is one.
// refused: non-'?constexpr'? function '.*\bthe_address_has_a_second_gap\b
#include <ferrule/endpoint/ipv6.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv6> endpoint = "[1::2:3]:80";
#else
    const Endpoint<Ipv6> endpoint = "[1::2::3]:80";
#endif
    return endpoint;
}
