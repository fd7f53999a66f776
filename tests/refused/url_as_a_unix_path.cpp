// A file of this name would be made by mistake.
// refused: this_is_a_url_as_a_path_it_is_written_with_dot_slash
#include <ferrule/endpoint/unix.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)Endpoint<Unix>{"/run/http"};
#else
    (void)Endpoint<Unix>{"http://localhost/"};
#endif
}
