// An IPv4 network has a prefix of at most 32 bits, and the text of a network says how many.
// refused: non-'?constexpr'? function '.*\bthe_prefix_is_longer_than_an_address\b
#include <ferrule/address/network.hpp>

using namespace ferrule;

void ask() {
#ifdef CONTROL
    Network<Ipv4> network = "192.0.2.0/32";
#else
    Network<Ipv4> network = "192.0.2.0/33";
#endif
    static_cast<void>(network);
}
