// A number has no unit.
// refused: within_2s_for_a_time_std_span_for_a_length
#include <ferrule/socket/listener.hpp>

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
