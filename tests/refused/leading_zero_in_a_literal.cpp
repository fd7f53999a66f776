// Some would read 010 as eight.
// refused: non-'?constexpr'? function '.*\ba_number_has_a_leading_zero\b
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "10.0.0.1:80";
#else
    const Endpoint<Ipv4> endpoint = "010.0.0.1:80";
#endif
    return endpoint;
}
