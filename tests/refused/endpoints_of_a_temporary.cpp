// The iterator would point to what is gone.
// refused: gone_at_once_so_keep_the_endpoints_in_a_variable
#include <ferrule/resolve/resolve.hpp>

using namespace ferrule;

Endpoints<Ip> endpoints();

void use() {
#ifdef CONTROL
    const auto kept = endpoints();
    (void)kept.begin();
#else
    (void)endpoints().begin();
#endif
}
