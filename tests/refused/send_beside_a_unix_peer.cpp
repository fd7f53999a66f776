// A Unix socket with a peer sends to nobody else (EISCONN).
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip
#include <ferrule/message/peers.hpp>

using namespace ferrule;

void say([[maybe_unused]] const Connection<Unix, Datagram>& here,
         [[maybe_unused]] const Connection<Ipv4, Datagram>& far) {
#ifdef CONTROL
    const Endpoint<Ipv4> other = "127.0.0.1:9";
    (void)send_aside(far, "x", other);
#else
    const Endpoint<Unix> other = "/tmp/other";
    (void)send_aside(here, "x", other);
#endif
}
int main() {}
