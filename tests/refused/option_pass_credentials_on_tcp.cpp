// Only Unix sockets know who is at the other end.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Ipv4; Option = ferrule::opt::PassCredentials\b
// refused by clang: 'Among<ferrule::Ipv4, typename PassCredentials::families>' evaluated to false
// refused: among<.*ferrule::Ipv4[,;].*OneOf<ferrule::Unix>
#include <ferrule/opt/unix.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Unix, Stream>::open().value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value();
#endif
    socket.set(opt::PassCredentials{true}).value();
}
