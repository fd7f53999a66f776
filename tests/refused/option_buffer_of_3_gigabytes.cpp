// The kernel takes an int.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::SendBuffer{1 << 20};
#else
    return opt::SendBuffer{3U << 30};
#endif
}
