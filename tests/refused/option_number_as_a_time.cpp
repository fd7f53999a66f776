// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*Time<
// refused by clang: from 'int' to .*Checked<.*Time<.* invokes a deleted function
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::KeepAliveIdle{Seconds{5}};
#else
    return opt::KeepAliveIdle{5};
#endif
}
