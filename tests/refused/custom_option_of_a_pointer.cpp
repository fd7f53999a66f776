// The kernel would take the address for the value.
// refused: is_pointer_v
#include <ferrule/opt/setting.hpp>

using namespace ferrule;

void use() {
#ifdef CONTROL
    (void)opt::Custom<1, 1, int>{1};
#else
    (void)opt::Custom<1, 1, const char*>{"lo"};
#endif
}
