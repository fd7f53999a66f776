// 600 in decimal is 01130: it lacks its 0.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/opt/unix.hpp>
using namespace ferrule;

#ifdef CONTROL
inline constexpr opt::Mode mode{0600};
#else
inline constexpr opt::Mode mode{600};
#endif
