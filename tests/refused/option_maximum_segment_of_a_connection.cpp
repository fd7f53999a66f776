// It is announced in the handshake. Set later, it would do nothing, without a word.
// refused by g++: satisfaction of 'Among<State, typename Option::set_in>.* State = ferrule::state::Connection; Option = ferrule::opt::MaximumSegment\b
// refused by clang: 'Among<ferrule::state::Connection, typename MaximumSegment::set_in>' evaluated to false
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
    socket.set(opt::MaximumSegment{1000}).value();
}
