// A stream that is not connected can't send: send(2) would answer EPIPE.
// refused by g++: '(const )?class ferrule::Socket<ferrule::Ipv4, ferrule::Stream[>,].*has no member named 'send_all'
// refused by clang: no member named 'send_all' in 'ferrule::Socket<ferrule::Ipv4, ferrule::Stream[>,]
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    std::move(socket).connect("127.0.0.1:7").value().send_all("hello").value();
#else
    socket.send_all("hello").value();
#endif
}
