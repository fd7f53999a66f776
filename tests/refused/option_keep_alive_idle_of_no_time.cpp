// The kernel takes no 0 s.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/option/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::KeepAliveIdle{Seconds{1}};
#else
    return option::KeepAliveIdle{Seconds{0}};
#endif
}
