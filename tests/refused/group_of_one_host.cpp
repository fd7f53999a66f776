// The address of a host is no group that could be joined.
// refused: the_address_is_no_multicast_group
#include <ferrule/message/multicast.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    Group<Ipv4> group = "239.255.88.19";
#else
    Group<Ipv4> group = "192.0.2.1";
#endif
    static_cast<void>(group);
}
