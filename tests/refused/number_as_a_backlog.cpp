// A number does not say what it counts.
// refused: is_socket_option<.*\bint\b.* evaluated to '?false
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0", Backlog{5});
#else
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0", 5);
#endif
}
