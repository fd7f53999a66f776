// The kernel takes no 0 s.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::KeepAliveIdle{Seconds{1}};
#else
    return opt::KeepAliveIdle{Seconds{0}};
#endif
}
