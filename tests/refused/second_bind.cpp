// A bound socket can't be bound again: bind(2) would answer EINVAL.
// refused: no member named 'bind'
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

void talk() {
    auto socket = Socket<Ipv4, Stream>::open().value();
    auto bound = std::move(socket).bind("127.0.0.1:0").value();
#ifdef CONTROL
    auto other = std::move(bound).listen().value();
#else
    auto other = std::move(bound).bind("127.0.0.1:0").value();
#endif
}
