// A connection does not accept. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<State, typename Option::set_in>.* State = ferrule::state::Connection; Option = ferrule::opt::DeferAccept\b
// refused by clang: 'Among<ferrule::state::Connection, typename DeferAccept::set_in>' evaluated to false
// refused: among<.*ferrule::state::Connection[,;].*OneOf<ferrule::state::Socket, ferrule::state::Bound, ferrule::state::Listener>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Listener<Ipv4>::listen("127.0.0.1:0").value();
#else
    auto socket = Connection<Ipv4>::connect("127.0.0.1:7").value();
#endif
    socket.set(opt::DeferAccept{Seconds{1}}).value();
}
