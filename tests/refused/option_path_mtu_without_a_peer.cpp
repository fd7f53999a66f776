// Without a peer there is no path.
// refused by g++: satisfaction of 'Among<State, typename Option::get_in>.* State = ferrule::state::Bound; Option = ferrule::opt::PathMtu\b
// refused by clang: 'Among<ferrule::state::Bound, typename PathMtu::get_in>' evaluated to false
// refused: among<.*ferrule::state::Bound[,;].*OneOf<ferrule::state::Connection>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

bool talk() {
#ifdef CONTROL
    auto socket = Connection<Ipv4>::connect("127.0.0.1:7").value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value().bind("127.0.0.1:0").value();
#endif
    return socket.get<opt::PathMtu>().has_value();
}
