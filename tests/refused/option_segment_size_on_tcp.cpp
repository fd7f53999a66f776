// TCP cuts its segments itself.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Tcp; Option = ferrule::opt::SegmentSize\b
// refused by clang: 'Among<ferrule::Tcp, typename SegmentSize::protocols>' evaluated to false
// refused: among<.*ferrule::Tcp[,;].*OneOf<ferrule::Udp>
#include <ferrule/opt/udp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Datagram>::open().value();
#else
    auto socket = Socket<Ipv4, Stream>::open().value();
#endif
    socket.set(opt::SegmentSize{1200}).value();
}
