// A descriptor has one owner.
// refused by g++: deleted function 'ferrule::Socket<.*::Socket\(const ferrule::Socket<
// refused by clang: deleted constructor of '(ferrule::)?Socket<
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk(Socket<Ipv4, Stream>& socket) {
#ifdef CONTROL
    auto other = std::move(socket);
#else
    auto other = socket;
#endif
}
