// A hop limit is at most 255.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/option/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::HopLimit{30};
#else
    return option::HopLimit{300};
#endif
}
