// Networks are of IP; a Unix socket is on one host.
// refused: among<.*ferrule::Unix[,;].*OneOf<ferrule::Ipv4, ferrule::Ipv6, ferrule::Ip>
#include <ferrule/address/network.hpp>

using namespace ferrule;

#ifdef CONTROL
using Asked = Network<Ip>;
#else
using Asked = Network<Unix>;
#endif

int ask(const Asked&);
