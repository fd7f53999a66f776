// The kernel takes an int.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/option/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::SendBuffer{1 << 20};
#else
    return option::SendBuffer{3U << 30};
#endif
}
