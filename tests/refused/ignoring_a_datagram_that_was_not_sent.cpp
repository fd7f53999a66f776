// The Result may hold an error.
// refused by g++: ignoring return value of '.*::send_to\(.*'the message may not have been sent'
// refused by clang: 'nodiscard' attribute: a Result may hold an error
// flags: -Werror=unused-result
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(const Bound<Ipv4, Datagram>& socket) {
#ifdef CONTROL
    socket.send_to("hello", "127.0.0.1:7").value();
#else
    socket.send_to("hello", "127.0.0.1:7");
#endif
}
