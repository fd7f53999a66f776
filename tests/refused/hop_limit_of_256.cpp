// The kernel has eight bits for it.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/bound.hpp>
#include <ferrule/option/ip.hpp>

using namespace ferrule;

void talk() {
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#ifdef CONTROL
    socket.set(option::HopLimit{255}).value();
#else
    socket.set(option::HopLimit{256}).value();
#endif
}
