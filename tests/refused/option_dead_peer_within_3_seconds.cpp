// Four seconds is the least in which the kernel can ask twice.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::DeadPeerWithin{Seconds{4}};
#else
    return opt::DeadPeerWithin{Seconds{3}};
#endif
}
