// An Any may be a Unix socket.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Any; Option = ferrule::opt::NoDelay\b
// refused by clang: 'Among<ferrule::Any, typename NoDelay::families>' evaluated to false
// refused: among<.*ferrule::Any[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ip, Stream>::open("127.0.0.1:7").value();
#else
    auto socket = Socket<Any, Stream>::open("127.0.0.1:7").value();
#endif
    socket.set(opt::NoDelay{true}).value();
}
