// An int is not a byte: it has an order of them.
// refused: no known conversion.* from 'const int ?\[3\]' to '(ferrule::)?BytesView'
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    const unsigned char numbers[] = {1, 2, 3};
#else
    const int numbers[] = {1, 2, 3};
#endif
    connection.send_all(numbers).value();
}
