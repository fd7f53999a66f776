// The wait comes before the options.
// refused: is_socket_option<.*ferrule::NoWait\b.* evaluated to '?false
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", no_wait, opt::NoDelay{true});
#else
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", opt::NoDelay{true}, no_wait);
#endif
}
