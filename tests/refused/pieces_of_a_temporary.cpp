// The range borrows the connection.
// refused: borrowed_so_keep_the_connection_in_a_variable
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

Connection<Ipv4> connection();
void talk() {
    char buffer[8];
#ifdef CONTROL
    const auto kept = connection();
    (void)kept.pieces(buffer);
#else
    (void)connection().pieces(buffer);
#endif
}
