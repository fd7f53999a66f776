// Calls hold the address of a Stop.
// refused by g++: deleted function 'ferrule::Stop::Stop\(const ferrule::Stop&\)'
// refused by clang: deleted constructor of 'const (ferrule::)?Stop'
#include <ferrule/wait/stop.hpp>

using namespace ferrule;

bool talk(const Stop& stop) {
#ifdef CONTROL
    const Stop& other = stop;
#else
    const Stop other = stop;
#endif
    return other.requested();
}
