// Without bind, listen(2) would choose a free port, which no client knows.
// refused by g++: '(const )?class ferrule::Socket<ferrule::Ipv4, ferrule::Stream[>,].*has no member named 'listen'
// refused by clang: no member named 'listen' in 'ferrule::Socket<ferrule::Ipv4, ferrule::Stream[>,]
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>&& socket) {
#ifdef CONTROL
    auto listener = std::move(socket).bind("127.0.0.1:0").value().listen();
#else
    auto listener = std::move(socket).listen();
#endif
}
