// The eight bits are a class and two bits of ECN.
// refused by g++: deleted function .*Checked<.*Given = int; Encoding = .*AsTrafficBits
// refused by clang: from 'int' to .*Checked<.*AsTrafficBits.* invokes a deleted function
#include <ferrule/option/ip.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return option::TrafficClass{option::Dscp{46}};
#else
    return option::TrafficClass{184};
#endif
}
