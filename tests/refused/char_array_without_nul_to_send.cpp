// A const char array is sent without its final NUL, so it must have one.
// refused: non-'?constexpr'? function '.*\bthe_char_array_does_not_end_in_NUL\b
#include <ferrule/socket/connection.hpp>

using namespace ferrule;

void talk(const Connection<Ipv4>& connection) {
#ifdef CONTROL
    static constexpr char greeting[6] = {'h', 'e', 'l', 'l', 'o', '\0'};
#else
    static constexpr char greeting[5] = {'h', 'e', 'l', 'l', 'o'};
#endif
    connection.send_all(greeting).value();
}
