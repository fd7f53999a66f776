// A listener has nothing to acknowledge. The kernel would take the option and ignore it.
// refused by g++: satisfaction of 'Among<State, typename Option::set_in>.* State = ferrule::state::Listener; Option = ferrule::opt::QuickAck\b
// refused by clang: 'Among<ferrule::state::Listener, typename QuickAck::set_in>' evaluated to false
// refused: among<.*ferrule::state::Listener[,;].*OneOf<ferrule::state::Connection>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Connection<Ipv4>::connect("127.0.0.1:7").value();
#else
    auto socket = Listener<Ipv4>::listen("127.0.0.1:0").value();
#endif
    socket.set(opt::QuickAck{true}).value();
}
