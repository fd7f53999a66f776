// A number has no unit.
// refused by g++: deleted function .*Checked<.*AtRunTime<int>
// refused by clang: AtRunTime<int>' to .*Checked<.* invokes a deleted function
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk(int seconds) {
#ifdef CONTROL
    return opt::KeepAliveIdle{at_run_time(Seconds{seconds})};
#else
    return opt::KeepAliveIdle{at_run_time(seconds)};
#endif
}
