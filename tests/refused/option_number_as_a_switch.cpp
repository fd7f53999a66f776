// A switch is on or off.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*Switch
// refused by clang: from 'int' to .*Checked<.*Switch.* invokes a deleted function
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::NoDelay{true};
#else
    return opt::NoDelay{1};
#endif
}
