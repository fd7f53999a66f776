// It decides how to bind. Set later, it would do nothing, without a word.
// refused by g++: satisfaction of 'Among<State, typename Option::set_in>.* State = ferrule::state::Bound; Option = ferrule::opt::LocalPortRange\b
// refused by clang: 'Among<ferrule::state::Bound, typename LocalPortRange::set_in>' evaluated to false
// refused: among<.*ferrule::state::Bound[,;].*OneOf<ferrule::state::Socket>
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream>::open().value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value().bind("127.0.0.1:0").value();
#endif
    socket.set(opt::LocalPortRange{40000, 41000}).value();
}
