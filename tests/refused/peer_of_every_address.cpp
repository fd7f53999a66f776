// [::] means every address of this host: it is no address to send to.
// refused: nobody_can_be_at_this_endpoint
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv6, Datagram>& socket) {
#ifdef CONTROL
    (void)socket.send_to("hello", "[::1]:80");
#else
    (void)socket.send_to("hello", "[::]:80");
#endif
}
