// Set after bind, SO_REUSEADDR would do nothing, without a word.
// refused by g++: satisfaction of 'Among<State, typename Option::set_in>.* State = ferrule::state::Bound; Option = ferrule::option::ReuseAddress\b
// refused by clang: 'Among<ferrule::state::Bound, typename ReuseAddress::set_in>' evaluated to false
// refused: among<.*ferrule::state::Bound[,;].*OneOf<ferrule::state::Socket>
#include <ferrule/bound.hpp>
#include <ferrule/option/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Bound<Ipv4, Stream>::bind("127.0.0.1:0", option::ReuseAddress{true});
#else
    auto socket = Bound<Ipv4, Stream>::bind("127.0.0.1:0").value();
    socket.set(option::ReuseAddress{true}).value();
#endif
}
