// The kernel takes IP_ADD_MEMBERSHIP on an IPv6 socket and changes nothing for IPv6.
// refused: non-'?constexpr'? function '.*\bthe_address_has_fewer_than_eight_groups\b
#include <ferrule/message/multicast.hpp>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

auto talk(const Bound<Ipv6, Datagram>& socket) {
#ifdef CONTROL
    return join(socket, "ff02::1", 1);
#else
    return join(socket, "239.0.0.1", 1);
#endif
}
