// Text of run time may be no endpoint: Endpoint::parse says so.
// refused: endpoint_parse_of_the_text
#include <ferrule/socket/listener.hpp>

#include <string>

using namespace ferrule;

std::string text();

void use() {
#ifdef CONTROL
    (void)Listener<Ipv4>::listen(Endpoint<Ipv4>::parse(text()).value());
#else
    (void)Listener<Ipv4>::listen(text());
#endif
}
