// KeepAliveProbes switches it on.
// refused: is_set_by_the_other_option_too
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;

using namespace std::chrono_literals;

void use() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::KeepAliveProbes{10s, 1s, 3});
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::KeepAliveProbes{10s, 1s, 3},
                                    opt::KeepAlive{false});
#endif
}
