// A flow label has 20 bits.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::FlowLabel(0xfffff, Address<Ipv6>::loopback());
#else
    return opt::FlowLabel(0x100000, Address<Ipv6>::loopback());
#endif
}
