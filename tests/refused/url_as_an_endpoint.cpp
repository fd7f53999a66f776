// A URL is no endpoint.
// refused: urls_are_not_read_here
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Endpoint<Ip>{"[::1]:80"};
#else
    (void)Endpoint<Ip>{"http://example.com/"};
#endif
}
