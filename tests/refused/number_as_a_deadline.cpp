// A number has no unit.
// refused: has_a_count_and_a_unit<.*\bint\b.* evaluated to '?false
#include <ferrule/deadline.hpp>

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
