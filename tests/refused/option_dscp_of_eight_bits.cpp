// 184 is the byte of which DSCP 46 is the upper six bits.
// refused: a_dscp_is_from_0_to_63_without_the_two_bits_of_ecn
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)opt::Dscp{46};
#else
    (void)opt::Dscp{184};
#endif
}
