// A stream that is not connected can't receive: recv(2) would answer ENOTCONN.
// refused by g++: '(const )?class ferrule::Bound<ferrule::Ipv4, ferrule::Stream[>,].*has no member named 'receive_some'
// refused by clang: no member named 'receive_some' in 'ferrule::Bound<ferrule::Ipv4, ferrule::Stream[>,]
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(Bound<Ipv4, Stream>&& bound, char (&buffer)[64]) {
#ifdef CONTROL
    std::move(bound).connect("127.0.0.1:7").value().receive_some(buffer).value();
#else
    bound.receive_some(buffer).value();
#endif
}
