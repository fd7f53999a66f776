// What is received is written.
// refused: elements_can_be_written<.*const char \(&\)\[6\].* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    char buffer[] = "hello";
    connection.receive_some(buffer).value();
#else
    connection.receive_some("hello").value();
#endif
}
