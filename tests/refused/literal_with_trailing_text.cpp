// Nothing follows the port.
// refused: non-'?constexpr'? function '.*\bthe_text_goes_on_where_it_should_end\b
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80 ";
#endif
    return endpoint;
}
