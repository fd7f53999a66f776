// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*AsLingering
// refused by clang: from 'int' to .*Checked<.*AsLingering.* invokes a deleted function
#include <ferrule/option/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::LingeringClose{Seconds{5}};
#else
    return option::LingeringClose{5};
#endif
}
