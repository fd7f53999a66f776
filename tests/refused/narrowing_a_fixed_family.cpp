// IPv4 is known while compiling; it can't turn out to be another.
// refused: among<.*ferrule::Ipv6[,;].*OneOf<>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto connection = Connection<Ip>::connect("[::1]:7").value();
#else
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7").value();
#endif
    auto narrow = std::move(connection).to<Ipv6>();
}
