// A number has no unit.
// refused: is_socket_option<.*\bint\b.* evaluated to '?false
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

void talk() {
#ifdef CONTROL
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", within(500ms));
#else
    auto connection = Connection<Ipv4>::connect("127.0.0.1:7", 500);
#endif
}
