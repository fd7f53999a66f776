// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*AsLingering
// refused by clang: from 'int' to .*Checked<.*AsLingering.* invokes a deleted function
#include <ferrule/opt/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::LingeringClose{Seconds{5}};
#else
    return opt::LingeringClose{5};
#endif
}
