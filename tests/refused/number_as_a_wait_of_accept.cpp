// A number has no unit.
// refused: conver(t|sion).*'int'.* to (type )?'(ferrule::)?Wait'
#include <ferrule/listener.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

void talk(const Listener<Ipv4>& listener) {
#ifdef CONTROL
    auto next = listener.accept(within(500ms));
#else
    auto next = listener.accept(500);
#endif
}
