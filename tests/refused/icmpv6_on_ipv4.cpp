// Each IP has an ICMP of its own.
// refused by g++: satisfaction of 'Speaks<.*Family = ferrule::Ipv4; Protocol = ferrule::Icmpv6\b
// refused by clang: 'Speaks<ferrule::Ipv4, ferrule::Icmpv6>' evaluated to false
// refused: among<.*ferrule::Icmpv6[,;].*OneOf<ferrule::Tcp, ferrule::Udp, ferrule::Icmp, ferrule::Mptcp, ferrule::UdpLite>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv6, Datagram, Icmpv6>::open();
#else
    auto socket = Socket<Ipv4, Datagram, Icmpv6>::open();
#endif
}
