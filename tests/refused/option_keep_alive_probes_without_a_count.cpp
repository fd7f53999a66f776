// No question gets no answer.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::KeepAliveProbes{Seconds{5}, Seconds{1}, 1};
#else
    return opt::KeepAliveProbes{Seconds{5}, Seconds{1}, 0};
#endif
}
