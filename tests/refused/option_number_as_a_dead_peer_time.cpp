// A number has no unit.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*PromisedSeconds
// refused by clang: from 'int' to .*Checked<.*PromisedSeconds.* invokes a deleted function
#include <ferrule/opt/tcp.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::DeadPeerWithin{Seconds{5}};
#else
    return opt::DeadPeerWithin{5};
#endif
}
