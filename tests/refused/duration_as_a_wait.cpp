// A duration has no beginning: within() makes it a deadline.
// refused: within_around_the_time
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

void talk(const Connection<Ipv4>& connection, char (&buffer)[64]) {
#ifdef CONTROL
    connection.receive_some(buffer, within(500ms)).value();
#else
    connection.receive_some(buffer, 500ms).value();
#endif
}
