// The family says it: Ipv6 is IPv6 alone, Ip is both.
// refused: (could not convert 'false' from 'bool'|no viable conversion from 'bool') to '.*IPV6_V6ONLY
#include <ferrule/opt/ip.hpp>
#include <ferrule/socket/socket.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    return Socket<Ipv6, Datagram>::open().value().get<opt::V6Only>().has_value();
#else
    return opt::V6Only{false};
#endif
}
