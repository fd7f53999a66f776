// An int is not a byte: it has an order of them.
// refused: elements_are_bytes<.*int \(&\)\[16\].* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    unsigned char numbers[16];
#else
    int numbers[16];
#endif
    connection.receive_exactly(numbers).value();
}
