// The name of an interface has at most 15 characters.
// refused: non-'?constexpr'? function '.*\bthe_value_is_out_of_range_for_this_option\b
#include <ferrule/opt/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::BindToDevice{"fifteen_letters"};
#else
    return opt::BindToDevice{"sixteen_letters_"};
#endif
}
