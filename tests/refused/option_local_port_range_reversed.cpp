// No port lies from 61000 to 60000.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)opt::LocalPortRange{60000, 61000};
#else
    (void)opt::LocalPortRange{61000, 60000};
#endif
}
