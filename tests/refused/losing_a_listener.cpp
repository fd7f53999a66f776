// A listener that is not stored is closed at once.
// refused by g++: ignoring returned value of type 'ferrule::Listener<.*'a socket that nobody keeps is closed at once'
// refused by clang: 'nodiscard' attribute: a socket that nobody keeps is closed at once
// flags: -Werror=unused-result
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto listener = Listener<Ipv4>::listen("127.0.0.1:0").value();
#else
    Listener<Ipv4>::listen("127.0.0.1:0").value();
#endif
}
