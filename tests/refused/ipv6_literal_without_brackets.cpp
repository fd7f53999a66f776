// Without brackets it is not clear where the port begins.
// refused: non-'?constexpr'? function '.*\ban_ipv6_endpoint_is_written_in_brackets\b
#include <ferrule/endpoint/ipv6.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv6> endpoint = "[::1]:80";
#else
    const Endpoint<Ipv6> endpoint = "::1:80";
#endif
    return endpoint;
}
