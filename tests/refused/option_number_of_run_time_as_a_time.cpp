// A number has no unit.
// refused by g++: deleted function .*Checked<.*AtRunTime<int>
// refused by clang: AtRunTime<int>' to .*Checked<.* invokes a deleted function
#include <ferrule/option/tcp.hpp>

using namespace ferrule;

auto talk(int seconds) {
#ifdef CONTROL
    return option::KeepAliveIdle{at_run_time(Seconds{seconds})};
#else
    return option::KeepAliveIdle{at_run_time(seconds)};
#endif
}
