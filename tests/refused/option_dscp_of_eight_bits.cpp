// 184 is the byte of which DSCP 46 is the upper six bits.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)opt::Dscp{46};
#else
    (void)opt::Dscp{184};
#endif
}
