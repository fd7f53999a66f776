// A Unix stream has no reset: it ends cleanly in any case.
// refused by g++: satisfaction of 'CanReset<.*Protocol = ferrule::Unspecified\b
// refused by clang: 'ferrule::Unspecified' does not satisfy 'CanReset'
// refused: can_reset.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Connection<Ipv4>::connect("127.0.0.1:80").value();
#else
    auto socket = Connection<Unix>::connect("@server").value();
#endif
    std::move(socket).abort().value();
}
