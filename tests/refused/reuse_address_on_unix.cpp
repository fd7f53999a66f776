// A Unix path stays when its socket has gone; SO_REUSEADDR does not help.
// refused by g++: satisfaction of 'Among<Family, typename Refused::families>.* Family = ferrule::Unix; Refused = ferrule::opt::ReuseAddress\b
// refused by clang: 'Among<ferrule::Unix, typename ReuseAddress::families>' evaluated to false
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip>
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::ReuseAddress{true});
#else
    auto listener = Listener<Unix>::listen("@server", opt::ReuseAddress{true});
#endif
}
