// What is received lies in the buffer, which must outlive the call.
// refused: outlives_the_call<.*vector<char.* evaluated to '?false
#include <ferrule/socket/bound.hpp>

#include <vector>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& socket) {
#ifdef CONTROL
    std::vector<char> buffer(64);
    socket.receive_from(buffer).value();
#else
    socket.receive_from(std::vector<char>(64)).value();
#endif
}
