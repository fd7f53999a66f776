// A time is no point in time yet.
// refused: write_within_around_the_time
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;

using namespace std::chrono_literals;

void use() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80", within(5s));
#else
    (void)Connection<Ipv4>::connect("127.0.0.1:80", 5s);
#endif
}
