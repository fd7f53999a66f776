// A close is a reset or lingers.
// refused: is_set_by_the_other_option_too
#include <ferrule/opt/socket.hpp>
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;

using namespace std::chrono_literals;

void use() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::AbortiveClose{true});
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:80", opt::AbortiveClose{true},
                                    opt::LingeringClose{5s});
#endif
}
