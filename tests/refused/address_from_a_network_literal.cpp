// An address has no prefix length; a network has.
// refused: non-'?constexpr'? function '.*\bthe_text_goes_on_where_it_should_end\b
#include <ferrule/address/network.hpp>

using namespace ferrule;

bool ask() {
#ifdef CONTROL
    return Network<Ip>{"192.0.2.0/24"}.contains("192.0.2.7");
#else
    return Network<Ip>{"192.0.2.0/24"}.contains("192.0.2.7/32");
#endif
}
