// The prefix is for where an endpoint may be any.
// refused: a_unix_endpoint_has_no_prefix_unix_in_a_literal
#include <ferrule/endpoint/unix.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Endpoint<Unix>{"@chat"};
#else
    (void)Endpoint<Unix>{"unix:@chat"};
#endif
}
