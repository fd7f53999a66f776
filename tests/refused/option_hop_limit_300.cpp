// A hop limit is at most 255.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::HopLimit{30};
#else
    return opt::HopLimit{300};
#endif
}
