// The steps check it, too: 0.0.0.0 is no address to connect to.
// refused: nobody_can_be_at_this_endpoint
#include <ferrule/socket/socket.hpp>

#include <utility>

using namespace ferrule;

void talk(Socket<Ipv4, Stream> socket) {
#ifdef CONTROL
    (void)std::move(socket).connect("127.0.0.1:80");
#else
    (void)std::move(socket).connect("0.0.0.0:80");
#endif
}
