// One wait has both.
// refused: one_wait_that_lives_comes_first_as_within_2s_stop
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;

using namespace std::chrono_literals;
void talk(Stop& stop) {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80", within(2s, stop));
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:80", within(2s), stop);
#endif
}
