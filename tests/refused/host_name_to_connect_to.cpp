// A name has to be looked up.
// refused: names_are_for_dial_and_resolve
#include <ferrule/resolve/dial.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)dial("localhost:80");
#else
    (void)Connection<Ipv4>::connect("localhost:80");
#endif
}
