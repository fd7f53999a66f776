// A plain receive would take several datagrams for one: SegmentReceiver sets it, and takes them
// apart.
// refused by g++: could not convert 'true'
// refused by clang: no known conversion from 'bool'
#include <ferrule/message/segments.hpp>

using namespace ferrule;

void coalesce(Bound<Ipv4, Datagram>& socket) {
#ifdef CONTROL
    (void)SegmentReceiver<Ipv4>::on(std::move(socket));
#else
    (void)socket.set(opt::Coalescing{true});
#endif
}
