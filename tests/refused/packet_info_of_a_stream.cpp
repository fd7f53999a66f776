// A stream has no packets: the kernel does not say on which interface each came.
// refused: among<.*ferrule::Stream[,;].*OneOf<ferrule::Datagram, ferrule::Raw
#include <ferrule/message/receive.hpp>

#include <ferrule/message/control.hpp>

using namespace ferrule;

void ask([[maybe_unused]] const Connection<Ipv4>& stream,
         [[maybe_unused]] const Connection<Ipv4, Datagram>& datagrams) {
    char buffer[100];
#ifdef CONTROL
    (void)receive<control::PacketInfo>(datagrams, buffer);
#else
    (void)receive_some<control::PacketInfo>(stream, buffer);
#endif
}
