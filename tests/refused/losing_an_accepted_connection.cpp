// It is closed at once.
// refused: a connection that nobody keeps is closed at once
// flags: -Werror=unused-value -Werror=unused-result
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void serve(const Listener<Ipv4>& listener) {
#ifdef CONTROL
    (void)listener.accept().value();
#else
    listener.accept().value();
#endif
}
