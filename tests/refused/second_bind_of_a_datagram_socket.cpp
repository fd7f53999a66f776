// On a bound datagram socket `bind` is the factory, which makes another socket: that one would be
// lost.
// refused by g++: ignoring returned value of type 'ferrule::Bound<.*'a socket that nobody keeps is closed at once'
// refused by clang: 'nodiscard' attribute: a socket that nobody keeps is closed at once
// flags: -Werror=unused-result
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& bound) {
#ifdef CONTROL
    auto other = bound.bind("127.0.0.1:0").value();
#else
    bound.bind("127.0.0.1:0").value();
#endif
}
