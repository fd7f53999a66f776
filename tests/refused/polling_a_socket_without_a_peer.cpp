// Without a peer it is always told as ended.
// refused: without_a_peer_it_would_always_be_told_as_ended
#include <ferrule/server/poller.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void watch(const Poller<int>& poller, const Socket<Ipv4, Stream>& socket) {
#ifdef CONTROL
    (void)poller.add(socket.descriptor(), 1, Interest::none);
#else
    (void)poller.add(socket, 1, Interest::none);
#endif
}
