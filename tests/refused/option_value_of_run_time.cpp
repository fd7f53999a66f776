// What is known only at run time is said to be.
// refused by g++: the value of 'hops' is not usable in a constant expression|'hops' is not a constant expression
// refused by clang: consteval function .*Checked.* is not a constant expression
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

auto talk(int hops) {
#ifdef CONTROL
    return opt::HopLimit{at_run_time(hops)};
#else
    return opt::HopLimit{hops};
#endif
}
