// It is a number of connections.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/socket/backlog.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Backlog{5};
#else
    (void)Backlog{-5};
#endif
}
