// A name is not an address; it is looked up at run time.
// refused by g++: non-'constexpr' function '.*the_text_is_not_an\(\) \[with Value = ferrule::Endpoint<ferrule::Ipv4>\]
// refused by clang: non-constexpr function 'the_text_is_not_an<ferrule::Endpoint<(ferrule::)?Ipv4> ?>'
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
