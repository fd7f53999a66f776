// The kernel takes 32767 s at most.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::KeepAliveInterval{Seconds{3600}};
#else
    return opt::KeepAliveInterval{Seconds{86400}};
#endif
}
