// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*PromisedSeconds
// refused by clang: from 'int' to .*Checked<.*PromisedSeconds.* invokes a deleted function
#include <ferrule/option/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::DeadPeerWithin{Seconds{5}};
#else
    return option::DeadPeerWithin{5};
#endif
}
