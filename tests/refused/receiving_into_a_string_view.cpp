// What is received is written, and a string_view can't be.
// refused: elements_can_be_written<.*string_view.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    char buffer[64];
#else
    std::string_view buffer;
#endif
    connection.receive_some(buffer).value();
}
