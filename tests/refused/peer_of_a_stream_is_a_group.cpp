// A stream has one peer, and a group is many.
// refused: nobody_can_be_at_this_endpoint
#include <ferrule/socket/connecting.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    (void)Connecting<Ip>::start_connect("192.0.2.1:80");
#else
    (void)Connecting<Ip>::start_connect("224.0.0.1:80");
#endif
}
