// An IP socket can't turn out to be a Unix one.
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(Connection<Ip>&& connection) {
#ifdef CONTROL
    auto narrow = std::move(connection).to<Ipv4>();
#else
    auto narrow = std::move(connection).to<Unix>();
#endif
}
