// The port is a part of the endpoint.
// refused: a_number_is_no_option_and_a_port_belongs_in_the_endpoint
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Connection<Ipv4>::connect("127.0.0.1:80");
#else
    (void)Connection<Ipv4>::connect("127.0.0.1", 80);
#endif
}
