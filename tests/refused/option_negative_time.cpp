// No time is negative.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::UserTimeout{Milliseconds{1}};
#else
    return opt::UserTimeout{Milliseconds{-1}};
#endif
}
