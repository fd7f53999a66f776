// Which of its families to open, only an endpoint tells.
// refused: has_a_number<.*ferrule::Ip\b.* evaluated to '?false
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Ip, Stream>::open("127.0.0.1:0");
#else
    auto socket = Socket<Ip, Stream>::open();
#endif
}
