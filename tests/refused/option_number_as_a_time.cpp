// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*Time<
// refused by clang: from 'int' to .*Checked<.*Time<.* invokes a deleted function
#include <ferrule/option/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::KeepAliveIdle{Seconds{5}};
#else
    return option::KeepAliveIdle{5};
#endif
}
