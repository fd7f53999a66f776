// The first is above the last.
// refused: the_first_port_is_above_the_last
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)opt::LocalPortRange{33000, 34000};
#else
    (void)opt::LocalPortRange{34000, 33000};
#endif
}
