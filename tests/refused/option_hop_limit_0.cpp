// A packet that may pass no router and reach no host is none.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::HopLimit{1};
#else
    return opt::HopLimit{0};
#endif
}
