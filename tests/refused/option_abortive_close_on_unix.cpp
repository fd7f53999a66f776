// A Unix stream ends cleanly in any case. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Unix; Option = ferrule::opt::AbortiveClose\b
// refused by clang: 'Among<ferrule::Unix, typename AbortiveClose::families>' evaluated to false
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream>::open().value();
#else
    auto socket = Socket<Unix, Stream>::open().value();
#endif
    socket.set(opt::AbortiveClose{true}).value();
}
