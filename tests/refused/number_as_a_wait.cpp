// A number has no unit.
// refused: within_2s_for_a_time_std_span_for_a_length
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

void talk(const Connection<Ipv4>& connection, char (&buffer)[64]) {
#ifdef CONTROL
    connection.receive_some(buffer, within(500ms)).value();
#else
    connection.receive_some(buffer, 500).value();
#endif
}
