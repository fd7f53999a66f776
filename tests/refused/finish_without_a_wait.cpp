// How long to wait for the peer's end is for the caller to say: there is no default.
// refused by g++: no matching function for call to 'ferrule::Connection<ferrule::Ipv4>::finish\(\)'
// refused by clang: no matching member function for call to 'finish'
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ipv4>&& connection, const Stop& stop) {
#ifdef CONTROL
    std::move(connection).finish(stop).value();
#else
    std::move(connection).finish().value();
#endif
}
