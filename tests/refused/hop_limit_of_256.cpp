// The kernel has eight bits for it.
// refused: the_value_is_out_of_range_for_this_option
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk() {
    auto socket = Bound<Ipv4, Datagram>::bind().value();
#ifdef CONTROL
    socket.set(opt::HopLimit{255}).value();
#else
    socket.set(opt::HopLimit{256}).value();
#endif
}
