// The socket is closed at once, and its number a stranger's.
// refused: closed_at_once_so_keep_the_socket_in_a_variable
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

Connection<Ipv4> connection();

void use() {
#ifdef CONTROL
    const auto kept = connection();
    (void)kept.descriptor();
#else
    (void)connection().descriptor();
#endif
}
