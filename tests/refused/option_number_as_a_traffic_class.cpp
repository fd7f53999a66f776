// The eight bits are a class and two bits of ECN.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*AsTrafficBits
// refused by clang: from 'int' to .*Checked<.*AsTrafficBits.* invokes a deleted function
#include <ferrule/opt/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return opt::TrafficClass{opt::Dscp{46}};
#else
    return opt::TrafficClass{184};
#endif
}
