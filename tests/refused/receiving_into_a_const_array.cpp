// What is received is written.
// refused: elements_can_be_written<.*const char \(&\)\[64\].* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    char buffer[64] = {};
#else
    const char buffer[64] = {};
#endif
    connection.receive_exactly(buffer).value();
}
