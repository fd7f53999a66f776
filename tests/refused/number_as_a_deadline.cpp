// A number has no unit.
// refused: a_bare_number_has_no_unit_so_write_500ms
#include <ferrule/socket/connection.hpp>

#include <chrono>

using namespace ferrule;
using namespace std::chrono_literals;

Deadline talk() {
#ifdef CONTROL
    return within(500ms);
#else
    return within(500);
#endif
}
