// The last would win.
// refused: is_set_by_the_other_option_too
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::NoDelay{true});
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::NoDelay{true}, opt::NoDelay{false});
#endif
}
