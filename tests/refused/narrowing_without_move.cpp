// The connection becomes another: it is moved.
// refused: std::move\(it\)\.to<
#include <ferrule/socket/connection.hpp>

#include <utility>

using namespace ferrule;

void talk(Connection<Ip>& connection) {
#ifdef CONTROL
    (void)std::move(connection).to<Ipv4>();
#else
    (void)connection.to<Ipv4>();
#endif
}
