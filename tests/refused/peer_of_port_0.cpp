// Nobody can be at port 0.
// refused: nobody_can_be_at_this_endpoint
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80");
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:0");
#endif
}
