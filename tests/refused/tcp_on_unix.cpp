// Unix speaks no protocol of IP.
// refused by g++: satisfaction of 'Speaks<.*Family = ferrule::Unix; Protocol = ferrule::Tcp\b
// refused by clang: 'Speaks<ferrule::Unix, ferrule::Tcp>' evaluated to false
// refused: among<.*ferrule::Tcp[,;].*OneOf<ferrule::Unspecified>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
#ifdef CONTROL
    auto socket = Socket<Unix, Stream>::open();
#else
    auto socket = Socket<Unix, Stream, Tcp>::open();
#endif
}
