// What has no peer has no halves to shut down: shutdown(2) would answer ENOTCONN.
// refused by g++: '(const )?class ferrule::Bound<ferrule::Unix, ferrule::SeqPacket[>,].*has no member named 'shutdown'
// refused by clang: no member named 'shutdown' in 'ferrule::Bound<ferrule::Unix, ferrule::SeqPacket[>,]
#include <ferrule/socket/bound.hpp>

using namespace ferrule;

void talk(Bound<Unix, SeqPacket>&& bound) {
#ifdef CONTROL
    std::move(bound).connect("@server").value().shutdown(Shutdown::sending).value();
#else
    bound.shutdown(Shutdown::sending).value();
#endif
}
