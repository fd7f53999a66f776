// Addresses are no bytes.
// refused: is_all_bytes<.*evaluated to '?false
#include <ferrule/core/bytes.hpp>

#include <array>

using namespace ferrule;

void send(BytesView);

#ifdef CONTROL
void talk(const std::array<char, 3>& all) { send(bytes_of(all)); }
#else
void talk(const std::array<char*, 3>& all) { send(bytes_of(all)); }
#endif
