// It is a number of connections.
// refused: a_backlog_is_a_number_of_connections_from_0_on
#include <ferrule/backlog.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Backlog{5};
#else
    (void)Backlog{-5};
#endif
}
