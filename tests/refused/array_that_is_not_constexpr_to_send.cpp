// The compiler has to see where the text ends.
// refused: make_the_array_static_constexpr_or_wrap_it_in_string_view|not usable in a constant expression|constexpr
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    static constexpr char text[] = "hello";
    (void)connection.send_all(text);
#else
    static const char text[] = "hello";
    (void)connection.send_all(text);
#endif
}
