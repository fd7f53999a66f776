// The compiler reads literals only; what comes at run time is parsed, with a Result.
// refused: endpoint_parse_of_the_text
#include <ferrule/endpoint/ipv4.hpp>

using namespace ferrule;

auto talk(std::string_view text) {
#ifdef CONTROL
    const Endpoint<Ipv4> endpoint = Endpoint<Ipv4>::parse(text).value();
#else
    const Endpoint<Ipv4> endpoint = text;
#endif
    return endpoint;
}
