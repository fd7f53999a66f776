// Its bytes are a pointer and a length.
// refused: is_all_bytes<.*evaluated to '?false
#include <ferrule/core/bytes.hpp>

#include <string_view>

using namespace ferrule;

void send(BytesView);
void talk(std::string_view text) {
#ifdef CONTROL
    send(text);
#else
    send(bytes_of(text));
#endif
}
