// How large the segments are that the kernel cuts is said to it; it does not say it.
// refused: can_be_received
#include <ferrule/message/receive.hpp>

#include <ferrule/message/control.hpp>

using namespace ferrule;

void ask(const Bound<Ipv4, Datagram>& socket) {
    char buffer[100];
#ifdef CONTROL
    (void)receive_from<control::HopLimit>(socket, buffer);
#else
    (void)receive_from<control::SegmentSize>(socket, buffer);
#endif
}
