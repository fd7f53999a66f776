// A file of this name would be made by mistake.
// refused: this_is_an_ip_endpoint_as_a_path_it_is_written_with_dot_slash
#include <ferrule/endpoint/unix.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Endpoint<Unix>{"./127.0.0.1:8888"};
#else
    (void)Endpoint<Unix>{"127.0.0.1:8888"};
#endif
}
