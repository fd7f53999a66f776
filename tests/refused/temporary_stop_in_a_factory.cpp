// Nobody could ever request a stop of a temporary.
// refused: is_socket_option<.*ferrule::Stop\b.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    const Stop stop;
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", stop);
#else
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", Stop{});
#endif
}
