// The padding of a struct has no defined value, and would be sent.
// refused: is_all_bytes<.*\bHeader\b.* evaluated to '?false
#include <ferrule/core/bytes.hpp>

using namespace ferrule;

std::size_t talk() {
#ifdef CONTROL
    struct Header {
        char kind;
        char size;
    };
#else
    struct Header {
        char kind;
        int size;
    };
#endif
    Header header{};
    return bytes_of(header).size();
}
