// adopt makes a state of a socket; a PathListener has one, and a path.
// refused: adopt_makes_states_of_sockets_such_as_Listener_or_Connection
#include <ferrule/server/path_listener.hpp>
#include <ferrule/socket/adopt.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)adopt<Listener<Unix>>(3);
#else
    (void)adopt<PathListener<>>(3);
#endif
}
