// TCP_NODELAY is an option of TCP.
// refused by g++: satisfaction of 'Among<Family, typename Refused::families>.* Family = ferrule::Unix; Refused = ferrule::opt::NoDelay\b
// refused by clang: 'Among<ferrule::Unix, typename NoDelay::families>' evaluated to false
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0", opt::NoDelay{true});
#else
    auto listener = Listener<Unix>::listen("@server", opt::NoDelay{true});
#endif
}
