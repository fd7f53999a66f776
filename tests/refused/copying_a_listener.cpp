// A descriptor has one owner.
// refused by g++: deleted function 'ferrule::Listener<.*::Listener\(const ferrule::Listener<
// refused by clang: deleted constructor of '(ferrule::)?Listener<
#include <ferrule/socket/listener.hpp>

using namespace ferrule;

void talk(Listener<Ipv4>& listener) {
#ifdef CONTROL
    auto other = std::move(listener);
#else
    auto other = listener;
#endif
}
