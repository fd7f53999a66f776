// Nobody could ever request a stop of a temporary.
// refused by g++: deleted function 'ferrule::Wait ferrule::within\(const Time&, const ferrule::Stop&&\)|deleted function 'ferrule::Wait ferrule::within\(const Time&, const Stop&&\)
// refused by clang: call to deleted function 'within'
// refused by clang: const Stop&& stop\) = delete
#include <ferrule/wait/wait.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

bool talk() {
#ifdef CONTROL
    const Stop stop;
    const Wait wait = within(500ms, stop);
#else
    const Wait wait = within(500ms, Stop{});
#endif
    return wait.is_no_wait();
}
