// Only Unix sockets know who is at the other end. The kernel would tell of process 0 and user -1.
// refused by g++: satisfaction of 'Among<Family, typename Option::families>.* Family = ferrule::Ipv4; Option = ferrule::opt::PeerCredentials\b
// refused by clang: 'Among<ferrule::Ipv4, typename PeerCredentials::families>' evaluated to false
// refused: among<.*ferrule::Ipv4[,;].*OneOf<ferrule::Unix>
#include <ferrule/opt/unix.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

bool talk() {
#ifdef CONTROL
    auto socket = Connection<Unix>::connect("@server").value();
#else
    auto socket = Connection<Ipv4>::connect("127.0.0.1:7").value();
#endif
    return socket.get<opt::PeerCredentials>().has_value();
}
