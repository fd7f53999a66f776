// A number does not say which option it is.
// refused: is_socket_option<.*\bint\b.* evaluated to '?false
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", opt::ReceiveBuffer{65536});
#else
    auto socket = Bound<Ipv4, Datagram>::bind("127.0.0.1:0", 65536);
#endif
}
