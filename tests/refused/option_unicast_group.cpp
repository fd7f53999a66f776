// A group is 224.0.0.0/4 or ff00::/8; 10.0.0.1 is one host.
// refused: non-'?constexpr'? function '.*\bthe_address_is_no_multicast_group\b
#include <ferrule/message/multicast.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return Group<Ipv4>{"239.0.0.1"};
#else
    return Group<Ipv4>{"10.0.0.1"};
#endif
}
