// Multipath TCP has no TCP_USER_TIMEOUT.
// refused by g++: satisfaction of 'Among<Protocol, typename Option::protocols>.* Protocol = ferrule::Mptcp; Option = ferrule::opt::UserTimeout\b
// refused by clang: 'Among<ferrule::Mptcp, typename UserTimeout::protocols>' evaluated to false
// refused: among<.*ferrule::Mptcp[,;].*OneOf<ferrule::Tcp>
#include <ferrule/opt/tcp.hpp>
#include <ferrule/socket/listener.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ipv4, Stream>::open().value();
#else
    auto socket = Socket<Ipv4, Stream, Mptcp>::open().value();
#endif
    socket.set(opt::UserTimeout{Milliseconds{1500}}).value();
}
