// There is no room for a byte.
// refused: has_room_for_a_byte<.*evaluated to '?false
#include <ferrule/socket/connection.hpp>

#include <array>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    std::array<char, 1> buffer;
    (void)connection.receive_some(buffer);
#else
    std::array<char, 0> buffer;
    (void)connection.receive_some(buffer);
#endif
}
