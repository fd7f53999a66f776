// A name is not an address; it is looked up at run time.
// refused: names_are_for_dial_and_resolve
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk() {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = "127.0.0.1:80";
#else
    const Endpoint<Ipv4> endpoint = "localhost:80";
#endif
    return endpoint;
}
