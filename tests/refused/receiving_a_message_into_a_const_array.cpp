// What is received is written.
// refused: elements_can_be_written<.*const char \(&\)\[64\].* evaluated to '?false
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& socket) {
#ifdef CONTROL
    char buffer[64] = {};
#else
    const char buffer[64] = {};
#endif
    socket.receive_from(buffer).value();
}
