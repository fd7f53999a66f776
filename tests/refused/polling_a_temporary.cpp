// The poller borrows it.
// refused: borrowed_so_keep_the_socket_in_a_variable
#include <ferrule/server/poller.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

Connection<Ipv4> connection();
void watch(const Poller<int>& poller) {
#ifdef CONTROL
    const auto kept = connection();
    (void)poller.add(kept, 1, Interest::reading);
#else
    (void)poller.add(connection(), 1, Interest::reading);
#endif
}
