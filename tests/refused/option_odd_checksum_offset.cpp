// A checksum is at an even place.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/raw.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::ChecksumOffset{2};
#else
    return opt::ChecksumOffset{3};
#endif
}
